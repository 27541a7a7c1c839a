/**
 * Encodes the output schema of a request for the Responses API.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"

/**
 * Encodes the `format` of `text`.
 *
 * **Details**
 *
 * `strict` is always sent where the server has it: the default of the API is strict.
 */
export const encode = (
  { outputSchema }: CompletionRequest,
  schemas: RequestSchemas
): Schema.JsonObject | undefined => {
  if (outputSchema === undefined) return undefined
  if (outputSchema === "json") return { type: "json_object" }
  const { description, name = "response", strict = false } = outputSchema
  return defined({
    type: "json_schema",
    name,
    description,
    schema: schemas.output(outputSchema),
    ...(schemas.hasStrict ? { strict } : {})
  })
}
