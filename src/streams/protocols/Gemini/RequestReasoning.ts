/**
 * How far a model is to think, in the way that its generation is told.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type { Model } from "./ModelGenerations.ts"

/** What Google's own translation of OpenAI's words makes of them. */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER
}

const levels: Readonly<Record<string, string>> = { xhigh: "high", max: "high" }

const effortFields = (effort: string, { thinking }: Model): Schema.JsonObject => {
  switch (thinking.type) {
    case "none":
      return {}
    case "budget": {
      if (effort === "none") return { thinkingBudget: thinking.off }
      const budget = Object.hasOwn(budgets, effort) ? budgets[effort] : undefined
      // Another word is no number; -1 leaves it to the model.
      return { thinkingBudget: budget === undefined ? -1 : Math.min(thinking.most, Math.max(thinking.least, budget)) }
    }
    case "level": {
      // Thinking cannot be turned off.
      const lowest = effort === "none" || effort === "minimal"
      return {
        thinkingLevel: lowest ? thinking.least : Object.hasOwn(levels, effort) ? (levels[effort] ?? effort) : effort
      }
    }
  }
}

/**
 * Writes `thinkingConfig`; nothing where there is nothing to say. A budget in tokens goes before an effort in words. Thoughts
 * are sent along when a summary of them is asked for.
 *
 * @category encoding
 * @since 0.1.0
 */
export const config = (
  reasoning: NonNullable<CompletionRequest["reasoning"]>,
  model: Model
): Schema.JsonObject | undefined => {
  const { budgetTokens, effort, summary } = reasoning
  if (model.thinking.type === "none") return undefined
  const fields: Schema.JsonObject = {
    ...(budgetTokens !== undefined
      ? { thinkingBudget: budgetTokens }
      : effort === undefined
      ? {}
      : effortFields(effort, model)),
    ...defined({ includeThoughts: summary === undefined || effort === "none" ? undefined : true })
  }
  return Object.keys(fields).length === 0 ? undefined : fields
}
