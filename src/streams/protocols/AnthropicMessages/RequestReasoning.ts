/**
 * How a request asks Claude to think, wherever Claude is.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"

/**
 * Writes `thinking`: by budget is the older way, by effort the newer one.
 *
 * @category encoding
 * @since 0.1.0
 */
export const field = (request: CompletionRequest): Schema.JsonObject | undefined => {
  const { budgetTokens, effort, summary } = request.reasoning ?? {}
  if (effort === "none") return { type: "disabled" }
  if (budgetTokens !== undefined) return { type: "enabled", budget_tokens: budgetTokens }
  return effort === undefined
    ? undefined
    : { type: "adaptive", ...(summary === undefined ? {} : { display: "summarized" }) }
}

/**
 * The limit of the output that leaves room for the thinking: what is thought counts as output, so the limit must be above
 * the budget.
 *
 * @category encoding
 * @since 0.1.0
 */
export const maxTokens = (request: CompletionRequest, wanted: number): number => {
  const budget = request.reasoning?.effort === "none" ? undefined : request.reasoning?.budgetTokens
  return budget === undefined || wanted > budget ? wanted : wanted + budget
}
