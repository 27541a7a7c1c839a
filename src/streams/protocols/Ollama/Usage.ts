/**
 * Reads the token counts of an Ollama response.
 */
import * as TokenUsage from "../../../domain/TokenUsage.ts"
import { count, type JsonObject } from "../../json/Json.ts"

/**
 * Reads the counts of the last line; `undefined` when it has none.
 *
 * **Details**
 *
 * The server leaves out the count of a prompt that was cached as a whole, and some servers count nothing at all.
 */
export const read = (value: JsonObject): TokenUsage.TokenUsage | undefined => {
  const { eval_count: output, prompt_eval_count: input } = value
  if (typeof output !== "number" && typeof input !== "number") return undefined
  return TokenUsage.of(count(input), count(output))
}
