/**
 * Encodes how much a Gemini model shall think, in the way that its generation takes it.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 */
import type * as Schema from "effect/Schema"
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type { Model } from "./ModelGenerations.ts"

/** The budgets in tokens to which Google itself translates OpenAI's efforts. */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: Number.MAX_SAFE_INTEGER,
  max: Number.MAX_SAFE_INTEGER
}

/** The efforts that are levels under another name. */
const levels: Readonly<Record<string, string>> = { xhigh: "high", max: "high" }

const effortFields = (effort: string, { thinking }: Model): Schema.JsonObject => {
  switch (thinking.type) {
    case "none":
      return {}
    case "budget": {
      if (effort === "none") return { thinkingBudget: thinking.off }
      const budget = Object.hasOwn(budgets, effort) ? budgets[effort] : undefined
      // -1 lets the model choose, where the effort is not known.
      return { thinkingBudget: budget === undefined ? -1 : Math.min(thinking.most, Math.max(thinking.least, budget)) }
    }
    case "level": {
      // These models cannot turn thinking off.
      const isLowest = effort === "none" || effort === "minimal"
      return {
        thinkingLevel: isLowest ? thinking.least : Object.hasOwn(levels, effort) ? (levels[effort] ?? effort) : effort
      }
    }
  }
}

/**
 * Encodes `thinkingConfig`; `undefined` when it would be empty. A budget in tokens takes precedence over an effort.
 * Thoughts are requested where a summary of the reasoning is.
 */
export const encode = (reasoning: ReasoningOptions, model: Model): Schema.JsonObject | undefined => {
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
