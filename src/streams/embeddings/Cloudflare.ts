/**
 * The native form of embeddings of Cloudflare's Workers AI; its compatible one is OpenAI's.
 *
 * @see https://developers.cloudflare.com/workers-ai/models/bge-base-en-v1.5/
 */
import * as Result from "effect/Result"
import { array, object } from "../json/Json.ts"
import { refuse, texts, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/** The form. It counts no tokens. Left out for want of a field: `purpose`, `truncate`, `user`. */
export const wireFormat: WireFormat = {
  maxInputs: 100,
  encodings: ["float"],
  encode: (inputs, request, context) =>
    request.dimensions === undefined
      ? Result.map(texts(inputs, context), (text) => ({ text }))
      : refuse(context, "dimensions", "the vectors have the dimensions of the model: leave it out"),
  decode: (body, { encoding }) => {
    const lists = array(object(body.result)?.data)
    return lists === undefined
      ? Result.fail("the body has no result.data")
      : Result.map(Vectors.inOrder(lists, encoding), (vectors) => ({ vectors, model: null, usage: usageOf(0) }))
  }
}
