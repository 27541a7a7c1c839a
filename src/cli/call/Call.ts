/**
 * Runs the call of a command: with the simulator where that replaces the provider, with the HTTP client, and with its
 * failure reported.
 */
import type { AiError } from "effect/ai/AiError"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ToolFailedError } from "../../domain/errors/ToolErrors.ts"
import * as Model from "../../domain/Model.ts"
import type { InvalidOutputError } from "../../domain/OutputDecoding.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as DotEnvFile from "../../layers/configuration/DotEnvFile.ts"
import * as UndiciHttpClient from "../../layers/http/UndiciHttpClient.ts"
import * as SingleProvider from "../../layers/registry/SingleProvider.ts"
import type { Options } from "../../testing/simulator/SimulatorServer.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as SluiceConfig from "../../services/SluiceConfig.ts"
import { type CliFailure, CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Output from "../Output.ts"
import type { Target } from "./Target.ts"
import type { TargetFlags } from "./TargetFlags.ts"

/** The simulator's URL for a provider: the first segment of the path selects the provider's dialect. */
const dialectUrl = (url: string, { baseUrl = "", id }: ProviderDefinition): string =>
  `${url}/${id}${baseUrl.replaceAll(/[[\]{}]/g, "").replace(/^https?:\/\/[^/]*/, "")}`

/** Starts the simulator in place of the provider, says so on a terminal, and directs the target to it. */
const simulate = Effect.fnUntraced(function*(
  target: Target,
  options: Options | undefined
): Effect.fn.Return<Target, FailedError, Stdio.Stdio | Scope.Scope> {
  const { definition, protocol } = target
  const SimulatorServer = yield* Effect.promise(() => import("../../testing/simulator/SimulatorServer.ts"))
  const server = yield* Effect.mapError(
    SimulatorServer.serve(options),
    (error) => new FailedError({ line: errorLine(error) })
  )
  const { stderr } = yield* Output.terminals
  if (stderr) {
    yield* Output.writeErrorLine(
      `The built-in simulator is used in place of ${definition.name}. To call the provider, set ${
        definition.keyEnv.join(" or ")
      } and leave out --simulate.`
    )
  }
  const baseUrl = protocol === undefined
    ? dialectUrl(server.url, definition)
    : server.baseUrl(protocol).replace(server.url, `${server.url}/${definition.id}`)
  return { ...target, options: { ...target.options, baseUrl, apiKey: Redacted.make("simulated"), apiKeys: undefined } }
})

/**
 * Opens the target's model with the service of `layer`, until the end of the scope; `simulator` has the options of the
 * simulator where it replaces the provider.
 */
export const open = Effect.fnUntraced(function*<Service>(
  resolved: Target,
  layer: Layer.Layer<Service, never, HttpClient.HttpClient | ProviderRegistry>,
  simulator?: Options
) {
  const target = resolved.simulated ? yield* simulate(resolved, simulator) : resolved
  if (target.isDefaultModel && !target.simulated) {
    const EndingModel = yield* Effect.promise(() => import("./EndingModel.ts"))
    const warning = yield* EndingModel.warning(Model.make(target.definition.id, target.model))
    if (warning !== undefined) yield* Output.writeErrorLine(warning)
  }
  const registry = SingleProvider.registry(target.definition)(target.options)
  const services = yield* Layer.build(
    layer.pipe(
      Layer.provide(registry),
      Layer.provide(UndiciHttpClient.layer),
      // The simulator is in this process: no proxy can reach it.
      Layer.provide(SluiceConfig.layer(target.simulated ? { proxy: "none" } : {}))
    )
  )
  return { model: Model.make(target.definition.id, target.model), services }
})

/** The failures of a call, and of the tools that it runs. */
export type CallError = CompletionError | InvalidOutputError | AiError | ToolFailedError

/** Runs `use` with the target's model and the service of `layer`. */
export const run = <Service, A, R>(
  target: Target,
  layer: Layer.Layer<Service, never, HttpClient.HttpClient | ProviderRegistry>,
  use: (model: Model.Model) => Effect.Effect<A, CallError | CliFailure, R | Service>,
  simulator?: Options
) => Effect.flatMap(open(target, layer, simulator), ({ model, services }) => Effect.provide(use(model), services))

/** Whether the cause of a failure is a flag rather than the configuration. */
const isFlagWrong = (error: CallError, flags: TargetFlags): boolean =>
  error._tag === "ConfigurationError" && (
    error.setting === "baseUrl" && flags.baseUrl !== undefined ||
    /apiKeys?$/.test(error.setting ?? "") && flags.apiKeyEnv !== undefined
  )

const report = Effect.fnUntraced(
  function*(error: CallError, flags: TargetFlags): Effect.fn.Return<never, CliFailure, Stdio.Stdio> {
    if (isFlagWrong(error, flags)) return yield* new CommandLineError({ message: error.message })
    if (flags.json) yield* Output.write(`${JSON.stringify({ _tag: error._tag, message: error.message })}\n`)
    const { stderr, stdout } = yield* Output.terminals
    // On one terminal the error would be there twice.
    return yield* new FailedError(flags.json && stdout && stderr ? {} : { line: errorLine(error) })
  }
)

/**
 * Runs the effect of a command with the variables of `.env`, and turns a failure of the call into one of the command: a
 * line on stderr and, with `--json`, the last line on stdout.
 */
export const command = <A, R>(
  effect: Effect.Effect<A, CallError | CliFailure, R>,
  flags: TargetFlags
) =>
  effect.pipe(
    Effect.scoped,
    Effect.provide(DotEnvFile.layer(".env")),
    Effect.catch((error): Effect.Effect<never, CliFailure, Stdio.Stdio> => {
      switch (error._tag) {
        case "CommandLineError":
        case "FailedError":
        case "OutputClosedError":
          return Effect.fail(error)
        default:
          return report(error, flags)
      }
    })
  )
