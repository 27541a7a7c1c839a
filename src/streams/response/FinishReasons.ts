/**
 * Decides the finish reason of a response that contains tool calls.
 */
import type { FinishReason } from "../../domain/FinishReason.ts"

/**
 * Returns the finish reason of a response with at least one tool call to run: `tool-calls`, whatever the server reports
 * (vLLM, OpenRouter and gateways send the reason `stop`).
 *
 * **Details**
 *
 * A limit, a filter or a failure remains the reason: such a response is not what the model meant to send, and its next
 * tool call may be missing.
 */
export const withToolCalls = (reason: FinishReason): FinishReason => {
  switch (reason) {
    case "length":
    case "content-filter":
    case "error":
      return reason
    default:
      return "tool-calls"
  }
}
