/**
 * Encodes how much a model of the Interactions API shall think.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/thinking
 */
import type * as Schema from "effect/Schema"
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import type { Problems } from "../../request/Problems.ts"
import * as ModelGenerations from "../Gemini/ModelGenerations.ts"

/** The least budgets in tokens from which on a level is nearest. */
const levelsByBudget: ReadonlyArray<readonly [number, string]> = [[16_384, "high"], [4096, "medium"], [0, "low"]]

/** The efforts that are levels under another name. */
const levels: Readonly<Record<string, string>> = { xhigh: "high", max: "high" }

const levelOf = (
  { budgetTokens, effort }: ReasoningOptions,
  context: EncodeContext,
  problems: Problems
): string | undefined => {
  if (budgetTokens !== undefined && effort === undefined) {
    const level = levelsByBudget.find(([least]) => budgetTokens >= least)?.[1] ?? "low"
    problems.warn(
      "reasoning",
      `the Interactions API takes no budget of reasoning tokens: the level "${level}" was sent`
    )
    return level
  }
  if (effort === "none" || effort === "minimal") {
    const { thinking } = ModelGenerations.of(context)
    return thinking.type === "level" ? thinking.least : "minimal"
  }
  return effort === undefined || !Object.hasOwn(levels, effort) ? effort : levels[effort]
}

/**
 * Encodes the fields of `generation_config` about thinking. Summaries are requested where the caller asks for one.
 *
 * **Details**
 *
 * The API has levels and no budgets. The models cannot turn thinking off: the effort `none` is their least level.
 */
export const encode = (
  reasoning: ReasoningOptions | undefined,
  context: EncodeContext,
  problems: Problems
): Schema.JsonObject => {
  if (reasoning === undefined) return {}
  const level = levelOf(reasoning, context, problems)
  return {
    ...(level === undefined ? {} : { thinking_level: level }),
    ...(reasoning.summary === undefined ? {} : { thinking_summaries: "auto" })
  }
}
