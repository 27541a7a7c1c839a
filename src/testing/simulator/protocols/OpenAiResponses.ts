/**
 * Encodes completions for the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as OpenAiOptions from "../options/OpenAiOptions.ts"
import type { Finish } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { jsonEvent, type Problem, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"
import * as Items from "./OpenAiResponsesItems.ts"
import { validate } from "./OpenAiResponsesRequest.ts"
import { itemEvents } from "./OpenAiResponsesStream.ts"
import * as Schemas from "./Schemas.ts"

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

const usage = (completion: Completion.Completion): Json.JsonObject => ({
  input_tokens: completion.usage.input,
  input_tokens_details: {
    cached_tokens: completion.usage.cached,
    ...(completion.usage.cacheWrite > 0 ? { cache_write_tokens: completion.usage.cacheWrite } : {})
  },
  output_tokens: completion.usage.output,
  output_tokens_details: { reasoning_tokens: completion.usage.reasoning },
  total_tokens: completion.usage.input + completion.usage.output
})

/** Returns a tool of the request as the response repeats it: functions are strict where their schema allows it. */
const echoedTool = (tool: Json.Json): Json.Json => {
  if (!Json.isObject(tool) || tool["type"] !== "function") return tool
  const isStrict = Schemas.checkStrict(Json.object(tool["parameters"])) === undefined
  return { description: null, parameters: null, ...tool, strict: tool["strict"] ?? isStrict }
}

const responseObject = (completion: Completion.Completion, fields: Json.JsonObject): Json.JsonObject => ({
  id: completion.responseId ?? "",
  object: "response",
  created_at: completion.created,
  status: "in_progress",
  background: completion.request["background"] === true,
  error: null,
  incomplete_details: null,
  instructions: completion.request["instructions"] ?? null,
  max_output_tokens: completion.request["max_output_tokens"] ?? null,
  max_tool_calls: completion.request["max_tool_calls"] ?? null,
  model: completion.model,
  output: [],
  parallel_tool_calls: completion.request["parallel_tool_calls"] ?? true,
  previous_response_id: completion.request["previous_response_id"] ?? null,
  reasoning: { effort: null, summary: null, ...Json.object(completion.request["reasoning"]) },
  service_tier: "default",
  store: completion.request["store"] ?? true,
  temperature: completion.request["temperature"] ?? 1,
  text: { format: { type: "text" }, verbosity: "medium", ...Json.object(completion.request["text"]) },
  tool_choice: completion.request["tool_choice"] ?? "auto",
  tools: Json.list(completion.request["tools"]).map(echoedTool),
  top_logprobs: completion.request["top_logprobs"] ?? 0,
  top_p: completion.request["top_p"] ?? 1,
  truncation: completion.request["truncation"] ?? "disabled",
  usage: null,
  user: completion.request["user"] ?? null,
  metadata: completion.request["metadata"] ?? {},
  presence_penalty: completion.request["presence_penalty"] ?? 0,
  frequency_penalty: completion.request["frequency_penalty"] ?? 0,
  safety_identifier: completion.request["safety_identifier"] ?? null,
  prompt_cache_key: completion.request["prompt_cache_key"] ?? null,
  completed_at: null,
  ...fields
})

const identified = (completion: Completion.Completion): Completion.Completion => ({
  ...completion,
  responseId: completion.responseId ?? completion.seed.id("resp_", 48)
})

const ended = (completion: Completion.Completion, items: ReadonlyArray<Items.Item>): Json.JsonObject => {
  const { reason, status } = ending(completion.finish)
  const error = OpenAiErrors.errorObject({ kind: "server-error" })
  return responseObject(completion, {
    status,
    completed_at: status === "completed" ? completion.created : null,
    error: status === "failed" ? { code: error["code"] ?? null, message: error["message"] ?? null } : null,
    incomplete_details: reason === undefined ? null : { reason },
    output: items.map((item) => item.done),
    usage: usage(completion)
  })
}

const numbered = (type: string, fields: Json.JsonObject, position: number): Json.JsonObject => ({
  type,
  sequence_number: position,
  ...fields
})

const isBackground = ({ request }: Completion.Completion): boolean => request["background"] === true

const events = function*(source: Completion.Completion): Generator<WireEvent> {
  const completion = identified(source)
  const items = Items.make(completion)
  let position = 0
  const event = (type: string, fields: Json.JsonObject, options?: Partial<Omit<WireEvent, "data">>) =>
    jsonEvent(numbered(type, fields, position++), { name: type, ...options })
  const pad = () =>
    completion.quirks.obfuscation === true
      ? { obfuscation: completion.seed.id("", completion.seed.between(1, 16)) }
      : {}

  const first = isBackground(completion) ? { status: "queued" } : {}
  yield event("response.created", { response: responseObject(completion, first) })
  if (isBackground(completion)) yield event("response.queued", { response: responseObject(completion, first) })
  yield event("response.in_progress", { response: responseObject(completion, {}) })
  for (const { delta, fields, type } of itemEvents(items, completion.quirks.interleaveToolCalls === true)) {
    yield delta === undefined ? event(type, fields) : event(type, { ...fields, delta, ...pad() }, { tokens: 1 })
  }
  const { status } = ending(completion.finish)
  yield event(`response.${status}`, { response: ended(completion, items) }, { isFinish: true, isTerminator: true })
  if (completion.quirks.doneMarker === true) yield { data: "[DONE]", tokens: 0 }
}

// The documented event is flat. The observed one is nested, and `response.failed` follows it.
const errorEvents = (source: Completion.Completion, problem: Problem, position: number): ReadonlyArray<WireEvent> => {
  const completion = identified(source)
  const error = OpenAiErrors.errorObject(problem)
  const { code = null, message = null, param = null } = error
  if (completion.quirks.flatErrors === true) {
    return [jsonEvent(numbered("error", { code, message, param }, position), { name: "error" })]
  }
  return [
    jsonEvent(numbered("error", { error }, position), { name: "error" }),
    jsonEvent(
      numbered(
        "response.failed",
        { response: responseObject(completion, { status: "failed", error: { code, message } }) },
        position + 1
      ),
      { name: "response.failed" }
    )
  ]
}

/** Returns the id of a completion's response. */
export const idOf = (completion: Completion.Completion): string => identified(completion).responseId ?? ""

/** Encodes the finished response. */
export const finalBody = (source: Completion.Completion): Json.JsonObject => {
  const completion = identified(source)
  return ended(completion, Items.make(completion))
}

/** The protocol of `POST …/responses`. */
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
  options: OpenAiOptions.responses,
  events,
  // What runs in the background is only accepted.
  wholeBody: (completion) =>
    isBackground(completion)
      ? responseObject(identified(completion), { status: "queued" })
      : finalBody(completion),
  errorEvents,
  ping: undefined,
  // An unknown model is a 400 here, and a 404 in Chat Completions.
  errorResponse: (problem) =>
    OpenAiErrors.errorResponse(
      problem.kind === "model-not-found" ? { status: 400, param: "model", ...problem } : problem
    ),
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  sideResponse: (request) => {
    if (request.method !== "POST" || !request.path.endsWith("/responses/input_tokens")) return undefined
    const problem = request.strictness === "off" ? undefined : validate(request)
    const tokens = Completion.inputTokens(request.body)
    return problem === undefined ? { json: { object: "response.input_tokens", input_tokens: tokens } } : { problem }
  },
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
