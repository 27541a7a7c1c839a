/**
 * Writes how hard the model shall think, in the fields that a server has for it.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"

type Fields = Record<string, Schema.Json>

const effortOf = (effort: string | undefined, words: Readonly<Record<string, string | null>> | undefined) =>
  effort === undefined || words === undefined || !Object.hasOwn(words, effort) ? effort : (words[effort] ?? undefined)

/**
 * Writes the effort and the budget of a request by `quirks.reasoningFields`.
 *
 * **Details**
 *
 * Without an effort and a budget nothing is written: the server's default holds. Where effort and budget share the object
 * `reasoning`, which takes only one of them, it is the budget, which says more.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 * @category encoding
 * @since 0.1.0
 */
export const encode = (request: CompletionRequest, quirks: Quirks): Schema.JsonObject => {
  const { budgetTokens, effort: asked } = request.reasoning ?? {}
  if (asked === undefined && budgetTokens === undefined) return {}
  const { budget, effort = "reasoning_effort", efforts, switch: toggle } = quirks.reasoningFields ?? {}
  const isOff = asked === "none"
  const fields: Fields = {}
  const thinking: Fields = {}
  const reasoning: Fields = {}
  if (toggle === "thinking") thinking.type = isOff ? "disabled" : "enabled"
  if (toggle === "enable_thinking") fields.enable_thinking = !isOff
  if (toggle === "chat_template_kwargs") fields.chat_template_kwargs = { enable_thinking: !isOff }
  const word = isOff && toggle !== undefined ? undefined : effortOf(asked, efforts)
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
