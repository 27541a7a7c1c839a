/**
 * Jina AI's wire format of embeddings: OpenAI's response, another request.
 *
 * @see https://jina.ai/embeddings/
 */
import { purpose, type Purposes, textsCutAtEnd, type WireFormat } from "./WireFormat.ts"
import * as OpenAi from "./OpenAi.ts"

const purposes: Purposes = {
  query: "retrieval.query",
  document: "retrieval.passage",
  classification: "classification",
  clustering: "separation",
  similarity: "text-matching"
}

/**
 * The wire format.
 *
 * **Details**
 *
 * Jina documents no limit of inputs. With `late_chunking` all inputs of a request are one text, so they should be few
 * enough for one.
 */
export const wireFormat: WireFormat = {
  maxInputs: 512,
  encodings: ["float", "base64", "binary", "ubinary"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    textsCutAtEnd(inputs, request, context, (truncate) => ({
      task: purpose(request, purposes),
      dimensions: request.dimensions,
      embedding_type: request.encoding === "float" ? undefined : request.encoding,
      truncate
    })),
  decode: OpenAi.decode
}
