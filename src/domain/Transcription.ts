/**
 * Speech as text: what is asked for, and what comes back whole or in events.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { AudioFile } from "./AudioFile.ts"
import type { Model } from "./Model.ts"
import { TokenUsage } from "./TokenUsage.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * One request for a transcript.
 *
 * **Details**
 *
 * `language` is the language that is spoken (ISO 639-1), where it is known. `prompt` is text that goes before, for names and
 * style. `format` is how the provider writes the transcript (`json`, `text`, `srt`, `verbose_json`, `vtt`, `diarized_json`);
 * without one it is `json`, or what `timestamps` and `diarize` need. `timestamps` asks for the times of words and segments.
 * `diarize` asks who speaks. `providerOptions` has one record a provider id, whose fields go into the form as they are, over
 * everything else; `headers` are sent along.
 *
 * @category models
 * @since 0.1.0
 */
export interface TranscriptionRequest {
  readonly model: string | Model
  readonly file: AudioFile
  readonly language?: string | undefined
  readonly prompt?: string | undefined
  readonly format?: TranscriptFormat | undefined
  readonly timestamps?: ReadonlyArray<"word" | "segment"> | undefined
  readonly diarize?: boolean | undefined
  readonly temperature?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * How a provider writes a transcript.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptFormat = "json" | "text" | "srt" | "verbose_json" | "vtt" | "diarized_json"

/**
 * Schema for a word and when it is said, in seconds from the beginning.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TranscriptWord = Schema.Struct({
  word: Schema.String,
  start: Schema.Finite,
  end: Schema.Finite
})

/**
 * Schema for a part of a transcript and when it is said, in seconds; `speaker` where somebody asked who speaks.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TranscriptSegment = Schema.Struct({
  id: Schema.NullOr(Schema.String),
  text: Schema.String,
  start: Schema.Finite,
  end: Schema.Finite,
  speaker: Schema.NullOr(Schema.String)
})

/**
 * Schema for a whole transcript.
 *
 * **Details**
 *
 * `text` is what was said, or the document that was asked for as `text`, `srt` or `vtt`. `seconds` is the length of the
 * recording, or what is billed of it. `usage` is for models that count tokens, and 0 for the others.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Transcript = Schema.Struct({
  text: Schema.String,
  language: Schema.NullOr(Schema.String),
  seconds: Schema.NullOr(Schema.Finite),
  words: Schema.Array(TranscriptWord),
  segments: Schema.Array(TranscriptSegment),
  model: Schema.NullOr(Schema.String),
  usage: TokenUsage
})

/**
 * Schema for one element of a streamed transcript: text as it is recognized, segments as they end, and once, as the last,
 * the whole.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TranscriptionEvent = Schema.Union([
  Schema.TaggedStruct("TranscriptDelta", { delta: Schema.String }),
  Schema.TaggedStruct("TranscriptSegmentDone", { segment: TranscriptSegment }),
  Schema.TaggedStruct("TranscriptCompleted", { transcript: Transcript })
]).pipe(Schema.toTaggedUnion("_tag"))

/**
 * A word and when it is said.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptWord = typeof TranscriptWord.Type

/**
 * A part of a transcript and when it is said.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptSegment = typeof TranscriptSegment.Type

/**
 * A whole transcript.
 *
 * @category models
 * @since 0.1.0
 */
export type Transcript = typeof Transcript.Type

/**
 * One element of a streamed transcript.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptionEvent = typeof TranscriptionEvent.Type
