/**
 * Encodes the output schema of a request for the Responses API.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs
 */
import * as OpenAiStructuredOutput from "effect/ai/OpenAiStructuredOutput"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"

/**
 * Encodes the `format` of `text`.
 *
 * **Details**
 *
 * Strict mode takes a part of JSON Schema only: optional fields become nullable ones. Output that follows such a schema
 * is decoded with the codec of `OpenAiStructuredOutput.toCodecOpenAI`.
 */
export const encode = (
  { outputSchema }: CompletionRequest,
  problems: Problems.Problems
): Schema.JsonObject | undefined => {
  if (outputSchema === undefined) return undefined
  if (outputSchema === "json") return { type: "json_object" }
  const { description, name = "response", strict } = outputSchema
  const transform = strict === true ? OpenAiStructuredOutput.toCodecOpenAI : undefined
  return defined({
    type: "json_schema",
    name,
    description,
    schema: PromptParts.outputSchemaOf(outputSchema, problems, transform),
    strict
  })
}
