/**
 * Decides how functions reach models that take them over Chat Completions only while they do not reason.
 *
 * @see https://developers.openai.com/api/docs/guides/reasoning
 */
import * as Tool from "effect/ai/Tool"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../domain/ModelRules.ts"
import type { Problems } from "./Problems.ts"

const hasFunctions = ({ toolChoice, tools = [] }: CompletionRequest): boolean =>
  toolChoice !== "none" && tools.some((tool) => !Tool.isProviderDefined(tool))

/** Returns whether Chat Completions refuses a request, or takes it only without reasoning. */
export const prefersResponses = (request: CompletionRequest, { chatTools }: ModelRules): boolean =>
  chatTools === "without-reasoning" && request.reasoning?.effort !== "none" && hasFunctions(request)

/**
 * Returns a request that Chat Completions takes: without reasoning where it does not mention it, with a warning. One
 * that asks for reasoning is refused, and so is one for a model that always reasons. `ownEffort` is the effort of the
 * caller's own fields.
 */
export const fit = (
  request: CompletionRequest,
  rules: ModelRules,
  ownEffort: string | undefined,
  model: string,
  problems: Problems
): CompletionRequest => {
  if (rules.chatTools !== "without-reasoning" || !hasFunctions(request)) return request
  const effort = ownEffort ?? request.reasoning?.effort
  const alwaysReasons = rules.reasoning?.by === "effort" && rules.reasoning.off === false
  if (effort === "none" && !alwaysReasons) return request
  if (alwaysReasons) {
    problems.refuse("tools", `${model} takes no functions over Chat Completions: use the protocol openai-responses`)
    return request
  }
  if (effort !== undefined || request.reasoning?.budgetTokens !== undefined) {
    problems.refuse(
      "reasoning",
      `${model} takes functions over Chat Completions only without reasoning: use the protocol openai-responses, or set reasoning.effort to "none"`
    )
    return request
  }
  problems.warn(
    "reasoning",
    `Reasoning was turned off: ${model} takes functions over Chat Completions only without it. The protocol openai-responses has both.`
  )
  return { ...request, reasoning: { ...request.reasoning, effort: "none" } }
}
