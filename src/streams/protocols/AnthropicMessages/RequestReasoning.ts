/**
 * Encodes the reasoning options of a request, for Claude on every provider and for other models behind this API.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../../domain/ModelRules.ts"
import type { Quirks } from "../../../domain/Quirks.ts"

/**
 * Encodes `thinking`: by a budget, the older form, or by an effort, the newer one. The request is fitted to the rules of
 * its model. Where `quirks.thinkingFields` makes it a switch, an effort only turns it on.
 */
export const encode = (
  request: CompletionRequest,
  { reasoning }: ModelRules,
  { thinkingFields = "anthropic" }: Quirks
): Schema.JsonObject | undefined => {
  const { budgetTokens, effort, summary } = request.reasoning ?? {}
  if (thinkingFields === "effort") return undefined
  if (effort === "none") {
    return { type: reasoning?.by === "effort" && reasoning.off === "between_tools" ? reasoning.off : "disabled" }
  }
  if (budgetTokens !== undefined) return { type: "enabled", budget_tokens: budgetTokens }
  if (effort === undefined) return undefined
  return thinkingFields !== "anthropic"
    ? { type: "enabled" }
    : { type: "adaptive", ...(summary === undefined ? {} : { display: "summarized" }) }
}

/** Returns the effort to send; `undefined` where reasoning is off, or the server has no field for it. */
export const effortOf = (request: CompletionRequest, { thinkingFields }: Quirks): string | undefined => {
  const effort = request.reasoning?.effort
  return effort === "none" || thinkingFields === "switch" ? undefined : effort
}

/**
 * Returns an output limit that leaves room for the thinking, which counts as output: the limit must be above the
 * budget.
 */
export const maxTokens = (request: CompletionRequest, limit: number): number => {
  const budget = request.reasoning?.effort === "none" ? undefined : request.reasoning?.budgetTokens
  return budget === undefined || limit > budget ? limit : limit + budget
}
