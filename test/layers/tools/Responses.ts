/**
 * Scripted responses of a chat model.
 */
import type { Schema } from "effect"
import type { CompletionError, ResponseEvent, ResponseItem } from "sluice"

export type Event = ResponseEvent.ResponseEvent

/** One response: its events, and how it fails after them. */
export interface Scripted {
  readonly events: ReadonlyArray<Event>
  readonly failure?: CompletionError
}

/** Creates a whole response of items. */
export const response = (
  items: ReadonlyArray<ResponseItem.ResponseItem>,
  fields: Partial<ResponseEvent.Completed> = {}
): Scripted => {
  const hasCalls = items.some(({ _tag }) => _tag === "ToolCall" || _tag === "InvalidToolCall")
  const texts = items.flatMap((item, outputIndex): ReadonlyArray<Event> =>
    item._tag === "Message"
      ? item.content.map((content) =>
        content._tag === "OutputText"
          ? { _tag: "OutputTextDelta", outputIndex, delta: content.text }
          : { _tag: "RefusalDelta", outputIndex, delta: content.refusal }
      )
      : []
  )
  return {
    events: [
      { _tag: "Created", responseId: "resp", model: "test" },
      ...texts,
      ...items.map((item, outputIndex): Event => ({ _tag: "OutputItemDone", outputIndex, item })),
      {
        _tag: "Completed",
        responseId: "resp",
        model: "test",
        finishReason: hasCalls ? "tool-calls" : "stop",
        finishReasonRaw: hasCalls ? "tool_calls" : "stop",
        usage: {
          inputTokens: 10,
          cachedInputTokens: 0,
          cacheWriteInputTokens: 0,
          outputTokens: 5,
          reasoningOutputTokens: 0,
          totalTokens: 15
        },
        evidence: ["terminal-event"],
        ...fields
      }
    ]
  }
}

export const message = (text: string): ResponseItem.Message => ({
  _tag: "Message",
  content: [{ _tag: "OutputText", text, citations: [] }]
})

/** Creates a response of text alone. */
export const says = (text: string): Scripted => response([message(text)])

export const call = (name: string, input: Schema.Json, id: string): ResponseItem.ToolCall => ({
  _tag: "ToolCall",
  id,
  name,
  arguments: input
})

/** Creates a response that calls one tool. */
export const calls = (name: string, input: Schema.Json, id = "call_1"): Scripted => response([call(name, input, id)])
