/**
 * Encodes the output schema of a request for Cohere.
 *
 * @see https://docs.cohere.com/docs/structured-outputs
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"

/** Encodes `response_format`. */
export const encode = (
  { outputSchema }: CompletionRequest,
  problems: Problems.Problems
): Schema.JsonObject | undefined => {
  if (outputSchema === undefined) return undefined
  if (outputSchema === "json") return { type: "json_object" }
  return { type: "json_object", json_schema: PromptParts.outputSchemaOf(outputSchema, problems) }
}
