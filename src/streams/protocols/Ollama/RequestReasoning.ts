/**
 * Encodes how much an Ollama model shall think.
 *
 * @see https://docs.ollama.com/capabilities/thinking
 */
import type { ReasoningOptions } from "../../../domain/CompletionRequest.ts"

/**
 * Encodes `think`.
 *
 * **Details**
 *
 * The effort `none` is `false`; other words (`low`, `medium`, `high`, `max`) are sent as they are. `budgetTokens` alone
 * turns thinking on, since there is no limit in tokens. Nothing is sent without a setting: models that think do so by
 * default, and others refuse the field.
 */
export const encode = (reasoning: ReasoningOptions | undefined): boolean | string | undefined =>
  reasoning?.effort === "none"
    ? false
    : reasoning?.effort ?? (reasoning?.budgetTokens === undefined ? undefined : true)
