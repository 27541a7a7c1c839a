/**
 * Provides API keys from the configuration: the environment, and `.env` where `DotEnv.load` is used. A variable may
 * have several keys, with commas between them.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import { type Credential, Credentials } from "../../services/Credentials.ts"
import { checkKey } from "./Configure.ts"
import { keysIn, unquoted } from "./PastedText.ts"

const isOptional = (definition: ProviderDefinition): boolean =>
  definition.keyOptional || definition.identity !== undefined

/** Returns the keys in the value of a variable. */
const checked = (
  value: Redacted.Redacted,
  name: string
): Effect.Effect<ReadonlyArray<Credential>, ConfigurationError> => {
  const keys = keysIn(Redacted.value(value))
  return Effect.forEach(keys, (text, index) =>
    Effect.map(checkKey(Redacted.make(text), name), (key) => ({
      key,
      source: name,
      alias: keys.length === 1 ? undefined : `${name} ${index + 1}`
    })))
}

const keysFrom = (provider: ConfigProvider.ConfigProvider) =>
  Effect.fnUntraced(function*(
    definition: ProviderDefinition
  ): Effect.fn.Return<ReadonlyArray<Credential>, ConfigurationError> {
    for (const name of definition.keyEnv) {
      const key = yield* Config.option(Config.Redacted(name)).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, provider),
        Effect.mapError(() => new ConfigurationError({ reason: `${name} cannot be read`, setting: name }))
      )
      // Where no key is needed, an empty one counts as none.
      if (Option.isNone(key) || (isOptional(definition) && unquoted(Redacted.value(key.value)) === "")) continue
      return yield* checked(key.value, name)
    }
    if (isOptional(definition)) return []
    return yield* new ConfigurationError({
      reason: `There is no API key for ${definition.id}: set ${definition.keyEnv.join(" or ")}, or give apiKey`,
      setting: definition.keyEnv[0] ?? "apiKey"
    })
  })

/**
 * Layer that provides keys from the configuration in its context: each provider's variables, in their order.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Credentials> = Layer.effect(
  Credentials,
  Effect.map(ConfigProvider.ConfigProvider, (provider) => {
    const keys = keysFrom(provider)
    return { key: (definition) => Effect.map(keys(definition), ([first]) => first), keys }
  })
)
