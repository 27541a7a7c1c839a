/**
 * Creates the parts of `effect/ai` that begin and end a response.
 */
import type * as Response from "effect/ai/Response"
import { pauseTurn } from "../../../domain/FinishReason.ts"
import type { RateLimitSnapshot } from "../../../domain/RateLimitSnapshot.ts"
import type { Completed } from "../../../domain/ResponseEvent.ts"
import type { InvalidToolCall } from "../../../domain/ResponseItem.ts"
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { plain } from "./Metadata.ts"

/** What the finish is made of. */
export interface Ending extends
  Pick<
    Completed,
    "finishReasonRaw" | "finishMessage" | "usage" | "evidence" | "warnings" | "attempts" | "unknown"
  >
{
  /** Why the model stopped; `null` for a completion that is not whole. */
  readonly finishReason: Completed["finishReason"] | null
  /** The rate limits that the response reports. */
  readonly rateLimits: RateLimitSnapshot | null
  /** The tool calls that must not be run. */
  readonly invalidToolCalls: ReadonlyArray<InvalidToolCall>
}

/** Creates the part with the ids of the response. */
export const begin = (
  { model, responseId }: {
    readonly responseId: string | null
    readonly model: string | null
  },
  timestamp: string
): Response.ResponseMetadataPartEncoded => ({
  type: "response-metadata",
  id: responseId ?? undefined,
  modelId: model ?? undefined,
  timestamp
})

const usageOf = (usage: TokenUsage | null): Response.FinishPartEncoded["usage"] => {
  if (usage === null) return { inputTokens: {}, outputTokens: {} }
  const { cachedInputTokens, cacheWriteInputTokens, inputTokens, outputTokens, reasoningOutputTokens } = usage
  return {
    inputTokens: {
      total: inputTokens,
      uncached: Math.max(0, inputTokens - cachedInputTokens - cacheWriteInputTokens),
      cacheRead: cachedInputTokens,
      cacheWrite: cacheWriteInputTokens
    },
    outputTokens: {
      total: outputTokens,
      text: Math.max(0, outputTokens - reasoningOutputTokens),
      reasoning: reasoningOutputTokens
    }
  }
}

/** Creates the finish. A server's own loop of tools that paused is continued by the next request. */
export const end = (ending: Ending): Response.FinishPartEncoded => {
  const { attempts, evidence, finishMessage, finishReason, finishReasonRaw, invalidToolCalls } = ending
  const { rateLimits, unknown, usage, warnings } = ending
  return {
    type: "finish",
    reason: finishReasonRaw === pauseTurn ? "pause" : finishReason ?? "unknown",
    usage: usageOf(usage),
    metadata: {
      sluice: {
        finishReasonRaw,
        ...(finishMessage === undefined ? {} : { finishMessage }),
        evidence,
        usage: plain(usage),
        ...(rateLimits === null ? {} : { rateLimits: plain(rateLimits) }),
        ...(warnings === undefined ? {} : { warnings: plain(warnings) }),
        ...(attempts === undefined ? {} : { attempts: plain(attempts) }),
        ...(unknown === undefined ? {} : { unknown }),
        ...(invalidToolCalls.length === 0 ? {} : { invalidToolCalls: plain(invalidToolCalls) })
      }
    }
  }
}
