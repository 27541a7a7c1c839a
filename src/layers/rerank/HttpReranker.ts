/**
 * Provides reranking over HTTP.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import type { RerankBinding } from "../../domain/Operations.ts"
import type { RankedDocument, RerankDocument, RerankRequest, RerankResponse } from "../../domain/Rerank.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { Reranker } from "../../services/Reranker.ts"
import type { DecodedRanking } from "../../streams/rerank/WireFormat.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as WireFormats from "../../streams/rerank/WireFormats.ts"
import * as Address from "../configuration/Address.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as OperationWarnings from "../call/OperationWarnings.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import type { PreparedRequest } from "../call/PreparedRequest.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import type { Target } from "../resilience/Policy.ts"

interface PreparedRerank extends PreparedRequest {
  readonly binding: RerankBinding
}

/** What the operation is made from. */
interface Environment {
  readonly registry: ProviderRegistry["Service"]
  readonly caller: Caller.Caller
}

const bindingOf = (provider: Provider, model: string) =>
  Address.operationOf(provider, provider.definition.rerank, model, "rank documents")

const prepare = Effect.fnUntraced(function*(
  { registry }: Environment,
  target: Target,
  request: RerankRequest,
  next: string | undefined
): Effect.fn.Return<PreparedRerank, CompletionError> {
  const provider = yield* registry.provider(target.provider)
  const model = target.model ?? ""
  const binding = yield* Effect.fromResult(bindingOf(provider, model))
  const context = { provider: provider.definition.id, model, variables: provider.variables, next }
  const json = yield* Effect.fromResult(WireFormats.encode(request, binding, context))
  const prepared = yield* Effect.fromResult(PlainRequest.prepare(provider, {
    endpoint: binding,
    model,
    json,
    headers: request.headers
  }))
  return { ...prepared, binding, warnings: WireFormats.warnings(request, binding, context) }
})

/** Requests a page of a ranking: the first one, or the one that `next` names. */
const page = (environment: Environment, target: Target, request: RerankRequest, next: string | undefined) =>
  Caller.ofWhole(environment.caller.one<DecodedRanking, PreparedRerank>({
    operation: "rerank",
    target,
    headers: request.headers,
    timeouts: request.timeouts,
    retry: request.retry,
    usageOf: ({ usage }) => usage,
    // Every document is read together with the query.
    tokenBound: () =>
      Effect.succeed(TokenBounds.ofTexts(request.documents.flatMap((document) => [
        request.query,
        typeof document === "string" ? document : JSON.stringify(document)
      ]))),
    prepare: (to) => prepare(environment, to, request, next),
    decode: (response, { binding }) =>
      Effect.map(
        Body.jsonOf(response, (value) => WireFormats.decode(value, request, binding)),
        Body.one
      ),
    warn: OperationWarnings.toWhole
  }))

const rerank = Effect.fnUntraced(function*<Document extends RerankDocument>(
  environment: Environment,
  input: RerankRequest<Document>
): Effect.fn.Return<RerankResponse<Document>, ExchangeError> {
  const request = yield* RequestProblem.validate(environment.registry, RequestFields.rerank, input)
  const { model, provider } = yield* environment.registry.resolve(request.model)
  yield* Effect.fromResult(bindingOf(provider, model))
  const target: Target = { provider: provider.definition.id, model }
  if (request.documents.length === 0) {
    return { results: [], responseId: null, model: null, usage: TokenUsage.zero, searchUnits: 0 }
  }
  const wanted = Math.min(request.topN ?? Infinity, request.documents.length)
  const results: Array<RankedDocument<Document>> = []
  let usage = TokenUsage.zero
  let searchUnits = 0
  let first: DecodedRanking | undefined
  let next: string | undefined
  do {
    const ranked = yield* page(environment, target, request, next)
    for (const { index, score } of ranked.results) {
      const document = request.documents[index]
      if (document !== undefined) results.push({ index, score, document })
    }
    usage = TokenUsage.add(usage, ranked.usage)
    searchUnits += ranked.searchUnits
    first ??= ranked
    next = ranked.next === next ? undefined : ranked.next
  } while (next !== undefined && results.length < wanted)
  const { warnings } = first
  yield* OperationWarnings.log(environment.caller, target, warnings ?? [])
  return {
    // Some servers return all results, also when fewer are requested.
    results: results.slice(0, wanted),
    responseId: first.responseId,
    model: first.model,
    usage,
    searchUnits,
    ...(warnings === undefined ? {} : { warnings })
  }
})

const make = Effect.gen(function*() {
  const environment: Environment = { registry: yield* ProviderRegistry, caller: yield* Caller.make }
  return Reranker.of({ rerank: (request) => rerank(environment, request) })
})

/**
 * Layer that provides `Reranker` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are
 * those of each call, and else those of the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Reranker, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  Reranker,
  make
)
