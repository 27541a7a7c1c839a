/**
 * Voyage AI's wire format of embeddings: OpenAI's response, another request.
 *
 * @see https://docs.voyageai.com/reference/embeddings-api
 */
import { purpose, type Purposes, textsCutAtEnd, type WireFormat } from "./WireFormat.ts"
import * as OpenAi from "./OpenAi.ts"

const purposes: Purposes = { query: "query", document: "document" }

const types = new Set<unknown>(["int8", "uint8", "binary", "ubinary"])

/**
 * The wire format.
 *
 * **Details**
 *
 * A request may have 120,000 tokens for the large models and more for the others.
 */
export const wireFormat: WireFormat = {
  maxInputs: 128,
  maxBytes: 240_000,
  encodings: ["float", "base64", "int8", "uint8", "binary", "ubinary"],
  purposes,
  lacks: ["user"],
  encode: (inputs, request, context) =>
    textsCutAtEnd(inputs, request, context, (truncate) => ({
      input_type: purpose(request, purposes),
      truncation: truncate,
      output_dimension: request.dimensions,
      output_dtype: types.has(request.encoding) ? request.encoding : undefined,
      encoding_format: request.encoding === "base64" ? "base64" : undefined
    })),
  decode: OpenAi.decode
}
