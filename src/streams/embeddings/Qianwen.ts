/**
 * The native wire format of embeddings of Alibaba Cloud Model Studio (DashScope), which has purposes. Its compatible
 * one is OpenAI's.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/text-embedding-synchronous-api
 */
import * as Result from "effect/Result"
import { array, count, defined, object, objects } from "../json/Json.ts"
import { purpose, type Purposes, texts, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

const purposes: Purposes = { query: "query", document: "document" }

/** The wire format. */
export const wireFormat: WireFormat = {
  maxInputs: 10,
  encodings: ["float"],
  purposes,
  lacks: ["truncate", "user"],
  encode: (inputs, request, context) =>
    Result.map(texts(inputs, context), (list) => {
      const parameters = defined({
        text_type: purpose(request, purposes),
        dimension: request.dimensions
      })
      return defined({
        model: context.model,
        input: { texts: list },
        parameters: Object.keys(parameters).length === 0 ? undefined : parameters
      })
    }),
  decode: (body, { encoding, inputs }) => {
    const embeddings = object(body.output)?.embeddings
    if (array(embeddings) === undefined) return Result.fail("the body has no output.embeddings")
    const entries = objects(embeddings).map(({ embedding, text_index }) => ({ index: text_index, vector: embedding }))
    return Result.map(Vectors.byIndex(entries, inputs.length, encoding), (vectors) => ({
      vectors,
      model: null,
      usage: usageOf(count(object(body.usage)?.total_tokens))
    }))
  }
}
