/**
 * Summarizes a body: its content, and whether it was complete.
 */
import type * as Schema from "effect/Schema"
import * as Completion from "../../domain/Completion.ts"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { FinishReason } from "../../domain/FinishReason.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import * as ErrorSummary from "../ErrorSummary.ts"

/** The summary of a body. */
export interface Summary {
  /** The path of the file, or `-` for stdin. */
  readonly file: string
  /** Whether the body is complete and without an error. */
  readonly ok: boolean
  /** The error that the body ended with; `null` when it is `ok`. */
  readonly error: ErrorSummary.ErrorSummary | null
  /** The text of all messages; empty when there is none. */
  readonly text: string
  /** The reasoning; `null` when there is none. */
  readonly reasoning: string | null
  /** The refusal of the model; `null` when there is none. */
  readonly refusal: string | null
  /**
   * The tool calls. Arguments that are not valid JSON are `null`. Calls of free-form tools have no arguments and are
   * left out.
   */
  readonly toolCalls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly arguments: Schema.Json }>
  /** The finish reason; `null` when the body ends before it. */
  readonly finishReason: FinishReason | null
  /** The finish reason as the provider wrote it; `null` when the body ends before it. */
  readonly finishReasonRaw: string | null
  /** The token usage; `null` when it is unknown. */
  readonly usage: Omit<TokenUsage, "cacheWriteInputTokens"> | null
  /** The provider's id of the response; `null` when it is unknown. */
  readonly responseId: string | null
  /** The model that the provider used; `null` when it is unknown. */
  readonly model: string | null
}

const callsOf = (items: Completion.Completion["items"]): Summary["toolCalls"] =>
  items.flatMap((item) => {
    switch (item._tag) {
      case "ToolCall":
        return [{ id: item.id, name: item.name, arguments: item.arguments }]
      case "InvalidToolCall":
        return [{ id: item.id, name: item.name, arguments: null }]
      case "CustomToolCall":
      case "File":
      case "Message":
      case "Reasoning":
      case "ServerToolCall":
      case "UnknownItem":
        return []
    }
  })

const usageOf = (usage: TokenUsage | null): Summary["usage"] => {
  if (usage === null) return null
  const { cacheWriteInputTokens: _, ...counts } = usage
  return counts
}

/** Creates the summary of a body from its events and the error they ended with. */
export const make = (
  file: string,
  events: Iterable<ResponseEvent>,
  failure: ProviderError | undefined
): Summary => {
  const completion = Completion.fromEvents(events)
  // Usage and finish reason of a cut body are only in its error, because no event had them yet.
  const partial = failure?.partial
  const reasoning = completion.reasoning === "" ? (partial?.reasoning ?? "") : completion.reasoning
  const refusal = completion.refusal === "" ? (partial?.refusal ?? "") : completion.refusal
  return {
    file,
    ok: failure === undefined,
    error: failure === undefined ? null : ErrorSummary.of(failure),
    text: completion.text === "" ? (partial?.text ?? "") : completion.text,
    reasoning: reasoning === "" ? null : reasoning,
    refusal: refusal === "" ? null : refusal,
    toolCalls: callsOf(completion.items),
    finishReason: completion.finishReason,
    finishReasonRaw: completion.finishReasonRaw ?? partial?.finishReasonRaw ?? null,
    usage: usageOf(completion.usage ?? partial?.usage ?? null),
    responseId: completion.responseId ?? partial?.responseId ?? null,
    model: completion.model ?? partial?.model ?? null
  }
}

/** Creates the summary of a file that cannot be read. */
export const unreadable = (file: string, message: string): Summary => ({
  ...make(file, [], undefined),
  ok: false,
  error: { _tag: "FileError", message, isRetryable: false, retryAfterMs: null }
})
