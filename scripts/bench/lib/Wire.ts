/**
 * What is asked of each protocol, and what its parsed events mean: shared by the clients that parse JSON themselves.
 */
import type { Protocol } from "./Spec.ts"
import type { Sink } from "./Sink.ts"

interface ChatEvent {
  readonly choices: ReadonlyArray<{ readonly delta: { readonly content?: string | null } }>
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
}

interface Usage {
  readonly input_tokens: number
  readonly output_tokens: number
}

type ResponsesEvent =
  | { readonly type: "response.output_text.delta"; readonly delta: string }
  | { readonly type: "response.completed"; readonly response: { readonly usage: Usage } }
  | { readonly type: "" }

type AnthropicEvent =
  | { readonly type: "content_block_delta"; readonly delta: { readonly type: string; readonly text: string } }
  | { readonly type: "message_delta"; readonly usage: Usage }
  | { readonly type: "" }

const chat = (data: string, sink: Sink): void => {
  const event: ChatEvent = JSON.parse(data)
  const content = event.choices[0]?.delta.content
  if (typeof content === "string" && content !== "") sink.push(content)
  if (event.usage) sink.usage(event.usage.prompt_tokens, event.usage.completion_tokens)
}

const responses = (data: string, sink: Sink): void => {
  const event: ResponsesEvent = JSON.parse(data)
  if (event.type === "response.output_text.delta") sink.push(event.delta)
  else if (event.type === "response.completed") {
    sink.usage(event.response.usage.input_tokens, event.response.usage.output_tokens)
  }
}

const anthropic = (data: string, sink: Sink): void => {
  const event: AnthropicEvent = JSON.parse(data)
  if (event.type === "content_block_delta") {
    if (event.delta.type === "text_delta") sink.push(event.delta.text)
  } else if (event.type === "message_delta") sink.usage(event.usage.input_tokens, event.usage.output_tokens)
}

export const paths: Readonly<Record<Protocol, string>> = {
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  anthropic: "/v1/messages"
}

export const models: Readonly<Record<Protocol, string>> = {
  chat: "gpt-4.1-mini",
  responses: "gpt-4.1-mini",
  anthropic: "claude-sonnet-4-5"
}

const messages = [{ role: "user", content: "Hello" }]

/** The body of a request. */
export const bodies = {
  chat: { model: models.chat, stream: true, stream_options: { include_usage: true }, messages },
  responses: { model: models.responses, stream: true, input: messages },
  anthropic: { model: models.anthropic, stream: true, max_tokens: 1024, messages }
}

export const headers = {
  "content-type": "application/json",
  accept: "text/event-stream",
  authorization: "Bearer test"
}

const readers = { chat, responses, anthropic }

/** Reads the data of one event, with one `JSON.parse`. */
export const reader = (protocol: Protocol): (data: string, sink: Sink) => void => {
  const read = readers[protocol]
  return (data, sink) => {
    if (data !== "[DONE]") read(data, sink)
  }
}
