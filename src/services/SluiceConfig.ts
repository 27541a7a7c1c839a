/**
 * The settings: every limit, with its default.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../domain/CompletionError.ts"
import { RetryPolicy } from "./RetryPolicy.ts"
import { defaults, type Settings, type SettingsInput } from "./Settings.ts"
import * as SettingsPlaces from "./SettingsPlaces.ts"
import { check, read } from "./SettingsRules.ts"
import { variables, warnOfFormer } from "./SettingsVariables.ts"

export { defaults, type Settings, type SettingsInput }

/**
 * Context reference with the settings; the defaults unless the layer is provided.
 *
 * **Details**
 *
 * Each call reads them from the context of its fiber, and what is not given there from the layer that it calls.
 *
 * @category references
 * @since 0.1.0
 */
export const SluiceConfig = Context.Reference<Settings>("sluice/services/SluiceConfig", {
  defaultValue: () => defaults
})

/**
 * The settings as configuration: `SLUICE_` and the setting's name (`SLUICE_CONNECT_TIMEOUT="3 seconds"`).
 *
 * @category decoding
 * @since 0.1.0
 */
export const config: Config.Config<Settings> = Config.map(variables, (set) => ({ ...defaults, ...set }))

const unreadable = (error: Config.ConfigError): ConfigurationError =>
  new ConfigurationError({
    reason: `A setting of Sluice cannot be read: ${error.message.replace(/\s+/g, " ")}`
  })

const make = Effect.fnUntraced(function*(input: SettingsInput): Effect.fn.Return<Settings, ConfigurationError> {
  const outer = yield* SluiceConfig
  const explicit = yield* read(input)
  const set = yield* Effect.mapError(variables, unreadable)
  // Outside, the program may have given what the configuration sets here too.
  const settings = yield* check({ ...outer, ...set, ...SettingsPlaces.explicitOf(outer), ...explicit })
  if (!SettingsPlaces.isMade(outer)) yield* warnOfFormer(settings.logLevel)
  return SettingsPlaces.record(settings, { explicit, outer, policy: yield* RetryPolicy })
})

/**
 * Layer with settings from the configuration (environment, `.env` where `DotEnv.load` is used), under explicit ones.
 *
 * **Details**
 *
 * They take effect below the layers of providers, beside them, around a program, and around one call. The innermost
 * ones win; what they leave out is that of the next ones outside.
 *
 * **Example** (Settings of a program, and of one call)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
 * import * as OpenAi from "sluice/openai"
 *
 * export const Live = Layer.merge(
 *   OpenAi.layerConfig.pipe(Layer.provide(UndiciHttpClient.layer)),
 *   SluiceConfig.layer({ maxRetries: 1, headersTimeout: "20 seconds" })
 * )
 *
 * export const patient = ChatModel.complete({ model: "openai/gpt-5.4", prompt: "Why is the sky blue?" }).pipe(
 *   Effect.provide(SluiceConfig.layer({ headersTimeout: "2 minutes" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (input: SettingsInput = {}): Layer.Layer<never, ConfigurationError> =>
  // A layer that is provided in two places is built in each: it depends on what is outside.
  Layer.fresh(Layer.effect(SluiceConfig, make(input)))
