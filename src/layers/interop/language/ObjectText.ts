/**
 * Makes of a completion the text from which `effect/ai` decodes an object.
 */
import * as AiError from "effect/ai/AiError"
import type * as Response from "effect/ai/Response"
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Completion } from "../../../domain/Completion.ts"
import * as StructuredOutput from "../../../domain/StructuredOutput.ts"

const failure = (error: StructuredOutput.InvalidOutputError, { refusal, text }: Completion): AiError.AiError =>
  AiError.make({
    module: "sluice",
    method: "generateObject",
    reason: error.reason === "refused"
      ? new AiError.ContentPolicyError({
        description: refusal === "" ? error.message : `The model declined: ${refusal}`
      })
      : new AiError.StructuredOutputError({ description: error.message, responseText: text })
  })

/**
 * Replaces the texts of a completion by one: the value in the shape of the caller's schema, as JSON. `effect/ai`
 * decodes all texts together, and knows nothing of the schema that the provider got. A completion that calls tools
 * keeps its texts: the object comes with a later one.
 */
export const replaceTexts = (
  parts: ReadonlyArray<Response.PartEncoded>,
  completion: Completion,
  schema: Schema.Top
): Effect.Effect<Array<Response.PartEncoded>, AiError.AiError> => {
  if (completion.toolCalls.length > 0) return Effect.succeed([...parts])
  return StructuredOutput.decode(completion, Tool.getJsonSchemaFromSchema(schema)).pipe(
    Effect.mapError((error) => failure(error, completion)),
    Effect.map((value) => {
      const last = parts.findLastIndex((part) => part.type === "text" && part.text !== "")
      return parts.map((part, position) => {
        if (part.type !== "text" || part.text === "") return part
        return { ...part, text: position === last ? JSON.stringify(value) : "" }
      })
    })
  )
}
