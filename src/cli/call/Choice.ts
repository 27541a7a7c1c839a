/**
 * Chooses a provider from the model's name and the configuration, for every command that calls one.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import * as Model from "../../domain/Model.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { ProviderSettings } from "../../layers/configuration/Configure.ts"
import { keysIn } from "../../layers/configuration/PastedText.ts"
import * as Presence from "../../layers/configuration/Presence.ts"
import * as VariableLookup from "../../layers/configuration/VariableLookup.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Resolution from "../../layers/registry/Resolution.ts"
import { CommandLineError } from "../Failures.ts"

/** Whether any of these variables is set. */
export const anySet = (names: ReadonlyArray<string>): Effect.Effect<boolean> =>
  Effect.map(VariableLookup.firstName(names), (name) => name !== undefined)

/** Whether the configuration selects a provider when no flag names one. */
export const isConfigured = (definition: ProviderDefinition): Effect.Effect<boolean> =>
  Effect.map(
    Presence.of(definition),
    ({ isAmbient, isNamed, lacking }) => isNamed && !isAmbient && lacking.length === 0
  )

const settingsOf = (keys: ReadonlyArray<Redacted.Redacted>): Pick<ProviderSettings, "apiKey" | "apiKeys"> =>
  keys.length > 1 ? { apiKeys: keys } : { apiKey: keys[0] }

/** Reads the key, or several, from the variable that `--api-key-env` names. */
export const keyFrom = (
  name: string
): Effect.Effect<Pick<ProviderSettings, "apiKey" | "apiKeys">, CommandLineError> =>
  Effect.flatMap(Effect.orElseSucceed(Config.option(Config.Redacted(name)), Option.none), (key) =>
    Option.isSome(key)
      ? Effect.succeed(settingsOf(keysIn(Redacted.value(key.value)).map((text) => Redacted.make(text))))
      : Effect.fail(
        new CommandLineError({
          // A value that cannot be the name of a variable is often the key itself, so it is not printed.
          message: /^[a-z_]\w*$/i.test(name)
            ? `--api-key-env: the variable ${name} is not set`
            : "--api-key-env takes the name of a variable, not a key"
        })
      ))

/** A chosen provider. */
export interface Choice {
  /** The provider. */
  readonly definition: ProviderDefinition
  /** The name of the model without the provider; `undefined` when none is named. */
  readonly model: string | undefined
}

/**
 * Chooses the provider when no flag names one: the one at the start of the model's name, else the first of
 * `configured`, else `fallback`.
 */
export const choose = Effect.fnUntraced(function*(
  model: string | undefined,
  configured: ReadonlyArray<ProviderDefinition>,
  fallback: ProviderDefinition
): Effect.fn.Return<Choice, ConfigurationError | CommandLineError> {
  const parsed = model === undefined ? undefined : Model.parse(model)
  const named = parsed?.provider === undefined ? undefined : yield* Effect.option(
    Resolution.find(KnownProviders.definitions, parsed.provider)
  )
  if (parsed !== undefined && named !== undefined && Option.isSome(named)) {
    return { definition: named.value, model: parsed.model }
  }
  // With one configured provider, a slash may be part of the model's name. Otherwise the part before it must be a
  // provider.
  if (parsed?.provider !== undefined && configured.length !== 1) {
    yield* Resolution.find(KnownProviders.definitions, parsed.provider)
  }
  if (model !== undefined && configured.length > 1) {
    return yield* new CommandLineError({
      message: `The provider of "${model}" is ambiguous: use ${
        configured.map(({ id }) => `${id}/${model}`).join(" or ")
      }, or give --provider`
    })
  }
  return { definition: configured[0] ?? fallback, model }
})
