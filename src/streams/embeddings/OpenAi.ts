/**
 * OpenAI's wire format of embeddings, which most servers have, and the decoder of its response, which others share.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
import * as Result from "effect/Result"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { array, count, defined, type JsonObject, nonEmpty, object, objects } from "../json/Json.ts"
import {
  type DecodedEmbeddings,
  type EncodeContext,
  type RequestedEmbeddings,
  usageOf,
  type WireFormat
} from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/** Reads the usage. The input is the total where no input is reported: Voyage and Jina report the total only. */
const usage = (body: JsonObject): TokenUsage => {
  const counts = object(body.usage)
  const total = count(counts?.total_tokens)
  const input = count(counts?.prompt_tokens)
  return usageOf(input === 0 ? total : input, total)
}

/** Decodes a response: `data` with a vector and an index each. */
export const decode = (body: JsonObject, requested: RequestedEmbeddings): Result.Result<DecodedEmbeddings, string> => {
  if (array(body.data) === undefined) return Result.fail("the body has no data")
  const entries = objects(body.data).map(({ embedding, index }) => ({ index, vector: embedding }))
  return Result.map(Vectors.byIndex(entries, requested.inputs.length, requested.encoding), (vectors) => ({
    vectors,
    model: nonEmpty(body.model) ?? null,
    usage: usage(body)
  }))
}

/**
 * Returns the encoding to request. Floats are the default of every server, so they are requested only if the caller
 * does.
 */
const format = (request: EmbeddingRequest, { binding }: EncodeContext): string | undefined =>
  request.encoding === "float" && binding.encodings === undefined ? undefined : request.encoding

/**
 * The wire format.
 *
 * **Details**
 *
 * At most 2048 inputs and 300,000 tokens a request; a token is taken to have at least two bytes.
 */
export const wireFormat: WireFormat = {
  maxInputs: 2048,
  maxBytes: 600_000,
  encodings: ["float", "base64"],
  lacks: ["truncate"],
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
