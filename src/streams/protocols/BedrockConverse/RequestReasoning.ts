/**
 * Encodes the reasoning options of a request in the form of each model family.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-reasoning.html
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../../domain/ModelRules.ts"
import type * as Problems from "../../request/Problems.ts"
import * as ClaudeReasoning from "../AnthropicMessages/RequestReasoning.ts"
import type { Family } from "./ModelFamilies.ts"

/** The effort of Nova beside which it refuses an output limit and sampling. */
const novaHighest = "high"

/** Returns a request without what Nova refuses beside its highest effort. */
export const limited = (
  request: CompletionRequest,
  family: Family,
  problems: Problems.Problems
): CompletionRequest => {
  if (family.reasoning !== "reasoningConfig" || request.reasoning?.effort !== novaHighest) return request
  const refused = (["maxOutputTokens", "temperature", "topP"] as const).filter((name) => request[name] !== undefined)
  for (const name of refused) {
    problems.warn(name, `${name} was left out: Nova refuses it beside the effort ${novaHighest}.`)
  }
  return refused.length === 0
    ? request
    : { ...request, maxOutputTokens: undefined, temperature: undefined, topP: undefined }
}

const claude = (request: CompletionRequest, rules: ModelRules): Schema.JsonObject => {
  const effort = request.reasoning?.effort
  const thinking = ClaudeReasoning.encode(request, rules, {})
  return {
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined || effort === "none" ? {} : { output_config: { effort } })
  }
}

const nova = (effort: string | undefined): Schema.JsonObject => {
  if (effort === undefined) return {}
  return {
    reasoningConfig: effort === "none" ? { type: "disabled" } : { type: "enabled", maxReasoningEffort: effort }
  }
}

/** Encodes the reasoning options of a request for a model family, as fields for the model alone. */
export const encode = (
  request: CompletionRequest,
  family: Family,
  rules: ModelRules,
  problems: Problems.Problems
): Schema.JsonObject => {
  const { budgetTokens, effort } = request.reasoning ?? {}
  switch (family.reasoning) {
    case "thinking":
      return claude(request, rules)
    case "reasoningConfig":
      return nova(effort)
    case "reasoning_effort":
      return effort === undefined ? {} : { reasoning_effort: effort }
    default:
      if ((effort !== undefined && effort !== "none") || budgetTokens !== undefined) {
        problems.warn("reasoning", "The amount of reasoning was left out: Converse has no field that this model reads.")
      }
      return {}
  }
}

/** The output limit of Claude where a thinking budget needs one and the request has none. */
const defaultMaxTokens = 4096

/** Returns the output limit to send; `undefined` for the model's own. */
export const maxTokens = (request: CompletionRequest, family: Family): number | undefined => {
  const isClaude = family.reasoning === "thinking"
  const limit = request.maxOutputTokens ??
    (isClaude && request.reasoning?.budgetTokens !== undefined ? defaultMaxTokens : undefined)
  return limit !== undefined && isClaude ? ClaudeReasoning.maxTokens(request, limit) : limit
}
