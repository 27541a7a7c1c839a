/**
 * Provides the `ModelRegistry` from the catalogue in the package and the facts that a program adds to it.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import * as ModelInfo from "../../domain/ModelInfo.ts"
import { type ModelFilter, ModelRegistry } from "../../services/ModelRegistry.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Index from "./Index.ts"

/**
 * Options of a registry.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelsOptions {
  /**
   * Facts that replace the catalogue's, applied in their order. A model that the catalogue does not have is added.
   * Default: none.
   */
  readonly models?: ReadonlyArray<ModelInfo.ModelFacts> | undefined
  /** Whether the registry has the models of the catalogue in the package. Default: `true`. */
  readonly catalogue?: boolean | undefined
}

/** Returns the models grouped by provider, in the order of the known providers; those of other providers come last. */
const inOrderOfProviders = (models: ReadonlyArray<ModelInfo.ModelInfo>): ReadonlyArray<ModelInfo.ModelInfo> => {
  const groups = Map.groupBy(models, ({ provider }) => provider)
  const ids = new Set([...KnownProviders.definitions.map(({ id }) => id), ...groups.keys()])
  return [...ids].flatMap((id) => groups.get(id) ?? [])
}

/** The models of the catalogue, which is a module of its own: it is loaded on the first use. */
const catalogue: Effect.Effect<ReadonlyArray<ModelInfo.ModelInfo>> = Effect.promise(() =>
  Promise.all([import("./Catalogue.ts"), import("./CatalogueLines.ts")])
).pipe(
  Effect.map(([{ lines }, { parse }]) => inOrderOfProviders(parse(lines)))
)

const providerOf = (definitions: typeof KnownProviders.definitions, own: ReadonlySet<string>) => (name: string) => {
  const wanted = name.trim().toLowerCase()
  return own.has(wanted)
    ? wanted
    : definitions.find(({ aliases, id }) => id === wanted || aliases.some((alias) => alias.toLowerCase() === wanted))
      ?.id
}

/** Applies facts to a list. A new model is added after the others of its provider. */
const put = (
  models: ReadonlyArray<ModelInfo.ModelInfo>,
  facts: ReadonlyArray<ModelInfo.ModelFacts>
): ReadonlyArray<ModelInfo.ModelInfo> => {
  if (facts.length === 0) return models
  const all = new Map(models.map((model) => [`${model.provider}/${model.id}`, model]))
  for (const fact of facts) {
    const name = `${fact.provider}/${fact.id}`
    const known = all.get(name)
    all.set(name, known === undefined ? ModelInfo.make(fact) : ModelInfo.amend(known, fact))
  }
  return [...Map.groupBy(all.values(), ({ provider }) => provider).values()].flat()
}

const isSelected = (filter: ModelFilter, provider: string | undefined) => (model: ModelInfo.ModelInfo): boolean => {
  const capable = filter.capable === undefined ? [] : [filter.capable].flat()
  return (provider === undefined || model.provider === provider) &&
    (filter.kind === undefined || model.kind === filter.kind) &&
    capable.every((name) => model.capabilities[name] === true)
}

/**
 * Makes a registry.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  options: ModelsOptions = {}
): Effect.fn.Return<ModelRegistry["Service"]> {
  const known = yield* Effect.cached(
    Effect.map(
      options.catalogue === false ? Effect.succeed([]) : catalogue,
      (models) => put(models, options.models ?? [])
    )
  )
  let current: Index.Index | undefined
  const indexOf = (models: ReadonlyArray<ModelInfo.ModelInfo>): Index.Index => {
    current = Index.make(
      models,
      providerOf(KnownProviders.definitions, new Set(models.map(({ provider }) => provider)))
    )
    return current
  }
  const index = Effect.suspend(() => (current === undefined ? Effect.map(known, indexOf) : Effect.succeed(current)))

  return ModelRegistry.of({
    find: (model) => Effect.map(index, ({ find }) => find(model)),
    get: (model) =>
      Effect.flatMap(index, ({ find, nearest }) => {
        const found = find(model)
        return found === undefined
          ? Effect.fail(
            new ConfigurationError({
              reason: `The model "${
                typeof model === "string" ? model : `${model.provider}/${model.model}`
              }" is not one that is known.`,
              setting: "model",
              nearest: nearest(model)
            })
          )
          : Effect.succeed(found)
      }),
    list: (filter = {}) =>
      Effect.map(index, ({ all, providerOf }) => {
        const { provider } = filter
        return all.filter(isSelected(filter, provider === undefined ? undefined : providerOf(provider) ?? provider))
      }),
    cost: (usage, model) =>
      Effect.map(index, ({ find }) => {
        const found = find(model)
        return found === undefined ? undefined : ModelInfo.cost(found, usage)
      }),
    merge: (provider, live) =>
      Effect.map(index, ({ all, providerOf }) => {
        const id = providerOf(provider) ?? provider
        const facts = live.map((facts) => ({ available: true, ...facts, provider: id }))
        const isListed = Index.make(facts.map(ModelInfo.make), () => undefined).isNear
        // A model that is listed by another name (an alias, a profile of a region) is not marked as unavailable.
        const unavailable = all.filter((model) => model.provider === id && !isListed(model))
          .map((model) => ({ provider: id, id: model.id, available: false }))
        return indexOf(put(all, [...unavailable, ...facts])).all.filter((model) => model.provider === id)
      })
  })
})

/**
 * Layer that provides the `ModelRegistry` from the catalogue in the package, which is loaded on the first use.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: ModelsOptions = {}): Layer.Layer<ModelRegistry> =>
  Layer.effect(ModelRegistry, make(options))

const Models = Schema.fromJsonString(Schema.Array(ModelInfo.ModelFacts))

/**
 * Layer like `layer`, with the models of the variable `SLUICE_MODELS` after those of the options: a JSON array of
 * objects with `provider`, `id` and the facts that replace the catalogue's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = (options: ModelsOptions = {}): Layer.Layer<ModelRegistry, ConfigurationError> =>
  Layer.effect(
    ModelRegistry,
    Effect.gen(function*() {
      const text = yield* Config.option(Config.String("SLUICE_MODELS")).pipe(Effect.orElseSucceed(Option.none))
      const models = Option.isNone(text) || text.value.trim() === ""
        ? []
        : yield* Effect.mapError(
          Schema.decodeUnknownEffect(Models)(text.value),
          (error) =>
            new ConfigurationError({
              reason: `SLUICE_MODELS is not a list of models: ${error.message.replace(/\s+/g, " ")}`,
              setting: "SLUICE_MODELS"
            })
        )
      return yield* make({ ...options, models: [...(options.models ?? []), ...models] })
    })
  )
