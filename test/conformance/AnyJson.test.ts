/**
 * Feeds the decoders JSON that has the right words in the wrong places: whatever a server sends, a decoder answers with
 * events and a typed failure, and never throws.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import * as ResponseEvent from "../../src/domain/ResponseEvent.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import * as Schema from "effect/Schema"
import { context, encoder, every, fold, print, random, run } from "../support/Decoding.ts"
import * as EventStreamFrames from "../support/EventStreamFrames.ts"

interface Vocabulary {
  readonly keys: ReadonlyArray<string>
  readonly words: ReadonlyArray<string>
  /** What an event is built on, so that most of it gets past the first look. */
  readonly frames: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** Makes an event of a payload. Default: one of server-sent events. */
  readonly write?: (payload: string) => Uint8Array
}

const sse = (payload: string): Uint8Array => encoder.encode(`data: ${payload}\n\n`)

const common = [
  "id",
  "index",
  "type",
  "name",
  "error",
  "message",
  "code",
  "usage",
  "model",
  "content",
  "text",
  "__proto__",
  "constructor"
]
const words = [
  "",
  "a",
  "0",
  "null",
  "{",
  "{}",
  "{\"a\":1}",
  "stop",
  "length",
  "error",
  "text",
  "thinking",
  "constructor",
  "https://a.test/"
]

const vocabulary: Readonly<Record<ProtocolName, Vocabulary>> = {
  "openai-chat": {
    keys: [
      ...common,
      "choices",
      "delta",
      "finish_reason",
      "tool_calls",
      "function",
      "arguments",
      "function_call",
      "custom",
      "input",
      "refusal",
      "reasoning",
      "reasoning_content",
      "reasoning_details",
      "annotations",
      "url_citation",
      "url",
      "citations",
      "search_results",
      "x_groq",
      "base_resp",
      "status_code",
      "prompt_tokens",
      "completion_tokens",
      "total_tokens",
      "prompt_tokens_details",
      "cached_tokens",
      "object"
    ],
    words: [...words, "tool_calls", "reasoning.text", "reference", "chat.completion"],
    frames: [{ choices: [{ index: 0, delta: {} }] }, { choices: [{ delta: { tool_calls: [{}] } }] }, {
      choices: [{ message: {} }]
    }, {}]
  },
  "openai-completions": {
    keys: [
      ...common,
      "choices",
      "finish_reason",
      "logprobs",
      "delta",
      "prompt_tokens",
      "completion_tokens",
      "total_tokens",
      "object"
    ],
    words: [...words, "text_completion"],
    frames: [
      { choices: [{ index: 0, text: "a" }] },
      { choices: [{ index: 0, text: "", finish_reason: "stop" }] },
      { choices: [{ delta: { content: "a" } }] },
      {}
    ]
  },
  cohere: {
    keys: [
      ...common,
      "delta",
      "thinking",
      "tool_plan",
      "tool_calls",
      "function",
      "arguments",
      "citations",
      "sources",
      "document",
      "start",
      "end",
      "title",
      "url",
      "content_index",
      "finish_reason",
      "tokens",
      "billed_units",
      "input_tokens",
      "output_tokens",
      "cached_tokens"
    ],
    words: [...words, "COMPLETE", "MAX_TOKENS", "ERROR", "PLAN", "TEXT_CONTENT", "THINKING_CONTENT"],
    frames: [
      { type: "message-start", id: "r", delta: { message: { content: [], tool_calls: [], citations: [] } } },
      { type: "content-start", index: 0, delta: { message: { content: { type: "text", text: "" } } } },
      { type: "content-start", index: 1, delta: { message: { content: { type: "thinking", thinking: "a" } } } },
      { type: "content-delta", index: 0, delta: { message: { content: {} } } },
      { type: "tool-plan-delta", delta: { message: { tool_plan: "a" } } },
      { type: "tool-call-start", index: 0, delta: { message: { tool_calls: { function: { name: "f" } } } } },
      { type: "tool-call-delta", index: 0, delta: { message: { tool_calls: { function: {} } } } },
      { type: "tool-call-end", index: 0 },
      { type: "citation-start", index: 0, delta: { message: { citations: { sources: [{}] } } } },
      { type: "message-end", delta: { finish_reason: "COMPLETE", usage: { tokens: {} } } },
      { message: { content: [{}], tool_calls: [{ function: {} }], citations: [{}] }, finish_reason: "COMPLETE" },
      {}
    ]
  },
  "gemini-interactions": {
    keys: [
      ...common,
      "event_type",
      "event_id",
      "interaction",
      "step",
      "steps",
      "delta",
      "arguments",
      "signature",
      "summary",
      "annotations",
      "start_index",
      "end_index",
      "status",
      "call_id",
      "result",
      "metadata",
      "total_input_tokens",
      "total_output_tokens",
      "mime_type",
      "uri"
    ],
    words: [
      ...words,
      "model_output",
      "thought",
      "function_call",
      "google_search_call",
      "google_search_result",
      "thought_summary",
      "thought_signature",
      "arguments_delta",
      "text_annotation_delta",
      "image",
      "url_citation",
      "completed",
      "requires_action",
      "failed",
      "in_progress"
    ],
    frames: [
      { event_type: "interaction.created", interaction: { id: "r", status: "in_progress", model: "m" } },
      { event_type: "interaction.status_update", status: "in_progress" },
      ...["model_output", "thought", "function_call", "google_search_call"].map((type, index) => ({
        event_type: "step.start",
        index,
        step: { type, id: "c", name: "f", arguments: {} }
      })),
      ...["text", "thought_summary", "thought_signature", "arguments_delta", "text_annotation_delta", "image"].map((
        type,
        index
      ) => ({ event_type: "step.delta", index, delta: { type, text: "a" } })),
      { event_type: "step.stop", index: 0 },
      { event_type: "interaction.completed", interaction: { status: "completed", usage: { total_input_tokens: 1 } } },
      { event_type: "interaction.completed", interaction: { status: "requires_action" } },
      { event_type: "error" },
      { status: "completed", steps: [{ type: "model_output", content: [{}] }, { type: "thought", summary: [{}] }] },
      {}
    ]
  },
  ollama: {
    keys: [
      ...common,
      "response",
      "thinking",
      "tool_calls",
      "function",
      "arguments",
      "done",
      "done_reason",
      "created_at",
      "status",
      "prompt_eval_count",
      "eval_count"
    ],
    words,
    frames: [
      { message: { role: "assistant", content: "a" }, done: false },
      { message: { role: "assistant", content: "", thinking: "a" }, done: false },
      { message: { tool_calls: [{ function: { name: "f", arguments: {} } }] }, done: false },
      { message: { role: "assistant", content: "" }, done: true, done_reason: "stop" },
      { response: "a", done: false },
      { done: true },
      {}
    ],
    write: (payload) => encoder.encode(`${payload}\n`)
  },
  "openai-responses": {
    keys: [
      ...common,
      "response",
      "item",
      "item_id",
      "output_index",
      "content_index",
      "summary_index",
      "delta",
      "part",
      "arguments",
      "call_id",
      "summary",
      "annotation",
      "annotations",
      "output",
      "status",
      "incomplete_details",
      "reason",
      "input_tokens",
      "output_tokens",
      "input_tokens_details",
      "encrypted_content",
      "refusal",
      "input"
    ],
    words: [
      ...words,
      "message",
      "reasoning",
      "function_call",
      "custom_tool_call",
      "web_search_call",
      "output_text",
      "refusal",
      "summary_text",
      "completed",
      "failed",
      "in_progress"
    ],
    frames: [
      ...[
        "created",
        "output_item.added",
        "output_item.done",
        "output_text.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "reasoning_summary_text.delta",
        "reasoning_summary_part.added",
        "refusal.delta",
        "output_text.annotation.added",
        "completed",
        "incomplete",
        "failed"
      ]
        .map((name) => ({ type: `response.${name}` })),
      {
        type: "response.completed",
        response: { id: "r", status: "completed", output: [], usage: { input_tokens: 1 } }
      },
      { type: "response.incomplete", response: { id: "r", status: "incomplete", output: [{ type: "message" }] } },
      { type: "error" },
      {}
    ]
  },
  "anthropic-messages": {
    keys: [
      ...common,
      "content_block",
      "delta",
      "partial_json",
      "thinking",
      "signature",
      "stop_reason",
      "input",
      "citation",
      "data",
      "input_tokens",
      "output_tokens",
      "cache_read_input_tokens",
      "iterations",
      "role",
      "tool_use_id",
      "url",
      "title"
    ],
    words: [
      ...words,
      "text_delta",
      "thinking_delta",
      "signature_delta",
      "input_json_delta",
      "citations_delta",
      "tool_use",
      "redacted_thinking",
      "server_tool_use",
      "web_search_tool_result",
      "end_turn",
      "tool_use",
      "max_tokens"
    ],
    frames: [
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
      "ping",
      "error"
    ]
      .map((type) => ({ type }))
  },
  "bedrock-converse": {
    keys: [
      ...common,
      "contentBlockIndex",
      "start",
      "delta",
      "toolUse",
      "toolUseId",
      "toolResult",
      "input",
      "status",
      "reasoningContent",
      "reasoningText",
      "signature",
      "redactedContent",
      "citation",
      "citations",
      "citationsContent",
      "location",
      "web",
      "url",
      "title",
      "source",
      "sourceContent",
      "stopReason",
      "metrics",
      "inputTokens",
      "outputTokens",
      "totalTokens",
      "cacheReadInputTokens",
      "trace",
      "promptRouter",
      "invokedModelId",
      "output",
      "Output",
      "bytes",
      "p"
    ],
    words: [...words, "assistant", "server_tool_use", "nova_grounding", "end_turn", "tool_use", "max_tokens"],
    frames: [
      { event: "messageStart", role: "assistant" },
      { event: "contentBlockStart", contentBlockIndex: 0, start: { toolUse: { toolUseId: "t", name: "f" } } },
      { event: "contentBlockStart", contentBlockIndex: 1, start: {} },
      { event: "contentBlockDelta", contentBlockIndex: 0, delta: { toolUse: { input: "{}" } } },
      { event: "contentBlockDelta", contentBlockIndex: 1, delta: { text: "a" } },
      { event: "contentBlockDelta", contentBlockIndex: 2, delta: { reasoningContent: {} } },
      { event: "contentBlockDelta", contentBlockIndex: 1, delta: { citation: {} } },
      { event: "contentBlockStop", contentBlockIndex: 0 },
      { event: "messageStop", stopReason: "end_turn", usage: {} },
      { event: "metadata", usage: {}, metrics: {} },
      { event: "chunk", contentBlockDelta: { contentBlockIndex: 0, delta: {} } },
      {
        event: "metadata",
        output: { message: { content: [{ text: "a" }, { toolUse: {} }] } },
        stopReason: "end_turn"
      }
    ],
    write: (payload) => {
      const { event, ...fields } = JSON.parse(payload)
      return typeof event !== "string" || event === ""
        ? EventStreamFrames.chunk(fields)
        : EventStreamFrames.event(event, fields)
    }
  },
  gemini: {
    keys: [
      ...common,
      "candidates",
      "parts",
      "thought",
      "thoughtSignature",
      "functionCall",
      "args",
      "partialArgs",
      "jsonPath",
      "stringValue",
      "numberValue",
      "willContinue",
      "executableCode",
      "codeExecutionResult",
      "toolCall",
      "toolType",
      "inlineData",
      "fileData",
      "data",
      "fileUri",
      "finishReason",
      "finishMessage",
      "groundingMetadata",
      "groundingChunks",
      "groundingSupports",
      "groundingChunkIndices",
      "segment",
      "startIndex",
      "endIndex",
      "web",
      "uri",
      "citationMetadata",
      "citations",
      "promptFeedback",
      "blockReason",
      "usageMetadata",
      "promptTokenCount",
      "candidatesTokenCount",
      "totalTokenCount",
      "responseId"
    ],
    words: [...words, "STOP", "MAX_TOKENS", "SAFETY", "$.a", "$.a.b", "$.a[0]", "$.a[1].b", "$['a']", "PYTHON"],
    frames: [
      { candidates: [{ content: { parts: [{ text: "a" }] } }] },
      { candidates: [{ content: { parts: [{ text: "a", thought: true }] } }] },
      { candidates: [{ content: { parts: [{ functionCall: { name: "f", args: {} } }] } }] },
      { candidates: [{ content: { parts: [{ functionCall: { name: "f", willContinue: true } }] } }] },
      {
        candidates: [{
          content: { parts: [{ functionCall: { partialArgs: [{ jsonPath: "$.a", stringValue: "a" }] } }] }
        }]
      },
      {
        candidates: [{ content: { parts: [] }, finishReason: "STOP", groundingMetadata: { groundingChunks: [{}] } }]
      },
      { candidates: [{ finishReason: "STOP" }], usageMetadata: {} },
      {}
    ]
  }
}

const pick = <A>(list: ReadonlyArray<A>, next: () => number): A | undefined => list[next() % list.length]

const value = ({ keys, words }: Vocabulary, next: () => number, depth: number): unknown => {
  const kind = next() % (depth > 4 ? 6 : 10)
  if (kind < 3) return pick(words, next)
  if (kind === 3) return pick([0, 1, -1, 0.5, 1e21, 2 ** 31], next)
  if (kind === 4) return null
  if (kind === 5) return next() % 2 === 0
  const list = Array.from({ length: next() % 4 }, () => value({ keys, words, frames: [] }, next, depth + 1))
  return kind < 7 ? list : Object.fromEntries(list.map((entry) => [pick(keys, next) ?? "", entry]))
}

const merge = (base: unknown, language: Vocabulary, next: () => number): unknown => {
  if (Array.isArray(base)) return base.map((entry) => merge(entry, language, next))
  if (typeof base !== "object" || base === null) return base
  const kept = Object.entries(base).map((
    [key, entry]
  ) => [key, next() % 20 === 0 ? value(language, next, 2) : merge(entry, language, next)])
  const added = Array.from({ length: next() % 5 }, () => [pick(language.keys, next) ?? "", value(language, next, 1)])
  return Object.fromEntries([...added, ...kept])
}

const encode = Schema.encodeUnknownSync(Schema.Array(ResponseEvent.ResponseEvent))

describe("any JSON", () => {
  it.each(Object.entries(vocabulary))("becomes events and typed failures in %s", (name, language) => {
    const protocol = byName[name as ProtocolName]
    const { write = sse } = language
    const tags = new Map<string, number>()
    for (let seed = 0; seed < 3000; seed++) {
      const numbers = random(seed, 1 << 30)
      const next = (): number => numbers.next().value
      const payloads = Array.from(
        { length: 1 + next() % 6 },
        () => JSON.stringify(merge(pick(language.frames, next), language, next))
      )
      const bytes = Buffer.concat(payloads.map(write))
      const outcome = run(protocol, [bytes])
      assert.isTrue(outcome.failure !== undefined || fold(outcome).completed !== undefined, payloads.join("\n"))
      // What comes out can be stored.
      encode(outcome.events)
      if (seed % 10 === 0) assert.strictEqual(print(run(protocol, every(bytes, 3))), print(outcome))
      const whole = protocol.decodeWhole(payloads[0] ?? "", context())
      encode(whole.events)
      assert.isTrue(whole.failure !== undefined || fold(whole).completed !== undefined, payloads[0])
      const tag = outcome.failure?._tag ?? "Completed"
      tags.set(tag, (tags.get(tag) ?? 0) + 1)
    }
    // Otherwise the words above miss the point.
    for (const tag of ["Completed", "MalformedStreamError", "IncompleteStreamError"])
      assert.isAbove(tags.get(tag) ?? 0, 20, tag)
  })

  it.each(Object.entries(vocabulary))(
    "has no number that is too large, and no depth, in %s",
    (name, { write = sse }) => {
      const protocol = byName[name as ProtocolName]
      const usage = (count: number) => ({
        usage: {
          input_tokens: count,
          output_tokens: count,
          prompt_tokens: count,
          completion_tokens: count,
          inputTokens: count,
          outputTokens: count,
          totalTokens: count,
          tokens: { input_tokens: count, output_tokens: count }
        }
      })
      const types: Readonly<Record<string, string>> = {
        "anthropic-messages": "message_start",
        cohere: "message-end"
      }
      for (const count of [1e308, Number.MAX_SAFE_INTEGER, 2 ** 60]) {
        const answer = {
          ...usage(count),
          event: "metadata",
          type: types[name] ?? "response.failed",
          message: usage(count),
          response: usage(count),
          delta: { ...usage(count), finish_reason: "ERROR" },
          metadata: { usage: { total_input_tokens: count, total_output_tokens: count, total_tokens: count } },
          choices: [],
          done: true,
          prompt_eval_count: count,
          eval_count: count,
          usageMetadata: { promptTokenCount: count, candidatesTokenCount: count, totalTokenCount: count }
        }
        const outcome = run(protocol, [write(JSON.stringify(answer))])
        assert.deepInclude(fold(outcome).usage, { inputTokens: 0, outputTokens: 0, totalTokens: 0 })
      }
      const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
      const deep =
        `{"type":"content_block_start","index":0,"content_block":{"type":"x","y":${nested}},"item":{"y":${nested}}}`
      const event = name === "bedrock-converse" ? EventStreamFrames.json("metadata", deep) : write(deep)
      assert.strictEqual(run(protocol, [event]).failure?._tag, "MalformedStreamError")
      assert.strictEqual(protocol.decodeWhole(deep, context()).failure?._tag, "MalformedResponseError")
    }
  )
})
