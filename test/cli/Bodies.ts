/**
 * The same short response, written by hand in each protocol.
 */
const sse = (...events: ReadonlyArray<readonly [event: string, data: unknown]>): string =>
  events.map(([event, data]) =>
    `${event === "" ? "" : `event: ${event}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`
  ).join("")

const chunk = (delta: object, finish: string | null = null) =>
  ["", {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m-1",
    choices: [{ index: 0, delta, finish_reason: finish }]
  }] as const

export const chat = sse(
  chunk({ role: "assistant", content: "" }),
  chunk({ reasoning_content: "Hm." }),
  chunk({ content: "Hel" }),
  chunk({ content: "lo" }),
  chunk({
    tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "weather", arguments: "{\"city\":" } }]
  }),
  chunk({ tool_calls: [{ index: 0, function: { arguments: "\"Oslo\"}" } }] }),
  chunk({}, "tool_calls"),
  ["", {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m-1",
    choices: [],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 7,
      total_tokens: 17,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 }
    }
  }],
  ["", "[DONE]"]
)

const message = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "m-1",
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { input_tokens: 6, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, output_tokens: 1 }
}

interface Typed {
  readonly type: string
  readonly [field: string]: unknown
}

const typed = (data: Typed) => [data.type, data] as const
const block = (index: number, content: object, ...deltas: ReadonlyArray<object>) => [
  typed({ type: "content_block_start", index, content_block: content }),
  ...deltas.map((delta) => typed({ type: "content_block_delta", index, delta })),
  typed({ type: "content_block_stop", index })
]

export const messages = sse(
  typed({ type: "message_start", message }),
  ...block(
    0,
    { type: "thinking", thinking: "", signature: "" },
    { type: "thinking_delta", thinking: "Hm." },
    { type: "signature_delta", signature: "sig" }
  ),
  ...block(1, { type: "text", text: "" }, { type: "text_delta", text: "Hel" }, { type: "text_delta", text: "lo" }),
  ...block(
    2,
    { type: "tool_use", id: "call_1", name: "weather", input: {} },
    { type: "input_json_delta", partial_json: "{\"city\":" },
    { type: "input_json_delta", partial_json: "\"Oslo\"}" }
  ),
  typed({
    type: "message_delta",
    delta: { stop_reason: "tool_use", stop_sequence: null },
    usage: { output_tokens: 7 }
  }),
  typed({ type: "message_stop" })
)

const response = { id: "resp_1", object: "response", model: "m-1", status: "in_progress", output: [] }
const call = { type: "function_call", id: "fc_1", call_id: "call_1", name: "weather", status: "completed" }
const text = {
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "Hello", annotations: [] }]
}
const thought = { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Hm." }] }
const finished = { ...call, arguments: "{\"city\":\"Oslo\"}" }
const done = {
  ...response,
  status: "completed",
  output: [thought, text, finished],
  usage: {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 17
  }
}

const numbered = (...events: ReadonlyArray<Typed>) =>
  events.map((event, index) => typed({ ...event, sequence_number: index }))

const about = (type: string, output_index: number, fields: object) => ({ type, output_index, ...fields })

export const responses = sse(...numbered(
  { type: "response.created", response },
  about("response.output_item.added", 0, { item: { ...thought, summary: [] } }),
  about("response.reasoning_summary_part.added", 0, {
    item_id: "rs_1",
    summary_index: 0,
    part: { type: "summary_text", text: "" }
  }),
  about("response.reasoning_summary_text.delta", 0, { item_id: "rs_1", summary_index: 0, delta: "Hm." }),
  about("response.output_item.done", 0, { item: thought }),
  about("response.output_item.added", 1, { item: { ...text, status: "in_progress", content: [] } }),
  about("response.output_text.delta", 1, { item_id: "msg_1", content_index: 0, delta: "Hel" }),
  about("response.output_text.delta", 1, { item_id: "msg_1", content_index: 0, delta: "lo" }),
  about("response.output_item.done", 1, { item: text }),
  about("response.output_item.added", 2, { item: { ...call, arguments: "" } }),
  about("response.function_call_arguments.delta", 2, { item_id: "fc_1", delta: "{\"city\":\"Oslo\"}" }),
  about("response.output_item.done", 2, { item: finished }),
  { type: "response.completed", response: done }
))

export const chatWhole = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "m-1",
  choices: [{
    index: 0,
    message: {
      role: "assistant",
      content: null,
      refusal: "No.",
      tool_calls: [{ id: "call_1", type: "function", function: { name: "weather", arguments: "{\"city\":" } }]
    },
    finish_reason: "length"
  }],
  usage: { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 }
})

export const messagesWhole = JSON.stringify({
  ...message,
  content: [{ type: "text", text: "Hello" }],
  stop_reason: "end_turn"
})

export const responsesWhole = JSON.stringify(done)
