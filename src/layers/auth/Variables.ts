/**
 * The variables in which a cloud's own tools look for who a program is.
 */
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"

/** Reads a variable: nothing where it is not set, or is empty. */
export interface Variables {
  readonly text: (name: string) => Effect.Effect<string | undefined, ConfigurationError>
  readonly secret: (name: string) => Effect.Effect<Redacted.Redacted | undefined, ConfigurationError>
}

/** Variables from the configuration in the context, which is read each time: it may change while the program runs. */
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
