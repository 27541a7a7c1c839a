/**
 * Transcripts out of what providers answer: one JSON object, a document of subtitles, or events.
 *
 * @see https://platform.openai.com/docs/api-reference/audio
 * @see https://docs.mistral.ai/api/#tag/audio.transcriptions
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { Transcript, TranscriptionEvent, TranscriptSegment, TranscriptWord } from "../../domain/Transcription.ts"
import { isObject, type JsonObject, nonEmpty, number, objects, string } from "../json/Json.ts"
import type { DecodeContext } from "../response/StreamDecoder.ts"
import * as EventReader from "./EventReader.ts"
import * as Usage from "./Usage.ts"

const segment = (value: JsonObject): TranscriptSegment => ({
  id: nonEmpty(value.id) ?? (typeof value.id === "number" ? String(value.id) : null),
  text: string(value.text) ?? "",
  start: number(value.start) ?? 0,
  end: number(value.end) ?? 0,
  speaker: nonEmpty(value.speaker) ?? nonEmpty(value.speaker_id) ?? null
})

const word = (value: JsonObject): TranscriptWord => ({
  word: string(value.word) ?? "",
  start: number(value.start) ?? 0,
  end: number(value.end) ?? 0
})

const language = (value: JsonObject): string | null =>
  nonEmpty(value.language) ?? nonEmpty(objects(value.languages)[0]?.code) ?? null

const numeral = (value: unknown): number | undefined => {
  const found = typeof value === "string" && value !== "" ? Number(value) : value
  return number(found)
}

/**
 * Reads an answer that is one JSON object.
 *
 * @category decoding
 * @since 0.1.0
 */
export const fromJson = (value: unknown): Result.Result<Transcript, string> => {
  if (!isObject(value) || typeof value.text !== "string") return Result.fail("the body has no text")
  return Result.succeed({
    text: value.text,
    language: language(value),
    seconds: numeral(value.duration) ?? Usage.seconds(value.usage) ?? null,
    words: objects(value.words).map(word),
    segments: objects(value.segments).map(segment),
    model: nonEmpty(value.model) ?? null,
    usage: Usage.tokens(value.usage)
  })
}

/**
 * Makes the transcript of a document that is the text itself: plain, or subtitles.
 *
 * @category constructors
 * @since 0.1.0
 */
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
 * Makes the reader of a streamed transcript. It ends with `transcript.text.done`, or Mistral's `transcription.done`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reader = (context: DecodeContext): EventReader.EventReader<TranscriptionEvent> => {
  let text = ""
  let spoken: string | null = null
  const segments: Array<TranscriptSegment> = []

  const delta = (piece: string | undefined): ReadonlyArray<TranscriptionEvent> | string => {
    if (piece === undefined) return "a delta has no text"
    text += piece
    return piece === "" ? ignored : [{ _tag: "TranscriptDelta", delta: piece }]
  }

  const done = (value: JsonObject, complete: () => void): ReadonlyArray<TranscriptionEvent> => {
    complete()
    const whole = Result.getOrElse(fromJson({ ...value, text: string(value.text) ?? text }), () => fromText(text))
    return [{
      _tag: "TranscriptCompleted",
      transcript: {
        ...whole,
        language: whole.language ?? spoken,
        segments: whole.segments.length === 0 ? segments : whole.segments
      }
    }]
  }

  return EventReader.make<TranscriptionEvent>(context, {
    text: () => text,
    read: (type, value, complete) => {
      switch (type) {
        case "transcript.text.delta":
          return delta(string(value.delta))
        case "transcription.text.delta":
          return delta(string(value.text))
        case "transcript.text.segment":
        case "transcription.segment": {
          const found = segment(value)
          segments.push(found)
          return [{ _tag: "TranscriptSegmentDone", segment: found }]
        }
        case "transcription.language":
          spoken = nonEmpty(value.audio_language) ?? null
          return ignored
        case "transcript.text.done":
        case "transcription.done":
          return done(value, complete)
        default:
          return ignored
      }
    }
  })
}

const ignored: ReadonlyArray<TranscriptionEvent> = []
