/**
 * The native wire format of embeddings of Cloudflare's Workers AI. Its compatible one is OpenAI's.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/bge-base-en-v1.5/
 */
import * as Result from "effect/Result"
import { array, object } from "../json/Json.ts"
import { invalid, texts, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/** The wire format. It reports no tokens. */
export const wireFormat: WireFormat = {
  maxInputs: 100,
  encodings: ["float"],
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    request.dimensions === undefined
      ? Result.map(texts(inputs, context), (text) => ({ text }))
      : invalid(context, "dimensions", "the vectors have the dimensions of the model: leave it out"),
  decode: (body, { encoding }) => {
    const lists = array(object(body.result)?.data)
    return lists === undefined
      ? Result.fail("the body has no result.data")
      : Result.map(Vectors.inOrder(lists, encoding), (vectors) => ({ vectors, model: null, usage: usageOf(0) }))
  }
}
