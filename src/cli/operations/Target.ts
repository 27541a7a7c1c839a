/**
 * Whom a command asks for what is no chat, and what everything else about asking has in common: the simulator where there is no
 * key, the layers, and what a failure prints.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import type { CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as DotEnv from "../../layers/DotEnv.ts"
import * as UndiciHttpClient from "../../layers/http/UndiciHttpClient.ts"
import type { ProviderOptions } from "../../layers/providers/Configure.ts"
import * as Cohere from "../../layers/providers/definitions/Cohere.ts"
import * as OpenAi from "../../layers/providers/definitions/OpenAi.ts"
import * as OpenAiCompatible from "../../layers/providers/definitions/OpenAiCompatible.ts"
import * as Known from "../../layers/providers/Known.ts"
import * as Resolution from "../../layers/providers/Resolution.ts"
import * as SingleProvider from "../../layers/providers/SingleProvider.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as SluiceConfig from "../../services/SluiceConfig.ts"
import * as Choosing from "../Choosing.ts"
import { type CliFailure, CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Names from "../Names.ts"
import * as Output from "../Output.ts"
import * as DefaultModels from "./DefaultModels.ts"
import type { TargetFlags } from "./Flags.ts"

interface Target {
  readonly definition: ProviderDefinition
  readonly options: ProviderOptions
  readonly model: string
  readonly simulated: boolean
}

const does: Readonly<Record<DefaultModels.Operation, string>> = {
  embeddings: "embed",
  rerank: "rank documents",
  transcription: "transcribe",
  speech: "speak"
}

const can = (definition: ProviderDefinition, operation: DefaultModels.Operation): boolean =>
  (definition[operation]?.length ?? 0) > 0

const able = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  operation: DefaultModels.Operation
): Effect.fn.Return<ProviderDefinition, CommandLineError> {
  if (can(definition, operation)) return definition
  const others = Known.definitions.filter((other) => can(other, operation)).map(({ id }) => id)
  return yield* new CommandLineError({
    message: `${definition.id} does not ${does[operation]}; these do: ${others.join(", ")}`
  })
})

const resolve = Effect.fnUntraced(function*(
  flags: TargetFlags,
  operation: DefaultModels.Operation
): Effect.fn.Return<Target, ConfigurationError | CommandLineError> {
  const apiKey = flags.apiKeyEnv === undefined ? undefined : yield* Choosing.keyFrom(flags.apiKeyEnv)
  const key = apiKey === undefined ? {} : { apiKey }
  const given = flags.provider === undefined
    ? undefined
    : yield* Effect.mapError(Resolution.find(Known.definitions, flags.provider), Names.asCommandLine)
  if (flags.baseUrl !== undefined) {
    // Whoever gives an address knows whether a key is needed there.
    const definition = { ...(yield* able(given ?? OpenAiCompatible.definition, operation)), keyOptional: true }
    return {
      definition,
      options: { ...key, baseUrl: flags.baseUrl },
      model: flags.model ?? DefaultModels.of(operation, definition.id),
      simulated: false
    }
  }
  const configured = yield* Effect.filter(
    Known.definitions.filter((known) => can(known, operation)),
    Choosing.isConfigured
  )
  const fallback = operation === "rerank" ? Cohere.definition : OpenAi.definition
  const { definition, model } = given === undefined
    ? yield* Effect.mapError(Choosing.choose(flags.model, configured, fallback), Names.asCommandLine)
    : { definition: given, model: flags.model }
  yield* able(definition, operation)
  if (definition.baseUrl === undefined && !(yield* Choosing.anySet(definition.baseUrlEnv))) {
    return yield* new CommandLineError({
      message: `${definition.id} has no address of its own: give --base-url, or set ${
        definition.baseUrlEnv.join(" or ")
      }`
    })
  }
  return {
    definition,
    options: key,
    model: model ?? DefaultModels.of(operation, definition.id),
    simulated: configured.length === 0 && apiKey === undefined && !definition.keyOptional
  }
})

/** Where the simulator plays a provider: whose dialect is meant is the first part of the path. */
const playedAt = (url: string, { baseUrl = "", id }: ProviderDefinition): string =>
  `${url}/${id}${baseUrl.replaceAll(/[[\]{}]/g, "").replace(/^https?:\/\/[^/]*/, "")}`

const simulated = Effect.fnUntraced(
  function*(target: Target): Effect.fn.Return<Target, FailedError, Stdio.Stdio | Scope.Scope> {
    const SimulatorServer = yield* Effect.promise(() => import("../../layers/simulator/SimulatorServer.ts"))
    const simulator = yield* Effect.mapError(
      SimulatorServer.serve(),
      (error) => new FailedError({ line: errorLine(error) })
    )
    yield* Output.sayError(
      `No API key is configured: the built-in simulator answers in place of ${target.definition.name}. Set ${
        target.definition.keyEnv.join(" or ")
      } to ask the real one, or give --base-url.`
    )
    const baseUrl = playedAt(simulator.url, target.definition)
    return { ...target, options: { ...target.options, baseUrl, apiKey: Redacted.make("simulated") } }
  }
)

const layerOf = <Service>(
  { definition, options, simulated }: Target,
  operation: Layer.Layer<Service, never, HttpClient.HttpClient | ProviderRegistry>
) =>
  operation.pipe(
    Layer.provide(SingleProvider.registry(definition)(options)),
    Layer.provide(UndiciHttpClient.layer),
    // The simulator is in this process: no proxy knows the way to it.
    Layer.provide(SluiceConfig.layer(simulated ? { proxy: "none" } : {}))
  )

/** Whether it is a flag that is wrong, and not the configuration. */
const isFlagWrong = (error: CompletionError, flags: TargetFlags): boolean =>
  error._tag === "ConfigurationError" && (
    error.setting === "baseUrl" && flags.baseUrl !== undefined ||
    error.setting === "apiKey" && flags.apiKeyEnv !== undefined
  )

const fail = Effect.fnUntraced(
  function*(error: CompletionError, flags: TargetFlags): Effect.fn.Return<never, CliFailure, Stdio.Stdio> {
    if (isFlagWrong(error, flags)) return yield* new CommandLineError({ message: error.message })
    if (flags.json) yield* Output.write(`${JSON.stringify({ _tag: error._tag, message: error.message })}\n`)
    return yield* new FailedError({ line: errorLine(error) })
  }
)

/**
 * Asks the provider that the flags mean: `ask` is given the model, and has the operation.
 *
 * @category running
 * @since 0.1.0
 */
export const asking = <Service, A, R>(
  flags: TargetFlags,
  operation: DefaultModels.Operation,
  layer: Layer.Layer<Service, never, HttpClient.HttpClient | ProviderRegistry>,
  ask: (model: Model.Model) => Effect.Effect<A, CompletionError | CliFailure, R | Service>
) =>
  Effect.gen(function*() {
    const resolved = yield* resolve(flags, operation)
    const target = resolved.simulated ? yield* simulated(resolved) : resolved
    return yield* Effect.provide(ask(Model.make(target.definition.id, target.model)), layerOf(target, layer))
  }).pipe(
    Effect.scoped,
    Effect.provide(DotEnv.layer()),
    Effect.catch((error): Effect.Effect<never, CliFailure, Stdio.Stdio> => {
      switch (error._tag) {
        case "CommandLineError":
        case "FailedError":
        case "OutputClosedError":
          return Effect.fail(error)
        default:
          return fail(error, flags)
      }
    })
  )
