/**
 * Encodes completions for Google's generateContent API, whose path names the model and whether to stream.
 *
 * @see https://ai.google.dev/api/generate-content
 */
import * as Option from "effect/Option"
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as Logprobs from "../Logprobs.ts"
import * as GeminiOptions from "../options/GeminiOptions.ts"
import * as Pages from "../Pages.ts"
import type { Finish, ToolCall } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"
import { type Framing, jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as GeminiErrors from "./GeminiErrors.ts"
import * as GeminiGrounding from "./GeminiGrounding.ts"
import * as GeminiPartialArguments from "./GeminiPartialArguments.ts"
import { validate } from "./GeminiRequest.ts"

const encoder = new TextEncoder()

// In Google's arrays, a comma stands on a line of its own between two elements.
const arrayFraming: Framing = {
  contentType: "application/json; charset=UTF-8",
  encode: (event) => encoder.encode(event.data),
  comment: (_text, lineEnd) => encoder.encode(lineEnd),
  array: { open: "[", separator: "\n,\n", close: "\n]" }
}

const finishReason = (finish: Finish, hasRefused: boolean, isMalformed: boolean): string => {
  if (typeof finish === "object") return finish.raw
  if (hasRefused) return "SAFETY"
  if (isMalformed) return "MALFORMED_FUNCTION_CALL"
  switch (finish) {
    case "stop":
    case "tool-calls":
      return "STOP"
    case "length":
      return "MAX_TOKENS"
    case "content-filter":
      return "SAFETY"
    case "error":
      return "MALFORMED_RESPONSE"
    case "other":
      return "OTHER"
  }
}

/** Encodes usage. candidatesTokenCount excludes reasoning; promptTokenCount includes cached tokens. */
const usage = (completion: Completion.Completion, isLast: boolean): Json.JsonObject => {
  const { cached, input, output, reasoning } = completion.usage
  const prompt = {
    promptTokenCount: input,
    ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: input }]
  }
  if (!isLast) return { ...prompt, totalTokenCount: input }
  return {
    ...prompt,
    candidatesTokenCount: Math.max(0, output - reasoning),
    totalTokenCount: input + output,
    ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {})
  }
}

const config = (completion: Completion.Completion, ...path: ReadonlyArray<string>): Json.Json | undefined => {
  let value: Json.Json | undefined = completion.request
  for (const name of path) value = Json.object(value)[name]
  return value
}

/** Returns the arguments of a call, or `undefined` where they are scripted as text that is no JSON object. */
const argumentsOf = (call: ToolCall): Json.JsonObject | undefined => {
  const value = Option.getOrUndefined(Json.parse(Completion.argumentsOf(call)))
  return Json.isObject(value) ? value : undefined
}

type Part = Json.JsonObject

interface Piece {
  readonly part: Part
  readonly tokens: number
}

/** What the final response carries in addition to the parts. */
interface Remainder {
  signature: string | undefined
  malformed: ToolCall | undefined
  refusal: string | undefined
}

const functionCall = function*(
  completion: Completion.Completion,
  call: ToolCall,
  remainder: Remainder,
  isStreamed: boolean
): Generator<Piece> {
  const args = argumentsOf(call)
  if (args === undefined) {
    remainder.malformed = call
    return
  }
  const id = call.id === undefined ? {} : { id: call.id }
  const signature = remainder.signature === undefined ? {} : { thoughtSignature: remainder.signature }
  remainder.signature = undefined
  const inPieces = isStreamed &&
    config(completion, "toolConfig", "functionCallingConfig", "streamFunctionCallArguments") === true
  if (!inPieces) {
    yield { part: { functionCall: { ...id, name: call.name, args }, ...signature }, tokens: 1 }
    return
  }
  yield { part: { functionCall: { ...id, name: call.name, willContinue: true }, ...signature }, tokens: 1 }
  for (const argument of GeminiPartialArguments.of(args)) {
    yield { part: { functionCall: { partialArgs: [argument], willContinue: true } }, tokens: 1 }
  }
  yield { part: { functionCall: {} }, tokens: 0 }
}

/** Yields the parts of a completion. The signature of reasoning comes with the part that follows it. */
const pieces = function*(
  completion: Completion.Completion,
  remainder: Remainder,
  isStreamed: boolean
): Generator<Piece> {
  for (const part of completion.parts) {
    switch (part._tag) {
      case "Text":
        for (const text of Completion.textDeltas(part)) yield { part: { text }, tokens: 1 }
        break
      case "Reasoning":
        remainder.signature = part.signature ?? completion.seed.id("CpwC", 60)
        if (config(completion, "generationConfig", "thinkingConfig", "includeThoughts") !== true) break
        for (const text of Completion.textDeltas(Completion.withReasoningText(part)))
          yield { part: { text, thought: true }, tokens: 1 }
        break
      case "ToolCall":
        yield* functionCall(completion, part, remainder, isStreamed)
        break
      case "Refusal":
        remainder.refusal = part.text
        break
      case "WebSearch":
        break
    }
  }
}

/** Encodes the probabilities of all tokens, which come with the finish reason. */
const logprobs = (completion: Completion.Completion): Json.JsonObject => {
  const entries = Logprobs.ofDeltas(completion, Completion.textPieces(completion.parts))
  if (entries.length === 0) return {}
  const encode = ({ logprob, token }: { readonly logprob: number; readonly token: string }) => ({
    token,
    logProbability: logprob
  })
  const sum = entries.reduce((total, { logprob }) => total + logprob, 0)
  return {
    avgLogprobs: sum / entries.length,
    logprobsResult: {
      chosenCandidates: entries.map(encode),
      topCandidates: entries.map(({ top }) => ({ candidates: top.map(encode) })),
      logProbabilitySum: sum
    }
  }
}

const finished = (completion: Completion.Completion, remainder: Remainder): Json.JsonObject => {
  const reason = finishReason(completion.finish, remainder.refusal !== undefined, remainder.malformed !== undefined)
  const message = remainder.refusal ??
    (remainder.malformed === undefined
      ? undefined
      : `Malformed function call: ${remainder.malformed.name}(${Completion.argumentsOf(remainder.malformed)})`)
  const grounding = GeminiGrounding.of(completion)
  return {
    finishReason: reason,
    ...(message === undefined ? {} : { finishMessage: message }),
    ...(reason === "SAFETY"
      ? { safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }] }
      : {}),
    ...(grounding === undefined ? {} : { groundingMetadata: grounding }),
    ...logprobs(completion)
  }
}

const response = (
  completion: Completion.Completion,
  responseId: string,
  candidate: Json.JsonObject,
  isLast: boolean
): Json.JsonObject => ({
  candidates: Array.from({ length: completion.choices }, (_, index) => ({ ...candidate, index })),
  usageMetadata: usage(completion, isLast),
  modelVersion: completion.model,
  responseId
})

const idOf = (completion: Completion.Completion): string => completion.responseId ?? completion.seed.id("", 22)

const content = (parts: ReadonlyArray<Part>): Json.JsonObject => ({ content: { parts, role: "model" } })

const emptyRemainder = (): Remainder => ({ signature: undefined, malformed: undefined, refusal: undefined })

const events = function*(completion: Completion.Completion): Generator<WireEvent> {
  const id = idOf(completion)
  const remainder = emptyRemainder()
  for (const { part, tokens } of pieces(completion, remainder, true)) {
    yield jsonEvent(response(completion, id, content([part]), false), { tokens })
  }
  const last = content([{
    text: "",
    ...(remainder.signature === undefined ? {} : { thoughtSignature: remainder.signature })
  }])
  yield jsonEvent(response(completion, id, { ...last, ...finished(completion, remainder) }, true), { isFinish: true })
}

/** Joins neighbouring deltas of one kind, for a response that is not streamed. */
const joined = (parts: Iterable<Piece>): ReadonlyArray<Part> => {
  const joinedParts: Array<Part> = []
  for (const { part } of parts) {
    const before = joinedParts.at(-1)
    const text = Json.text(part["text"])
    const textBefore = Json.text(before?.["text"])
    if (text !== undefined && textBefore !== undefined && before?.["thought"] === part["thought"]) {
      joinedParts[joinedParts.length - 1] = { ...part, text: textBefore + text }
    } else joinedParts.push(part)
  }
  return joinedParts
}

const wholeBody = (completion: Completion.Completion): Json.JsonObject => {
  const remainder = emptyRemainder()
  const parts = joined(pieces(completion, remainder, false))
  const last = parts.at(-1)
  // Where no call follows the reasoning, the signature is on the text.
  const signed = remainder.signature === undefined || last === undefined || last["thought"] === true
    ? parts
    : [...parts.slice(0, -1), { ...last, thoughtSignature: remainder.signature }]
  const message = signed.length === 0 ? { content: { role: "model" } } : content(signed)
  return response(completion, idOf(completion), { ...message, ...finished(completion, remainder) }, true)
}

const action = /\/([^/]+):(generateContent|streamGenerateContent)$/

const named = (path: string): { readonly model: string; readonly isStreaming: boolean } => {
  const [, model = "", method] = action.exec(path) ?? []
  return { model: decodeURIComponent(model), isStreaming: method === "streamGenerateContent" }
}

/** The protocol of `POST …/models/{model}:generateContent` and `:streamGenerateContent`. */
export const protocol: WireProtocol = {
  id: "gemini",
  serves: (path) => action.test(path),
  basePath: "/v1beta",
  framing: Sse.framing,
  framingFor: ({ query }) => new URLSearchParams(query).get("alt") === "sse" ? Sse.framing : arrayFraming,
  // Google AI accepts a key in either place, Vertex AI a token.
  credential: ({ headers, query }) =>
    headers["x-goog-api-key"] ?? new URLSearchParams(query).get("key") ??
      headers["authorization"]?.replace(/^bearer(\s+|$)/i, "").trim(),
  unknownModel: (model) =>
    `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to ` +
    "see the list of available models and their supported methods.",
  validate: (request) => validate(request, named(request.path).model),
  match: ({ body, path }) => {
    const { isStreaming, model } = named(path)
    return {
      protocol: "gemini",
      model,
      contains: Json.texts([body["systemInstruction"] ?? null, body["contents"] ?? null]).join("\n"),
      stream: isStreaming
    }
  },
  options: GeminiOptions.generateContent,
  events,
  wholeBody,
  errorEvents: (_turn, problem) => [jsonEvent(GeminiErrors.body(problem))],
  ping: undefined,
  errorResponse: GeminiErrors.errorResponse,
  responseHeaders: () => ({}),
  rateLimitHeaders: () => ({}),
  sideResponse: ({ body, method, path }) => {
    if (method !== "POST" || !path.endsWith(":countTokens")) return undefined
    const request = Json.isObject(body["generateContentRequest"]) ? body["generateContentRequest"] : body
    if (Json.list(request["contents"]).length === 0) {
      return {
        problem: { kind: "invalid-request", message: "* CountTokensRequest.contents: contents is not specified" }
      }
    }
    const tokens = Completion.inputTokens(request)
    return { json: { totalTokens: tokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: tokens }] } }
  },
  models: (all, query) => {
    const from = Number(query.get("pageToken") ?? 0)
    const { ids, next } = Pages.slice(all, from, query.get("pageSize"), { default: 50, maximum: 1000 })
    return { models: ids.map(GeminiErrors.model), ...(next === undefined ? {} : { nextPageToken: String(next) }) }
  },
  model: GeminiErrors.model
}
