/**
 * Encodes completions for Ollama's chat API: lines of JSON, with whole tool calls.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
 */
import * as DateTime from "effect/DateTime"
import * as Ndjson from "../framing/Ndjson.ts"
import * as Json from "../Json.ts"
import * as Logprobs from "../Logprobs.ts"
import * as OpenAiOptions from "../options/OpenAiOptions.ts"
import type { Finish, Part, ToolCall } from "../scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import * as Completion from "../Completion.ts"
import {
  type ErrorResponse,
  jsonEvent,
  type Problem,
  retryAfter,
  type WireEvent,
  type WireProtocol
} from "../WireProtocol.ts"
import * as OllamaModels from "./OllamaModels.ts"
import { validate } from "./OllamaRequest.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"

const templates: Readonly<Record<ErrorKind, readonly [status: number, message: string]>> = {
  "rate-limit": [429, "too many requests"],
  quota: [402, "payment required"],
  overloaded: [503, "server busy, please try again.  maximum pending requests exceeded"],
  "server-error": [500, "llama runner process has terminated"],
  timeout: [504, "timed out waiting for llama runner to start"],
  authentication: [401, "unauthorized"],
  permission: [403, "forbidden"],
  "model-not-found": [404, "model not found"],
  "not-found": [404, "404 page not found"],
  "invalid-request": [400, "invalid request"],
  "context-length": [400, "the input length exceeds the context length"],
  "content-filter": [400, "content filter"],
  "too-large": [413, "http: request body too large"]
}

const messageOf = (problem: Problem): string => problem.message ?? templates[problem.kind][1]

const errorResponse = (problem: Problem): ErrorResponse => ({
  status: problem.status ?? templates[problem.kind][0],
  headers: retryAfter(problem),
  body: { error: messageOf(problem) }
})

// A tool call also ends with `stop`. Most other reasons have no value of their own.
const doneReason = (finish: Finish): string =>
  typeof finish === "object" ? finish.raw : finish === "length" ? "length" : "stop"

/** Parses the arguments of a call. Arguments that are no JSON are sent as text. */
const argumentsOf = (call: ToolCall): Json.Json => {
  const text = Completion.argumentsOf(call)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const encodeCall = (completion: Completion.Completion, call: ToolCall, index: number): Json.JsonObject => {
  const isOld = completion.quirks.toolIds === "missing"
  return {
    ...(isOld ? {} : { id: call.id ?? completion.seed.id("call_", 8) }),
    function: { ...(isOld ? {} : { index }), name: call.name, arguments: argumentsOf(call) }
  }
}

const pieces = function*(completion: Completion.Completion, part: Exclude<Part, ToolCall>): Generator<Json.JsonObject> {
  switch (part._tag) {
    case "Text":
      for (const content of Completion.textDeltas(part)) yield { content }
      break
    case "Reasoning":
      for (const thinking of Completion.textDeltas(Completion.withReasoningText(part))) yield { content: "", thinking }
      break
    case "Refusal":
      for (const content of Completion.words(part.text)) yield { content }
      break
    // The protocol cannot express a tool that the provider runs.
    case "WebSearch":
      break
  }
}

const timeOf = (completion: Completion.Completion, millis: number): string =>
  DateTime.formatIso(DateTime.makeUnsafe(completion.created * 1000 + millis))

const ending = (completion: Completion.Completion): Json.JsonObject => ({
  done: true,
  done_reason: Json.list(completion.request["messages"]).length === 0 ? "load" : doneReason(completion.finish),
  total_duration: 1_164_764_583,
  load_duration: 4_037_291,
  ...(completion.quirks.usage === "none" ? {} : {
    prompt_eval_count: completion.usage.input,
    prompt_eval_duration: 565_000_000,
    eval_count: completion.usage.output,
    eval_duration: 594_000_000
  })
})

const logprobs = (entries: ReadonlyArray<Logprobs.Entry>): Json.JsonObject =>
  entries.length === 0 ? {} : { logprobs: entries.map(Logprobs.encode) }

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  let sent = 0
  const line = (message: Json.JsonObject, fields: Json.JsonObject): Json.JsonObject => ({
    model: completion.model,
    created_at: timeOf(completion, sent++ * 12),
    message: { role: "assistant", content: "", ...message },
    ...fields
  })
  const isLoading = Json.list(completion.request["messages"]).length === 0
  let calls = 0
  let position = 0
  for (const group of isLoading ? [] : Completion.groupCalls(completion.parts)) {
    if ("_tag" in group) {
      for (const piece of pieces(completion, group)) {
        const entries = group._tag === "Text"
          ? Logprobs.ofDeltas(completion, [Json.text(piece["content"]) ?? ""], position++)
          : []
        yield jsonEvent(line(piece, { done: false, ...logprobs(entries) }), { tokens: 1 })
      }
      continue
    }
    for (const call of group) {
      const encoded = encodeCall(completion, call, calls++)
      yield jsonEvent(line({ tool_calls: [encoded] }, { done: false }), {
        tokens: Completion.argumentDeltas(call).length + 1
      })
    }
  }
  yield jsonEvent(line({}, ending(completion)), { isFinish: true, isTerminator: true })
}

const wholeBody = (completion: Completion.Completion): Json.JsonObject => {
  const isLoading = Json.list(completion.request["messages"]).length === 0
  const all = isLoading ? [] : completion.parts
  const joined = (field: "content" | "thinking"): string =>
    all.flatMap((part) => (part._tag === "ToolCall" ? [] : [...pieces(completion, part)]))
      .map((piece) => Json.text(piece[field]) ?? "").join("")
  const calls = all.filter((part) => part._tag === "ToolCall")
  const thinking = joined("thinking")
  return {
    model: completion.model,
    created_at: timeOf(completion, 0),
    message: {
      role: "assistant",
      content: joined("content"),
      ...(thinking === "" ? {} : { thinking }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((call, index) => encodeCall(completion, call, index)) })
    },
    ...logprobs(Logprobs.ofDeltas(completion, Completion.textPieces(all))),
    ...ending(completion)
  }
}

/** The protocol of `POST /api/chat`. */
export const protocol: WireProtocol = {
  id: "ollama",
  serves: (path) => path.endsWith("/api/chat"),
  basePath: "",
  framing: Ndjson.framing,
  credential: OpenAiErrors.credential,
  validate,
  match: ({ body }) => ({
    protocol: "ollama",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts(body["messages"]).join("\n"),
    // Streaming is the default.
    stream: body["stream"] !== false
  }),
  options: OpenAiOptions.ollama,
  events,
  wholeBody,
  errorEvents: (_turn, problem) => [jsonEvent({ error: messageOf(problem) })],
  ping: undefined,
  errorResponse,
  responseHeaders: () => ({}),
  rateLimitHeaders: () => ({}),
  unknownModel: (model) => `model '${model}' not found`,
  sideResponse: OllamaModels.sideResponse,
  models: (ids) => ({ models: ids.map(OllamaModels.model) }),
  model: OllamaModels.model
}
