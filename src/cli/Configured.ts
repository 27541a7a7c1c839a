/**
 * Selects the providers of a command when none is named.
 */
import * as Effect from "effect/Effect"
import type { ProviderDefinition } from "../domain/ProviderDefinition.ts"
import * as Presence from "../layers/configuration/Presence.ts"
import * as KnownProviders from "../domain/KnownProviders.ts"

/**
 * Returns the providers for which the configuration has a variable of their own, even where others are missing. A token
 * that other programs use too (`GITHUB_TOKEN`) does not select its provider.
 */
export const definitions: Effect.Effect<ReadonlyArray<ProviderDefinition>> = Effect.filter(
  KnownProviders.definitions,
  (definition) => Effect.map(Presence.of(definition), ({ isAmbient, isNamed }) => isNamed && !isAmbient)
)
