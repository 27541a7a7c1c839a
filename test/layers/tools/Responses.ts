/**
 * Scripted responses of a chat model.
 */
import type { Schema } from "effect"
import type { CompletionError, ResponseEvent, ResponseItem } from "sluice"
// Programs of their own read this file, where `sluice` is not found.
import * as TokenUsage from "../../../src/domain/TokenUsage.ts"
import * as Events from "../../support/Events.ts"
import { completed, created, done, type Event, message } from "../../support/Events.ts"

export { type Event, message }

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
      created,
      ...texts,
      ...items.map((item, outputIndex) => done(outputIndex, item)),
      completed({
        finishReason: hasCalls ? "tool-calls" : "stop",
        finishReasonRaw: hasCalls ? "tool_calls" : "stop",
        usage: TokenUsage.of(10, 5),
        ...fields
      })
    ]
  }
}

/** Creates a response of text alone. */
export const says = (text: string): Scripted => response([message(text)])

export const call = (name: string, input: Schema.Json, id: string): ResponseItem.ToolCall =>
  Events.call(name, id, input)

/** Creates a response that calls one tool. */
export const calls = (name: string, input: Schema.Json, id = "call_1"): Scripted => response([call(name, input, id)])
