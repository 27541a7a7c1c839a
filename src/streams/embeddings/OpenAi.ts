/**
 * OpenAI's form of embeddings, which most servers speak; and its answer, which yet more have in common.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
import * as Result from "effect/Result"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { array, count, defined, type JsonObject, nonEmpty, object, objects } from "../json/Json.ts"
import { type Answer, type Asked, type EncodeContext, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/** Input is what is counted as such, or all there is: Voyage and Jina count the total only. */
const usage = (body: JsonObject): TokenUsage => {
  const counts = object(body.usage)
  const total = count(counts?.total_tokens)
  const input = count(counts?.prompt_tokens)
  return usageOf(input === 0 ? total : input, total)
}

/** Reads an answer: `data` with a vector and an index each. */
export const decode = (body: JsonObject, asked: Asked): Result.Result<Answer, string> => {
  if (array(body.data) === undefined) return Result.fail("the body has no data")
  const entries = objects(body.data).map(({ embedding, index }) => ({ index, vector: embedding }))
  return Result.map(Vectors.byIndex(entries, asked.inputs.length, asked.encoding), (vectors) => ({
    vectors,
    model: nonEmpty(body.model) ?? null,
    usage: usage(body)
  }))
}

/** Plain numbers are what every server answers with, so they are not asked for unless the caller does. */
const format = (request: EmbeddingRequest, { binding }: EncodeContext): string | undefined =>
  request.encoding === "float" && binding.encodings === undefined ? undefined : request.encoding

/**
 * The form.
 *
 * **Details**
 *
 * Left out for want of a field: `purpose` and `truncate`. At most 2048 inputs and 300,000 tokens a request, of which it is
 * assumed that each has two bytes at least.
 */
export const wireFormat: WireFormat = {
  maxInputs: 2048,
  maxBytes: 600_000,
  encodings: ["float", "base64"],
  encode: (inputs, request, context) =>
    Result.succeed(defined({
      model: context.model,
      input: inputs.map((input) => (typeof input === "string" ? input : [...input])),
      encoding_format: format(request, context),
      dimensions: request.dimensions,
      user: request.user
    })),
  decode
}
