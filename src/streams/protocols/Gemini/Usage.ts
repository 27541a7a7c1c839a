/**
 * What an answer of Gemini says it cost, in our one meaning of the counts.
 *
 * @since 0.1.0
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject } from "../../json/Json.ts"

/**
 * Converts `usageMetadata`. `undefined` when it holds no count at all: Vertex AI sends the kind of traffic in every chunk and
 * the counts in the last.
 *
 * **Details**
 *
 * `promptTokenCount` has the cached tokens in it, but not what tools that Google ran have put into the prompt on the way;
 * `candidatesTokenCount` is without the thoughts. Where the total says otherwise, it is right.
 *
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 * @category decoding
 * @since 0.1.0
 */
export const read = (usage: JsonObject): TokenUsage | undefined => {
  if (
    typeof usage.promptTokenCount !== "number" && typeof usage.candidatesTokenCount !== "number" &&
    typeof usage.totalTokenCount !== "number"
  ) return undefined
  const prompt = count(usage.promptTokenCount)
  const candidates = count(usage.candidatesTokenCount)
  const thoughts = count(usage.thoughtsTokenCount)
  const fromTools = count(usage.toolUsePromptTokenCount)
  const total = count(usage.totalTokenCount)
  const most = total === 0 ? Infinity : total
  const output = prompt + candidates + thoughts <= most ? candidates + thoughts : Math.max(candidates, thoughts)
  const input = prompt + fromTools + output <= most ? prompt + fromTools : prompt
  return {
    inputTokens: input,
    cachedInputTokens: count(usage.cachedContentTokenCount),
    cacheWriteInputTokens: 0,
    outputTokens: output,
    reasoningOutputTokens: thoughts,
    totalTokens: Math.max(total, input + output)
  }
}
