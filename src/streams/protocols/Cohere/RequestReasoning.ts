/**
 * Encodes how much a Cohere model shall think.
 *
 * @see https://docs.cohere.com/docs/reasoning
 */
import type * as Schema from "effect/Schema"
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"

/**
 * Encodes `thinking`.
 *
 * **Details**
 *
 * Cohere has no words for an effort between none and all: an effort other than `none` turns thinking on, and
 * `budgetTokens` limits it. Nothing is sent without a setting: models that think do so by default, and others refuse
 * the field.
 */
export const encode = (reasoning: ReasoningOptions | undefined): Schema.JsonObject | undefined => {
  if (reasoning?.effort === "none") return { type: "disabled" }
  if (reasoning?.budgetTokens !== undefined) return { type: "enabled", token_budget: reasoning.budgetTokens }
  return reasoning?.effort === undefined ? undefined : { type: "enabled" }
}
