/**
 * Fits the amount of reasoning of a request to how its model takes it: efforts become the nearest ones that the model
 * has, or budgets, and budgets become efforts.
 */
import type { ReasoningOptions } from "../../domain/CompletionRequest.ts"
import type { ReasoningRule } from "../../domain/ModelRules.ts"
import type { Problems } from "./Problems.ts"

/**
 * The budget in tokens that an effort stands for, from the lowest. Up to `high` they are those to which Google
 * translates OpenAI's efforts.
 *
 * @see https://ai.google.dev/gemini-api/docs/openai
 */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 65_536,
  max: 98_304
}

/** The highest budget that follows from an effort where a model has no limit. Every model's output limit is above it. */
const highest = 24_576

const budgetOf = (effort: string): number | undefined => (Object.hasOwn(budgets, effort) ? budgets[effort] : undefined)

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** Returns the effort whose budget has the nearest magnitude; of two as near, the higher one. */
const nearest = (budget: number, efforts: ReadonlyArray<string>): string | undefined => {
  let found: string | undefined
  let distance = Infinity
  for (const effort of efforts) {
    const away = Math.abs(Math.log2(budgetOf(effort) ?? Infinity) - Math.log2(Math.max(1, budget)))
    if (away <= distance) [found, distance] = [effort, away]
  }
  return found
}

type EffortRule = Extract<ReasoningRule, { readonly by: "effort" }>
type BudgetRule = Extract<ReasoningRule, { readonly by: "budget" }>

const toEffort = (
  reasoning: ReasoningOptions,
  rule: EffortRule,
  model: string,
  problems: Problems
): ReasoningOptions => {
  const { budgetTokens, effort } = reasoning
  if (effort === "none" && rule.off !== false) {
    if (rule.off === "between_tools") {
      problems.warn("reasoning", `${model} still reasons between tool calls: that cannot be turned off.`)
    }
    return reasoning
  }
  if (effort === "none") {
    const lowest = rule.efforts[0]
    problems.warn("reasoning", `${model} cannot turn reasoning off: its lowest effort was requested, ${lowest}.`)
    return { ...reasoning, effort: lowest, budgetTokens: undefined }
  }
  if (budgetTokens !== undefined && rule.budgets === true) return reasoning
  if (effort === undefined) {
    if (budgetTokens === undefined) return reasoning
    const chosen = nearest(budgetTokens, rule.efforts)
    problems.warn(
      "reasoning",
      `The budget of ${budgetTokens} tokens was replaced by the effort ${chosen}: ${model} takes no budget for reasoning.`
    )
    return { ...reasoning, effort: chosen, budgetTokens: undefined }
  }
  if (budgetTokens !== undefined) {
    problems.warn("reasoning", `The budget for reasoning was left out: ${model} takes an effort instead.`)
  }
  const known = budgetOf(effort)
  if (known === undefined || rule.efforts.includes(effort)) return { ...reasoning, budgetTokens: undefined }
  const chosen = nearest(known, rule.efforts)
  problems.warn("reasoning", `The effort ${effort} was replaced by ${chosen}: ${model} does not have it.`)
  return { ...reasoning, effort: chosen, budgetTokens: undefined }
}

const toBudget = (
  reasoning: ReasoningOptions,
  rule: BudgetRule,
  model: string,
  problems: Problems
): ReasoningOptions => {
  const { budgetTokens, effort } = reasoning
  const { least, most, off, other } = rule
  if (effort === "none") {
    if (off) return reasoning
    problems.warn("reasoning", `${model} cannot turn reasoning off: its lowest budget was requested, ${least} tokens.`)
    return { ...reasoning, effort: undefined, budgetTokens: least }
  }
  if (budgetTokens !== undefined) {
    // Zero turns reasoning off, and -1 leaves the amount to the model, where a model has these.
    const isSpecial = other < 0 && (budgetTokens < 0 || (budgetTokens === 0 && off))
    const allowed = isSpecial ? budgetTokens : clamp(budgetTokens, least, most ?? Infinity)
    if (allowed !== budgetTokens) {
      problems.warn("reasoning", `The budget for reasoning was changed to ${allowed} tokens: the limit of ${model}.`)
    }
    return { ...reasoning, effort: undefined, budgetTokens: allowed }
  }
  if (effort === undefined) return reasoning
  const known = budgetOf(effort)
  if (known === undefined) {
    problems.warn("reasoning", `The effort ${effort} has no budget that is known, and ${model} takes a budget alone.`)
  }
  return {
    ...reasoning,
    effort: undefined,
    budgetTokens: known === undefined ? other : clamp(known, least, most ?? highest)
  }
}

/** Fits the reasoning options of a request to a rule. Without a rule they stay as they are. */
export const fit = (
  reasoning: ReasoningOptions | undefined,
  rule: ReasoningRule | undefined,
  model: string,
  problems: Problems
): ReasoningOptions | undefined => {
  if (reasoning === undefined || rule === undefined) return reasoning
  switch (rule.by) {
    case "none": {
      const { budgetTokens, effort } = reasoning
      if ((effort !== undefined && effort !== "none") || (budgetTokens !== undefined && budgetTokens !== 0)) {
        problems.warn("reasoning", `The amount of reasoning was left out: ${model} takes none.`)
      }
      return undefined
    }
    case "effort":
      return toEffort(reasoning, rule, model, problems)
    case "budget":
      return toBudget(reasoning, rule, model, problems)
  }
}
