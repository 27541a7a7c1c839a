/**
 * Simulates transcripts. The text names the file and a hash of its content.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 * @see https://docs.cohere.com/reference/create-audio-transcription
 */
import * as DateTime from "effect/DateTime"
import type * as Json from "../Json.ts"
import { jsonEvent, type Problem, type WireEvent } from "../WireProtocol.ts"
import * as Errors from "./Errors.ts"
import { type Dialect, invalid, type Operation, type OperationRequest, type OperationResponse } from "./Operation.ts"
import * as Audio from "./Audio.ts"
import { fieldOf, read, sentence, type Timed, timed, type TranscriptionInput } from "./Recordings.ts"
import { tokensOf } from "./TextSimilarity.ts"

const known = new Set([
  "model",
  "language",
  "prompt",
  "response_format",
  "temperature",
  "timestamp_granularities[]",
  "timestamp_granularities",
  "include[]",
  "stream",
  "chunking_strategy",
  "diarize",
  "context_bias"
])

const formats = new Set(["json", "text", "srt", "verbose_json", "vtt", "diarized_json"])

const endings = /\.(flac|mp3|mp4|mpeg|mpga|m4a|ogg|oga|opus|wav|webm|aac|bin)$/i

/**
 * Cohere's rules. Only the sentence about missing fields is known.
 *
 * @see https://github.com/BryceWG/BiBi-Keyboard/issues/107
 */
const cohereProblem = (input: TranscriptionInput, strictness: OperationRequest["strictness"]): Problem | undefined => {
  const missing = ["model", "language"].find((name) => (fieldOf(input, name) ?? "") === "")
  if (missing !== undefined) {
    return invalid(
      `invalid request: missing required field '${missing}': form fields must appear before the file part in the multipart body`
    )
  }
  const { file } = input
  if (file === undefined) return invalid("invalid request: missing required field 'file'")
  if (!/\.(flac|mp3|mpeg|mpga|ogg|wav)$/i.test(file.name)) {
    return invalid(`invalid request: the type of the file '${file.name}' is not supported`)
  }
  if (file.content.length === 0) return invalid("invalid request: the file is empty")
  if (file.content.length > 25 * 1024 * 1024) return { kind: "too-large", message: "the file exceeds 25MB" }
  const temperature = fieldOf(input, "temperature")
  if (temperature !== undefined && !(Number(temperature) >= 0 && Number(temperature) <= 1)) {
    return invalid("invalid request: temperature must be between 0 and 1")
  }
  const unknown = strictness === "provider"
    ? [...input.fields.keys()].find((name) => !["model", "language", "temperature"].includes(name))
    : undefined
  return unknown === undefined
    ? undefined
    : invalid(`unknown field: parameter '${unknown}' is not a valid field`)
}

const validate = (request: OperationRequest): Problem | undefined => {
  const input = read(request)
  if (input !== undefined && request.dialect === "cohere") return cohereProblem(input, request.strictness)
  if (input === undefined) return invalid("Could not parse multipart form")
  if (fieldOf(input, "model") === undefined) return invalid("you must provide a model parameter", "model")
  if (input.file === undefined) return invalid("Missing required parameter: 'file'.", "file")
  if (!endings.test(input.file.name)) {
    return {
      kind: "invalid-request",
      message: `Unrecognized file format: ${input.file.name}.`,
      code: "unsupported_file"
    }
  }
  if (input.file.content.length === 0) return invalid("The audio file could not be decoded: it is empty.", "file")
  const format = fieldOf(input, "response_format") ?? "json"
  if (!formats.has(format)) return invalid(`Invalid value: '${format}'.`, "response_format")
  if ((fieldOf(input, "model") ?? "").startsWith("gpt-4o") && ["text", "srt", "vtt", "verbose_json"].includes(format)) {
    return invalid(
      `response_format '${format}' is not compatible with model '${fieldOf(input, "model")}'. Use 'json' instead.`,
      "response_format",
      "unsupported_value"
    )
  }
  if (input.fields.has("timestamp_granularities[]") && format !== "verbose_json") {
    return invalid("timestamp_granularities needs response_format verbose_json", "timestamp_granularities")
  }
  const unknown = request.strictness === "provider"
    ? [...input.fields.keys()].find((name) => !known.has(name))
    : undefined
  return unknown === undefined ? undefined : invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter")
}

const halves = (text: string): ReadonlyArray<string> => {
  const comma = text.indexOf(", ")
  return comma === -1 ? [text] : [text.slice(0, comma + 1), text.slice(comma + 1)]
}

const stamp = (seconds: number, point: "," | "."): string =>
  DateTime.formatIso(DateTime.makeUnsafe(Math.round(seconds * 1000))).slice(11, 23).replace(".", point)

const subtitles = (segments: ReadonlyArray<Timed>, format: "srt" | "vtt"): string => {
  const point = format === "srt" ? "," : "."
  const entries = segments.map(({ end, start, text }, index) =>
    `${format === "srt" ? `${index + 1}\n` : ""}${stamp(start, point)} --> ${stamp(end, point)}\n${text.trim()}\n\n`
  )
  return `${format === "vtt" ? "WEBVTT\n\n" : ""}${entries.join("")}`
}

const verbose = (text: string, seconds: number, input: TranscriptionInput, task: string): Json.JsonObject => {
  const granularities = input.fields.get("timestamp_granularities[]") ?? ["segment"]
  return {
    task,
    language: fieldOf(input, "language") ?? "english",
    duration: seconds,
    text,
    ...(granularities.includes("word")
      ? {
        words: timed(text.split(" "), seconds).map(({ end, start, text: word }) => ({ word, start, end }))
      }
      : {}),
    ...(granularities.includes("segment")
      ? {
        segments: timed(halves(text), seconds).map(({ end, start, text: part }, id) => ({
          id,
          seek: 0,
          start,
          end,
          text: part,
          tokens: [],
          temperature: 0,
          avg_logprob: -0.2,
          compression_ratio: 1,
          no_speech_prob: 0
        }))
      }
      : {}),
    usage: { type: "duration", seconds: Math.ceil(seconds) }
  }
}

const usage = (text: string, seconds: number): Json.JsonObject => {
  const input = Math.ceil(seconds * 10)
  const output = tokensOf(text)
  return { type: "tokens", input_tokens: input, output_tokens: output, total_tokens: input + output }
}

const mistralUsage = (text: string, seconds: number): Json.JsonObject => ({
  prompt_audio_seconds: Math.ceil(seconds),
  prompt_tokens: Math.ceil(seconds * 10),
  completion_tokens: tokensOf(text),
  total_tokens: Math.ceil(seconds * 10) + tokensOf(text)
})

const words = (text: string): ReadonlyArray<string> => text.match(/\s*\S+/g) ?? []

const openAiEvents = function*(text: string, seconds: number): Generator<WireEvent> {
  for (const delta of words(text)) yield jsonEvent({ type: "transcript.text.delta", delta }, { tokens: 1 })
  yield jsonEvent({ type: "transcript.text.done", text, usage: usage(text, seconds) }, {
    isFinish: true,
    isTerminator: true
  })
}

const mistralEvents = function*(model: string, text: string, seconds: number): Generator<WireEvent> {
  const named = (data: Json.JsonObject, more: Partial<WireEvent> = {}): WireEvent =>
    jsonEvent(data, { name: String(data["type"]), ...more })
  yield named({ type: "transcription.language", audio_language: "en" })
  for (const delta of words(text)) yield named({ type: "transcription.text.delta", text: delta }, { tokens: 1 })
  for (const { end, start, text: part } of timed(halves(text), seconds)) {
    yield named({ type: "transcription.segment", text: part, start, end, speaker_id: null })
  }
  yield named({
    type: "transcription.done",
    model,
    text,
    language: "en",
    segments: [],
    usage: mistralUsage(text, seconds)
  }, {
    isFinish: true,
    isTerminator: true
  })
}

const mistral = (input: TranscriptionInput, text: string, seconds: number): OperationResponse => {
  const model = fieldOf(input, "model") ?? ""
  return fieldOf(input, "stream") === "true" ? { events: () => mistralEvents(model, text, seconds) } : {
    json: {
      model,
      text,
      language: fieldOf(input, "language") ?? "en",
      segments: input.fields.has("timestamp_granularities")
        ? timed(halves(text), seconds).map(({ end, start, text: part }) => ({
          type: "transcription_segment",
          text: part,
          start,
          end
        }))
        : [],
      usage: mistralUsage(text, seconds)
    }
  }
}

const openAi = (
  input: TranscriptionInput,
  text: string,
  seconds: number,
  task: "transcribe" | "translate"
): OperationResponse => {
  const format = fieldOf(input, "response_format") ?? "json"
  const model = fieldOf(input, "model") ?? ""
  switch (format) {
    case "text":
      return { text: `${text}\n`, contentType: "text/plain; charset=utf-8" }
    case "srt":
    case "vtt":
      return { text: subtitles(timed(halves(text), seconds), format), contentType: "text/plain; charset=utf-8" }
    case "verbose_json":
      return { json: verbose(text, seconds, input, task) }
    case "diarized_json":
      return {
        json: {
          task,
          duration: seconds,
          text,
          segments: timed(halves(text), seconds).map(({ end, start, text: part }, index) => ({
            type: "transcript.text.segment",
            id: `seg_${index}`,
            start,
            end,
            text: part,
            speaker: index % 2 === 0 ? "A" : "B"
          })),
          usage: usage(text, seconds)
        }
      }
    default:
      // Whisper accepts the parameter and ignores it.
      return fieldOf(input, "stream") === "true" && !/whisper/.test(model)
        ? { events: () => openAiEvents(text, seconds) }
        : {
          json: {
            text,
            usage: /whisper/.test(model) ? { type: "duration", seconds: Math.ceil(seconds) } : usage(text, seconds)
          }
        }
  }
}

const errors: Partial<Readonly<Record<Dialect, Errors.ErrorFormat>>> = {
  mistral: Errors.mistral,
  cohere: Errors.cohere
}

/** Transcription and translation in the wire formats of OpenAI, Mistral, OpenRouter and Cohere. */
export const operation: Operation = {
  name: "transcription",
  serves: (path) => /\/audio\/(transcriptions|translations)$/.test(path),
  errors: (dialect) => errors[dialect] ?? Errors.openAi,
  model: (request) => {
    const input = read(request)
    return input === undefined ? undefined : fieldOf(input, "model")
  },
  validate,
  respond: (request) => {
    const input = read(request) ?? { fields: new Map(), file: undefined }
    const file = input.file ?? { name: "", contentType: undefined, content: new Uint8Array() }
    const task = request.path.endsWith("translations") ? "translate" : "transcribe"
    const text = sentence(file, task === "translate")
    const seconds = Audio.secondsOf(file.content)
    if (request.dialect === "mistral") return mistral(input, text, seconds)
    if (request.dialect === "cohere") return { json: { text } }
    return request.dialect === "openrouter"
      ? { json: { text, usage: { seconds, cost: 0.0001 } } }
      : openAi(input, text, seconds, task)
  }
}
