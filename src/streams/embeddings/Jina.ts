/**
 * Jina AI's form of embeddings: OpenAI's answer, another request.
 *
 * @see https://jina.ai/embeddings/
 */
import { purpose, textsCutAtEnd, type WireFormat } from "./WireFormat.ts"
import * as OpenAi from "./OpenAi.ts"

/**
 * The form.
 *
 * **Details**
 *
 * Left out for want of a field: `user`. How many inputs a request may have is nowhere said. With `late_chunking` all inputs
 * of a request are one text, so that they should be few enough for one.
 */
export const wireFormat: WireFormat = {
  maxInputs: 512,
  encodings: ["float", "base64", "binary", "ubinary"],
  encode: (inputs, request, context) =>
    textsCutAtEnd(inputs, request, context, (truncate) => ({
      task: purpose(request, {
        query: "retrieval.query",
        document: "retrieval.passage",
        classification: "classification",
        clustering: "separation",
        similarity: "text-matching"
      }),
      dimensions: request.dimensions,
      embedding_type: request.encoding === "float" ? undefined : request.encoding,
      truncate
    })),
  decode: OpenAi.decode
}
