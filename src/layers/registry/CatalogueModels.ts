/**
 * Makes the models of a registry from the catalogue in the package, which is loaded on the first use.
 */
import * as Effect from "effect/Effect"
import type { ModelRegistry } from "../../services/ModelRegistry.ts"

/** Makes an effect that returns the same models each time. */
export const make: Effect.Effect<Effect.Effect<ModelRegistry["Service"]>> = Effect.cached(
  Effect.flatMap(Effect.promise(() => import("../catalogue/Models.ts")), ({ make }) => make())
)
