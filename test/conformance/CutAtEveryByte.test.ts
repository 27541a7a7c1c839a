/**
 * Ends streams after every byte, once as a broken connection and once as a clean end: an answer is complete from the
 * byte on at which its completion contract is fulfilled, and never before it.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import type { Ending } from "../../src/streams/response/StreamDecoder.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { context, encoder, fold, type Outcome, run } from "../support/Decoding.ts"
import * as EventStreamFrames from "../support/EventStreamFrames.ts"
import * as Wire from "../support/Wire.ts"

type Json = Readonly<Record<string, unknown>>

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? value as Json : {})

// ---- The completion contracts, written down here again --------------------------------------------------------------

const hasFinishReason = ({ choices }: Json): boolean =>
  Array.isArray(choices) && choices.some((choice: unknown) => {
    const { finish_reason: reason, index } = object(choice)
    return (index ?? 0) === 0 && typeof reason === "string" && reason !== ""
  })

/** Whether an event's data proves the answer whole. */
const proves: Readonly<Record<ProtocolName, (data: Json) => boolean>> = {
  "openai-chat": hasFinishReason,
  "openai-completions": hasFinishReason,
  cohere: ({ type }) => type === "message-end",
  ollama: ({ done }) => done === true,
  "openai-responses": ({ type }) => type === "response.completed" || type === "response.incomplete",
  "anthropic-messages": ({ type }) => type === "message_stop",
  "gemini-interactions": ({ event_type: type }) => type === "interaction.completed",
  // Nothing else has usage and metrics.
  "bedrock-converse": ({ metrics }) => metrics !== undefined,
  gemini: ({ candidates }) =>
    Array.isArray(candidates) && candidates.some((candidate: unknown) => {
      const { finishReason, index } = object(candidate)
      return (index ?? 0) === 0 && typeof finishReason === "string" && finishReason !== ""
    })
}

interface Line {
  readonly data: string
  /** The number of bytes up to its last one, without the line's end. */
  readonly end: number
}

/** The `data:` lines of a body. Read as Latin-1, so that characters are bytes. */
const dataLines = (bytes: Uint8Array): ReadonlyArray<Line> =>
  [...Buffer.from(bytes).toString("latin1").matchAll(/^data: ?(.*?)\r?$/gm)].map((match) => ({
    data: match[1] ?? "",
    end: match.index + match[0].replace(/\r$/, "").length
  }))

/** The events of a body of frames, up to the end of their last checksum. */
const frames = (bytes: Uint8Array): ReadonlyArray<Line> =>
  EventStreamFrames.read(bytes).map(({ end, payload }) => ({ data: payload, end }))

/** The elements of a pretty-printed array, one closing bracket at the beginning of a line each. */
const elements = (bytes: Uint8Array): ReadonlyArray<Line> => {
  const text = Buffer.from(bytes).toString("latin1")
  return [...text.matchAll(/^\}/gm)].map(({ index }) => {
    const end = index + 1
    return { data: text.slice(text.lastIndexOf("\n{", end) + 1 || 1, end), end }
  })
}

/** The lines of a body of nothing else. */
const jsonLines = (bytes: Uint8Array): ReadonlyArray<Line> =>
  [...Buffer.from(bytes).toString("latin1").matchAll(/^(\{.*?)\r?$/gm)].map((match) => ({
    data: match[1] ?? "",
    end: match.index + (match[1] ?? "").length
  }))

/** How the events of a body are found, where they are no `data:` lines in their order. */
const framings: Readonly<Partial<Record<ProtocolName, (bytes: Uint8Array) => ReadonlyArray<Line>>>> = {
  "bedrock-converse": frames,
  ollama: jsonLines,
  // Of its finish reasons the last one counts.
  gemini: (bytes) => (bytes[0] === 0x5b ? elements(bytes) : dataLines(bytes)).toReversed()
}

/** The protocols that `[DONE]` ends. */
const endedByMarker: ReadonlySet<ProtocolName> = new Set<ProtocolName>(["openai-chat", "openai-completions"])

const contractPoint = (protocol: ProtocolName, bytes: Uint8Array): number => {
  const line = (framings[protocol] ?? dataLines)(bytes).find(({ data }) =>
    data === "[DONE]" ? endedByMarker.has(protocol) : proves[protocol](JSON.parse(data))
  )
  if (line === undefined) throw new Error("the stream has no end")
  return line.end
}

// ---- Streams -------------------------------------------------------------------------------------------------------

interface Sample {
  readonly name: string
  readonly protocol: ProtocolName
  readonly bytes: Uint8Array
}

const data = (...payloads: ReadonlyArray<unknown>): string =>
  payloads.map((payload) => `data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`).join("")

const named = (...payloads: ReadonlyArray<Json>): string =>
  payloads.map((payload) => `event: ${String(payload["type"])}\n${data(payload)}`).join("")

const chunk = (delta: Json, more: Json = {}): Json => ({
  id: "chatcmpl-1",
  model: "m",
  choices: [{ index: 0, delta, ...more }]
})
const call = (index: number, name: string | undefined, part: string): Json =>
  chunk({
    tool_calls: [{
      index,
      ...(name === undefined ? {} : { id: `call_${name}`, type: "function" }),
      function: { ...(name === undefined ? {} : { name }), arguments: part }
    }]
  })
const finish = (reason: string): Json => chunk({}, { finish_reason: reason })
const bill = { choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } }

const billed = (tokens: number): Json => ({
  ...chunk({ content: `${tokens} ` }),
  usage: { prompt_tokens: 5, completion_tokens: tokens, total_tokens: 5 + tokens }
})

const chat = (name: string, text: string): Sample => ({
  name,
  protocol: "openai-chat",
  bytes: encoder.encode(text)
})

const part = (text: string, more: Json = {}): Json => ({
  id: "cmpl-1",
  model: "m",
  choices: [{ index: 0, text, finish_reason: null, ...more }]
})

const completions = (name: string, text: string): Sample => ({
  name,
  protocol: "openai-completions",
  bytes: encoder.encode(text)
})

const cohere = (type: string, message: Json | undefined, more: Json = {}): Json => ({
  type,
  ...more,
  ...(message === undefined ? {} : { delta: { message } })
})

const line = (message: Json, more: Json = {}): string =>
  `${JSON.stringify({ model: "m", created_at: "2026-01-01T00:00:00Z", message, done: false, ...more })}\n`

const anthropicStart = {
  type: "message_start",
  message: {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "c",
    content: [],
    usage: { input_tokens: 9, output_tokens: 1 }
  }
}

const answered = {
  id: "resp_1",
  model: "g",
  status: "completed",
  output: [],
  usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 }
}

const generated = (parts: ReadonlyArray<Json>, more: Json = {}): Json => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  modelVersion: "m",
  responseId: "r"
})

const piece = (argument: Json): Json => ({ functionCall: { partialArgs: [argument], willContinue: true } })

const gemini = (name: string, text: string): Sample => ({ name, protocol: "gemini", bytes: encoder.encode(text) })

/** The events of the Interactions API, which name themselves twice. */
const interaction = (...events: ReadonlyArray<readonly [type: string, data: Json]>): Uint8Array =>
  encoder.encode(
    events.map(([type, fields]) => `event: ${type}\n${data({ ...fields, event_type: type })}`).join("") +
      "event: done\ndata: [DONE]\n\n"
  )

const samples: ReadonlyArray<Sample> = [
  chat(
    "text, reasoning and usage",
    data(
      chunk({ role: "assistant", content: "" }),
      chunk({ reasoning_content: "hm 🤔" }),
      chunk({ content: "Hé" }),
      chunk({ content: "llo" }),
      finish("stop"),
      bill,
      "[DONE]"
    )
  ),
  chat(
    "interleaved tool calls",
    data(
      call(0, "a", "{\"x\""),
      call(1, "b", "{"),
      call(0, undefined, ":1}"),
      call(1, undefined, "}"),
      finish("tool_calls"),
      "[DONE]"
    )
  ),
  chat("no [DONE]", data(chunk({ content: "a" }), finish("stop"), bill)),
  chat("no finish reason", data(chunk({ content: "a" }), call(0, "a", "{}"), bill, "[DONE]")),
  chat(
    "text after the finish reason",
    data(chunk({ content: "a" }), finish("stop"), chunk({ content: "b" }), "[DONE]")
  ),
  chat(
    "comments, CRLF and a choice that nobody asked for",
    `: hello\r\n\r\n${
      data(
        chunk({ content: "a" }),
        { id: "chatcmpl-1", model: "m", choices: [{ index: 1, delta: {}, finish_reason: "stop" }] },
        finish("length"),
        "[DONE]"
      )
        .replaceAll("\n", "\r\n")
    }`
  ),
  completions("text and usage", data(part("Hé"), part("llo"), part("", { finish_reason: "length" }), bill, "[DONE]")),
  completions("neither [DONE] nor usage", data(part("a"), part(" b", { finish_reason: "stop" }))),
  completions(
    "a chat's deltas",
    data(chunk({ content: "a" }), chunk({ content: "b" }, { finish_reason: "stop" }), "[DONE]")
  ),
  {
    name: "thinking, a plan and a tool call",
    protocol: "cohere",
    bytes: encoder.encode(
      named(
        cohere("message-start", { role: "assistant", content: [], tool_plan: "" }, { id: "c_1" }),
        cohere("content-start", { content: { type: "thinking", thinking: "" } }, { index: 0 }),
        cohere("content-delta", { content: { thinking: "hm" } }, { index: 0 }),
        cohere("content-end", undefined, { index: 0 }),
        cohere("tool-plan-delta", { tool_plan: "I will " }),
        cohere("tool-plan-delta", { tool_plan: "löok." }),
        cohere("tool-call-start", {
          tool_calls: { id: "call_a", type: "function", function: { name: "a", arguments: "" } }
        }, { index: 0 }),
        cohere("tool-call-delta", { tool_calls: { function: { arguments: "{\"x\":" } } }, { index: 0 }),
        cohere("tool-call-delta", { tool_calls: { function: { arguments: "1}" } } }, { index: 0 }),
        cohere("tool-call-end", undefined, { index: 0 }),
        {
          type: "message-end",
          delta: { finish_reason: "TOOL_CALL", usage: { tokens: { input_tokens: 3, output_tokens: 4 } } }
        }
      ) + data("[DONE]")
    )
  },
  {
    name: "a citation, and no [DONE]",
    protocol: "cohere",
    bytes: encoder.encode(named(
      cohere("message-start", {}, { id: "c_1" }),
      cohere("content-start", { content: { type: "text", text: "" } }, { index: 0 }),
      cohere("content-delta", { content: { text: "Hé" } }, { index: 0 }),
      cohere("citation-start", { citations: { start: 0, end: 2, text: "Hé", sources: [] } }, { index: 0 }),
      cohere("citation-end", undefined, { index: 0 }),
      { type: "message-end", delta: { finish_reason: "COMPLETE" } }
    ))
  },
  {
    name: "thinking, text and two tool calls",
    protocol: "ollama",
    bytes: encoder.encode(
      line({ role: "assistant", content: "", thinking: "hm 🤔" }) + line({ content: "Hé" }) + line({ content: "llo" }) +
        line({ content: "", tool_calls: [{ id: "call_a", function: { name: "a", arguments: { x: 1 } } }] }) +
        line({ content: "", tool_calls: [{ function: { name: "a", arguments: {} } }] }) +
        line({ content: "" }, { done: true, done_reason: "stop", prompt_eval_count: 3, eval_count: 4 })
    )
  },
  {
    name: "CRLF, blank lines and no end of the last one",
    protocol: "ollama",
    bytes: encoder.encode(
      `\r\n${line({ content: "a" })}\n${line({ content: "b" })}${line({ content: "" }, { done: true })}`
        .replaceAll(/(?<!\r)\n/g, "\r\n").trimEnd()
    )
  },
  chat("usage in every chunk", data(billed(1), billed(2), billed(3), finish("stop"), "[DONE]")),
  {
    name: "thinking, text and a tool call",
    protocol: "anthropic-messages",
    bytes: encoder.encode(named(
      anthropicStart,
      { type: "ping" },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "hm" } },
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2ln" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Hé" } },
      { type: "content_block_stop", index: 1 },
      {
        type: "content_block_start",
        index: 2,
        content_block: { type: "tool_use", id: "toolu_1", name: "a", input: {} }
      },
      { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "{\"x\":" } },
      { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "1}" } },
      { type: "content_block_stop", index: 2 },
      { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 8 } },
      { type: "message_stop" }
    ))
  },
  {
    name: "reasoning, text and a tool call",
    protocol: "openai-responses",
    bytes: encoder.encode(named(
      { type: "response.created", response: { ...answered, status: "in_progress", usage: null } },
      { type: "response.output_item.added", output_index: 0, item: { type: "reasoning", id: "rs_1", summary: [] } },
      {
        type: "response.reasoning_summary_part.added",
        item_id: "rs_1",
        output_index: 0,
        summary_index: 0,
        part: { type: "summary_text", text: "" }
      },
      {
        type: "response.reasoning_summary_text.delta",
        item_id: "rs_1",
        output_index: 0,
        summary_index: 0,
        delta: "hm"
      },
      {
        type: "response.output_item.done",
        output_index: 0,
        item: { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "hm" }] }
      },
      {
        type: "response.output_item.added",
        output_index: 1,
        item: { type: "message", id: "msg_1", role: "assistant", content: [] }
      },
      { type: "response.output_text.delta", item_id: "msg_1", output_index: 1, content_index: 0, delta: "Hé" },
      {
        type: "response.output_item.done",
        output_index: 1,
        item: {
          type: "message",
          id: "msg_1",
          role: "assistant",
          content: [{ type: "output_text", text: "Hé", annotations: [] }]
        }
      },
      {
        type: "response.output_item.added",
        output_index: 2,
        item: { type: "function_call", id: "fc_1", call_id: "call_1", name: "a", arguments: "" }
      },
      { type: "response.function_call_arguments.delta", item_id: "fc_1", output_index: 2, delta: "{}" },
      {
        type: "response.output_item.done",
        output_index: 2,
        item: { type: "function_call", id: "fc_1", call_id: "call_1", name: "a", arguments: "{}" }
      },
      { type: "response.completed", response: answered }
    ))
  },
  {
    name: "reasoning, text, a citation and a tool call",
    protocol: "bedrock-converse",
    bytes: EventStreamFrames.body(
      EventStreamFrames.event("messageStart", { role: "assistant", p: "abc" }),
      EventStreamFrames.event("contentBlockDelta", {
        contentBlockIndex: 0,
        delta: { reasoningContent: { text: "hm" } },
        p: "a"
      }),
      EventStreamFrames.event("contentBlockDelta", {
        contentBlockIndex: 0,
        delta: { reasoningContent: { signature: "c2ln" } }
      }),
      EventStreamFrames.event("contentBlockStop", { contentBlockIndex: 0 }),
      EventStreamFrames.event("contentBlockDelta", {
        contentBlockIndex: 1,
        delta: { citation: { location: { web: { url: "https://a.test/", domain: "a.test" } } } }
      }),
      EventStreamFrames.event("contentBlockDelta", { contentBlockIndex: 1, delta: { text: "Hé" } }),
      EventStreamFrames.event("contentBlockStop", { contentBlockIndex: 1 }),
      EventStreamFrames.event("contentBlockStart", {
        contentBlockIndex: 2,
        start: { toolUse: { toolUseId: "tooluse_1", name: "a" } }
      }),
      EventStreamFrames.event("contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: "{\"x\":" } } }),
      EventStreamFrames.event("contentBlockDelta", { contentBlockIndex: 2, delta: { toolUse: { input: "1}" } } }),
      EventStreamFrames.event("contentBlockStop", { contentBlockIndex: 2 }),
      EventStreamFrames.event("messageStop", { stopReason: "tool_use" }),
      EventStreamFrames.event("metadata", {
        usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 },
        metrics: { latencyMs: 1 }
      })
    )
  },
  {
    name: "a thought, text and a tool call",
    protocol: "gemini-interactions",
    bytes: interaction(
      ["interaction.created", { interaction: { id: "v1_a", status: "in_progress", model: "m" } }],
      ["interaction.status_update", { interaction_id: "v1_a", status: "in_progress" }],
      ["step.start", { index: 0, step: { type: "thought" } }],
      ["step.delta", { index: 0, delta: { type: "thought_summary", content: { type: "text", text: "Hm 🤔" } } }],
      ["step.delta", { index: 0, delta: { type: "thought_signature", signature: "c2ln" } }],
      ["step.stop", { index: 0 }],
      ["step.start", { index: 1, step: { type: "model_output" } }],
      ["step.delta", { index: 1, delta: { text: "Hé", type: "text" } }],
      ["step.delta", { index: 1, delta: { text: "llo", type: "text" } }],
      ["step.stop", { index: 1 }],
      ["step.start", { index: 2, step: { id: "c1", type: "function_call", name: "f", arguments: {} } }],
      ["step.delta", { index: 2, delta: { arguments: "{\"x\":", type: "arguments_delta" } }],
      ["step.delta", { index: 2, delta: { arguments: "1}", type: "arguments_delta" } }],
      ["step.stop", { index: 2 }],
      ["interaction.completed", {
        interaction: { id: "v1_a", status: "requires_action", usage: { total_input_tokens: 3, total_output_tokens: 4 } }
      }]
    )
  },
  gemini(
    "thoughts, text, a call and its signature",
    data(
      generated([{ text: "hm 🤔", thought: true }]),
      generated([{ text: "Hé" }]),
      generated([{ functionCall: { name: "a", args: { x: 1 } }, thoughtSignature: "c2ln" }]),
      generated([{ text: "" }], { finishReason: "STOP" })
    ).replaceAll("\n", "\r\n")
  ),
  gemini(
    "code that is run on the way",
    data(
      generated([{ executableCode: { language: "PYTHON", code: "print(1)" } }], { finishReason: "STOP" }),
      generated([{ codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } }]),
      generated([{ text: "It " }]),
      generated([{ text: "is 1." }]),
      generated([], { finishReason: "MAX_TOKENS" }),
      { usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 }, responseId: "r" }
    )
  ),
  gemini(
    "a call in pieces",
    data(
      generated([{ functionCall: { name: "a", willContinue: true } }]),
      generated([piece({ jsonPath: "$.x[0].y", stringValue: "é", willContinue: true })]),
      generated([piece({ jsonPath: "$.x[0].y", stringValue: "\"" })]),
      generated([piece({ jsonPath: "$.x[1].y", numberValue: 1.5 })]),
      generated([{ functionCall: {} }], { finishReason: "STOP" })
    )
  ),
  gemini(
    "an array",
    JSON.stringify([generated([{ text: "a]}" }]), generated([{ text: "\\\"" }], { finishReason: "STOP" })], null, 2)
      .replaceAll(/^ {2}/gm, "")
  )
]

/** Where every recording of the usual length would be too few. */
const longest: Readonly<Partial<Record<ProtocolName, number>>> = {
  "openai-responses": 3500,
  "bedrock-converse": 2500,
  gemini: 3500
}

const recorded: ReadonlyArray<Sample> = Wire.recordings(Object.keys(Wire.protocols)).flatMap((recording) => {
  const protocol = Wire.protocols[recording.family]
  if (recording.kind !== "stream" || protocol === undefined || recording.facts.errorMessage !== undefined) return []
  // Another protocol's contract holds for what InvokeModel carries.
  if (recording.facts.innerFamily !== undefined) return []
  const bytes = Wire.read(recording.path)
  return bytes.length > (longest[protocol] ?? 1700) ? [] : [{ name: recording.id, protocol, bytes }]
})

// ---- What must hold ------------------------------------------------------------------------------------------------

const endings: ReadonlyArray<Ending> = [
  { type: "end-of-body" },
  { type: "connection-lost", code: "ECONNRESET", detail: "socket hang up" }
]

/** The events that say what arrived, apart from those that say that it is all. */
const arrived = (events: ReadonlyArray<ResponseEvent>): ReadonlyArray<ResponseEvent> =>
  events.filter((event) => event._tag !== "OutputItemDone" && event._tag !== "Completed")

const assertPrefix = (part: ReadonlyArray<ResponseEvent>, whole: ReadonlyArray<string>, where: string): void => {
  for (let at = 0; at < part.length; at++) {
    if (JSON.stringify(part[at]) !== whole[at]) assert.deepStrictEqual(part[at], JSON.parse(whole[at] ?? "null"), where)
  }
}

const count = (outcome: Outcome, tag: ResponseEvent["_tag"]): number =>
  outcome.events.filter((event) => event._tag === tag).length

// Thousands of errors, whose stacks nobody reads.
Error.stackTraceLimit = 0

const check = ({ bytes, protocol }: Sample): void => {
  const point = contractPoint(protocol, bytes)
  const whole = run(byName[protocol], [bytes])
  assert.isUndefined(whole.failure)
  const all = whole.events.map((event) => JSON.stringify(event))
  const allArrived = arrived(whole.events).map((event) => JSON.stringify(event))
  for (const ending of endings) {
    for (let length = 0; length <= bytes.length; length++) {
      const where = `${ending.type} after byte ${length} of ${bytes.length}`
      const outcome = run(byName[protocol], [bytes.subarray(0, length)], context(), ending)
      assertPrefix(arrived(outcome.events), allArrived, where)
      if (length >= point) {
        assert.isUndefined(outcome.failure, where)
        assert.strictEqual(outcome.events.at(-1)?._tag, "Completed", where)
        assert.strictEqual(count(outcome, "Completed"), 1, where)
        assert.strictEqual(count(outcome, "OutputItemDone"), count(outcome, "OutputItemAdded"), where)
        continue
      }
      assert.strictEqual(count(outcome, "Completed"), 0, where)
      assertPrefix(outcome.events, all, where)
      const { failure } = outcome
      if (failure?._tag !== "IncompleteStreamError") return assert.fail(`${where}: ${String(failure)}`)
      const folded = fold({ events: outcome.events, failure: undefined })
      assert.deepStrictEqual(
        {
          ending: failure.ending,
          code: failure.code,
          text: failure.partial?.text,
          reasoning: failure.partial?.reasoning,
          responseId: failure.partial?.responseId,
          toolCalls: failure.partial?.toolCalls.map(({ arguments: value, id, name }) => ({
            id,
            name,
            arguments: value
          }))
        },
        {
          ending: ending.type,
          code: ending.type === "connection-lost" ? "ECONNRESET" : undefined,
          text: folded.text,
          reasoning: folded.reasoning,
          responseId: folded.responseId,
          toolCalls: folded.toolCalls
        },
        where
      )
      assert.isNotEmpty(failure.missing, where)
    }
  }
}

describe("a stream cut after every byte", () => {
  it.each(samples.map((sample) => [`${sample.protocol}: ${sample.name}`, sample] as const))("%s", (_, sample) => {
    check(sample)
  })

  if (!Wire.isPresent) it.skip(Wire.missing, () => {})

  it.runIf(Wire.isPresent).each(recorded.map((sample) => [sample.name, sample] as const))("%s", (_, sample) => {
    check(sample)
  })

  it("keeps the last usage that arrived, in an error too", () => {
    const sample = samples.find(({ name }) => name === "usage in every chunk")
    assert.isDefined(sample)
    if (sample === undefined) return
    const lines = dataLines(sample.bytes)
    for (const [at, line] of lines.slice(0, 3).entries()) {
      const { failure } = run(byName[sample.protocol], [sample.bytes.subarray(0, line.end)])
      assert.strictEqual(failure?.partial?.usage?.outputTokens, at + 1)
    }
  })

  it("completes at once at [DONE], and at the end of the bytes without it", () => {
    const [text] = samples
    assert.isDefined(text)
    if (text === undefined) return
    const decoder = byName[text.protocol].decodeStream(context())
    assert.strictEqual(decoder.push(text.bytes).at(-1)?._tag, "Completed")
    assert.isTrue(decoder.completed)
    const open = byName[text.protocol].decodeStream(context())
    assert.isFalse(
      open.push(text.bytes.subarray(0, text.bytes.length - "data: [DONE]\n\n".length)).some((event) =>
        event._tag === "Completed"
      )
    )
    assert.strictEqual(open.end({ type: "end-of-body" }).at(-1)?._tag, "Completed")
  })
})
