/**
 * Encodes the reasoning options of a request in the form of each model family.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-reasoning.html
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as ClaudeReasoning from "../AnthropicMessages/RequestReasoning.ts"
import type { Family } from "./ModelFamilies.ts"

/** The reasoning fields of a request, and what they exclude. */
export interface Reasoning {
  /** The fields for the model alone. */
  readonly fields: Schema.JsonObject
  /** Whether the model refuses an output limit beside them. */
  readonly refusesLimit: boolean
  /** Whether the model refuses sampling beside them. */
  readonly refusesSampling: boolean
}

/** The efforts of Nova by those of ours that it does not have: the nearest ones. */
const novaEfforts: Readonly<Record<string, string>> = { minimal: "low", xhigh: "high", max: "high" }

const claude = (request: CompletionRequest): Reasoning => {
  const effort = request.reasoning?.effort
  const thinking = ClaudeReasoning.encode(request)
  return {
    fields: {
      ...(thinking === undefined ? {} : { thinking }),
      ...(effort === undefined || effort === "none" ? {} : { output_config: { effort } })
    },
    refusesLimit: false,
    refusesSampling: thinking !== undefined && thinking.type !== "disabled"
  }
}

const nova = (effort: string | undefined): Reasoning => {
  if (effort === undefined) return { fields: {}, refusesLimit: false, refusesSampling: false }
  if (effort === "none") {
    return { fields: { reasoningConfig: { type: "disabled" } }, refusesLimit: false, refusesSampling: false }
  }
  const level = novaEfforts[effort] ?? effort
  return {
    fields: { reasoningConfig: { type: "enabled", maxReasoningEffort: level } },
    refusesLimit: level === "high",
    refusesSampling: level === "high"
  }
}

/** Encodes the reasoning options of a request for a model family. */
export const encode = (request: CompletionRequest, family: Family): Reasoning => {
  const effort = request.reasoning?.effort
  switch (family.reasoning) {
    case "thinking":
      return claude(request)
    case "reasoningConfig":
      return nova(effort)
    case "reasoning_effort": {
      const fields = effort === undefined ? {} : { reasoning_effort: effort }
      return { fields, refusesLimit: false, refusesSampling: false }
    }
    default:
      return { fields: {}, refusesLimit: false, refusesSampling: false }
  }
}

/** The output limit of Claude where a thinking budget needs one and the request has none. */
const defaultMaxTokens = 4096

/** Returns the output limit to send; `undefined` for the model's own. */
export const maxTokens = (request: CompletionRequest, family: Family, reasoning: Reasoning): number | undefined => {
  const isClaude = family.reasoning === "thinking"
  const limit = request.maxOutputTokens ??
    (isClaude && request.reasoning?.budgetTokens !== undefined ? defaultMaxTokens : undefined)
  if (limit === undefined || reasoning.refusesLimit) return undefined
  return isClaude ? ClaudeReasoning.maxTokens(request, limit) : limit
}
