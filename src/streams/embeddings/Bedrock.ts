/**
 * The wire formats of Amazon's own embedding models: Titan and Nova, one input a request.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html
 */
import * as Result from "effect/Result"
import { count, defined, objects } from "../json/Json.ts"
import { purpose, type Purposes, single, truncateWord, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/** The wire format of Titan. */
export const titan: WireFormat = {
  maxInputs: 1,
  encodings: ["float"],
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    Result.map(single(inputs, context), (inputText) => defined({ inputText, dimensions: request.dimensions })),
  decode: (body, { encoding }) =>
    Result.map(Vectors.read(body.embedding, encoding), (vector) => ({
      vectors: [vector],
      model: null,
      usage: usageOf(count(body.inputTextTokenCount))
    }))
}

const purposes: Purposes = {
  query: "TEXT_RETRIEVAL",
  document: "GENERIC_INDEX",
  classification: "CLASSIFICATION",
  clustering: "CLUSTERING"
}

/** The wire format of Nova, which requires a purpose of the vectors: an index, unless the request has another. */
export const nova: WireFormat = {
  maxInputs: 1,
  encodings: ["float"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    Result.map(single(inputs, context), (value) => ({
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: defined({
        embeddingPurpose: purpose(request, purposes) ?? "GENERIC_INDEX",
        embeddingDimension: request.dimensions,
        text: { truncationMode: truncateWord(request) ?? "NONE", value }
      })
    })),
  decode: (body, { encoding, headers }) =>
    Result.map(Vectors.read(objects(body.embeddings)[0]?.embedding, encoding), (vector) => ({
      vectors: [vector],
      model: null,
      usage: usageOf(count(Number(headers["x-amzn-bedrock-input-token-count"])))
    }))
}
