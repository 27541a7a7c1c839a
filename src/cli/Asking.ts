/**
 * What every command that asks one provider has in common, whatever it asks for: the simulator where there is no key, the
 * client, and what a failure prints.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Stdio from "effect/Stdio"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { ProviderDefinition } from "../domain/ProviderDefinition.ts"
import * as UndiciHttpClient from "../layers/http/UndiciHttpClient.ts"
import type { Options } from "../testing/simulator/SimulatorServer.ts"
import * as SluiceConfig from "../services/SluiceConfig.ts"
import { type CliFailure, CommandLineError, errorLine, FailedError } from "./Failures.ts"
import * as Output from "./Output.ts"

/**
 * Starts the simulator in place of a provider, and says so.
 *
 * @category running
 * @since 0.1.0
 */
export const simulator = Effect.fnUntraced(function*(definition: ProviderDefinition, options?: Options) {
  const SimulatorServer = yield* Effect.promise(() => import("../testing/simulator/SimulatorServer.ts"))
  const server = yield* Effect.mapError(
    SimulatorServer.serve(options),
    (error) => new FailedError({ line: errorLine(error) })
  )
  yield* Output.sayError(
    `No API key is configured: the built-in simulator answers in place of ${definition.name}. Set ${
      definition.keyEnv.join(" or ")
    } to ask the real one, or give --base-url.`
  )
  return server
})

/**
 * Gives a layer the network.
 *
 * @category layers
 * @since 0.1.0
 */
export const connected = <Service, E, R>(
  layer: Layer.Layer<Service, E, R | HttpClient.HttpClient>,
  { simulated }: { readonly simulated: boolean }
) =>
  layer.pipe(
    Layer.provide(UndiciHttpClient.layer),
    // The simulator is in this process: no proxy knows the way to it.
    Layer.provide(SluiceConfig.layer(simulated ? { proxy: "none" } : {}))
  )

/**
 * The flags that decide what a failure prints.
 *
 * @category models
 * @since 0.1.0
 */
export interface AskingFlags {
  readonly baseUrl: string | undefined
  readonly apiKeyEnv: string | undefined
  readonly json: boolean
}

/** Whether it is a flag that is wrong, and not the configuration. */
const isFlagWrong = (error: CompletionError, flags: AskingFlags): boolean =>
  error._tag === "ConfigurationError" && (
    error.setting === "baseUrl" && flags.baseUrl !== undefined ||
    error.setting === "apiKey" && flags.apiKeyEnv !== undefined
  )

const fail = Effect.fnUntraced(
  function*(error: CompletionError, flags: AskingFlags): Effect.fn.Return<never, CliFailure, Stdio.Stdio> {
    if (isFlagWrong(error, flags)) return yield* new CommandLineError({ message: error.message })
    if (flags.json) yield* Output.write(`${JSON.stringify({ _tag: error._tag, message: error.message })}\n`)
    return yield* new FailedError({ line: errorLine(error) })
  }
)

/**
 * Prints what a provider, or the way to it, failed with.
 *
 * @category running
 * @since 0.1.0
 */
export const failing = <A, R>(
  effect: Effect.Effect<A, CompletionError | CliFailure, R>,
  flags: AskingFlags
): Effect.Effect<A, CliFailure, R | Stdio.Stdio> =>
  Effect.catch(effect, (error): Effect.Effect<never, CliFailure, Stdio.Stdio> => {
    switch (error._tag) {
      case "CommandLineError":
      case "FailedError":
      case "OutputClosedError":
        return Effect.fail(error)
      default:
        return fail(error, flags)
    }
  })
