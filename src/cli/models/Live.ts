/**
 * What `sluice models --live` asks.
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

/** A provider has a registry of its own here, so that what is wrong with one is not wrong with the others. */
const list = (
  definition: ProviderDefinition
): Effect.Effect<ReadonlyArray<ModelFacts>, CompletionError, HttpClient.HttpClient> =>
  ModelListing.use((listing) => listing.list(definition.id)).pipe(
    Effect.provide(HttpModelListing.layer().pipe(Layer.provide(SingleProvider.registry(definition)())))
  )

const http = UndiciHttpClient.layer.pipe(Layer.provideMerge(SluiceConfig.layer()))

/**
 * Asks a provider, or each that is configured and has a list, for its models and puts what they say over what is known. Answers a
 * line for each that did not answer.
 */
export const ask = Effect.fnUntraced(
  function*(
    given: ProviderDefinition | undefined
  ): Effect.fn.Return<ReadonlyArray<string>, ConfigurationError, ModelRegistry | HttpClient.HttpClient> {
    const models = yield* ModelRegistry
    const asked = given === undefined
      ? (yield* Configured.definitions).filter((definition) => definition.models !== undefined)
      : [given]
    if (asked.length === 0) {
      return ["ConfigurationError: No provider is configured that lists its models: name one with --provider."]
    }
    const failures: Array<string> = []
    yield* Effect.forEach(asked, (definition) =>
      Effect.matchEffect(list(definition), {
        onSuccess: (live) => Effect.asVoid(models.merge(definition.id, live)),
        onFailure: (error) => Effect.sync(() => void failures.push(errorLine(error)))
      }), { concurrency: 8, discard: true })
    return failures
  },
  Effect.provide(http)
)
