/**
 * Encodes how much a model of the Responses API shall reason.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import { array, defined } from "../../json/Json.ts"

/**
 * Encodes `reasoning` and `include`. A budget in tokens has no field and is left out.
 *
 * **Details**
 *
 * A server that stores nothing takes reasoning back only in encrypted form, which is requested here. Models that do not
 * reason refuse that request.
 */
export const encode = (
  request: CompletionRequest,
  own: Schema.JsonObject,
  isReasoningModel: boolean,
  { encryptedReasoning = own.store === false }: Quirks
): Schema.JsonObject => {
  const reasoning = defined({ effort: request.reasoning?.effort, summary: request.reasoning?.summary })
  const hasFields = Object.keys(reasoning).length > 0
  const reasons = hasFields || isReasoningModel
  return {
    ...(hasFields ? { reasoning } : {}),
    ...(encryptedReasoning && reasons && array(own.include) === undefined
      ? { include: ["reasoning.encrypted_content"] }
      : {})
  }
}
