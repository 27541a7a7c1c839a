/**
 * Mistral's wire format of embeddings: OpenAI's, with dimensions and number types of its own.
 *
 * @see https://docs.mistral.ai/api/#tag/embeddings
 */
import * as Result from "effect/Result"
import { defined } from "../json/Json.ts"
import { texts, type WireFormat } from "./WireFormat.ts"
import * as OpenAi from "./OpenAi.ts"

const types = new Set<unknown>(["int8", "uint8", "binary", "ubinary"])

/** The wire format. */
export const wireFormat: WireFormat = {
  maxInputs: 32,
  encodings: ["float", "base64", "int8", "uint8", "binary", "ubinary"],
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (input) =>
      defined({
        model: context.model,
        input,
        encoding_format: request.encoding === "base64" ? "base64" : "float",
        output_dimension: request.dimensions,
        output_dtype: types.has(request.encoding) ? request.encoding : undefined
      })),
  decode: OpenAi.decode
}
