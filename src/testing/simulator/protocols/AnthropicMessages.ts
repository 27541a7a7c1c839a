/**
 * Anthropic's Messages API.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as Pages from "../Pages.ts"
import type { Citation, Finish, Part, Reasoning, ToolCall, WebSearch } from "../scenario/ScriptedCompletion.ts"
import * as Turn from "../Turn.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as AnthropicErrors from "./AnthropicErrors.ts"
import { validate } from "./AnthropicMessagesRequest.ts"

const stopReason = (finish: Finish, isRefusal: boolean): string => {
  if (typeof finish === "object") return finish.raw
  if (isRefusal) return "refusal"
  switch (finish) {
    case "stop":
      return "end_turn"
    case "length":
      return "max_tokens"
    case "tool-calls":
      return "tool_use"
    case "content-filter":
      return "refusal"
    case "error":
      return "error"
    case "other":
      return "compaction"
  }
}

// input_tokens leaves out what was read from or written to the cache.
const inputUsage = (turn: Turn.Turn): Json.JsonObject => ({
  input_tokens: Math.max(0, turn.usage.input - turn.usage.cached - turn.usage.cacheWrite),
  cache_creation_input_tokens: turn.usage.cacheWrite,
  cache_read_input_tokens: turn.usage.cached
})

const outputUsage = (turn: Turn.Turn): Json.JsonObject => {
  const searches = turn.parts.filter((part) => part._tag === "WebSearch").length
  return {
    output_tokens: turn.usage.output,
    ...(turn.usage.reasoning > 0 ? { output_tokens_details: { thinking_tokens: turn.usage.reasoning } } : {}),
    ...(searches > 0 ? { server_tool_use: { web_search_requests: searches } } : {})
  }
}

const citation = (turn: Turn.Turn, source: Citation): Json.JsonObject => ({
  type: "web_search_result_location",
  cited_text: source.citedText ?? "",
  url: source.url,
  title: source.title,
  encrypted_index: turn.seed.id("", 16)
})

const thought = (part: Reasoning): Reasoning =>
  part.text === undefined && part.deltas === undefined ? { ...part, text: (part.summary ?? []).join("\n\n") } : part

const signature = (turn: Turn.Turn, part: Reasoning): string => part.signature ?? turn.seed.id("EqQB", 60)

const searchBlocks = (turn: Turn.Turn, part: WebSearch) => {
  const id = part.id ?? turn.seed.id("srvtoolu_", 24)
  const content = (part.results ?? []).map(({ title, url }) => ({
    type: "web_search_result",
    url,
    title,
    encrypted_content: turn.seed.id("", 24),
    page_age: null
  }))
  return {
    use: { type: "server_tool_use", id, name: "web_search", input: {} },
    input: { query: part.query },
    result: { type: "web_search_tool_result", tool_use_id: id, content }
  }
}

type Delta = Json.JsonObject

interface Block {
  readonly start: Json.JsonObject
  readonly deltas: Iterable<Delta>
}

const textBlock = function*(turn: Turn.Turn, part: Extract<Part, { readonly _tag: "Text" }>): Generator<Delta> {
  for (const source of part.citations ?? []) yield { type: "citations_delta", citation: citation(turn, source) }
  for (const text of Turn.textDeltas(part)) yield { type: "text_delta", text }
}

const thinkingBlock = function*(turn: Turn.Turn, part: Reasoning): Generator<Delta> {
  for (const thinking of Turn.textDeltas(thought(part))) yield { type: "thinking_delta", thinking }
  yield { type: "signature_delta", signature: signature(turn, part) }
}

const inputDeltas = (pieces: ReadonlyArray<string>): ReadonlyArray<Delta> =>
  ["", ...pieces].map((piece) => ({ type: "input_json_delta", partial_json: piece }))

const callBlock = (turn: Turn.Turn, call: ToolCall): Block => ({
  start: { type: "tool_use", id: call.id ?? turn.seed.id("toolu_", 24), name: call.name, input: {} },
  deltas: inputDeltas(
    call.deltas === undefined && call.rawArguments === undefined && call.arguments === undefined
      ? []
      : Turn.argumentDeltas(call)
  )
})

const blocksOf = (turn: Turn.Turn, part: Exclude<Part, ToolCall>): ReadonlyArray<Block> => {
  switch (part._tag) {
    case "Text":
      return [{
        start: { type: "text", text: "", ...(part.citations === undefined ? {} : { citations: [] }) },
        deltas: textBlock(turn, part)
      }]
    case "Reasoning":
      return part.redacted === undefined
        ? [{ start: { type: "thinking", thinking: "", signature: "" }, deltas: thinkingBlock(turn, part) }]
        : [{ start: { type: "redacted_thinking", data: part.redacted }, deltas: [] }]
    case "Refusal":
      return [{
        start: { type: "text", text: "" },
        deltas: Turn.words(part.text).map((text) => ({ type: "text_delta", text }))
      }]
    case "WebSearch": {
      const { input, result, use } = searchBlocks(turn, part)
      return [
        { start: use, deltas: inputDeltas(JSON.stringify(input).match(/[^]{1,8}/gu) ?? []) },
        { start: result, deltas: [] }
      ]
    }
  }
}

const contentOf = (turn: Turn.Turn, part: Part): ReadonlyArray<Json.JsonObject> => {
  switch (part._tag) {
    case "Text":
      return [{
        type: "text",
        text: Turn.textOf(part),
        ...(part.citations === undefined ? {} : { citations: part.citations.map((source) => citation(turn, source)) })
      }]
    case "Reasoning":
      return part.redacted === undefined
        ? [{ type: "thinking", thinking: Turn.textOf(thought(part)), signature: signature(turn, part) }]
        : [{ type: "redacted_thinking", data: part.redacted }]
    case "Refusal":
      return [{ type: "text", text: part.text }]
    case "ToolCall":
      return [{
        type: "tool_use",
        id: part.id ?? turn.seed.id("toolu_", 24),
        name: part.name,
        // Scripted as text, the arguments may be no JSON, which has no form here.
        input: Option.getOrElse(Json.parse(Turn.argumentsOf(part)), () => ({}))
      }]
    case "WebSearch": {
      const { input, result, use } = searchBlocks(turn, part)
      return [{ ...use, input }, result]
    }
  }
}

const message = (turn: Turn.Turn, fields: Json.JsonObject): Json.JsonObject => ({
  id: turn.responseId ?? turn.seed.id("msg_", 24),
  type: "message",
  role: "assistant",
  model: turn.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  ...fields
})

const stop = (turn: Turn.Turn): Json.JsonObject => {
  const refusal = turn.parts.find((part) => part._tag === "Refusal")
  return {
    stop_reason: stopReason(turn.finish, refusal !== undefined),
    stop_sequence: null,
    ...(refusal === undefined
      ? {}
      : { stop_details: { type: "refusal", category: null, explanation: refusal.text } })
  }
}

const event = (type: string, fields: Json.JsonObject, options?: Partial<Omit<WireEvent, "data">>): WireEvent =>
  jsonEvent({ type, ...fields }, { name: type, ...options })

const ping = event("ping", {})

const blockEvents = function*(block: Block, index: number): Generator<WireEvent> {
  yield event("content_block_start", { index, content_block: block.start })
  // The provider sends one ping, after the first block began.
  if (index === 0) yield ping
  for (const delta of block.deltas) yield event("content_block_delta", { index, delta }, { tokens: 1 })
  yield event("content_block_stop", { index })
}

const events = function*(turn: Turn.Turn): Generator<WireEvent> {
  yield event("message_start", { message: message(turn, { usage: { ...inputUsage(turn), output_tokens: 1 } }) })
  let index = 0
  for (const group of Turn.groupCalls(turn.parts)) {
    const blocks = "_tag" in group ? blocksOf(turn, group) : group.map((call) => callBlock(turn, call))
    if (!("_tag" in group) && turn.quirks.interleaveToolCalls === true) {
      const first = index
      yield* Turn.orderDeltas(blocks.map((block, position) => [...blockEvents(block, first + position)]), true)
    } else {
      for (const [position, block] of blocks.entries()) yield* blockEvents(block, index + position)
    }
    index += blocks.length
  }
  yield event("message_delta", {
    delta: stop(turn),
    usage: { ...(turn.quirks.usageInDelta === true ? inputUsage(turn) : {}), ...outputUsage(turn) }
  }, { isFinish: true })
  yield event("message_stop", {}, { isTerminator: true })
}

/**
 * The protocol behind `POST …/messages`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocol: WireProtocol = {
  id: "anthropic-messages",
  serves: (path) => path.endsWith("/messages"),
  basePath: "/v1",
  framing: Sse.framing,
  credential: ({ headers }) => headers["x-api-key"] ?? headers["authorization"]?.replace(/^bearer(\s+|$)/i, "").trim(),
  missingKey: "x-api-key header is required",
  unknownModel: (model) => `model: ${model}`,
  validate,
  match: ({ body }) => ({
    protocol: "anthropic-messages",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts([body["system"] ?? null, body["messages"] ?? null]).join("\n"),
    stream: body["stream"] === true
  }),
  // Server tools carry a dated type and are not for the client to run.
  toolNames: (body) =>
    Json.list(body["tools"]).map(Json.object).flatMap((tool) =>
      Json.isGiven(tool["input_schema"]) ? Json.text(tool["name"]) ?? [] : []
    ),
  events,
  whole: (turn) => {
    const content = turn.parts.flatMap((part) => contentOf(turn, part))
    return message(turn, { content, ...stop(turn), usage: { ...inputUsage(turn), ...outputUsage(turn) } })
  },
  errorEvents: (_turn, problem) => [event("error", { error: AnthropicErrors.errorObject(problem) })],
  ping,
  reject: AnthropicErrors.reject,
  responseHeaders: (requestId) => ({ "request-id": requestId }),
  rateLimitHeaders: AnthropicErrors.rateLimitHeaders,
  models: (all, query) => {
    const from = all.indexOf(query.get("after_id") ?? "") + 1
    const { ids, next } = Pages.cut(all, from, query.get("limit"), { usual: 20, most: 1000 })
    return {
      data: ids.map(AnthropicErrors.model),
      has_more: next !== undefined,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null
    }
  },
  model: AnthropicErrors.model
}
