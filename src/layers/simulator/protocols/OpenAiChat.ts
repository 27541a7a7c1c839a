/**
 * Chat Completions, as OpenAI writes it and, by quirk, as the many servers that imitate it do.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/streaming
 * @since 0.1.0
 */
import type { Citation, Finish, Reasoning, ToolCall } from "../Answer.ts"
import * as Json from "../Json.ts"
import * as Sse from "../Sse.ts"
import * as Turn from "../Turn.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import { validate } from "./OpenAiChatRequest.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"

const finishReason = (finish: Finish): string => {
  if (typeof finish === "object") return finish.raw
  switch (finish) {
    case "stop":
    case "length":
    case "error":
    case "other":
      return finish
    case "tool-calls":
      return "tool_calls"
    case "content-filter":
      return "content_filter"
  }
}

// Cached tokens are part of prompt_tokens and reasoning tokens part of completion_tokens, as in our own counting.
const usage = (turn: Turn.Turn, output: number): Json.JsonObject => ({
  prompt_tokens: turn.usage.input,
  completion_tokens: output,
  total_tokens: turn.usage.input + output,
  prompt_tokens_details: {
    cached_tokens: turn.usage.cached,
    audio_tokens: 0,
    ...(turn.usage.cacheWrite > 0 ? { cache_write_tokens: turn.usage.cacheWrite } : {})
  },
  completion_tokens_details: {
    reasoning_tokens: turn.usage.reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0
  }
})

const annotation = (citation: Citation): Json.JsonObject => ({
  type: "url_citation",
  url_citation: {
    start_index: citation.start ?? 0,
    end_index: citation.end ?? 0,
    url: citation.url,
    title: citation.title
  }
})

const reasoningText = (part: Reasoning): Reasoning =>
  part.text === undefined && part.deltas === undefined ? { ...part, text: (part.summary ?? []).join("\n\n") } : part

// OpenAI itself sends no reasoning here. Of the two common fields, `reasoning_content` is the older one.
const reasoningFields = (turn: Turn.Turn, part: Reasoning, text: string, isLast: boolean): Json.JsonObject => {
  switch (turn.quirks.reasoningField ?? "reasoning_content") {
    case "reasoning_content":
      return { reasoning_content: text }
    case "reasoning":
      return { reasoning: text }
    case "reasoning_text":
      return { reasoning_text: text }
    case "both":
      return { reasoning: text, reasoning_content: text }
    case "reasoning_details":
      return {
        reasoning: text,
        reasoning_details: [{
          type: "reasoning.text",
          text,
          index: 0,
          ...(isLast && part.signature !== undefined ? { signature: part.signature } : {})
        }]
      }
  }
}

const callId = (turn: Turn.Turn, call: ToolCall): string => call.id ?? turn.seed.id("call_", 24)

const identity = (turn: Turn.Turn, object: string) => ({
  id: turn.responseId ?? turn.seed.id("chatcmpl-", 29),
  object,
  created: turn.created,
  model: turn.model,
  service_tier: "default",
  system_fingerprint: "fp_simulator"
})

const toolDeltas = (turn: Turn.Turn, calls: ReadonlyArray<ToolCall>, first: number) => {
  const { interleaveToolCalls = false, toolIds = "first", toolIndex = "counted", wholeToolCalls = false } = turn.quirks
  const lists = calls.map((call, position) => {
    const id = callId(turn, call)
    const index = toolIndex === "missing" ? {} : { index: toolIndex === "reused" ? 0 : first + position }
    const ids = toolIds === "missing" ? {} : { id: toolIds === "empty" ? "" : id }
    const opening = (text: string) => ({
      ...index,
      ...ids,
      type: "function",
      function: { name: call.name, arguments: text }
    })
    const fragment = (text: string): Json.JsonObject => ({
      ...index,
      ...(toolIds === "every" ? { id } : {}),
      function: { arguments: text }
    })
    if (wholeToolCalls) return [opening(Turn.argumentsOf(call))]
    return [
      opening(""),
      ...Turn.argumentDeltas(call).map(fragment)
    ]
  })
  return Turn.orderDeltas<Json.JsonObject>(lists, interleaveToolCalls)
}

const deltas = function*(turn: Turn.Turn): Generator<Json.JsonObject> {
  let calls = 0
  for (const group of Turn.groupCalls(turn.parts)) {
    if (!("_tag" in group)) {
      for (const delta of toolDeltas(turn, group, calls)) yield { tool_calls: [delta] }
      calls += group.length
      continue
    }
    switch (group._tag) {
      case "Text":
        for (const content of Turn.textDeltas(group)) yield { content }
        if (group.citations !== undefined) yield { annotations: group.citations.map(annotation) }
        break
      case "Reasoning": {
        const pieces = [...Turn.textDeltas(reasoningText(group))]
        for (const [index, text] of pieces.entries()) {
          yield reasoningFields(turn, group, text, index === pieces.length - 1)
        }
        break
      }
      case "Refusal":
        for (const refusal of Turn.words(group.text)) yield { refusal }
        break
      // The protocol has no form for a tool that the provider runs.
      case "WebSearch":
        break
    }
  }
}

const events = function*(turn: Turn.Turn): Generator<WireEvent> {
  const base = identity(turn, "chat.completion.chunk")
  const isAsked = Json.object(turn.request["stream_options"])["include_usage"] === true
  const placement = turn.quirks.usage ?? (isAsked ? "separate" : "none")
  let sent = 0
  const chunk = (delta: Json.JsonObject, reason: string | null): Json.JsonObject => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    // With include_usage, OpenAI puts the field into every chunk, with null until the last.
    ...(placement === "separate" ? { usage: null } : {}),
    ...(placement === "every" ? { usage: usage(turn, reason === null ? sent : turn.usage.output) } : {}),
    ...(placement === "finish" && reason !== null ? { usage: usage(turn, turn.usage.output) } : {}),
    ...(turn.quirks.obfuscation === true ? { obfuscation: turn.seed.id("", turn.seed.between(1, 16)) } : {})
  })
  const hasText = turn.parts.some((part) => part._tag === "Text")
  yield jsonEvent(chunk({ role: "assistant", content: hasText ? "" : null, refusal: null }, null))
  for (const delta of deltas(turn)) {
    sent++
    yield jsonEvent(chunk(delta, null), { tokens: 1 })
  }
  const finish = jsonEvent(chunk({}, finishReason(turn.finish)), { isFinish: true })
  yield finish
  if (turn.quirks.finishTwice === true) yield finish
  if (placement === "separate") yield jsonEvent({ ...base, choices: [], usage: usage(turn, turn.usage.output) })
  yield { data: "[DONE]", tokens: 0, isTerminator: true }
}

const wholeCall = (turn: Turn.Turn, call: ToolCall): Json.JsonObject => {
  const { toolIds = "first" } = turn.quirks
  return {
    ...(toolIds === "missing" ? {} : { id: toolIds === "empty" ? "" : callId(turn, call) }),
    type: "function",
    function: { name: call.name, arguments: Turn.argumentsOf(call) }
  }
}

const whole = (turn: Turn.Turn): Json.JsonObject => {
  const base = identity(turn, "chat.completion")
  const texts = turn.parts.filter((part) => part._tag === "Text")
  const refusals = turn.parts.filter((part) => part._tag === "Refusal")
  const calls = turn.parts.filter((part) => part._tag === "ToolCall")
  const reasoning = turn.parts.filter((part) => part._tag === "Reasoning")
  const { usage: placement } = turn.quirks
  const thoughts = reasoning.map((part) => Turn.textOf(reasoningText(part))).join("\n\n")
  const [lastReasoning] = reasoning.slice(-1)
  return {
    ...base,
    choices: [{
      index: 0,
      message: {
        role: "assistant",
        content: texts.length === 0 ? null : texts.map(Turn.textOf).join(""),
        refusal: refusals.length === 0 ? null : refusals.map((part) => part.text).join(""),
        annotations: texts.flatMap((part) => part.citations ?? []).map(annotation),
        ...(lastReasoning === undefined ? {} : reasoningFields(turn, lastReasoning, thoughts, true)),
        ...(calls.length === 0 ? {} : {
          tool_calls: calls.map((call) => wholeCall(turn, call))
        })
      },
      logprobs: null,
      finish_reason: finishReason(turn.finish)
    }],
    ...(placement === "none" ? {} : { usage: usage(turn, turn.usage.output) })
  }
}

/**
 * The protocol behind `POST …/chat/completions`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocol: WireProtocol = {
  id: "openai-chat",
  serves: (path) => path.endsWith("/chat/completions"),
  basePath: "/v1",
  framing: Sse.framing,
  credential: OpenAiErrors.credential,
  missingKey: OpenAiErrors.missingKey,
  validate,
  match: ({ body }) => ({
    protocol: "openai-chat",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts(body["messages"]).join("\n"),
    stream: body["stream"] === true
  }),
  toolNames: (body) =>
    Json.list(body["tools"]).flatMap((tool) => Json.text(Json.object(Json.object(tool)["function"])["name"]) ?? []),
  events,
  whole,
  // In place of a chunk; what is left of the stream, [DONE] included, does not come.
  errorEvents: (_turn, problem) => [jsonEvent({ error: OpenAiErrors.errorObject(problem) })],
  ping: undefined,
  reject: OpenAiErrors.reject,
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
