/**
 * Encodes completions for Chat Completions, as OpenAI writes them and, by quirk, as compatible servers do.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/streaming
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as OpenAiOptions from "../options/OpenAiOptions.ts"
import * as Logprobs from "../Logprobs.ts"
import type { Finish, ToolCall } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as ChatDialects from "./ChatDialects.ts"
import * as ChatErrors from "./ChatErrors.ts"
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

const callId = (completion: Completion.Completion, call: ToolCall): string => call.id ?? completion.seed.id("call_", 24)

const identity = (completion: Completion.Completion, object: string) => ({
  id: completion.responseId ?? completion.seed.id("chatcmpl-", 29),
  object,
  created: completion.created,
  model: completion.model,
  service_tier: "default",
  system_fingerprint: "fp_simulator"
})

const toolDeltas = (completion: Completion.Completion, calls: ReadonlyArray<ToolCall>, first: number) => {
  const { interleaveToolCalls = false, toolIds = "first", toolIndex = "counted", wholeToolCalls = false } =
    completion.quirks
  const lists = calls.map((call, position) => {
    const id = callId(completion, call)
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
    if (wholeToolCalls) return [opening(Completion.argumentsOf(call))]
    return [
      opening(""),
      ...Completion.argumentDeltas(call).map(fragment)
    ]
  })
  return Completion.orderDeltas<Json.JsonObject>(lists, interleaveToolCalls)
}

const deltas = function*(completion: Completion.Completion): Generator<Json.JsonObject> {
  let calls = 0
  for (const group of Completion.groupCalls(completion.parts)) {
    if (!("_tag" in group)) {
      for (const delta of toolDeltas(completion, group, calls)) yield { tool_calls: [delta] }
      calls += group.length
      continue
    }
    switch (group._tag) {
      case "Text": {
        for (const text of Completion.textDeltas(group)) yield { content: ChatDialects.content(completion, text) }
        const citations = ChatDialects.citationDelta(completion, group)
        if (citations !== undefined) yield citations
        break
      }
      case "Reasoning":
        yield* ChatDialects.reasoningDeltas(completion, group)
        break
      case "Refusal":
        for (const refusal of Completion.words(group.text)) yield { refusal }
        break
      // The protocol cannot express a tool that the provider runs.
      case "WebSearch":
        break
    }
  }
}

/** Azure's first chunk, with the results of its prompt filters. */
const prelude: Json.JsonObject = {
  id: "",
  object: "",
  created: 0,
  model: "",
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: "safe" } } }]
}

const padding = ({ quirks, seed }: Completion.Completion): Json.JsonObject =>
  quirks.obfuscation === undefined || quirks.obfuscation === false
    ? {}
    : { [quirks.obfuscation === "p" ? "p" : "obfuscation"]: seed.id("", seed.between(1, 16)) }

const logprobs = (entries: ReadonlyArray<Logprobs.Entry>): Json.JsonObject | null =>
  entries.length === 0 ? null : { content: entries.map(Logprobs.encode), refusal: null }

const chunkEvents = function*(completion: Completion.Completion): Generator<WireEvent> {
  const { quirks } = completion
  const base = identity(completion, "chat.completion.chunk")
  const { stream_options: options, usage: own } = completion.request
  // The second is OpenRouter's field.
  const isRequested = Json.object(options)["include_usage"] === true || Json.object(own)["include"] === true
  const placement = quirks.usage ?? (isRequested ? "separate" : "none")
  const total = () => ChatDialects.usage(completion, completion.usage.output)
  let sent = 0
  const chunk = (
    delta: Json.JsonObject,
    reason: string | null,
    index: number,
    logprobs: Json.JsonObject | null = null
  ): Json.JsonObject => {
    const isLast = reason !== null
    return {
      ...base,
      choices: [{
        index,
        delta,
        logprobs,
        finish_reason: reason,
        ...(isLast && placement === "choice" ? { usage: total() } : {})
      }],
      // With include_usage, OpenAI puts the field into every chunk, with null until the last.
      ...(placement === "separate" ? { usage: null } : {}),
      ...(placement === "every" ? { usage: isLast ? total() : ChatDialects.usage(completion, sent) } : {}),
      ...(placement === "finish" && isLast ? { usage: total() } : {}),
      ...(placement === "x_groq" && isLast ? { x_groq: { id: base.id, usage: total() } } : {}),
      ...ChatDialects.sources(completion, isLast),
      ...padding(completion)
    }
  }
  if (quirks.prelude === true) yield jsonEvent(prelude)
  const hasText = completion.parts.some((part) => part._tag === "Text")
  const indices = Array.from({ length: completion.choices }, (_, index) => index)
  for (const index of indices) {
    const first = chunk({ role: "assistant", content: hasText ? "" : null, refusal: null }, null, index)
    yield jsonEvent(placement === "x_groq" ? { ...first, x_groq: { id: base.id, seed: 1 } } : first)
  }
  let position = 0
  for (const delta of deltas(completion)) {
    sent++
    const text = Json.text(delta["content"])
    const entries = text === undefined ? [] : Logprobs.ofDeltas(completion, [text], position++)
    for (const index of indices) yield jsonEvent(chunk(delta, null, index, logprobs(entries)), { tokens: 1 })
  }
  for (const index of indices) {
    const finish = jsonEvent(chunk({}, finishReason(completion.finish), index), { isFinish: true })
    yield finish
    if (quirks.finishTwice === true) yield finish
  }
  if (placement === "separate" || (placement === "x_groq" && isRequested)) {
    yield jsonEvent({ ...base, choices: [], usage: total() })
  }
}

const bareCall = (call: ToolCall): Json.JsonObject => ({ name: call.name, arguments: call.arguments ?? {} })

/** Yields the events of a response without choices, which cannot contain reasoning. */
const bareEvents = function*(completion: Completion.Completion): Generator<WireEvent> {
  const calls = completion.parts.filter((part) => part._tag === "ToolCall")
  for (const part of completion.parts) {
    if (part._tag !== "Text") continue
    for (const response of Completion.textDeltas(part))
      yield jsonEvent({ response, ...padding(completion) }, { tokens: 1 })
  }
  if (calls.length > 0) yield jsonEvent({ response: "", tool_calls: calls.map(bareCall) }, { tokens: 1 })
  yield jsonEvent({ response: "", usage: ChatDialects.usage(completion, completion.usage.output) })
}

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  yield* completion.quirks.bareResponses === true ? bareEvents(completion) : chunkEvents(completion)
  if (completion.quirks.doneMarker !== false) yield { data: "[DONE]", tokens: 0, isTerminator: true }
}

const wholeCall = (completion: Completion.Completion, call: ToolCall): Json.JsonObject => {
  const { toolIds = "first" } = completion.quirks
  return {
    ...(toolIds === "missing" ? {} : { id: toolIds === "empty" ? "" : callId(completion, call) }),
    type: "function",
    function: { name: call.name, arguments: Completion.argumentsOf(call) }
  }
}

const wholeBody = (completion: Completion.Completion): Json.JsonObject => {
  const base = identity(completion, "chat.completion")
  const refusals = completion.parts.filter((part) => part._tag === "Refusal")
  const calls = completion.parts.filter((part) => part._tag === "ToolCall")
  const total = ChatDialects.usage(completion, completion.usage.output)
  if (completion.quirks.bareResponses === true) {
    const response = completion.parts.flatMap((part) => (part._tag === "Text" ? [Completion.textOf(part)] : [])).join(
      ""
    )
    return {
      result: { response, ...(calls.length === 0 ? {} : { tool_calls: calls.map(bareCall) }), usage: total },
      success: true,
      errors: [],
      messages: []
    }
  }
  const { usage: placement } = completion.quirks
  const choice = {
    message: {
      role: "assistant",
      ...ChatDialects.wholeMessage(completion),
      refusal: refusals.length === 0 ? null : refusals.map((part) => part.text).join(""),
      ...(calls.length === 0 ? {} : {
        tool_calls: calls.map((call) => wholeCall(completion, call))
      })
    },
    logprobs: logprobs(Logprobs.ofDeltas(completion, Completion.textPieces(completion.parts))),
    finish_reason: finishReason(completion.finish),
    ...(placement === "choice" ? { usage: total } : {})
  }
  return {
    ...base,
    choices: Array.from({ length: completion.choices }, (_, index) => ({ index, ...choice })),
    ...(placement === "none" || placement === "choice" ? {} : { usage: total }),
    ...ChatDialects.sources(completion, true)
  }
}

const runPath = /\/ai\/run\/(.+)$/

/** The protocol of `POST …/chat/completions`. */
export const protocol: WireProtocol = {
  id: "openai-chat",
  // The second path is the one of Cloudflare's own API, which contains the model.
  serves: (path) => path.endsWith("/chat/completions") || runPath.test(path),
  basePath: "/v1",
  framing: Sse.framing,
  credential: OpenAiErrors.credential,
  missingKey: OpenAiErrors.missingKey,
  validate,
  match: ({ body, path }) => ({
    protocol: "openai-chat",
    model: Json.text(body["model"]) ?? runPath.exec(path)?.[1] ?? "",
    contains: Json.texts(body["messages"]).join("\n"),
    stream: body["stream"] === true
  }),
  options: OpenAiOptions.chat,
  events,
  wholeBody,
  // The error replaces a chunk and the rest of the stream, [DONE] included.
  errorEvents: ({ quirks }, problem) => [jsonEvent(ChatErrors.inStream(problem, quirks))],
  ping: undefined,
  errorResponse: (problem, _requestId, quirks) => ChatErrors.errorResponse(problem, quirks),
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
