/**
 * Google's generateContent, which names the model and whether to stream in the path.
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Sse from "../framing/Sse.ts"
import * as Json from "../Json.ts"
import * as Pages from "../Pages.ts"
import type { Finish, Reasoning, ToolCall } from "../scenario/ScriptedCompletion.ts"
import * as Turn from "../Turn.ts"
import { type Framing, jsonEvent, type WireEvent, type WireProtocol } from "../WireProtocol.ts"
import * as GeminiErrors from "./GeminiErrors.ts"
import * as GeminiGrounding from "./GeminiGrounding.ts"
import * as GeminiPartialArguments from "./GeminiPartialArguments.ts"
import { validate } from "./GeminiRequest.ts"

const encoder = new TextEncoder()

// Google ends the lines of its events with CR and LF; in arrays, the next element follows a comma on the same line.
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

/** Thoughts are not in candidatesTokenCount, and what came from the cache is in promptTokenCount. */
const usage = (turn: Turn.Turn, isLast: boolean): Json.JsonObject => {
  const { cached, input, output, reasoning } = turn.usage
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

const thoughtsOf = (part: Reasoning): Reasoning =>
  part.text === undefined && part.deltas === undefined ? { ...part, text: (part.summary ?? []).join("\n\n") } : part

const config = (turn: Turn.Turn, ...path: ReadonlyArray<string>): Json.Json | undefined => {
  let value: Json.Json | undefined = turn.request
  for (const name of path) value = Json.object(value)[name]
  return value
}

/** The arguments of a call, unless they were scripted as what is no JSON object. */
const argumentsOf = (call: ToolCall): Json.JsonObject | undefined => {
  const value = Option.getOrUndefined(Json.parse(Turn.argumentsOf(call)))
  return Json.isObject(value) ? value : undefined
}

type Part = Json.JsonObject

interface Piece {
  readonly part: Part
  readonly tokens: number
}

/** What is still to be said when all parts were. */
interface Rest {
  signature: string | undefined
  malformed: ToolCall | undefined
  refusal: string | undefined
}

const functionCall = function*(turn: Turn.Turn, call: ToolCall, rest: Rest, isStreamed: boolean): Generator<Piece> {
  const args = argumentsOf(call)
  if (args === undefined) {
    rest.malformed = call
    return
  }
  const id = call.id === undefined ? {} : { id: call.id }
  const signature = rest.signature === undefined ? {} : { thoughtSignature: rest.signature }
  rest.signature = undefined
  const inPieces = isStreamed &&
    config(turn, "toolConfig", "functionCallingConfig", "streamFunctionCallArguments") === true
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

/** The parts of an answer. A signature comes with the part after the thoughts that it stands for. */
const pieces = function*(turn: Turn.Turn, rest: Rest, isStreamed: boolean): Generator<Piece> {
  for (const part of turn.parts) {
    switch (part._tag) {
      case "Text":
        for (const text of Turn.textDeltas(part)) yield { part: { text }, tokens: 1 }
        break
      case "Reasoning":
        rest.signature = part.signature ?? turn.seed.id("CpwC", 60)
        if (config(turn, "generationConfig", "thinkingConfig", "includeThoughts") !== true) break
        for (const text of Turn.textDeltas(thoughtsOf(part))) yield { part: { text, thought: true }, tokens: 1 }
        break
      case "ToolCall":
        yield* functionCall(turn, part, rest, isStreamed)
        break
      case "Refusal":
        rest.refusal = part.text
        break
      case "WebSearch":
        break
    }
  }
}

const finished = (turn: Turn.Turn, rest: Rest): Json.JsonObject => {
  const reason = finishReason(turn.finish, rest.refusal !== undefined, rest.malformed !== undefined)
  const message = rest.refusal ??
    (rest.malformed === undefined
      ? undefined
      : `Malformed function call: ${rest.malformed.name}(${Turn.argumentsOf(rest.malformed)})`)
  const grounding = GeminiGrounding.of(turn)
  return {
    finishReason: reason,
    ...(message === undefined ? {} : { finishMessage: message }),
    ...(reason === "SAFETY"
      ? { safetyRatings: [{ category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true }] }
      : {}),
    ...(grounding === undefined ? {} : { groundingMetadata: grounding })
  }
}

const response = (
  turn: Turn.Turn,
  responseId: string,
  candidate: Json.JsonObject,
  isLast: boolean
): Json.JsonObject => ({
  candidates: [{ ...candidate, index: 0 }],
  usageMetadata: usage(turn, isLast),
  modelVersion: turn.model,
  responseId
})

const idOf = (turn: Turn.Turn): string => turn.responseId ?? turn.seed.id("", 22)

const content = (parts: ReadonlyArray<Part>): Json.JsonObject => ({ content: { parts, role: "model" } })

const none = (): Rest => ({ signature: undefined, malformed: undefined, refusal: undefined })

const events = function*(turn: Turn.Turn): Generator<WireEvent> {
  const id = idOf(turn)
  const rest = none()
  for (const { part, tokens } of pieces(turn, rest, true)) {
    yield jsonEvent(response(turn, id, content([part]), false), { tokens })
  }
  const last = content([{ text: "", ...(rest.signature === undefined ? {} : { thoughtSignature: rest.signature }) }])
  yield jsonEvent(response(turn, id, { ...last, ...finished(turn, rest) }, true), { isFinish: true })
}

/** Deltas of one kind are one part where nothing is streamed. */
const joined = (parts: Iterable<Piece>): ReadonlyArray<Part> => {
  const together: Array<Part> = []
  for (const { part } of parts) {
    const before = together.at(-1)
    const text = Json.text(part["text"])
    const said = Json.text(before?.["text"])
    if (text !== undefined && said !== undefined && before?.["thought"] === part["thought"]) {
      together[together.length - 1] = { ...part, text: said + text }
    } else together.push(part)
  }
  return together
}

const whole = (turn: Turn.Turn): Json.JsonObject => {
  const rest = none()
  const parts = joined(pieces(turn, rest, false))
  const last = parts.at(-1)
  // The signature of thoughts that no call follows is on the text.
  const signed = rest.signature === undefined || last === undefined || last["thought"] === true
    ? parts
    : [...parts.slice(0, -1), { ...last, thoughtSignature: rest.signature }]
  const said = signed.length === 0 ? { content: { role: "model" } } : content(signed)
  return response(turn, idOf(turn), { ...said, ...finished(turn, rest) }, true)
}

const action = /\/([^/]+):(generateContent|streamGenerateContent)$/

const named = (path: string): { readonly model: string; readonly isStreaming: boolean } => {
  const [, model = "", method] = action.exec(path) ?? []
  return { model: decodeURIComponent(model), isStreaming: method === "streamGenerateContent" }
}

/**
 * The protocol behind `POST …/models/{model}:generateContent` and `:streamGenerateContent`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocol: WireProtocol = {
  id: "gemini",
  serves: (path) => action.test(path),
  basePath: "/v1beta",
  framing: Sse.framing,
  framingFor: ({ query }) => new URLSearchParams(query).get("alt") === "sse" ? Sse.framing : arrayFraming,
  // Google AI takes a key in either place, Vertex AI a token.
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
  toolNames: (body) =>
    Json.list(body["tools"]).flatMap((tool) =>
      Json.list(Json.object(tool)["functionDeclarations"]).flatMap((entry) =>
        Json.text(Json.object(entry)["name"]) ?? []
      )
    ),
  events,
  whole,
  errorEvents: (_turn, problem) => [jsonEvent(GeminiErrors.body(problem))],
  ping: undefined,
  reject: GeminiErrors.reject,
  responseHeaders: () => ({}),
  rateLimitHeaders: () => ({}),
  models: (all, query) => {
    const from = Number(query.get("pageToken") ?? 0)
    const { ids, next } = Pages.cut(all, from, query.get("pageSize"), { usual: 50, most: 1000 })
    return { models: ids.map(GeminiErrors.model), ...(next === undefined ? {} : { nextPageToken: String(next) }) }
  },
  model: GeminiErrors.model
}
