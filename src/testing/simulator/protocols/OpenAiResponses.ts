/**
 * The Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 * @since 0.1.0
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import type { Finish } from "../scenario/ScriptedCompletion.ts"
import type * as Turn from "../Turn.ts"
import { jsonEvent, type Problem, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"
import * as Items from "./OpenAiResponsesItems.ts"
import { validate } from "./OpenAiResponsesRequest.ts"
import { itemEvents } from "./OpenAiResponsesStream.ts"

interface Ending {
  readonly status: "completed" | "incomplete" | "failed"
  readonly reason: string | undefined
}

const ending = (finish: Finish): Ending => {
  const raw = typeof finish === "object" ? finish.raw : undefined
  if (finish === "stop" || finish === "tool-calls" || raw === "completed")
    return { status: "completed", reason: undefined }
  if (finish === "error" || raw === "failed") return { status: "failed", reason: undefined }
  if (finish === "length") return { status: "incomplete", reason: "max_output_tokens" }
  if (finish === "content-filter") return { status: "incomplete", reason: "content_filter" }
  return { status: "incomplete", reason: raw ?? "other" }
}

const usage = (turn: Turn.Turn): Json.JsonObject => ({
  input_tokens: turn.usage.input,
  input_tokens_details: {
    cached_tokens: turn.usage.cached,
    ...(turn.usage.cacheWrite > 0 ? { cache_write_tokens: turn.usage.cacheWrite } : {})
  },
  output_tokens: turn.usage.output,
  output_tokens_details: { reasoning_tokens: turn.usage.reasoning },
  total_tokens: turn.usage.input + turn.usage.output
})

const responseObject = (turn: Turn.Turn, fields: Json.JsonObject): Json.JsonObject => ({
  id: turn.responseId ?? "",
  object: "response",
  created_at: turn.created,
  status: "in_progress",
  background: false,
  error: null,
  incomplete_details: null,
  instructions: turn.request["instructions"] ?? null,
  max_output_tokens: turn.request["max_output_tokens"] ?? null,
  max_tool_calls: turn.request["max_tool_calls"] ?? null,
  model: turn.model,
  output: [],
  parallel_tool_calls: turn.request["parallel_tool_calls"] ?? true,
  previous_response_id: turn.request["previous_response_id"] ?? null,
  reasoning: { effort: null, summary: null, ...Json.object(turn.request["reasoning"]) },
  service_tier: "default",
  store: turn.request["store"] ?? true,
  temperature: turn.request["temperature"] ?? 1,
  text: { format: { type: "text" }, ...Json.object(turn.request["text"]) },
  tool_choice: turn.request["tool_choice"] ?? "auto",
  tools: turn.request["tools"] ?? [],
  top_p: turn.request["top_p"] ?? 1,
  truncation: turn.request["truncation"] ?? "disabled",
  usage: null,
  user: turn.request["user"] ?? null,
  metadata: turn.request["metadata"] ?? {},
  ...fields
})

const identified = (turn: Turn.Turn): Turn.Turn => ({
  ...turn,
  responseId: turn.responseId ?? turn.seed.id("resp_", 48)
})

const ended = (turn: Turn.Turn, items: ReadonlyArray<Items.Item>): Json.JsonObject => {
  const { reason, status } = ending(turn.finish)
  const error = OpenAiErrors.errorObject({ kind: "server-error" })
  return responseObject(turn, {
    status,
    completed_at: status === "completed" ? turn.created : null,
    error: status === "failed" ? { code: error["code"] ?? null, message: error["message"] ?? null } : null,
    incomplete_details: reason === undefined ? null : { reason },
    output: items.map((item) => item.done),
    usage: usage(turn)
  })
}

const numbered = (type: string, fields: Json.JsonObject, position: number): Json.JsonObject => ({
  type,
  sequence_number: position,
  ...fields
})

const events = function*(source: Turn.Turn): Generator<WireEvent> {
  const turn = identified(source)
  const items = Items.make(turn)
  let position = 0
  const event = (type: string, fields: Json.JsonObject, options?: Partial<Omit<WireEvent, "data">>) =>
    jsonEvent(numbered(type, fields, position++), { name: type, ...options })
  const pad = () => turn.quirks.obfuscation === true ? { obfuscation: turn.seed.id("", turn.seed.between(1, 16)) } : {}

  yield event("response.created", { response: responseObject(turn, {}) })
  yield event("response.in_progress", { response: responseObject(turn, {}) })
  for (const { delta, fields, type } of itemEvents(items, turn.quirks.interleaveToolCalls === true)) {
    yield delta === undefined ? event(type, fields) : event(type, { ...fields, delta, ...pad() }, { tokens: 1 })
  }
  const { status } = ending(turn.finish)
  yield event(`response.${status}`, { response: ended(turn, items) }, { isFinish: true, isTerminator: true })
  if (turn.quirks.doneMarker === true) yield { data: "[DONE]", tokens: 0 }
}

// The documented form is flat; the observed one is nested, and followed by `response.failed`.
const errorEvents = (source: Turn.Turn, problem: Problem, position: number): ReadonlyArray<WireEvent> => {
  const turn = identified(source)
  const error = OpenAiErrors.errorObject(problem)
  const { code = null, message = null, param = null } = error
  if (turn.quirks.flatErrors === true) {
    return [jsonEvent(numbered("error", { code, message, param }, position), { name: "error" })]
  }
  return [
    jsonEvent(numbered("error", { error }, position), { name: "error" }),
    jsonEvent(
      numbered(
        "response.failed",
        { response: responseObject(turn, { status: "failed", error: { code, message } }) },
        position + 1
      ),
      { name: "response.failed" }
    )
  ]
}

/**
 * The protocol behind `POST …/responses`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocol: WireProtocol = {
  id: "openai-responses",
  serves: (path) => path.endsWith("/responses"),
  basePath: "/v1",
  framing: Sse.framing,
  credential: OpenAiErrors.credential,
  missingKey: OpenAiErrors.missingKey,
  validate,
  match: ({ body }) => ({
    protocol: "openai-responses",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts([body["instructions"] ?? null, body["input"] ?? null]).join("\n"),
    stream: body["stream"] === true
  }),
  toolNames: (body) =>
    Json.list(body["tools"]).map(Json.object).flatMap((tool) =>
      tool["type"] === "function" ? Json.text(tool["name"]) ?? [] : []
    ),
  events,
  whole: (source) => {
    const turn = identified(source)
    return ended(turn, Items.make(turn))
  },
  errorEvents,
  ping: undefined,
  // An unknown model is a 400 here, and a 404 in Chat Completions.
  reject: (problem) =>
    OpenAiErrors.reject(problem.kind === "model-not-found" ? { status: 400, param: "model", ...problem } : problem),
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
