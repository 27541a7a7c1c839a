/**
 * Cohere's wire formats of embeddings: of its own API, and of Bedrock.
 *
 * @see https://docs.cohere.com/reference/embed
 */
import * as Result from "effect/Result"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import { array, count, defined, isObject, type JsonObject, number, object } from "../json/Json.ts"
import {
  type DecodedEmbeddings,
  purpose,
  type Purposes,
  type RequestedEmbeddings,
  texts,
  truncateWord,
  usageOf,
  type WireFormat
} from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

const purposes: Purposes = {
  query: "search_query",
  document: "search_document",
  classification: "classification",
  clustering: "clustering"
}

/** Models from version 3 on reject a request without a purpose. Most requests are for an index. */
const inputType = (request: EmbeddingRequest): string => purpose(request, purposes) ?? "search_document"

/**
 * Decodes a response: lists of vectors by their types, or one list of floats from earlier models. Bedrock reports
 * tokens in a header.
 */
export const decode = (body: JsonObject, requested: RequestedEmbeddings): Result.Result<DecodedEmbeddings, string> => {
  const { embeddings } = body
  const wanted = requested.encoding ?? "float"
  const lists = isObject(embeddings) ? array(embeddings[wanted]) : array(embeddings)
  if (lists === undefined) return Result.fail(`the body has no ${wanted} embeddings`)
  const billed = object(object(body.meta)?.billed_units)
  const input = count(number(billed?.input_tokens) ?? Number(requested.headers["x-amzn-bedrock-input-token-count"]))
  return Result.map(Vectors.inOrder(lists, wanted), (vectors) => ({ vectors, model: null, usage: usageOf(input) }))
}

/** The wire format of Cohere itself. */
export const wireFormat: WireFormat = {
  maxInputs: 96,
  encodings: ["float", "base64", "int8", "uint8", "binary", "ubinary"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (list) =>
      defined({
        model: context.model,
        texts: list,
        input_type: inputType(request),
        embedding_types: [request.encoding ?? "float"],
        truncate: truncateWord(request),
        output_dimension: request.dimensions
      })),
  decode
}

/**
 * The wire format of Cohere's models at Bedrock: the model is in the address, and floats are the default that is not
 * sent.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 */
export const bedrock: WireFormat = {
  maxInputs: 96,
  encodings: ["float", "int8", "uint8", "binary", "ubinary"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (list) =>
      defined({
        texts: list,
        input_type: inputType(request),
        embedding_types: request.encoding === undefined || request.encoding === "float"
          ? undefined
          : [request.encoding],
        truncate: truncateWord(request),
        output_dimension: request.dimensions
      })),
  decode
}
