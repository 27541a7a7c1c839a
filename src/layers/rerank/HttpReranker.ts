/**
 * Rankings over HTTP.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ExchangeError } from "../../domain/OperationError.ts"
import type { RerankBinding } from "../../domain/Operations.ts"
import type { RankedDocument, RerankDocument, RerankRequest, RerankResponse } from "../../domain/Rerank.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { Reranker } from "../../services/Reranker.ts"
import type { Answer } from "../../streams/rerank/WireFormat.ts"
import * as WireFormats from "../../streams/rerank/WireFormats.ts"
import * as Address from "../configuration/Address.ts"
import * as Ask from "../call/PlainRequest.ts"
import * as Exchange from "../call/Caller.ts"

interface Asked {
  readonly provider: Provider
  readonly model: string
  readonly binding: RerankBinding
  readonly request: RerankRequest
}

const make = Effect.gen(function*() {
  const exchange = yield* Exchange.make
  const registry = yield* ProviderRegistry

  const page = Effect.fnUntraced(function*(
    { binding, model, provider, request }: Asked,
    next: string | undefined
  ): Effect.fn.Return<Answer, ExchangeError> {
    const body = yield* Effect.fromResult(WireFormats.encode(request, binding, {
      provider: provider.definition.id,
      model,
      variables: provider.variables,
      next
    }))
    const asked = yield* Effect.fromResult(Ask.make(provider, {
      operation: "rerank",
      endpoint: binding,
      model,
      json: body,
      headers: request.headers,
      numbers: { maxTokensPerDocument: request.maxTokensPerDocument }
    }))
    return yield* exchange.json(asked, (value) => WireFormats.decode(value, request, binding))
  })

  const rerank = Effect.fnUntraced(function*<Document extends RerankDocument>(
    request: RerankRequest<Document>
  ): Effect.fn.Return<RerankResponse<Document>, ExchangeError> {
    const { model, provider } = yield* registry.resolve(request.model)
    const binding = yield* Effect.fromResult(
      Address.operationOf(provider, provider.definition.rerank, model, "rank documents")
    )
    if (request.documents.length === 0) {
      return { results: [], responseId: null, model: null, usage: TokenUsage.zero, searchUnits: 0 }
    }
    const wanted = Math.min(request.topN ?? Infinity, request.documents.length)
    const results: Array<RankedDocument<Document>> = []
    let usage = TokenUsage.zero
    let searchUnits = 0
    let first: Answer | undefined
    let next: string | undefined
    do {
      const answer = yield* page({ provider, model, binding, request }, next)
      for (const { index, score } of answer.results) {
        const document = request.documents[index]
        if (document !== undefined) results.push({ index, score, document })
      }
      usage = TokenUsage.add(usage, answer.usage)
      searchUnits += answer.searchUnits
      first ??= answer
      next = answer.next === next ? undefined : answer.next
    } while (next !== undefined && results.length < wanted)
    return {
      // Some servers answer with all of them whatever is wanted.
      results: results.slice(0, wanted),
      responseId: first.responseId,
      model: first.model,
      usage,
      searchUnits
    }
  })

  return Reranker.of({ rerank })
})

/**
 * Layer that provides `Reranker` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are read when
 * it is built; a `RetryPolicy` that is provided to a single call goes before the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Reranker, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Reranker,
  make
)
