/**
 * Encodes how much a Gemini model shall think, in the way that its generation takes it.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 */
import type * as Schema from "effect/Schema"
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"

/**
 * Encodes `thinkingConfig` of options that are fitted to the model; `undefined` when it would be empty. A budget in
 * tokens takes precedence over an effort. Thoughts are requested where a summary of the reasoning is.
 */
export const encode = ({ budgetTokens, effort, summary }: ReasoningOptions): Schema.JsonObject | undefined => {
  const isOff = effort === "none"
  const fields = defined({
    thinkingBudget: isOff ? 0 : budgetTokens,
    thinkingLevel: isOff || budgetTokens !== undefined ? undefined : effort,
    includeThoughts: summary === undefined || isOff ? undefined : true
  })
  return Object.keys(fields).length === 0 ? undefined : fields
}
