/**
 * The events and items of completions, as tests write them down.
 */
import type { Schema } from "effect"
import type { ResponseEvent, ResponseItem } from "sluice"

export type Event = ResponseEvent.ResponseEvent

export const created: Event = { _tag: "Created", responseId: "resp_1", model: "gpt-test" }

export const completed = (fields: Partial<ResponseEvent.Completed> = {}): Event => ({
  _tag: "Completed",
  responseId: "resp_1",
  model: "gpt-test",
  finishReason: "stop",
  finishReasonRaw: "stop",
  usage: null,
  evidence: ["terminal-event"],
  ...fields
})

export const done = (outputIndex: number, item: ResponseItem.ResponseItem): Event => ({
  _tag: "OutputItemDone",
  outputIndex,
  item
})

export const text = (outputIndex: number, delta: string): Event => ({ _tag: "OutputTextDelta", outputIndex, delta })

export const message = (value: string): ResponseItem.Message => ({
  _tag: "Message",
  content: [{ _tag: "OutputText", text: value, citations: [] }]
})

export const call = (name: string, id: string, value: Schema.Json): ResponseItem.ToolCall => ({
  _tag: "ToolCall",
  id,
  name,
  arguments: value
})
