/**
 * Reads the variables in which a cloud's own tools find an identity.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** Reads variables. */
export interface Variables {
  /** Returns the trimmed value of a variable; `undefined` where it is not set or empty. */
  readonly text: (name: string) => Effect.Effect<string | undefined, ConfigurationError>
  /** Returns the value of a variable, redacted; `undefined` where it is not set or empty. */
  readonly secret: (name: string) => Effect.Effect<Redacted.Redacted | undefined, ConfigurationError>
}

/** Reads variables from the configuration of the context, each time anew: it may change while the program runs. */
export const make: Effect.Effect<Variables> = Effect.map(ConfigProvider.ConfigProvider, (provider) => {
  const secret = (name: string) =>
    Config.option(Config.Redacted(name)).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, provider),
      Effect.mapError(() => new ConfigurationError({ reason: `${name} cannot be read`, setting: name })),
      Effect.map((found) => Option.isNone(found) || Redacted.value(found.value).trim() === "" ? undefined : found.value)
    )
  return {
    secret,
    text: (name) =>
      Effect.map(secret(name), (found) => (found === undefined ? undefined : Redacted.value(found).trim()))
  }
})
