/**
 * Lists the models that providers have now, for `sluice models --live`.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import type { ModelFacts } from "../../domain/ModelInfo.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import * as UndiciHttpClient from "../../layers/http/UndiciHttpClient.ts"
import * as HttpModelListing from "../../layers/models/HttpModelListing.ts"
import * as SingleProvider from "../../layers/registry/SingleProvider.ts"
import { ModelListing } from "../../services/ModelListing.ts"
import { ModelRegistry } from "../../services/ModelRegistry.ts"
import * as SluiceConfig from "../../services/SluiceConfig.ts"
import * as Configured from "../Configured.ts"
import { errorLine } from "../Failures.ts"

/**
 * Requests the list of a provider, with a registry of its own, so that a configuration error affects no other provider.
 */
const list = (
  definition: ProviderDefinition
): Effect.Effect<ReadonlyArray<ModelFacts>, CompletionError, HttpClient.HttpClient> =>
  ModelListing.use((listing) => listing.list(definition.id)).pipe(
    Effect.provide(HttpModelListing.layer().pipe(Layer.provide(SingleProvider.registry(definition)())))
  )

const http = UndiciHttpClient.layer.pipe(Layer.provideMerge(SluiceConfig.layer()))

/**
 * Lists the models of a provider, or of each configured provider that has a list, and merges them into the registry.
 * Returns a line for each provider that failed.
 */
export const merge = Effect.fnUntraced(
  function*(
    given: ProviderDefinition | undefined
  ): Effect.fn.Return<ReadonlyArray<string>, ConfigurationError, ModelRegistry | HttpClient.HttpClient> {
    const models = yield* ModelRegistry
    const selected = given === undefined
      ? (yield* Configured.definitions).filter((definition) => definition.models !== undefined)
      : [given]
    if (selected.length === 0) {
      return ["ConfigurationError: No provider is configured that lists its models: name one with --provider."]
    }
    const failures: Array<string> = []
    yield* Effect.forEach(selected, (definition) =>
      Effect.matchEffect(list(definition), {
        onSuccess: (live) => Effect.asVoid(models.merge(definition.id, live)),
        onFailure: (error) => Effect.sync(() => void failures.push(errorLine(error)))
      }), { concurrency: 8, discard: true })
    return failures
  },
  Effect.provide(http)
)
