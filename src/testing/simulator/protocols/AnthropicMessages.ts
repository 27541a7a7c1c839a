/**
 * Encodes completions for Anthropic's Messages API.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
import * as Option from "effect/Option"
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as AnthropicOptions from "../options/AnthropicOptions.ts"
import * as Pages from "../Pages.ts"
import type { Citation, Finish, Part, Reasoning, ToolCall, WebSearch } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import {
  type IncomingRequest,
  jsonEvent,
  type SideResponse,
  type WireEvent,
  type WireProtocol
} from "../WireProtocol.ts"
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

// input_tokens does not include tokens that were read from or written to the cache.
const inputUsage = (completion: Completion.Completion): Json.JsonObject => ({
  input_tokens: Math.max(0, completion.usage.input - completion.usage.cached - completion.usage.cacheWrite),
  cache_creation_input_tokens: completion.usage.cacheWrite,
  cache_read_input_tokens: completion.usage.cached
})

const outputUsage = (completion: Completion.Completion): Json.JsonObject => {
  const searches = completion.parts.filter((part) => part._tag === "WebSearch").length
  return {
    output_tokens: completion.usage.output,
    ...(completion.usage.reasoning > 0
      ? { output_tokens_details: { thinking_tokens: completion.usage.reasoning } }
      : {}),
    ...(searches > 0 ? { server_tool_use: { web_search_requests: searches } } : {}),
    ...(completion.fallback === undefined
      ? {}
      : {
        iterations: [
          { type: "message", model: completion.model, input_tokens: completion.usage.input, output_tokens: 1 },
          {
            type: "fallback_message",
            model: completion.fallback.to,
            ...inputUsage(completion),
            output_tokens: completion.usage.output
          }
        ]
      })
  }
}

/** The block at which another model goes on. */
const fallbackBlock = ({ model }: Completion.Completion, to: string): Json.JsonObject => ({
  type: "fallback",
  from: { model },
  to: { model: to },
  trigger: { type: "refusal", category: "cyber" }
})

const citation = (completion: Completion.Completion, source: Citation): Json.JsonObject => ({
  type: "web_search_result_location",
  cited_text: source.citedText ?? "",
  url: source.url,
  title: source.title,
  encrypted_index: completion.seed.id("", 16)
})

const signature = (completion: Completion.Completion, part: Reasoning): string =>
  part.signature ?? completion.seed.id("EqQB", 60)

const searchBlocks = (completion: Completion.Completion, part: WebSearch) => {
  const id = part.id ?? completion.seed.id("srvtoolu_", 24)
  const content = (part.results ?? []).map(({ title, url }) => ({
    type: "web_search_result",
    url,
    title,
    encrypted_content: completion.seed.id("", 24),
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

const textBlock = function*(
  completion: Completion.Completion,
  part: Extract<Part, { readonly _tag: "Text" }>
): Generator<Delta> {
  for (const source of part.citations ?? []) yield { type: "citations_delta", citation: citation(completion, source) }
  for (const text of Completion.textDeltas(part)) yield { type: "text_delta", text }
}

const thinkingBlock = function*(completion: Completion.Completion, part: Reasoning): Generator<Delta> {
  for (const thinking of Completion.textDeltas(Completion.withReasoningText(part)))
    yield { type: "thinking_delta", thinking }
  yield { type: "signature_delta", signature: signature(completion, part) }
}

const inputDeltas = (pieces: ReadonlyArray<string>): ReadonlyArray<Delta> =>
  ["", ...pieces].map((piece) => ({ type: "input_json_delta", partial_json: piece }))

const callBlock = (completion: Completion.Completion, call: ToolCall): Block => ({
  start: { type: "tool_use", id: call.id ?? completion.seed.id("toolu_", 24), name: call.name, input: {} },
  deltas: inputDeltas(
    call.deltas === undefined && call.rawArguments === undefined && call.arguments === undefined
      ? []
      : Completion.argumentDeltas(call)
  )
})

const blocksOf = (completion: Completion.Completion, part: Exclude<Part, ToolCall>): ReadonlyArray<Block> => {
  switch (part._tag) {
    case "Text":
      return [{
        start: { type: "text", text: "", ...(part.citations === undefined ? {} : { citations: [] }) },
        deltas: textBlock(completion, part)
      }]
    case "Reasoning":
      return part.redacted === undefined
        ? [{ start: { type: "thinking", thinking: "", signature: "" }, deltas: thinkingBlock(completion, part) }]
        : [{ start: { type: "redacted_thinking", data: part.redacted }, deltas: [] }]
    case "Refusal":
      return [{
        start: { type: "text", text: "" },
        deltas: Completion.words(part.text).map((text) => ({ type: "text_delta", text }))
      }]
    case "WebSearch": {
      const { input, result, use } = searchBlocks(completion, part)
      return [
        { start: use, deltas: inputDeltas(JSON.stringify(input).match(/[^]{1,8}/gu) ?? []) },
        { start: result, deltas: [] }
      ]
    }
  }
}

const contentOf = (completion: Completion.Completion, part: Part): ReadonlyArray<Json.JsonObject> => {
  switch (part._tag) {
    case "Text":
      return [{
        type: "text",
        text: Completion.textOf(part),
        ...(part.citations === undefined
          ? {}
          : { citations: part.citations.map((source) => citation(completion, source)) })
      }]
    case "Reasoning":
      return part.redacted === undefined
        ? [{
          type: "thinking",
          thinking: Completion.textOf(Completion.withReasoningText(part)),
          signature: signature(completion, part)
        }]
        : [{ type: "redacted_thinking", data: part.redacted }]
    case "Refusal":
      return [{ type: "text", text: part.text }]
    case "ToolCall":
      return [{
        type: "tool_use",
        id: part.id ?? completion.seed.id("toolu_", 24),
        name: part.name,
        // Arguments that are scripted as text may be no JSON, which cannot be written here.
        input: Option.getOrElse(Json.parse(Completion.argumentsOf(part)), () => ({}))
      }]
    case "WebSearch": {
      const { input, result, use } = searchBlocks(completion, part)
      return [{ ...use, input }, result]
    }
  }
}

/** The model that a message names: that which goes on, unless the requested one had begun. */
const modelOf = ({ fallback, model }: Completion.Completion): string =>
  fallback === undefined || (fallback.after ?? 0) > 0 ? model : fallback.to

const message = (completion: Completion.Completion, fields: Json.JsonObject): Json.JsonObject => ({
  id: completion.responseId ?? completion.seed.id("msg_", 24),
  type: "message",
  role: "assistant",
  model: modelOf(completion),
  content: [],
  stop_reason: null,
  stop_sequence: null,
  ...fields
})

const stop = (completion: Completion.Completion): Json.JsonObject => {
  const refusal = completion.parts.find((part) => part._tag === "Refusal")
  const { stopSequence } = completion
  return {
    stop_reason: stopSequence === undefined ? stopReason(completion.finish, refusal !== undefined) : "stop_sequence",
    stop_sequence: stopSequence ?? null,
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
  // The provider sends one ping, after the start of the first block.
  if (index === 0) yield ping
  for (const delta of block.deltas) yield event("content_block_delta", { index, delta }, { tokens: 1 })
  yield event("content_block_stop", { index })
}

/** Yields the blocks of some parts, from an index on, and returns the index after them. */
const partEvents = function*(
  completion: Completion.Completion,
  parts: ReadonlyArray<Part>,
  from: number
): Generator<WireEvent, number> {
  let index = from
  for (const group of Completion.groupCalls(parts)) {
    const blocks = "_tag" in group ? blocksOf(completion, group) : group.map((call) => callBlock(completion, call))
    if (!("_tag" in group) && completion.quirks.interleaveToolCalls === true) {
      const first = index
      yield* Completion.orderDeltas(blocks.map((block, position) => [...blockEvents(block, first + position)]), true)
    } else {
      for (const [position, block] of blocks.entries()) yield* blockEvents(block, index + position)
    }
    index += blocks.length
  }
  return index
}

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  yield event("message_start", {
    message: message(completion, { usage: { ...inputUsage(completion), output_tokens: 1 } })
  })
  const { fallback, parts } = completion
  const begun = fallback === undefined ? parts.length : (fallback.after ?? 0)
  const index = yield* partEvents(completion, parts.slice(0, begun), 0)
  if (fallback !== undefined) {
    yield* blockEvents({ start: fallbackBlock(completion, fallback.to), deltas: [] }, index)
    yield* partEvents(completion, parts.slice(begun), index + 1)
  }
  yield event("message_delta", {
    delta: stop(completion),
    usage: { ...(completion.quirks.usageInDelta === true ? inputUsage(completion) : {}), ...outputUsage(completion) }
  }, { isFinish: true })
  yield event("message_stop", {}, { isTerminator: true })
}

/** Counts the tokens of a prompt. The endpoint takes neither a limit nor a wish for a stream. */
const countTokens = (request: IncomingRequest): SideResponse | undefined => {
  if (request.method !== "POST" || !request.path.endsWith("/messages/count_tokens")) return undefined
  const { body, strictness } = request
  const extra = ["max_tokens", "stream"].find((name) => strictness === "provider" && Json.isGiven(body[name]))
  if (extra !== undefined) {
    return { problem: { kind: "invalid-request", message: `${extra}: Extra inputs are not permitted` } }
  }
  const problem = strictness === "off" ? undefined : validate({ ...request, body: { max_tokens: 64_000, ...body } })
  return problem === undefined ? { json: { input_tokens: Completion.inputTokens(body) } } : { problem }
}

/** The protocol of `POST …/messages`. */
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
  options: AnthropicOptions.messages,
  events,
  wholeBody: (completion) => {
    const { fallback } = completion
    const parts = fallback === undefined ? completion.parts : completion.parts.slice(fallback.after ?? 0)
    const content = parts.flatMap((part) => contentOf(completion, part))
    return message(completion, {
      ...(fallback === undefined ? {} : { model: fallback.to }),
      content: fallback === undefined ? content : [fallbackBlock(completion, fallback.to), ...content],
      ...stop(completion),
      usage: { ...inputUsage(completion), ...outputUsage(completion) }
    })
  },
  errorEvents: (_turn, problem) => [event("error", { error: AnthropicErrors.errorObject(problem) })],
  ping,
  errorResponse: AnthropicErrors.errorResponse,
  responseHeaders: (requestId) => ({ "request-id": requestId }),
  rateLimitHeaders: AnthropicErrors.rateLimitHeaders,
  sideResponse: countTokens,
  models: (all, query) => {
    const from = all.indexOf(query.get("after_id") ?? "") + 1
    const { ids, next } = Pages.slice(all, from, query.get("limit"), { default: 20, maximum: 1000 })
    return {
      data: ids.map(AnthropicErrors.model),
      has_more: next !== undefined,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null
    }
  },
  model: AnthropicErrors.model
}
