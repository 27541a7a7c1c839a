/**
 * Ollama's own wire format of embeddings.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings
 */
import * as Result from "effect/Result"
import { array, count, nonEmpty } from "../json/Json.ts"
import { textsCutAtEnd, usageOf, type WireFormat } from "./WireFormat.ts"
import * as Vectors from "./Vectors.ts"

/**
 * The wire format.
 *
 * **Details**
 *
 * Ollama has no limit of inputs. The one here keeps a request of a small machine
 * short.
 */
export const wireFormat: WireFormat = {
  maxInputs: 512,
  encodings: ["float"],
  lacks: ["user"],
  encode: (inputs, request, context) =>
    textsCutAtEnd(inputs, request, context, (truncate) => ({
      truncate,
      dimensions: request.dimensions
    })),
  decode: (body, { encoding }) => {
    const lists = array(body.embeddings)
    return lists === undefined
      ? Result.fail("the body has no embeddings")
      : Result.map(Vectors.inOrder(lists, encoding), (vectors) => ({
        vectors,
        model: nonEmpty(body.model) ?? null,
        usage: usageOf(count(body.prompt_eval_count))
      }))
  }
}
