/**
 * Reads the usage of a Chat Completions response as a `TokenUsage`.
 */
import type { Quirks } from "../../../domain/Quirks.ts"
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object } from "../../json/Json.ts"

interface Counts {
  readonly prompt: number
  readonly completion: number
  readonly reasoning: number
  readonly total: number
}

/** Returns whether reasoning is counted beside the completion. A total that is the sum of either reading decides. */
const isApart = ({ reasoningTokens }: Quirks, { completion, prompt, reasoning, total }: Counts): boolean => {
  if (reasoning === 0 || reasoningTokens === "within") return false
  if (total === prompt + completion + reasoning) return true
  switch (reasoningTokens) {
    case "beside":
      return total !== prompt + completion
    case "beside-if-more":
      return reasoning > completion
    case undefined:
      return reasoning > completion * 1.25
  }
}

/**
 * Reads a `usage` object. Returns `undefined` when it has no count, as the `{}` that some gateways send before the end.
 *
 * **Details**
 *
 * Cached tokens are a part of `prompt_tokens`, unless there are more of them (xAI on Azure, recorded): then they are
 * added. Reasoning tokens are a part of `completion_tokens`, unless `quirks.reasoningTokens`, the total or the counts
 * themselves show otherwise (xAI, Gemini models behind Vercel, both recorded; DeepInfra). Slightly more reasoning than
 * completion is no such sign: OpenRouter counts the first itself and bills the second (recorded). Cached tokens are
 * also read where Moonshot and Together (`cached_tokens`), DeepSeek (`prompt_cache_hit_tokens`) and Mistral
 * (`num_cached_tokens`) put them.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/object
 * @see https://docs.x.ai/docs/guides/reasoning
 * @see https://api-docs.deepseek.com/guides/kv_cache
 */
export const read = (usage: JsonObject, quirks: Quirks): TokenUsage | undefined => {
  if (
    typeof usage.prompt_tokens !== "number" && typeof usage.completion_tokens !== "number" &&
    typeof usage.total_tokens !== "number"
  ) return undefined
  const prompt = count(usage.prompt_tokens)
  const completion = count(usage.completion_tokens)
  const sent = count(usage.total_tokens)
  const promptDetails = object(usage.prompt_tokens_details)
  const cached = count(promptDetails?.cached_tokens) || count(usage.cached_tokens) ||
    count(usage.prompt_cache_hit_tokens) || count(usage.num_cached_tokens)
  const written = count(promptDetails?.cache_write_tokens) || count(promptDetails?.cache_creation_input_tokens) ||
    count(usage.cache_creation_input_tokens)
  const reasoning = count(object(usage.completion_tokens_details)?.reasoning_tokens) || count(usage.reasoning_tokens)
  const input = cached > prompt ? prompt + cached : prompt
  const output = isApart(quirks, { prompt, completion, reasoning, total: sent }) ? completion + reasoning : completion
  return {
    inputTokens: input,
    cachedInputTokens: cached,
    cacheWriteInputTokens: written,
    outputTokens: output,
    reasoningOutputTokens: reasoning,
    totalTokens: Math.max(sent, input + output)
  }
}
