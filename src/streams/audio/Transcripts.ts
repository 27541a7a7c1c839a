/**
 * Decodes transcripts from one JSON object, a document of subtitles, or events.
 *
 * @see https://platform.openai.com/docs/api-reference/audio
 * @see https://docs.mistral.ai/api/#tag/audio.transcriptions
 * @see https://docs.cohere.com/reference/create-audio-transcription
 * @see https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text
 */
import * as Result from "effect/Result"
import type { Transcript, TranscriptionEvent, TranscriptSegment, TranscriptWord } from "../../domain/Transcription.ts"
import { defined, isObject, type JsonObject, nonEmpty, number, object, objects, parse, string } from "../json/Json.ts"
import type { DecodeContext, StreamDecoder } from "../response/StreamDecoder.ts"
import * as AudioStream from "./AudioStream.ts"
import * as Usage from "./Usage.ts"

/** Returns the speaker of a segment or of a word: a name, or a number (xAI). */
const speaker = (value: JsonObject): string | null =>
  nonEmpty(value.speaker) ?? nonEmpty(value.speaker_id) ?? number(value.speaker)?.toString() ?? null

const segment = (value: JsonObject): TranscriptSegment => ({
  id: nonEmpty(value.id) ?? (typeof value.id === "number" ? String(value.id) : null),
  text: string(value.text) ?? "",
  start: number(value.start) ?? 0,
  end: number(value.end) ?? 0,
  speaker: speaker(value)
})

const word = (value: JsonObject): TranscriptWord => ({
  word: string(value.word) ?? string(value.text) ?? "",
  start: number(value.start) ?? 0,
  end: number(value.end) ?? 0
})

/** The part of a text from its first word to its last, as it is written there, and where it ends. */
const spoken = (text: string, words: ReadonlyArray<TranscriptWord>, from: number) => {
  let [start, end] = [-1, from]
  for (const { word } of words) {
    const at = text.indexOf(word, end)
    if (at === -1) return { text: words.map(({ word }) => word).join(" "), end: from }
    if (start === -1) start = at
    end = at + word.length
  }
  return { text: text.slice(start, end), end }
}

/** Makes segments of the words of each speaker, where words have speakers (xAI). */
const bySpeaker = (text: string, values: ReadonlyArray<JsonObject>): ReadonlyArray<TranscriptSegment> => {
  const runs: Array<{ readonly speaker: string | null; readonly words: Array<TranscriptWord> }> = []
  for (const value of values) {
    const run = runs.at(-1)
    if (run?.speaker === speaker(value)) run.words.push(word(value))
    else runs.push({ speaker: speaker(value), words: [word(value)] })
  }
  if (runs.every((run) => run.speaker === null)) return []
  let from = 0
  return runs.map((run) => {
    const part = spoken(text, run.words, from)
    from = part.end
    return {
      id: null,
      text: part.text,
      start: run.words[0]?.start ?? 0,
      end: run.words.at(-1)?.end ?? 0,
      speaker: run.speaker
    }
  })
}

const language = (value: JsonObject): string | null =>
  nonEmpty(value.language) ?? nonEmpty(objects(value.languages)[0]?.code) ?? null

const numeral = (value: unknown): number | undefined => {
  const found = typeof value === "string" && value !== "" ? Number(value) : value
  return number(found)
}

/** Decodes a response that is one JSON object. */
export const fromJson = (value: unknown): Result.Result<Transcript, string> => {
  if (!isObject(value) || typeof value.text !== "string") return Result.fail("the body has no text")
  const words = objects(value.words)
  const segments = objects(value.segments).map(segment)
  return Result.succeed({
    text: value.text,
    language: language(value),
    seconds: numeral(value.duration) ?? Usage.seconds(value.usage) ?? null,
    words: words.map(word),
    segments: segments.length === 0 ? bySpeaker(value.text, words) : segments,
    model: nonEmpty(value.model) ?? null,
    usage: Usage.tokens(value.usage)
  })
}

// Subtitles and plain text may begin with another tag, such as `<i>`.
const isPage = (text: string): boolean => /^\s*<(!doctype|html|head|body|\?xml)\b/i.test(text)

/**
 * Decodes a response in a format whose body is the transcript itself: as it is, as a JSON string (FastAPI), or in the
 * JSON object of a server that ignores the format. `isJson` is whether the content type says JSON.
 */
export const fromDocument = (body: string, isJson: boolean): Result.Result<Transcript, string> => {
  if (isPage(body)) return Result.fail("the body is a page and not a transcript")
  const value = isJson || body.trimStart().startsWith("{") ? parse(body) : undefined
  if (typeof value === "string") return isJson ? fromDocument(value, false) : Result.succeed(fromText(body))
  if (isObject(value)) return fromJson(value)
  return isJson ? Result.fail("the body is neither a JSON string nor an object") : Result.succeed(fromText(body))
}

/** Makes the transcript of a document that is the text itself: plain, or subtitles. */
export const fromText = (text: string): Transcript => ({
  text,
  language: null,
  seconds: null,
  words: [],
  segments: [],
  model: null,
  usage: Usage.tokens(undefined)
})

/**
 * Makes the decoder of a streamed transcript. It ends with `transcript.text.done`, or Mistral's `transcription.done`.
 * vLLM's chunks end with `[DONE]`: the finish reason comes at the end of each part of a long recording.
 */
export const decodeEvents = (context: DecodeContext): StreamDecoder<TranscriptionEvent> => {
  let text = ""
  let detected: string | null = null
  const segments: Array<TranscriptSegment> = []
  /** The latest chunk of vLLM with a model or usage. */
  let chunk: JsonObject | undefined
  const output = new AudioStream.AudioOutput<TranscriptionEvent>(() => text)

  const decodeDelta = (delta: string | undefined): true | string => {
    if (delta === undefined) return "a delta has no text"
    text += delta
    if (delta !== "") output.emit({ _tag: "TranscriptDelta", delta })
    return true
  }

  const decodeDone = (value: JsonObject): void => {
    const transcript = Result.getOrElse(fromJson({ ...value, text: string(value.text) ?? text }), () => fromText(text))
    output.complete({
      _tag: "TranscriptCompleted",
      transcript: {
        ...transcript,
        language: transcript.language ?? detected,
        segments: transcript.segments.length === 0 ? segments : transcript.segments
      }
    })
  }

  const decodeChunk = (value: JsonObject): boolean | string => {
    // An error of the server may come in the frame of a chunk.
    if (!Array.isArray(value.choices)) return false
    chunk = { model: value.model ?? chunk?.model, usage: value.usage ?? chunk?.usage }
    for (const choice of objects(value.choices)) {
      const content = object(choice.delta)?.content ?? ""
      const problem = decodeDelta(string(content))
      if (typeof problem === "string") return problem
    }
    return true
  }

  const decodeEvent: AudioStream.DecodeEvent = (type, value) => {
    switch (type) {
      case "transcription.chunk":
      case "translation.chunk":
        return decodeChunk(value)
      case "transcript.text.delta":
        return decodeDelta(string(value.delta))
      case "transcription.text.delta":
        return decodeDelta(string(value.text))
      case "transcript.text.segment":
      case "transcription.segment": {
        const decoded = segment(value)
        segments.push(decoded)
        output.emit({ _tag: "TranscriptSegmentDone", segment: decoded })
        return true
      }
      case "transcription.language":
        detected = nonEmpty(value.audio_language) ?? null
        return true
      case "transcript.text.done":
      case "transcription.done":
        decodeDone(value)
        return true
      default:
        return false
    }
  }

  return AudioStream.make(context, output, decodeEvent, () => {
    if (chunk !== undefined && !output.completed) decodeDone(defined({ ...chunk }))
  })
}
