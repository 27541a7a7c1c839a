/**
 * Encodes and validates text completions as OpenAI does.
 *
 * @see https://platform.openai.com/docs/api-reference/completions
 */
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as Logprobs from "../Logprobs.ts"
import * as OpenAiOptions from "../options/OpenAiOptions.ts"
import type { Finish, Part } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { type IncomingRequest, jsonEvent, type Problem, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
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

const validate = (request: IncomingRequest): Problem | undefined => {
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

const usage = (completion: Completion.Completion): Json.JsonObject => ({
  prompt_tokens: completion.usage.input,
  completion_tokens: completion.usage.output,
  total_tokens: completion.usage.input + completion.usage.output
})

/** Yields the text of a part. The protocol cannot express anything else. */
const deltas = function*(part: Part): Generator<string> {
  if (part._tag === "Text") yield* Completion.textDeltas(part)
  else if (part._tag === "Refusal") yield* Completion.words(part.text)
}

const echoed = (completion: Completion.Completion): string =>
  completion.request["echo"] === true ? Json.texts(completion.request["prompt"]).join("") : ""

const identity = (completion: Completion.Completion): Json.JsonObject => ({
  id: completion.responseId ?? completion.seed.id("cmpl-", 29),
  object: "text_completion",
  created: completion.created,
  model: completion.model
})

/** Encodes probabilities as this protocol does: a list for each field. */
const logprobs = (entries: ReadonlyArray<Logprobs.Entry>): Json.JsonObject | null => {
  if (entries.length === 0) return null
  let offset = 0
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map(({ top }) => Object.fromEntries(top.map(({ logprob, token }) => [token, logprob]))),
    text_offset: entries.map(({ token }) => (offset += token.length) - token.length)
  }
}

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  const base = identity(completion)
  const isRequested = Json.object(completion.request["stream_options"])["include_usage"] === true
  const placement = completion.quirks.usage ?? (isRequested ? "separate" : "none")
  const chunk = (
    text: string,
    reason: string | null,
    index = 0,
    entries: ReadonlyArray<Logprobs.Entry> = []
  ): Json.JsonObject => ({
    ...base,
    choices: [{ text, index, logprobs: logprobs(entries), finish_reason: reason }],
    ...(placement === "separate" ? { usage: null } : {}),
    ...(placement === "every" || placement === "finish" && reason !== null ? { usage: usage(completion) } : {})
  })
  const echo = echoed(completion)
  if (echo !== "") yield jsonEvent(chunk(echo, null))
  const indices = Array.from({ length: completion.choices }, (_, index) => index)
  let position = 0
  for (const part of completion.parts) {
    for (const delta of deltas(part)) {
      const entries = Logprobs.ofDeltas(completion, [delta], position++)
      for (const index of indices) yield jsonEvent(chunk(delta, null, index, entries), { tokens: 1 })
    }
  }
  for (const index of indices) yield jsonEvent(chunk("", finishReason(completion.finish), index), { isFinish: true })
  if (placement === "separate") yield jsonEvent({ ...base, choices: [], usage: usage(completion) })
  yield { data: "[DONE]", tokens: 0, isTerminator: true }
}

const wholeBody = (completion: Completion.Completion): Json.JsonObject => {
  const texts = completion.parts.flatMap((part) => [...deltas(part)])
  const choice = {
    text: echoed(completion) + texts.join(""),
    logprobs: logprobs(Logprobs.ofDeltas(completion, texts)),
    finish_reason: finishReason(completion.finish)
  }
  return {
    ...identity(completion),
    choices: Array.from({ length: completion.choices }, (_, index) => ({ index, ...choice })),
    ...(completion.quirks.usage === "none" ? {} : { usage: usage(completion) })
  }
}

/** The protocol of `POST …/completions` except `…/chat/completions`. */
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
  options: OpenAiOptions.completions,
  events,
  wholeBody,
  errorEvents: (_turn, problem) => [jsonEvent({ error: OpenAiErrors.errorObject(problem) })],
  ping: undefined,
  errorResponse: OpenAiErrors.errorResponse,
  responseHeaders: OpenAiErrors.responseHeaders,
  rateLimitHeaders: OpenAiErrors.rateLimitHeaders,
  models: OpenAiErrors.models,
  model: OpenAiErrors.model
}
