/**
 * Cohere's form of rankings, which most servers speak, and what Jina, Voyage, Together and Bedrock have made of it.
 *
 * @see https://docs.cohere.com/reference/rerank
 */
import * as Result from "effect/Result"
import type { RerankRequest } from "../../domain/Rerank.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { array, count, defined, isObject, type JsonObject, nonEmpty, object } from "../json/Json.ts"
import { type Answer, type EncodeContext, type Ranked, texts, type WireFormat } from "./WireFormat.ts"

/** Reads the list of an answer. The best come first, whichever way they were sent. */
export const ranked = (list: unknown, scoreField: string): Result.Result<ReadonlyArray<Ranked>, string> => {
  const entries = array(list)
  if (entries === undefined) return Result.fail("the body has no results")
  const results: Array<Ranked> = []
  for (const entry of entries) {
    if (!isObject(entry)) return Result.fail("a result is no object")
    const { [scoreField]: score, index } = entry
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0) {
      return Result.fail("a result does not say which document it is")
    }
    if (typeof score !== "number") return Result.fail("a result has no score")
    results.push({ index, score })
  }
  return Result.succeed(results.toSorted((left, right) => right.score - left.score))
}

const decode = (field: "results" | "data") => (body: JsonObject): Result.Result<Answer, string> =>
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
 * Cohere's own form, also of vLLM, llama.cpp and OpenRouter. Left out for want of a field: `truncate`, since what is too long
 * is always cut.
 */
export const wireFormat: WireFormat = {
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
 * Jina's form. The documents are not asked for again. Left out for want of a field: `truncate`, `maxTokensPerDocument`.
 *
 * @see https://jina.ai/reranker/
 */
export const jina: WireFormat = {
  encode: (request, context) =>
    Result.map(
      texts(request, context),
      (documents) => defined({ ...common(request, context, documents), top_n: request.topN, return_documents: false })
    ),
  decode: decode("results")
}

/**
 * Voyage's form. Left out for want of a field: `maxTokensPerDocument`.
 *
 * @see https://docs.voyageai.com/reference/reranker-api
 */
export const voyage: WireFormat = {
  encode: (request, context) =>
    Result.map(
      texts(request, context),
      (documents) =>
        defined({ ...common(request, context, documents), top_k: request.topN, truncation: request.truncate })
    ),
  decode: decode("data")
}

/**
 * Together's form, which also takes objects: all of their fields count, unless `rank_fields` in the provider's options says
 * which. Left out for want of a field: `truncate`, `maxTokensPerDocument`.
 *
 * @see https://docs.together.ai/reference/rerank-1
 */
export const together: WireFormat = {
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
 * Cohere's models at Bedrock, invoked: the model is in the address. Left out for want of a field: `truncate`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-rerank.html
 */
export const bedrock: WireFormat = {
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
