/**
 * Perplexity's wire format of embeddings: OpenAI's, with vectors that are always quantised, in base64.
 *
 * @see https://docs.perplexity.ai/api-reference/embeddings-post
 */
import * as Result from "effect/Result"
import { defined } from "../json/Json.ts"
import { texts, type WireFormat } from "./WireFormat.ts"
import * as OpenAi from "./OpenAi.ts"

/** The wire format. Bits of `ubinary` vectors begin with the lowest of a byte. */
export const wireFormat: WireFormat = {
  maxInputs: 512,
  encodings: ["int8", "ubinary"],
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (input) =>
      defined({
        model: context.model,
        input,
        dimensions: request.dimensions,
        encoding_format: request.encoding === "ubinary" ? "base64_binary" : "base64_int8"
      })),
  decode: OpenAi.decode
}
