/**
 * Cohere's wire format of rankings, which most servers have, and the variants of Jina, Voyage, Together and Bedrock.
 *
 * @see https://docs.cohere.com/reference/rerank
 */
import * as Result from "effect/Result"
import type { RerankRequest } from "../../domain/Rerank.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { array, count, defined, isObject, type JsonObject, nonEmpty, object, objects } from "../json/Json.ts"
import { type DecodedRanking, type EncodeContext, type Ranked, texts, type WireFormat } from "./WireFormat.ts"

/**
 * Decodes the list of a response. The best come first, in whatever order they were sent. Where other results have an
 * index or a score, a missing one is 0, which servers leave out that omit default values.
 */
export const ranked = (list: unknown, scoreField: string): Result.Result<ReadonlyArray<Ranked>, string> => {
  const entries = array(list)
  if (entries === undefined) return Result.fail("the body has no results")
  const isUsed = (field: string): boolean => objects(entries).some((entry) => (entry[field] ?? undefined) !== undefined)
  const zeros = { index: isUsed("index") ? 0 : undefined, score: isUsed(scoreField) ? 0 : undefined }
  const results: Array<Ranked> = []
  for (const entry of entries) {
    if (!isObject(entry)) return Result.fail("a result is no object")
    const index = entry.index ?? zeros.index
    const score = entry[scoreField] ?? zeros.score
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0) {
      return Result.fail("a result has no index of a document")
    }
    if (typeof score !== "number") return Result.fail("a result has no score")
    results.push({ index, score })
  }
  return Result.succeed(results.toSorted((left, right) => right.score - left.score))
}

const decode = (field: "results" | "data") => (body: JsonObject): Result.Result<DecodedRanking, string> =>
  Result.map(ranked(body[field], "relevance_score"), (results) => {
    const counts = object(body.usage)
    const total = count(counts?.total_tokens)
    const input = count(counts?.prompt_tokens)
    return {
      results,
      responseId: nonEmpty(body.id) ?? null,
      model: nonEmpty(body.model) ?? null,
      usage: TokenUsage.of(input === 0 ? total : input, 0, total),
      searchUnits: count(object(object(body.meta)?.billed_units)?.search_units)
    }
  })

const common = (request: RerankRequest, { model }: EncodeContext, documents: ReadonlyArray<string>) => ({
  model,
  query: request.query,
  documents
})

/**
 * Cohere's own wire format, also of vLLM, llama.cpp and OpenRouter. Documents that are too long are always cut.
 */
export const wireFormat: WireFormat = {
  lacks: ["truncate"],
  encode: (request, context) =>
    Result.map(texts(request, context), (documents) =>
      defined({
        ...common(request, context, documents),
        top_n: request.topN,
        max_tokens_per_doc: request.maxTokensPerDocument
      })),
  decode: decode("results")
}

/**
 * Jina's wire format. The documents are not requested back.
 *
 * @see https://jina.ai/reranker/
 */
export const jina: WireFormat = {
  lacks: ["truncate", "maxTokensPerDocument"],
  encode: (request, context) =>
    Result.map(
      texts(request, context),
      (documents) => defined({ ...common(request, context, documents), top_n: request.topN, return_documents: false })
    ),
  decode: decode("results")
}

/**
 * Voyage's wire format.
 *
 * @see https://docs.voyageai.com/reference/reranker-api
 */
export const voyage: WireFormat = {
  lacks: ["maxTokensPerDocument"],
  encode: (request, context) =>
    Result.map(
      texts(request, context),
      (documents) =>
        defined({ ...common(request, context, documents), top_k: request.topN, truncation: request.truncate })
    ),
  decode: decode("data")
}

/**
 * Together's wire format, which also takes objects: all of their fields count, unless `rank_fields` in the provider's
 * options has others.
 *
 * @see https://docs.together.ai/reference/rerank-1
 */
export const together: WireFormat = {
  lacks: ["truncate", "maxTokensPerDocument"],
  encode: (request, { model }) =>
    Result.succeed(defined({
      model,
      query: request.query,
      documents: [...request.documents],
      top_n: request.topN,
      return_documents: false
    })),
  decode: decode("results")
}

/**
 * Cohere's models at Bedrock, invoked: the model is in the address.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-rerank.html
 */
export const bedrock: WireFormat = {
  lacks: ["truncate"],
  encode: (request, context) =>
    Result.map(texts(request, context), (documents) =>
      defined({
        api_version: 2,
        query: request.query,
        documents,
        top_n: request.topN,
        max_tokens_per_doc: request.maxTokensPerDocument
      })),
  decode: decode("results")
}
