/**
 * Cohere's Chat, version 2, as Cohere writes it.
 *
 * @see https://docs.cohere.com/docs/streaming
 * @since 0.1.0
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as Pages from "../Pages.ts"
import type { Citation, Finish, Part, Reasoning, Text, ToolCall } from "../scenario/ScriptedCompletion.ts"
import * as Turn from "../Turn.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as CohereErrors from "./CohereErrors.ts"
import { validate } from "./CohereRequest.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"

const finishReason = (finish: Finish): string => {
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

// Bills are for what the caller wrote, without the templates around it: half of it, here.
const usage = (turn: Turn.Turn): Json.JsonObject => ({
  billed_units: { input_tokens: Math.ceil(turn.usage.input / 2), output_tokens: turn.usage.output },
  tokens: {
    input_tokens: turn.usage.input,
    output_tokens: turn.usage.output,
    ...(turn.usage.reasoning > 0 ? { reasoning_tokens: turn.usage.reasoning } : {})
  },
  ...(turn.usage.cached > 0 ? { cached_tokens: turn.usage.cached } : {})
})

const citation = (given: Citation, text: string, number: number, contentIndex: number): Json.JsonObject => {
  const id = `doc:${number}`
  const [start, end] = [given.start ?? 0, given.end ?? 0]
  return {
    start,
    end,
    text: text.slice(start, end),
    sources: [{
      type: "document",
      id,
      document: {
        id,
        title: given.title,
        url: given.url,
        ...(given.citedText === undefined ? {} : { text: given.citedText })
      }
    }],
    type: "TEXT_CONTENT",
    content_index: contentIndex
  }
}

const thoughts = (part: Reasoning): Reasoning =>
  part.text === undefined && part.deltas === undefined ? { ...part, text: (part.summary ?? []).join("\n\n") } : part

const isPlan = (turn: Turn.Turn, part: Part): part is Reasoning =>
  part._tag === "Reasoning" && turn.quirks.toolPlan === true

/** What stands in blocks of content: refusals are text, and there are no tools that the provider runs. */
const blockOf = (part: Part): Text | Reasoning | undefined => {
  switch (part._tag) {
    case "Text":
      return part
    case "Reasoning":
      return thoughts(part)
    case "Refusal":
      return { _tag: "Text", text: part.text }
    case "ToolCall":
    case "WebSearch":
      return undefined
  }
}

const writtenCall = (turn: Turn.Turn, call: ToolCall, written: string): Json.JsonObject => ({
  ...(turn.quirks.toolIds === "missing" ? {} : { id: call.id ?? turn.seed.id(`${call.name}_`, 12) }),
  type: "function",
  function: { name: call.name, arguments: written }
})

const event = (type: string, fields: Json.JsonObject, options?: Partial<WireEvent>): WireEvent =>
  jsonEvent({ type, ...fields }, { name: type, ...options })

const message = (fields: Json.JsonObject): Json.JsonObject => ({ delta: { message: fields } })

const blockEvents = function*(block: Text | Reasoning, index: number, firstCitation: number): Generator<WireEvent> {
  const type = block._tag === "Text" ? "text" : "thinking"
  yield event("content-start", { index, ...message({ content: { type, [type]: "" } }) })
  for (const delta of Turn.textDeltas(block)) {
    yield event("content-delta", { index, ...message({ content: { [type]: delta } }) }, { tokens: 1 })
  }
  const citations = block._tag === "Text" ? block.citations ?? [] : []
  for (const [position, given] of citations.entries()) {
    const number = firstCitation + position
    const citations = citation(given, Turn.textOf(block), number, index)
    yield event("citation-start", { index: number, ...message({ citations }) })
    yield event("citation-end", { index: number })
  }
  yield event("content-end", { index })
}

const callEvents = (turn: Turn.Turn, call: ToolCall, index: number): ReadonlyArray<WireEvent> => {
  // Without arguments there is not even `{}` (recorded), and whole ones may come with the beginning.
  const written = Turn.argumentsOf(call)
  const isWhole = turn.quirks.wholeToolCalls === true
  const deltas = isWhole || written === "{}" ? [] : Turn.argumentDeltas(call)
  return [
    event("tool-call-start", { index, ...message({ tool_calls: writtenCall(turn, call, isWhole ? written : "") }) }, {
      tokens: 1
    }),
    ...deltas.map((text) =>
      event("tool-call-delta", { index, ...message({ tool_calls: { function: { arguments: text } } }) }, { tokens: 1 })
    ),
    event("tool-call-end", { index })
  ]
}

const events = function*(turn: Turn.Turn): Generator<WireEvent> {
  const id = turn.responseId ?? turn.seed.id("", 32)
  yield event("message-start", {
    id,
    ...message({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] })
  })
  let blocks = 0
  let calls = 0
  let citations = 0
  for (const group of Turn.groupCalls(turn.parts)) {
    if (!("_tag" in group)) {
      const lists = group.map((call) => callEvents(turn, call, calls++))
      yield* Turn.orderDeltas(lists, turn.quirks.interleaveToolCalls === true)
    } else if (isPlan(turn, group)) {
      for (const delta of Turn.textDeltas(thoughts(group))) {
        yield event("tool-plan-delta", message({ tool_plan: delta }), { tokens: 1 })
      }
    } else {
      const block = blockOf(group)
      if (block === undefined) continue
      yield* blockEvents(block, blocks++, citations)
      citations += block._tag === "Text" ? block.citations?.length ?? 0 : 0
    }
  }
  yield event("message-end", { delta: { finish_reason: finishReason(turn.finish), usage: usage(turn) } }, {
    isFinish: true,
    isTerminator: true
  })
  // Nobody needs it after the end, and it has no name.
  yield { data: "[DONE]", tokens: 0 }
}

const whole = (turn: Turn.Turn): Json.JsonObject => {
  const plans = turn.parts.filter((part) => isPlan(turn, part))
  const blocks = turn.parts.flatMap((part) => (isPlan(turn, part) ? [] : blockOf(part) ?? []))
  const calls = turn.parts.filter((part) => part._tag === "ToolCall")
  let number = 0
  const citations = blocks.flatMap((block, index) =>
    block._tag === "Text"
      ? (block.citations ?? []).map((given) => citation(given, Turn.textOf(block), number++, index))
      : []
  )
  return {
    id: turn.responseId ?? turn.seed.id("", 32),
    message: {
      role: "assistant",
      ...(plans.length === 0 ? {} : { tool_plan: plans.map((part) => Turn.textOf(thoughts(part))).join("\n") }),
      ...(blocks.length === 0 ? {} : {
        content: blocks.map((block) =>
          block._tag === "Text"
            ? { type: "text", text: Turn.textOf(block) }
            : { type: "thinking", thinking: Turn.textOf(block) }
        )
      }),
      ...(calls.length === 0 ? {} : {
        tool_calls: calls.map((call) => writtenCall(turn, call, Turn.argumentsOf(call)))
      }),
      ...(citations.length === 0 ? {} : { citations })
    },
    finish_reason: finishReason(turn.finish),
    usage: usage(turn)
  }
}

const model = (name: string): Json.JsonObject => ({
  name,
  endpoints: ["chat"],
  finetuned: false,
  context_length: 288_000,
  features: ["tools", "json_schema", "citations"]
})

/**
 * The protocol behind `POST /v2/chat`.
 *
 * @category constructors
 * @since 0.1.0
 */
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
  toolNames: (body) =>
    Json.list(body["tools"]).flatMap((tool) => Json.text(Json.object(Json.object(tool)["function"])["name"]) ?? []),
  events,
  whole,
  errorEvents: (_turn, problem) => [
    event("message-end", { delta: { finish_reason: "ERROR", error: CohereErrors.messageOf(problem) } })
  ],
  ping: undefined,
  reject: CohereErrors.reject,
  responseHeaders: CohereErrors.responseHeaders,
  rateLimitHeaders: CohereErrors.rateLimitHeaders,
  unknownModel: (model) =>
    `model '${model}' not found, make sure the correct model ID was used and that you have access to the model.`,
  models: (all, query) => {
    const from = Number(query.get("page_token") ?? 0)
    const { ids, next } = Pages.cut(all, from, query.get("page_size"), { usual: 20, most: 1000 })
    return { models: ids.map(model), ...(next === undefined ? {} : { next_page_token: String(next) }) }
  },
  model
}
