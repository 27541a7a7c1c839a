/**
 * Encodes the reasoning options of a request, in the fields that a server has for them.
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import type * as Problems from "../../request/Problems.ts"

type Fields = Record<string, Schema.Json>

/** Returns the server's word for an effort; `undefined` when it has none. Warns of any other word than the effort. */
const effortOf = (
  effort: string | undefined,
  words: Readonly<Record<string, string | null>> | undefined,
  problems: Problems.Problems
): string | undefined => {
  if (effort === undefined || words === undefined || !Object.hasOwn(words, effort)) return effort
  const word = words[effort] ?? undefined
  if (word !== effort) {
    const change = word === undefined ? "left out" : `replaced by ${word}`
    problems.warn("reasoning", `The effort ${effort} was ${change}: this provider or model does not have it.`)
  }
  return word
}

/**
 * Encodes the effort and the token budget of a request by `quirks.reasoningFields`.
 *
 * **Details**
 *
 * Without an effort and a budget no field is written: the server's default holds. Where effort and budget share the
 * object `reasoning`, which accepts only one of them, the budget is sent, since it is more precise.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 */
export const encode = (
  request: CompletionRequest,
  quirks: Quirks,
  problems: Problems.Problems
): Schema.JsonObject => {
  const { budgetTokens, effort: requested } = request.reasoning ?? {}
  if (requested === undefined && budgetTokens === undefined) return {}
  const { budget, effort = "reasoning_effort", efforts, switch: toggle } = quirks.reasoningFields ?? {}
  const isOff = requested === "none"
  const fields: Fields = {}
  const thinking: Fields = {}
  const reasoning: Fields = {}
  if (toggle === "thinking") thinking.type = isOff ? "disabled" : "enabled"
  if (toggle === "enable_thinking") fields.enable_thinking = !isOff
  if (toggle === "chat_template_kwargs") fields.chat_template_kwargs = { enable_thinking: !isOff }
  const word = isOff && toggle !== undefined ? undefined : effortOf(requested, efforts, problems)
  if (word !== undefined && effort === "reasoning_effort") fields.reasoning_effort = word
  if (word !== undefined && effort === "reasoning") reasoning.effort = word
  if (budgetTokens !== undefined && !isOff) {
    if (budget === "thinking") thinking.budget_tokens = budgetTokens
    if (budget === "thinking_budget") fields.thinking_budget = budgetTokens
    if (budget === "reasoning") {
      delete reasoning.effort
      reasoning.max_tokens = budgetTokens
    }
  }
  if (Object.keys(thinking).length > 0) fields.thinking = thinking
  if (Object.keys(reasoning).length > 0) fields.reasoning = reasoning
  return fields
}
