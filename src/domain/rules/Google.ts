/**
 * What the generations of Google's models accept.
 *
 * @see https://ai.google.dev/gemini-api/docs/thinking
 */
import type { ModelRulesRow, ReasoningRule } from "../ModelRules.ts"

const none: ReasoningRule = { by: "none" }

const budget = (off: boolean, least: number, most: number): ReasoningRule => ({
  by: "budget",
  least,
  most,
  off,
  other: -1
})

/** Thinking by level cannot be turned off. A budget is accepted too, though Google advises against it. */
const level = (...efforts: ReadonlyArray<string>): ReasoningRule => ({
  by: "effort",
  efforts,
  off: false,
  budgets: true
})

/** The rule of models whose name is not known: tuned ones are of the second generation. */
export const unknownReasoning: ReasoningRule = budget(true, 1, 24_576)

/** The rule of the third generation. */
export const levelReasoning: ReasoningRule = level("low", "medium", "high")

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  { models: /^(gemma-|gemini-(1\.|2\.0))/, reasoning: none },
  { models: /^gemini-2\.5-flash/, reasoning: budget(true, 1, 24_576) },
  { models: /^gemini-2\.5-flash-lite/, reasoning: budget(true, 512, 24_576) },
  { models: /^gemini-2\.5-pro/, reasoning: budget(false, 128, 32_768) },
  { models: /^gemini-2\.5-.*(image|tts)/, reasoning: none },
  // A schema and functions in one request came with the third generation.
  { models: /^gemini-[12]/, outputFormBesideTools: "tool" },
  { models: /^gemini-([3-9]|\d\d|flash|pro)/, reasoning: levelReasoning },
  { models: /^gemini-3(\.[0-6])?-flash/, reasoning: level("minimal", "low", "medium", "high") },
  { models: /^gemini-([4-9]|\d\d)/, reasoning: level("low", "medium", "high", "xhigh") },
  { models: /^gemini-(3\.[6-9]|[4-9]|\d\d)/, sampling: "deprecated" }
]
