/**
 * Encodes the output schema of a request for Cohere.
 *
 * @see https://docs.cohere.com/docs/structured-outputs
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"

/** Encodes `response_format`. */
export const encode = (
  { outputSchema }: CompletionRequest,
  schemas: RequestSchemas
): Schema.JsonObject | undefined => {
  if (outputSchema === undefined) return undefined
  if (outputSchema === "json") return { type: "json_object" }
  return { type: "json_object", json_schema: schemas.output(outputSchema) }
}
