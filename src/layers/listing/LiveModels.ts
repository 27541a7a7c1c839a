/**
 * Provides a registry of models in which the providers' own lists take precedence over the catalogue in the package.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Model from "../../domain/Model.ts"
import type { ModelFacts } from "../../domain/ModelInfo.ts"
import { ModelListing } from "../../services/ModelListing.ts"
import { ModelRegistry } from "../../services/ModelRegistry.ts"
import * as LogLines from "../../services/LogLines.ts"
import * as SettingsPlaces from "../../services/SettingsPlaces.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as Models from "../catalogue/Models.ts"

/** How long the list of a provider is not requested again after a failure, in milliseconds. */
const pause = 60_000

const make = Effect.fnUntraced(function*(options: Models.ModelsOptions) {
  const known = yield* Models.make(options)
  const listing = yield* ModelListing
  const settings = SettingsPlaces.current(yield* SluiceConfig, SluiceConfig)
  const merged = new Map<string, ReadonlyArray<ModelFacts>>()
  const failed = new Map<string, number>()

  /** Merges the list of a provider, when it is a new one. A failure to list is logged and otherwise ignored. */
  const refresh = Effect.fnUntraced(function*(provider: string): Effect.fn.Return<void> {
    const now = yield* Clock.currentTimeMillis
    if (now < (failed.get(provider) ?? 0)) return
    yield* Effect.matchEffect(listing.list(provider), {
      onSuccess: (live) => {
        if (merged.get(provider) === live) return Effect.void
        merged.set(provider, live)
        return Effect.asVoid(known.merge(provider, live))
      },
      onFailure: (error) => {
        failed.set(provider, now + pause)
        return Effect.flatMap(
          settings,
          ({ logLevel }) =>
            LogLines.write("Debug", "a provider does not list its models", { provider, reason: error._tag }, logLevel)
        )
      }
    })
  })

  const refreshFor = (model: string | Model.Model): Effect.Effect<void> => {
    const { provider } = typeof model === "string" ? Model.parse(model.trim()) : model
    return provider === undefined ? Effect.void : refresh(provider.trim().toLowerCase())
  }

  return ModelRegistry.of({
    find: (model) => Effect.andThen(refreshFor(model), known.find(model)),
    get: (model) => Effect.andThen(refreshFor(model), known.get(model)),
    list: (filter) =>
      Effect.andThen(
        filter?.provider === undefined ? Effect.void : refresh(filter.provider.trim().toLowerCase()),
        known.list(filter)
      ),
    cost: (usage, model) => Effect.andThen(refreshFor(model), known.cost(usage, model)),
    merge: known.merge
  })
})

/**
 * Layer that provides a `ModelRegistry` which requests a provider's list when one of its models, or all of them, are
 * looked up. A name without a provider is looked up in what is already known. For a provider whose list cannot be
 * fetched, or that has none, only the catalogue in the package is used.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Models.ModelsOptions = {}): Layer.Layer<ModelRegistry, never, ModelListing> =>
  Layer.effect(ModelRegistry, make(options))
