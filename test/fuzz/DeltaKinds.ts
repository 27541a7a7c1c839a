/**
 * Lists the kinds of deltas of every protocol, each with a stream that has nothing else.
 */
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import * as EventStreamFrames from "../support/EventStreamFrames.ts"

/** A kind of delta, and what stands around the deltas of a stream. */
export interface DeltaKind {
  readonly name: string
  readonly protocol: ProtocolName
  readonly begin: Uint8Array
  /** Makes the delta of a number. */
  readonly delta: (number: number) => Uint8Array
  /** Makes the end of a stream of so many deltas. */
  readonly end: (count: number) => Uint8Array
}

type Json = Readonly<Record<string, unknown>>

const none = new Uint8Array(0)
const word = (number: number): string => ` w${number % 97}`

const sse = (...events: ReadonlyArray<Json>): Uint8Array =>
  Buffer.from(
    events.map((event) => {
      const type = event["type"]
      return `${typeof type === "string" ? `event: ${type}\n` : ""}data: ${JSON.stringify(event)}\n\n`
    }).join("")
  )

const kind = (
  protocol: ProtocolName,
  name: string,
  delta: (number: number) => Uint8Array,
  begin: Uint8Array = none,
  end: (count: number) => Uint8Array = () => none
): DeltaKind => ({ name: `${protocol}: ${name}`, protocol, begin, delta, end })

// ---- Chat Completions -----------------------------------------------------------------------------------------------

const chunk = (delta: Json, more: Json = {}): Uint8Array =>
  sse({ id: "c", object: "chat.completion.chunk", model: "m", choices: [{ index: 0, delta, ...more }] })
const chatEnd = (): Uint8Array => Buffer.concat([chunk({}, { finish_reason: "stop" }), Buffer.from("data: [DONE]\n\n")])
const chat = (name: string, delta: (number: number) => Json): DeltaKind =>
  kind("openai-chat", name, (number) => chunk(delta(number)), none, chatEnd)
const fragment = (index: number, fields: Json, call: Json = {}): Json => ({
  tool_calls: [{ index, ...call, function: fields }]
})

const chatKinds: ReadonlyArray<DeltaKind> = [
  chat("text", (number) => ({ content: word(number) })),
  chat("numbers", (number) => ({ content: number })),
  chat("reasoning", (number) => ({ reasoning_content: word(number) })),
  chat("refusal", (number) => ({ refusal: word(number) })),
  chat("arguments", (number) => fragment(0, { arguments: word(number) }, number === 0 ? { id: "a" } : {})),
  chat("arguments that repeat the name", (number) => fragment(0, { name: "f", arguments: word(number) }, { id: "a" })),
  chat(
    "arguments at a drifting index",
    (number) =>
      number === 0 ? fragment(0, { name: "f", arguments: "" }, { id: "a" }) : fragment(number, { arguments: "x" })
  ),
  chat("whole tool calls", (number) => fragment(number, { name: "f", arguments: "{}" }, { id: `a${number}` })),
  chat("whole tool calls with one id", (number) => fragment(number, { name: "f", arguments: "{}" }, { id: "a" })),
  chat(
    "reasoning details",
    (number) => ({ reasoning_details: [{ type: "reasoning.text", text: word(number), index: 0 }] })
  ),
  chat("annotations", (number) => ({
    annotations: [{ type: "url_citation", url_citation: { url: `https://a.test/${number}`, title: "t" } }]
  }))
]

// ---- Responses ------------------------------------------------------------------------------------------------------

const responsesEnd = (output: ReadonlyArray<Json> = []): Uint8Array =>
  sse({ type: "response.completed", response: { id: "r", model: "m", status: "completed", output } })
const responses = (
  name: string,
  events: (number: number) => ReadonlyArray<Json>,
  end: (count: number) => Uint8Array = () => responsesEnd()
): DeltaKind => kind("openai-responses", name, (number) => sse(...events(number)), none, end)
const part = (type: string, fields: Json): Json => ({
  type: `response.${type}`,
  output_index: 0,
  item_id: "i",
  ...fields
})
const functionCall = (number: number): Json => ({
  type: "function_call",
  id: `f${number}`,
  call_id: `c${number}`,
  name: "f",
  arguments: "{}"
})
const itemDone = (output_index: number, item: Json): Json => ({ type: "response.output_item.done", output_index, item })

const responsesKinds: ReadonlyArray<DeltaKind> = [
  responses("text", (number) => [part("output_text.delta", { content_index: 0, delta: word(number) })]),
  responses("text of many parts", (number) => [
    part("output_text.delta", { content_index: number, delta: word(number) })
  ]),
  responses("repeated text of many parts", (number) => [
    part("output_text.done", { content_index: number, text: word(number) })
  ]),
  responses("deltas and their repeated text", (number) => [
    part("output_text.delta", { content_index: number, delta: word(number) }),
    part("output_text.done", { content_index: number, text: word(number) })
  ]),
  responses("deltas and their repeated text at another index", (number) => [
    part("output_text.delta", { content_index: 2 * number, delta: `${number}` }),
    part("output_text.done", { content_index: 2 * number + 1, text: `${number}` })
  ]),
  responses("deltas and a short text, repeated at one index", (number) => [
    part("output_text.delta", { content_index: 0, delta: word(number) }),
    part("output_text.done", { content_index: 0, text: word(number) })
  ]),
  responses("refusal", (number) => [part("refusal.delta", { content_index: 0, delta: word(number) })]),
  responses("repeated refusals", (number) => [part("refusal.done", { content_index: number, refusal: word(number) })]),
  responses("summary", (number) => [part("reasoning_summary_text.delta", { summary_index: 0, delta: word(number) })]),
  responses("repeated summaries", (number) => [
    part("reasoning_summary_text.done", { summary_index: number, text: word(number) })
  ]),
  responses("summary parts", (number) => [part("reasoning_summary_part.added", { summary_index: number })]),
  responses("reasoning", (number) => [part("reasoning_text.delta", { content_index: 0, delta: word(number) })]),
  responses("repeated reasoning", (number) => [
    part("reasoning_text.done", { content_index: number, text: word(number) })
  ]),
  responses("arguments", (number) => [part("function_call_arguments.delta", { delta: word(number) })]),
  responses("repeated arguments", (number) => [
    part("function_call_arguments.delta", { delta: word(number) }),
    part("function_call_arguments.done", { arguments: word(number) })
  ]),
  responses("custom input", (number) => [part("custom_tool_call_input.delta", { delta: word(number) })]),
  responses("annotations", (number) => [
    part("output_text.annotation.added", { content_index: 0, annotation: { type: "url_citation", url: `u${number}` } })
  ]),
  responses("finished tool calls", (number) => [itemDone(number, functionCall(number))]),
  responses("finished tool calls at one index", (number) => [itemDone(0, functionCall(number))]),
  responses("finished tool calls with one id", (number) => [itemDone(number, functionCall(0))]),
  responses(
    "tool calls that only the final object ends",
    (number) => [{ type: "response.output_item.added", output_index: number, item: functionCall(number) }],
    (count) => responsesEnd(Array.from({ length: count }, (_, number) => functionCall(number)))
  ),
  responses(
    "tool calls with one id that only the final object ends",
    (number) => [{ type: "response.output_item.added", output_index: number, item: functionCall(0) }],
    (count) => responsesEnd(Array.from({ length: count }, () => functionCall(0)))
  )
]

// ---- Messages -------------------------------------------------------------------------------------------------------

const block = (index: number, content_block: Json): Json => ({ type: "content_block_start", index, content_block })
const messages = (name: string, events: (number: number) => ReadonlyArray<Json>, first: Json): DeltaKind =>
  kind(
    "anthropic-messages",
    name,
    (number) => sse(...events(number)),
    sse(
      { type: "message_start", message: { id: "m", model: "m", role: "assistant", content: [], usage: {} } },
      block(0, first)
    ),
    () =>
      sse(
        { type: "content_block_stop", index: 0 },
        { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
        { type: "message_stop" }
      )
  )
const blockDelta = (delta: Json): Json => ({ type: "content_block_delta", index: 0, delta })
const toolUse = (id: string): Json => ({ type: "tool_use", id, name: "f", input: {} })

const messagesKinds: ReadonlyArray<DeltaKind> = [
  messages("text", (number) => [blockDelta({ type: "text_delta", text: word(number) })], { type: "text", text: "" }),
  messages("thinking", (number) => [blockDelta({ type: "thinking_delta", thinking: word(number) })], {
    type: "thinking",
    thinking: ""
  }),
  messages("signatures", () => [blockDelta({ type: "signature_delta", signature: "c2ln" })], {
    type: "thinking",
    thinking: ""
  }),
  messages(
    "arguments",
    (number) => [blockDelta({ type: "input_json_delta", partial_json: word(number) })],
    toolUse("t")
  ),
  messages("citations", (number) => [
    blockDelta({ type: "citations_delta", citation: { type: "char_location", cited_text: word(number) } })
  ], { type: "text", text: "" }),
  messages("tool calls", (number) => [
    block(number + 1, toolUse(`t${number}`)),
    { type: "content_block_stop", index: number + 1 }
  ], { type: "text", text: "" }),
  messages("tool calls with one id", (number) => [
    block(number + 1, toolUse("t")),
    { type: "content_block_stop", index: number + 1 }
  ], { type: "text", text: "" })
]

// ---- Converse -------------------------------------------------------------------------------------------------------

const converse = (name: string, delta: (number: number) => Json, start?: Json): DeltaKind =>
  kind(
    "bedrock-converse",
    name,
    (number) => EventStreamFrames.event("contentBlockDelta", { contentBlockIndex: 0, delta: delta(number) }),
    Buffer.concat([
      EventStreamFrames.event("messageStart", { role: "assistant" }),
      ...(start === undefined ? [] : [EventStreamFrames.event("contentBlockStart", { contentBlockIndex: 0, start })])
    ]),
    () =>
      Buffer.concat([
        EventStreamFrames.event("contentBlockStop", { contentBlockIndex: 0 }),
        EventStreamFrames.event("messageStop", { stopReason: "end_turn" }),
        EventStreamFrames.event("metadata", { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, metrics: {} })
      ])
  )

const converseKinds: ReadonlyArray<DeltaKind> = [
  converse("text", (number) => ({ text: word(number) })),
  converse("reasoning", (number) => ({ reasoningContent: { text: word(number) } })),
  converse("arguments", (number) => ({ toolUse: { input: word(number) } }), { toolUse: { toolUseId: "t", name: "f" } })
]

// ---- Cohere ---------------------------------------------------------------------------------------------------------

const cohere = (name: string, events: (number: number) => ReadonlyArray<Json>): DeltaKind =>
  kind(
    "cohere",
    name,
    (number) => sse(...events(number)),
    sse({ type: "message-start", id: "c" }),
    () => sse({ type: "message-end", delta: { finish_reason: "COMPLETE" } })
  )
const cohereMessage = (type: string, index: number, message: Json): Json => ({ type, index, delta: { message } })
const cohereCall = (id: string): Json => ({
  tool_calls: { id, type: "function", function: { name: "f", arguments: "{}" } }
})

const cohereKinds: ReadonlyArray<DeltaKind> = [
  cohere("text", (number) => [cohereMessage("content-delta", 0, { content: { text: word(number) } })]),
  cohere("text of many blocks", (number) => [
    cohereMessage("content-start", number, { content: { type: "text", text: word(number) } })
  ]),
  cohere("thinking", (number) => [cohereMessage("content-delta", 0, { content: { thinking: word(number) } })]),
  cohere("plan", (number) => [cohereMessage("tool-plan-delta", 0, { tool_plan: word(number) })]),
  cohere("arguments", (number) => [
    cohereMessage("tool-call-delta", 0, { tool_calls: { function: { arguments: word(number) } } })
  ]),
  cohere("tool calls", (number) => [cohereMessage("tool-call-start", number, cohereCall(`c${number}`))]),
  cohere("tool calls with one id", (number) => [cohereMessage("tool-call-start", number, cohereCall("c"))]),
  cohere("citations", (number) => [
    cohereMessage("citation-start", number, {
      citations: { start: 0, end: 1, text: "a", sources: [{ id: `${number}` }] }
    })
  ])
]

// ---- Ollama ---------------------------------------------------------------------------------------------------------

const line = (message: Json, done = false): Uint8Array =>
  Buffer.from(
    `${
      JSON.stringify({
        model: "m",
        created_at: "2026-01-01T00:00:00Z",
        message,
        done,
        ...(done ? { done_reason: "stop" } : {})
      })
    }\n`
  )
const ollama = (name: string, message: (number: number) => Json): DeltaKind =>
  kind("ollama", name, (number) => line(message(number)), none, () => line({ content: "" }, true))

const ollamaKinds: ReadonlyArray<DeltaKind> = [
  ollama("text", (number) => ({ content: word(number) })),
  ollama("thinking", (number) => ({ content: "", thinking: word(number) })),
  ollama(
    "tool calls",
    (number) => ({ content: "", tool_calls: [{ id: `c${number}`, function: { name: "f", arguments: {} } }] })
  ),
  ollama(
    "tool calls with one id",
    () => ({ content: "", tool_calls: [{ id: "c", function: { name: "f", arguments: {} } }] })
  )
]

// ---- Gemini ---------------------------------------------------------------------------------------------------------

const candidate = (parts: ReadonlyArray<Json>, more: Json = {}): Json => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
  modelVersion: "m",
  responseId: "r"
})
const gemini = (
  name: string,
  parts: (number: number) => ReadonlyArray<Json>,
  more: (number: number) => Json = () => ({})
) =>
  kind(
    "gemini",
    name,
    (number) => sse(candidate(parts(number), more(number))),
    none,
    () => sse(candidate([], { finishReason: "STOP" }))
  )

const geminiKinds: ReadonlyArray<DeltaKind> = [
  gemini("text", (number) => [{ text: word(number) }]),
  gemini("thoughts", (number) => [{ text: word(number), thought: true }]),
  gemini("text with signatures", (number) => [{ text: word(number), thoughtSignature: "c2ln" }]),
  gemini("function calls", (number) => [{ functionCall: { name: "f", args: { number } } }]),
  gemini("function calls with one id", () => [{ functionCall: { name: "f", args: {}, id: "c" } }]),
  gemini("arguments in pieces", (number) => [{
    functionCall: {
      ...(number === 0 ? { name: "f" } : {}),
      partialArgs: [{ jsonPath: "$.text", stringValue: word(number), willContinue: true }],
      willContinue: true
    }
  }]),
  gemini("text and code in turns", (number) => [
    { text: word(number) },
    { executableCode: { language: "PYTHON", code: "1" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK" } }
  ]),
  gemini("citations", (number) => [{ text: word(number) }], (number) => ({
    groundingMetadata: { groundingChunks: [{ web: { uri: `https://a.test/${number}`, title: "t" } }] }
  }))
]

const interactions = (
  name: string,
  delta: (number: number) => Json,
  step: Json = { type: "model_output" }
): DeltaKind =>
  kind(
    "gemini-interactions",
    name,
    (number) => sse({ event_type: "step.delta", index: 0, delta: delta(number) }),
    sse({ event_type: "step.start", index: 0, step }),
    () => sse({ event_type: "interaction.completed", interaction: { status: "completed" } })
  )

const interactionsKinds: ReadonlyArray<DeltaKind> = [
  interactions("text", (number) => ({ type: "text", text: word(number) })),
  interactions("arguments", (number) => ({ type: "arguments_delta", arguments: word(number) }), {
    type: "function_call",
    id: "c",
    name: "f"
  }),
  interactions("summaries", (number) => ({ type: "thought_summary", content: { type: "text", text: word(number) } }), {
    type: "thought"
  }),
  interactions("images", () => ({ type: "image", mime_type: "image/png", data: "AA==" })),
  interactions("annotations", (number) => ({
    type: "text_annotation_delta",
    annotations: [{ type: "url_citation", url: `https://a.test/${number}`, start_index: 0, end_index: 0 }]
  }))
]

/** The kinds of deltas of every protocol. */
export const deltaKinds: ReadonlyArray<DeltaKind> = [
  ...chatKinds,
  ...responsesKinds,
  ...messagesKinds,
  ...converseKinds,
  ...cohereKinds,
  ...ollamaKinds,
  ...geminiKinds,
  ...interactionsKinds
]
