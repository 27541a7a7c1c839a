/**
 * One line about one body: what it said, and whether that was all of it.
 */
import type * as Schema from "effect/Schema"
import * as Completion from "../../domain/Completion.ts"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { FinishReason } from "../../domain/FinishReason.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import * as ErrorSummary from "../ErrorSummary.ts"

/**
 * The summary of a body.
 *
 * **Details**
 *
 * `text` is empty when there is none; `reasoning` and `refusal` are `null` then. The `arguments` of a call that is not
 * JSON are `null`; calls of free-form tools, which have none, are only among the events.
 */
export interface Summary {
  readonly file: string
  readonly ok: boolean
  readonly error: ErrorSummary.ErrorSummary | null
  readonly text: string
  readonly reasoning: string | null
  readonly refusal: string | null
  readonly toolCalls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly arguments: Schema.Json }>
  readonly finishReason: FinishReason | null
  readonly finishReasonRaw: string | null
  readonly usage: Omit<TokenUsage, "cacheWriteInputTokens"> | null
  readonly responseId: string | null
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

/** Sums up the events of a body, and the failure they ended with. */
export const make = (
  file: string,
  events: Iterable<ResponseEvent>,
  failure: ProviderError | undefined
): Summary => {
  const completion = Completion.fromEvents(events)
  // What no event has told before the failure: the bill, and the reason for an end that was not reached.
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

/** The summary of a file that could not be read. */
export const unreadable = (file: string, message: string): Summary => ({
  ...make(file, [], undefined),
  ok: false,
  error: { _tag: "FileError", message, isRetryable: false, retryAfterMs: null }
})
