/**
 * Text completions, as OpenAI writes them.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 * @since 0.1.0
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import type { Finish, Part } from "../scenario/ScriptedCompletion.ts"
import * as Turn from "../Turn.ts"
import { type Incoming, jsonEvent, type Problem, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"
import * as OpenAiRules from "./OpenAiRules.ts"

const { invalid, missing } = OpenAiRules

const parameters = new Set([
  "best_of",
  "echo",
  "frequency_penalty",
  "logit_bias",
  "logprobs",
  "max_tokens",
  "model",
  "n",
  "presence_penalty",
  "prompt",
  "seed",
  "stop",
  "stream",
  "stream_options",
  "suffix",
  "temperature",
  "top_p",
  "user"
])

const validate = (request: Incoming): Problem | undefined => {
  const { body } = request
  const { prompt, suffix } = body
  const problem = OpenAiRules.checkModel(body) ?? OpenAiRules.checkUnknown(request, parameters)
  if (problem !== undefined) return problem
  if (!Json.isGiven(prompt)) return missing("prompt")
  if (typeof prompt !== "string" && !Json.isArray(prompt)) {
    return invalid("Invalid type for 'prompt': expected one of a string or array.", "prompt", "invalid_type")
  }
  if (Json.isGiven(suffix) && typeof suffix !== "string") {
    return invalid("Invalid type for 'suffix': expected a string.", "suffix", "invalid_type")
  }
  if (Json.isGiven(suffix) && body["echo"] === true) {
    return invalid("Cannot specify both 'suffix' and 'echo'.", "suffix")
  }
  if (Json.isGiven(body["stream_options"]) && body["stream"] !== true) {
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
  }
  if (Json.list(body["stop"]).length > 4) {
    return invalid("Invalid 'stop': array too long.", "stop", "array_above_max_length")
  }
  return OpenAiRules.checkSampling(body, undefined)
}

const finishReason = (finish: Finish): string => {
  if (typeof finish === "object") return finish.raw
  switch (finish) {
    case "length":
      return "length"
    case "content-filter":
      return "content_filter"
    case "stop":
    case "tool-calls":
    case "error":
    case "other":
      return "stop"
  }
}

const usage = (turn: Turn.Turn): Json.JsonObject => ({
  prompt_tokens: turn.usage.input,
  completion_tokens: turn.usage.output,
  total_tokens: turn.usage.input + turn.usage.output
})

/** The text of a part: there is nothing else in this protocol. */
const deltas = function*(part: Part): Generator<string> {
  if (part._tag === "Text") yield* Turn.textDeltas(part)
  else if (part._tag === "Refusal") yield* Turn.words(part.text)
}

const echoed = (turn: Turn.Turn): string =>
  turn.request["echo"] === true ? Json.texts(turn.request["prompt"]).join("") : ""

const identity = (turn: Turn.Turn): Json.JsonObject => ({
  id: turn.responseId ?? turn.seed.id("cmpl-", 29),
  object: "text_completion",
  created: turn.created,
  model: turn.model
})

const events = function*(turn: Turn.Turn): Generator<WireEvent> {
  const base = identity(turn)
  const isAsked = Json.object(turn.request["stream_options"])["include_usage"] === true
  const placement = turn.quirks.usage ?? (isAsked ? "separate" : "none")
  const chunk = (text: string, reason: string | null): Json.JsonObject => ({
    ...base,
    choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
    ...(placement === "separate" ? { usage: null } : {}),
    ...(placement === "every" || placement === "finish" && reason !== null ? { usage: usage(turn) } : {})
  })
  const echo = echoed(turn)
  if (echo !== "") yield jsonEvent(chunk(echo, null))
  for (const part of turn.parts) {
    for (const delta of deltas(part)) yield jsonEvent(chunk(delta, null), { tokens: 1 })
  }
  yield jsonEvent(chunk("", finishReason(turn.finish)), { isFinish: true })
  if (placement === "separate") yield jsonEvent({ ...base, choices: [], usage: usage(turn) })
  yield { data: "[DONE]", tokens: 0, isTerminator: true }
}

const whole = (turn: Turn.Turn): Json.JsonObject => ({
  ...identity(turn),
  choices: [{
    text: echoed(turn) + turn.parts.flatMap((part) => [...deltas(part)]).join(""),
    index: 0,
    logprobs: null,
    finish_reason: finishReason(turn.finish)
  }],
  ...(turn.quirks.usage === "none" ? {} : { usage: usage(turn) })
})

/**
 * The protocol behind `POST …/completions`, where it is not that of chats.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocol: WireProtocol = {
  id: "openai-completions",
  serves: (path) => path.endsWith("/completions") && !path.endsWith("/chat/completions"),
  basePath: "/v1",
  framing: Sse.framing,
  credential: OpenAiErrors.credential,
  validate,
  match: ({ body }) => ({
    protocol: "openai-completions",
    model: Json.text(body["model"]) ?? "",
    contains: Json.texts(body["prompt"]).join("\n"),
    stream: body["stream"] === true
  }),
  toolNames: () => [],
  events,
  whole,
  errorEvents: (_turn, problem) => [jsonEvent({ error: OpenAiErrors.errorObject(problem) })],
  ping: undefined,
  reject: OpenAiErrors.reject,
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
