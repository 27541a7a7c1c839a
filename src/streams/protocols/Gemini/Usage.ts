/**
 * Reads the token counts of a Gemini response.
 *
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject } from "../../json/Json.ts"

/**
 * Reads `usageMetadata`; `undefined` when it has no count: Vertex AI sends the kind of traffic in every chunk, and the
 * counts in the last.
 *
 * **Details**
 *
 * `promptTokenCount` includes cached tokens, but not what Google's own tools have added to the prompt;
 * `candidatesTokenCount` excludes the thoughts. Where the total contradicts this, the total is right.
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
