/**
 * Encodes how much a model of the Interactions API shall think.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/thinking
 */
import type * as Schema from "effect/Schema"
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"
import type { ModelRules, ReasoningRule } from "../../../domain/ModelRules.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as ModelGenerations from "../Gemini/ModelGenerations.ts"

/** The levels of models that take a budget over `generateContent`. */
const levels: ReasoningRule = { by: "effort", efforts: ["minimal", "low", "medium", "high"], off: false }

/** Returns how a model takes the amount of thinking here: by level, and never by a budget. */
export const ruleOf = (rules: ModelRules, context: EncodeContext): ReasoningRule => {
  const rule = ModelGenerations.reasoningOf(rules, context)
  switch (rule.by) {
    case "none":
      return rule
    case "budget":
      return levels
    case "effort":
      return { ...rule, budgets: false }
  }
}

/**
 * Encodes the fields of `generation_config` about thinking, of options that are fitted to the model. Summaries are
 * requested where the caller asks for one.
 */
export const encode = (reasoning: ReasoningOptions | undefined): Schema.JsonObject => ({
  ...(reasoning?.effort === undefined ? {} : { thinking_level: reasoning.effort }),
  ...(reasoning?.summary === undefined ? {} : { thinking_summaries: "auto" })
})
