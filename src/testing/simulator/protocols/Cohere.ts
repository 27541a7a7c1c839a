/**
 * Encodes completions for Cohere's Chat API, version 2.
 *
 * @see https://docs.cohere.com/docs/streaming
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as OpenAiOptions from "../options/OpenAiOptions.ts"
import * as Pages from "../Pages.ts"
import type { Citation, Part, Reasoning, Text, ToolCall } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as CohereErrors from "./CohereErrors.ts"
import { validate } from "./CohereRequest.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"

const finishReason = ({ finish, stopSequence }: Completion.Completion): string => {
  if (stopSequence !== undefined) return "STOP_SEQUENCE"
  if (typeof finish === "object") return finish.raw
  switch (finish) {
    case "stop":
      return "COMPLETE"
    case "length":
      return "MAX_TOKENS"
    case "tool-calls":
      return "TOOL_CALL"
    case "content-filter":
      return "ERROR_TOXIC"
    case "error":
      return "ERROR"
    case "other":
      return "USER_CANCEL"
  }
}

// Billed are the caller's own tokens without the chat template: half of the input, in this simulation.
const usage = (completion: Completion.Completion): Json.JsonObject => ({
  billed_units: { input_tokens: Math.ceil(completion.usage.input / 2), output_tokens: completion.usage.output },
  tokens: {
    input_tokens: completion.usage.input,
    output_tokens: completion.usage.output,
    ...(completion.usage.reasoning > 0 ? { reasoning_tokens: completion.usage.reasoning } : {})
  },
  ...(completion.usage.cached > 0 ? { cached_tokens: completion.usage.cached } : {})
})

const encodeCitation = (source: Citation, text: string, number: number, contentIndex: number): Json.JsonObject => {
  const id = `doc:${number}`
  const [start, end] = [source.start ?? 0, source.end ?? 0]
  return {
    start,
    end,
    text: text.slice(start, end),
    sources: [{
      type: "document",
      id,
      document: {
        id,
        title: source.title,
        url: source.url,
        ...(source.citedText === undefined ? {} : { text: source.citedText })
      }
    }],
    type: "TEXT_CONTENT",
    content_index: contentIndex
  }
}

const isPlan = (completion: Completion.Completion, part: Part): part is Reasoning =>
  part._tag === "Reasoning" && completion.quirks.toolPlan === true

/** Converts a part to a content block. Refusals are text, and tool calls and searches have no block. */
const blockOf = (part: Part): Text | Reasoning | undefined => {
  switch (part._tag) {
    case "Text":
      return part
    case "Reasoning":
      return Completion.withReasoningText(part)
    case "Refusal":
      return { _tag: "Text", text: part.text }
    case "ToolCall":
    case "WebSearch":
      return undefined
  }
}

const encodeCall = (completion: Completion.Completion, call: ToolCall, argumentsText: string): Json.JsonObject => ({
  ...(completion.quirks.toolIds === "missing" ? {} : { id: call.id ?? completion.seed.id(`${call.name}_`, 12) }),
  type: "function",
  function: { name: call.name, arguments: argumentsText }
})

const event = (type: string, fields: Json.JsonObject, options?: Partial<WireEvent>): WireEvent =>
  jsonEvent({ type, ...fields }, { name: type, ...options })

const message = (fields: Json.JsonObject): Json.JsonObject => ({ delta: { message: fields } })

const blockEvents = function*(block: Text | Reasoning, index: number, firstCitation: number): Generator<WireEvent> {
  const type = block._tag === "Text" ? "text" : "thinking"
  yield event("content-start", { index, ...message({ content: { type, [type]: "" } }) })
  for (const delta of Completion.textDeltas(block)) {
    yield event("content-delta", { index, ...message({ content: { [type]: delta } }) }, { tokens: 1 })
  }
  const citations = block._tag === "Text" ? block.citations ?? [] : []
  for (const [position, source] of citations.entries()) {
    const number = firstCitation + position
    const citations = encodeCitation(source, Completion.textOf(block), number, index)
    yield event("citation-start", { index: number, ...message({ citations }) })
    yield event("citation-end", { index: number })
  }
  yield event("content-end", { index })
}

const callEvents = (completion: Completion.Completion, call: ToolCall, index: number): ReadonlyArray<WireEvent> => {
  // A call without arguments has no delta, not even `{}` (recorded). Whole arguments come with the start event.
  const argumentsText = Completion.argumentsOf(call)
  const isWhole = completion.quirks.wholeToolCalls === true
  const deltas = isWhole || argumentsText === "{}" ? [] : Completion.argumentDeltas(call)
  return [
    event("tool-call-start", {
      index,
      ...message({ tool_calls: encodeCall(completion, call, isWhole ? argumentsText : "") })
    }, {
      tokens: 1
    }),
    ...deltas.map((text) =>
      event("tool-call-delta", { index, ...message({ tool_calls: { function: { arguments: text } } }) }, { tokens: 1 })
    ),
    event("tool-call-end", { index })
  ]
}

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  const id = completion.responseId ?? completion.seed.id("", 32)
  yield event("message-start", {
    id,
    ...message({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] })
  })
  let blocks = 0
  let calls = 0
  let citations = 0
  for (const group of Completion.groupCalls(completion.parts)) {
    if (!("_tag" in group)) {
      const lists = group.map((call) => callEvents(completion, call, calls++))
      yield* Completion.orderDeltas(lists, completion.quirks.interleaveToolCalls === true)
    } else if (isPlan(completion, group)) {
      for (const delta of Completion.textDeltas(Completion.withReasoningText(group))) {
        yield event("tool-plan-delta", message({ tool_plan: delta }), { tokens: 1 })
      }
    } else {
      const block = blockOf(group)
      if (block === undefined) continue
      yield* blockEvents(block, blocks++, citations)
      citations += block._tag === "Text" ? block.citations?.length ?? 0 : 0
    }
  }
  yield event("message-end", { delta: { finish_reason: finishReason(completion), usage: usage(completion) } }, {
    isFinish: true,
    isTerminator: true
  })
  // Cohere sends this event without a name after the end (recorded).
  yield { data: "[DONE]", tokens: 0 }
}

const wholeBody = (completion: Completion.Completion): Json.JsonObject => {
  const plans = completion.parts.filter((part) => isPlan(completion, part))
  const blocks = completion.parts.flatMap((part) => (isPlan(completion, part) ? [] : blockOf(part) ?? []))
  const calls = completion.parts.filter((part) => part._tag === "ToolCall")
  let number = 0
  const citations = blocks.flatMap((block, index) =>
    block._tag === "Text"
      ? (block.citations ?? []).map((source) => encodeCitation(source, Completion.textOf(block), number++, index))
      : []
  )
  return {
    id: completion.responseId ?? completion.seed.id("", 32),
    message: {
      role: "assistant",
      ...(plans.length === 0
        ? {}
        : { tool_plan: plans.map((part) => Completion.textOf(Completion.withReasoningText(part))).join("\n") }),
      ...(blocks.length === 0 ? {} : {
        content: blocks.map((block) =>
          block._tag === "Text"
            ? { type: "text", text: Completion.textOf(block) }
            : { type: "thinking", thinking: Completion.textOf(block) }
        )
      }),
      ...(calls.length === 0 ? {} : {
        tool_calls: calls.map((call) => encodeCall(completion, call, Completion.argumentsOf(call)))
      }),
      ...(citations.length === 0 ? {} : { citations })
    },
    finish_reason: finishReason(completion),
    usage: usage(completion)
  }
}

const model = (name: string): Json.JsonObject => ({
  name,
  endpoints: ["chat"],
  finetuned: false,
  context_length: 288_000,
  features: ["tools", "json_schema", "citations"]
})

/** The protocol of `POST /v2/chat`. */
export const protocol: WireProtocol = {
  id: "cohere",
  serves: (path) => path.endsWith("/v2/chat"),
  basePath: "/v2",
  framing: Sse.framing,
  credential: OpenAiErrors.credential,
  validate,
  match: ({ body }) => ({
    protocol: "cohere",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts(body["messages"]).join("\n"),
    stream: body["stream"] === true
  }),
  options: OpenAiOptions.cohere,
  events,
  wholeBody,
  errorEvents: (_turn, problem) => [
    event("message-end", { delta: { finish_reason: "ERROR", error: CohereErrors.messageOf(problem) } })
  ],
  ping: undefined,
  errorResponse: CohereErrors.errorResponse,
  responseHeaders: CohereErrors.responseHeaders,
  rateLimitHeaders: CohereErrors.rateLimitHeaders,
  unknownModel: (model) =>
    `model '${model}' not found, make sure the correct model ID was used and that you have access to the model.`,
  models: (all, query) => {
    const from = Number(query.get("page_token") ?? 0)
    const { ids, next } = Pages.slice(all, from, query.get("page_size"), { default: 20, maximum: 1000 })
    return { models: ids.map(model), ...(next === undefined ? {} : { next_page_token: String(next) }) }
  },
  model
}
