/**
 * Reads the token counts of an interaction.
 *
 * @see https://ai.google.dev/api/interactions-api
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import type { JsonObject } from "../../json/Json.ts"
import * as GeminiUsage from "../Gemini/Usage.ts"

/**
 * Reads `usage`; `undefined` when it has no count. The counts are those of `generateContent` under other names: the
 * input includes cached tokens and leaves out those of tools, the output leaves out the thoughts.
 */
export const read = (usage: JsonObject): TokenUsage | undefined =>
  GeminiUsage.read({
    promptTokenCount: usage.total_input_tokens,
    cachedContentTokenCount: usage.total_cached_tokens,
    candidatesTokenCount: usage.total_output_tokens,
    thoughtsTokenCount: usage.total_thought_tokens,
    toolUsePromptTokenCount: usage.total_tool_use_tokens,
    totalTokenCount: usage.total_tokens
  })
