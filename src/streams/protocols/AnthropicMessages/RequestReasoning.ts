/**
 * Encodes the reasoning options of a request, for Claude on every provider.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../../domain/ModelRules.ts"

/**
 * Encodes `thinking`: by a budget, the older form, or by an effort, the newer one. The request is fitted to the rules of
 * its model.
 */
export const encode = (request: CompletionRequest, { reasoning }: ModelRules): Schema.JsonObject | undefined => {
  const { budgetTokens, effort, summary } = request.reasoning ?? {}
  if (effort === "none") {
    return { type: reasoning?.by === "effort" && reasoning.off === "between_tools" ? reasoning.off : "disabled" }
  }
  if (budgetTokens !== undefined) return { type: "enabled", budget_tokens: budgetTokens }
  return effort === undefined
    ? undefined
    : { type: "adaptive", ...(summary === undefined ? {} : { display: "summarized" }) }
}

/**
 * Returns an output limit that leaves room for the thinking, which counts as output: the limit must be above the
 * budget.
 */
export const maxTokens = (request: CompletionRequest, limit: number): number => {
  const budget = request.reasoning?.effort === "none" ? undefined : request.reasoning?.budgetTokens
  return budget === undefined || limit > budget ? limit : limit + budget
}
