/**
 * Requests the models of providers over HTTP, and caches the lists.
 *
 * @since 0.1.0
 */
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { type CompletionError, ConfigurationError, MalformedResponseError } from "../../domain/CompletionError.ts"
import type { ModelFacts } from "../../domain/ModelInfo.ts"
import { ModelListing } from "../../services/ModelListing.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import type { Facts } from "../../streams/models/Facts.ts"
import * as ModelLists from "../../streams/models/ModelLists.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import * as RequestProblem from "../call/RequestProblem.ts"

/**
 * Options of the listing.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListingOptions {
  /** How long a list is cached. Failures are not cached. Default: 1 hour. */
  readonly timeToLive?: Duration.Input | undefined
}

/** The most pages of a list. No provider has so many; a server may name another page without end. */
const maxPages = 100

/** Returns the facts of a model as a provider listed it on a day. */
const factsOf = (facts: Facts, provider: string, listed: string): ModelFacts => ({
  available: true,
  ...facts,
  provider,
  dates: { ...facts.dates, listed }
})

const make = Effect.fnUntraced(function*({ timeToLive = Duration.hours(1) }: ListingOptions) {
  const registry = yield* ProviderRegistry
  const caller = yield* Caller.make

  const list = Effect.fnUntraced(function*(id: string): Effect.fn.Return<ReadonlyArray<ModelFacts>, CompletionError> {
    const provider = yield* registry.provider(id)
    const endpoint = provider.definition.models
    if (endpoint === undefined) {
      return yield* new ConfigurationError({ reason: `${id} has no list of its models`, setting: "provider" })
    }
    const page = (query: Readonly<Record<string, string>>): Effect.Effect<ModelLists.ModelPage, CompletionError> =>
      caller.one({
        operation: "list_models",
        target: { provider: provider.definition.id, model: undefined },
        prepare: () => Effect.fromResult(PlainRequest.prepare(provider, { endpoint, query })),
        decode: (response) =>
          Effect.map(
            Body.jsonOf(response, (body) => ModelLists.decode(endpoint.wireFormat, body)),
            Body.one
          )
      })
    const all: Array<Facts> = []
    let query: ModelLists.ModelPage["next"] = {}
    for (let pages = 0; query !== undefined; pages++) {
      if (pages === maxPages) {
        return yield* new MalformedResponseError({
          provider: id,
          detail: `the list of models has no end: there is more of it after ${maxPages} pages`
        })
      }
      const { models, next }: ModelLists.ModelPage = yield* page(query)
      all.push(...models)
      if (next !== undefined && JSON.stringify(next) === JSON.stringify(query)) {
        return yield* new MalformedResponseError({
          provider: id,
          detail: "the list of models names the page that was just read as its next one"
        })
      }
      query = next
    }
    const listed = DateTime.formatIsoDateUtc(DateTime.makeUnsafe(yield* Clock.currentTimeMillis))
    return all.map((facts) => factsOf(facts, id, listed))
  })

  const lists = yield* Cache.makeWith(list, {
    capacity: Number.POSITIVE_INFINITY,
    timeToLive: (exit) => (Exit.isSuccess(exit) ? timeToLive : Duration.zero)
  })
  return ModelListing.of({
    list: (provider) =>
      RequestProblem.validateName(provider).pipe(
        Effect.flatMap(() => registry.provider(provider)),
        Effect.flatMap(({ definition }) => Cache.get(lists, definition.id))
      )
  })
})

/**
 * Layer that provides `ModelListing` over HTTP, for the providers of the registry. Simultaneous calls for one provider
 * share one request.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: ListingOptions = {}
): Layer.Layer<ModelListing, never, HttpClient.HttpClient | ProviderRegistry> =>
  Layer.effect(ModelListing, make(options))
