/**
 * Runs `sluice providers --check`.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type * as Terminal from "effect/Terminal"
import { type CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as HttpProviderCheck from "../../layers/check/HttpProviderCheck.ts"
import * as UndiciHttpClient from "../../layers/http/UndiciHttpClient.ts"
import * as SingleProvider from "../../layers/registry/SingleProvider.ts"
import { type Checked, ProviderCheck } from "../../services/ProviderCheck.ts"
import * as SluiceConfig from "../../services/SluiceConfig.ts"
import * as Configured from "../Configured.ts"
import * as ErrorSummary from "../ErrorSummary.ts"
import { type CliFailure, errorLine, FailedError } from "../Failures.ts"
import * as Output from "../Output.ts"
import * as Words from "../terminal/Words.ts"

const timeoutVariable = "SLUICE_HEADERS_TIMEOUT"

/** A check waits less for headers than a completion does, unless the variable is set. */
const shortTimeout = { headersTimeout: Duration.seconds(30) }

/** How many providers are checked at a time. */
const concurrency = 8

/** Checks a provider, with a registry of its own, so that a configuration error affects no other provider. */
const checkOne = (definition: ProviderDefinition): Effect.Effect<Checked, CompletionError, HttpClient.HttpClient> =>
  ProviderCheck.use((checks) => checks.check(definition.id)).pipe(
    Effect.provide(HttpProviderCheck.layer.pipe(Layer.provide(SingleProvider.registry(definition)())))
  )

type Found = Result.Result<Checked, CompletionError>

const asJson = ({ id, name }: ProviderDefinition, found: Found): string =>
  JSON.stringify({
    id,
    name,
    ok: Result.isSuccess(found),
    latencyMs: Result.isSuccess(found) ? Duration.toMillis(found.success.latency) : null,
    error: Result.isSuccess(found) ? null : ErrorSummary.of(found.failure)
  })

const asText = ({ id }: ProviderDefinition, found: Found, label: number, width: number | undefined): string =>
  Result.isSuccess(found)
    ? `${id.padEnd(label)}  ok      ${Math.round(Duration.toMillis(found.success.latency))} ms`
    : Words.beside(`${id.padEnd(label)}  failed  `, errorLine(found.failure), width)

/**
 * Checks a provider, or each whose key is set, and fails when one of them fails. The results are printed in the order
 * of the list, each as soon as those before it are printed.
 */
export const run = Effect.fnUntraced(
  function*(
    given: ProviderDefinition | undefined,
    json: boolean
  ): Effect.fn.Return<void, CliFailure | ConfigurationError, Stdio.Stdio | Terminal.Terminal> {
    const selected = given === undefined ? yield* Configured.definitions : [given]
    if (selected.length === 0) {
      return yield* new ConfigurationError({ reason: "No provider is configured: name one with --provider." })
    }
    const configuredTimeout = yield* Effect.orElseSucceed(Config.option(Config.String(timeoutVariable)), Option.none)
    const width = yield* Output.width
    const label = Math.max(...selected.map(({ id }) => id.length))
    let failures = 0
    yield* Stream.fromIterable(selected).pipe(
      Stream.mapEffect(
        (definition) => Effect.map(Effect.result(checkOne(definition)), (found) => ({ definition, found })),
        { concurrency }
      ),
      Stream.runForEach(({ definition, found }) => {
        if (Result.isFailure(found)) failures++
        return Output.write(`${json ? asJson(definition, found) : asText(definition, found, label, width)}\n`)
      }),
      Effect.provide(UndiciHttpClient.layer.pipe(
        Layer.provideMerge(SluiceConfig.layer(Option.isSome(configuredTimeout) ? {} : shortTimeout))
      ))
    )
    if (failures > 0) return yield* new FailedError({})
  }
)
