/** The events of a stream, byte for byte in the shapes that OpenAI and Anthropic send. */
import type { Spec, Text } from "./Spec.ts"
import { random } from "./Random.ts"
import { inputTokens, paddingSource, proseSource, tokenSource } from "./Text.ts"

type Fields = ReadonlyArray<readonly [key: string, json: string]>

/** Writes a JSON object from fields whose values are JSON already. */
type WriteObject = (fields: Fields) => string

const plain: WriteObject = (fields) => {
  let out = "{"
  for (const [key, json] of fields) out += `${out.length === 1 ? "" : ","}"${key}":${json}`
  return `${out}}`
}

/** The same object with its keys in a new order and other spaces each time, so that no event is like one before it. */
const restless = (): WriteObject => {
  const next = random(13)
  const space = () => " ".repeat(Math.floor(next() * 4))
  return (fields) => {
    const left = [...fields]
    let out = ""
    while (left.length > 0) {
      for (const [key, json] of left.splice(Math.floor(next() * left.length), 1)) {
        out += `${out === "" ? "" : `,${space()}`}"${key}":${space()}${json}`
      }
    }
    return `{${out}}`
  }
}

const quote = (text: string): string => JSON.stringify(text)

/** The most alternatives of a token; how many there are varies from event to event. */
const mostAlternatives = 5

/** Writes `logprobs` of a token as OpenAI sends them: its bytes and its alternatives with theirs. */
const logprobsSource = (text: Text): (token: string, object: WriteObject) => string => {
  const next = random(17)
  const alternative = proseSource(text === "json" ? "mixed" : text)
  const entry = (token: string, more: Fields, object: WriteObject): string =>
    object([
      ["token", quote(token)],
      ["logprob", JSON.stringify(-next() * 10 ** -Math.floor(next() * 8))],
      ["bytes", JSON.stringify([...Buffer.from(token)])],
      ...more
    ])
  return (token, object) => {
    const alternatives: Array<string> = []
    for (let left = Math.floor(next() * (mostAlternatives + 1)); left > 0; left--) {
      alternatives.push(entry(alternative(), [], object))
    }
    return object([
      ["content", `[${entry(token, [["top_logprobs", `[${alternatives.join(",")}]`]], object)}]`],
      ["refusal", "null"]
    ])
  }
}

interface Source {
  readonly tokens: number
  readonly token: () => string
  readonly padding: () => string
  readonly object: WriteObject
  /** The `logprobs` of a token in Chat. */
  readonly logprobs: (token: string) => string
}

const chat = function*({ logprobs, object, padding, token, tokens }: Source): Generator<string> {
  const event = (choices: string, usage: string): string =>
    `data: ${
      object([
        ["id", quote("chatcmpl-CFvJ8n0Wb2yXkQ1tZr7uHs5dLp3Ma")],
        ["object", quote("chat.completion.chunk")],
        ["created", "1757890123"],
        ["model", quote("gpt-4.1-mini-2025-04-14")],
        ["service_tier", quote("default")],
        ["system_fingerprint", quote("fp_6f2eabb9a5")],
        ["choices", choices],
        ["usage", usage],
        ["obfuscation", quote(padding())]
      ])
    }\n\n`
  const choice = (delta: Fields, reason: string, probabilities = "null"): string =>
    `[${object([["index", "0"], ["delta", object(delta)], ["logprobs", probabilities], ["finish_reason", reason]])}]`
  yield event(choice([["role", quote("assistant")], ["content", quote("")], ["refusal", "null"]], "null"), "null")
  for (let left = tokens; left > 0; left--) {
    const text = token()
    yield event(choice([["content", quote(text)]], "null", logprobs(text)), "null")
  }
  yield event(choice([], quote("stop")), "null")
  yield event(
    "[]",
    object([
      ["prompt_tokens", `${inputTokens}`],
      ["completion_tokens", `${tokens}`],
      ["total_tokens", `${inputTokens + tokens}`],
      ["prompt_tokens_details", object([["cached_tokens", "0"], ["audio_tokens", "0"]])],
      [
        "completion_tokens_details",
        object([
          ["reasoning_tokens", "0"],
          ["audio_tokens", "0"],
          ["accepted_prediction_tokens", "0"],
          ["rejected_prediction_tokens", "0"]
        ])
      ]
    ])
  )
  yield "data: [DONE]\n\n"
}

const responsesMessage = (object: WriteObject, id: string, status: string, content: string): string =>
  object([
    ["id", id],
    ["type", quote("message")],
    ["status", quote(status)],
    ["content", content],
    ["role", quote("assistant")]
  ])

const responses = function*({ object, padding, token, tokens }: Source): Generator<string> {
  const item = quote("msg_68c7e6cb6f2c81a2b1d0c5d8e9f00123")
  let sequence = 0
  const event = (type: string, fields: Fields): string =>
    `event: ${type}\ndata: ${object([["type", quote(type)], ["sequence_number", `${sequence++}`], ...fields])}\n\n`
  const response = (status: string, output: string, usage: string): readonly [string, string] => [
    "response",
    object([
      ["id", quote("resp_68c7e6cb0b9c81a2b1d0c5d8e9f00123")],
      ["object", quote("response")],
      ["created_at", "1757890123"],
      ["status", quote(status)],
      ["background", "false"],
      ["error", "null"],
      ["incomplete_details", "null"],
      ["instructions", "null"],
      ["max_output_tokens", "null"],
      ["max_tool_calls", "null"],
      ["model", quote("gpt-4.1-mini-2025-04-14")],
      ["output", output],
      ["parallel_tool_calls", "true"],
      ["previous_response_id", "null"],
      ["prompt_cache_key", "null"],
      ["reasoning", object([["effort", "null"], ["summary", "null"]])],
      ["safety_identifier", "null"],
      ["service_tier", quote("default")],
      ["store", "false"],
      ["temperature", "1.0"],
      ["text", object([["format", object([["type", quote("text")]])], ["verbosity", quote("medium")]])],
      ["tool_choice", quote("auto")],
      ["tools", "[]"],
      ["top_logprobs", "0"],
      ["top_p", "1.0"],
      ["truncation", quote("disabled")],
      ["usage", usage],
      ["user", "null"],
      ["metadata", "{}"]
    ])
  ]
  const message = (status: string, content: string): string => responsesMessage(object, item, status, content)
  const part = (text: string): string =>
    object([["type", quote("output_text")], ["annotations", "[]"], ["logprobs", "[]"], ["text", text]])
  const place: Fields = [["item_id", item], ["output_index", "0"], ["content_index", "0"]]

  yield event("response.created", [response("in_progress", "[]", "null")])
  yield event("response.in_progress", [response("in_progress", "[]", "null")])
  yield event("response.output_item.added", [["output_index", "0"], ["item", message("in_progress", "[]")]])
  yield event("response.content_part.added", [...place, ["part", part(quote(""))]])
  const all: Array<string> = []
  for (let left = tokens; left > 0; left--) {
    const text = token()
    all.push(text)
    yield event("response.output_text.delta", [
      ...place,
      ["delta", quote(text)],
      ["logprobs", "[]"],
      ["obfuscation", quote(padding())]
    ])
  }
  const text = quote(all.join(""))
  yield event("response.output_text.done", [...place, ["text", text], ["logprobs", "[]"]])
  yield event("response.content_part.done", [...place, ["part", part(text)]])
  yield event("response.output_item.done", [["output_index", "0"], ["item", message("completed", `[${part(text)}]`)]])
  yield event("response.completed", [
    response(
      "completed",
      `[${message("completed", `[${part(text)}]`)}]`,
      object([
        ["input_tokens", `${inputTokens}`],
        ["input_tokens_details", object([["cached_tokens", "0"]])],
        ["output_tokens", `${tokens}`],
        ["output_tokens_details", object([["reasoning_tokens", "0"]])],
        ["total_tokens", `${inputTokens + tokens}`]
      ])
    )
  ])
}

const anthropic = function*({ object, token, tokens }: Source): Generator<string> {
  const event = (type: string, fields: Fields): string =>
    `event: ${type}\ndata: ${object([["type", quote(type)], ...fields])}\n\n`
  const usage = (output: number, more: Fields): string =>
    object([
      ["input_tokens", `${inputTokens}`],
      ["cache_creation_input_tokens", "0"],
      ["cache_read_input_tokens", "0"],
      ["output_tokens", `${output}`],
      ...more
    ])
  yield event("message_start", [[
    "message",
    object([
      ["id", quote("msg_01XkQ7tZr8uHs5dLp3MaCFvJ")],
      ["type", quote("message")],
      ["role", quote("assistant")],
      ["model", quote("claude-sonnet-4-5-20250929")],
      ["content", "[]"],
      ["stop_reason", "null"],
      ["stop_sequence", "null"],
      ["usage", usage(1, [["service_tier", quote("standard")]])]
    ])
  ]])
  yield event("content_block_start", [
    ["index", "0"],
    ["content_block", object([["type", quote("text")], ["text", quote("")]])]
  ])
  yield `event: ping\ndata: {"type": "ping"}\n\n`
  for (let left = tokens; left > 0; left--) {
    yield event("content_block_delta", [
      ["index", "0"],
      ["delta", object([["type", quote("text_delta")], ["text", quote(token())]])]
    ])
  }
  yield event("content_block_stop", [["index", "0"]])
  yield event("message_delta", [
    ["delta", object([["stop_reason", quote("end_turn")], ["stop_sequence", "null"]])],
    ["usage", usage(tokens, [])]
  ])
  yield event("message_stop", [])
}

const shapes = { chat, responses, anthropic }

/** The events of a stream in order, each with its blank line. */
export const eventsOf = (spec: Spec): Generator<string> => {
  const object = spec.adversary ? restless() : plain
  const write = logprobsSource(spec.text)
  return shapes[spec.protocol]({
    tokens: spec.tokens,
    token: tokenSource(spec),
    padding: paddingSource(),
    object,
    logprobs: spec.logprobs ? (token) => write(token, object) : () => "null"
  })
}

/** A Chat stream of a single delta of so many characters. */
export const oneLongEvent = (characters: number): Generator<string> =>
  chat({ tokens: 1, token: () => "x".repeat(characters), padding: () => "", object: plain, logprobs: () => "null" })
