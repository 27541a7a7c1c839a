/**
 * Which providers are meant when none is named.
 */
import * as Effect from "effect/Effect"
import type { ProviderDefinition } from "../domain/ProviderDefinition.ts"
import * as Presence from "../layers/configuration/Presence.ts"
import * as Known from "../layers/registry/Known.ts"

/**
 * The providers that have something of their own in the configuration, whatever else they may lack. A token that is there for
 * other programs too is no wish to ask with it.
 */
export const definitions: Effect.Effect<ReadonlyArray<ProviderDefinition>> = Effect.filter(
  Known.definitions,
  (definition) => Effect.map(Presence.of(definition), ({ isAmbient, isNamed }) => isNamed && !isAmbient)
)
