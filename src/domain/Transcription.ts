/**
 * Requests and responses for transcripts, in one shape for every provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { AudioFile } from "./AudioFile.ts"
import type { Model } from "./Model.ts"
import { Warning } from "./ResponseEvent.ts"
import { TokenUsage } from "./TokenUsage.ts"
import type { RetrySettings } from "./RetrySettings.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * One request for a transcript of a recording.
 *
 * @category models
 * @since 0.1.0
 */
export interface TranscriptionRequest {
  /**
   * The model: `provider/model` (with the id or an alias of the provider), the model's name alone where only one
   * provider is configured, or a `Model`. An unknown one fails with a `ConfigurationError`.
   */
  readonly model: string | Model
  /** The recording. */
  readonly file: AudioFile
  /**
   * The language of the recording (ISO 639-1). Default: the model recognizes it. Cohere requires it: a request without
   * it fails with an `InvalidRequestError` before it is sent.
   */
  readonly language?: string | undefined
  /** A text that precedes the recording, from which the model takes names and style. Default: none. */
  readonly prompt?: string | undefined
  /** How the provider writes the transcript. Default: `json`, or what `timestamps` and `diarize` need. */
  readonly format?: TranscriptFormat | undefined
  /** Which times are in the transcript: those of words, segments or both. Default: none. */
  readonly timestamps?: ReadonlyArray<"word" | "segment"> | undefined
  /** Whether the transcript names the speakers. Default `false`. */
  readonly diarize?: boolean | undefined
  /** How random the sampling is, 0 to 1. Default: the model's. */
  readonly temperature?: number | undefined
  /** Further headers of the HTTP request, over those of the provider. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  /**
   * When failed attempts of this request are repeated, over every `RetryPolicy` and the settings; `none`: never. Never
   * sent. Default: by those.
   */
  readonly retry?: "none" | RetrySettings | undefined
  /**
   * Fields of the request's form by provider id, in the provider's own names. They are sent as they are, over
   * everything else, and only to that provider. Default: none.
   */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * The format in which a provider writes a transcript.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptFormat = "json" | "text" | "srt" | "verbose_json" | "vtt" | "diarized_json"

/**
 * A word with its times.
 *
 * @category models
 * @since 0.1.0
 */
export class TranscriptWord extends Schema.Opaque<TranscriptWord>()(Schema.Struct({
  /** The word. */
  word: Schema.String,
  /** When the word begins, in seconds from the beginning of the recording. */
  start: Schema.Finite,
  /** When the word ends, in seconds from the beginning of the recording. */
  end: Schema.Finite
})) {}

/**
 * A segment of a transcript with its times.
 *
 * @category models
 * @since 0.1.0
 */
export class TranscriptSegment extends Schema.Opaque<TranscriptSegment>()(Schema.Struct({
  /** The provider's id of the segment; `null` where it has none. */
  id: Schema.NullOr(Schema.String),
  /** The text. */
  text: Schema.String,
  /** When the segment begins, in seconds from the beginning of the recording. */
  start: Schema.Finite,
  /** When the segment ends, in seconds from the beginning of the recording. */
  end: Schema.Finite,
  /** The name of the speaker; `null` without `diarize`. */
  speaker: Schema.NullOr(Schema.String)
})) {}

/**
 * A whole transcript.
 *
 * @category models
 * @since 0.1.0
 */
export class Transcript extends Schema.Opaque<Transcript>()(Schema.Struct({
  /** The spoken text, or the document of the format `text`, `srt` or `vtt`. */
  text: Schema.String,
  /** The language of the recording, as the provider names it; `null` where it does not. */
  language: Schema.NullOr(Schema.String),
  /**
   * The length of the recording, or the part of it that is billed, in seconds; `null` where the provider sends neither.
   */
  seconds: Schema.NullOr(Schema.Finite),
  /** The words with their times; empty unless `timestamps` has `word`, or the provider always sends them (xAI). */
  words: Schema.Array(TranscriptWord),
  /** The segments with their times; empty unless `timestamps` has `segment`, or with `diarize`. */
  segments: Schema.Array(TranscriptSegment),
  /** The model, as the provider names it; `null` where it does not. */
  model: Schema.NullOr(Schema.String),
  /** The tokens; 0 for models that do not count them. */
  usage: TokenUsage,
  /** What of the request was left out or changed. Absent where nothing was. */
  warnings: Schema.optionalKey(Schema.Array(Warning))
})) {}

/**
 * The next piece of the text of a streamed transcript.
 *
 * @category models
 * @since 0.2.0
 */
export class TranscriptDelta extends Schema.Opaque<TranscriptDelta>()(Schema.TaggedStruct("TranscriptDelta", {
  /** The text to append. */
  delta: Schema.String
})) {}

/**
 * The end of a segment of a streamed transcript.
 *
 * @category models
 * @since 0.2.0
 */
export class TranscriptSegmentDone
  extends Schema.Opaque<TranscriptSegmentDone>()(Schema.TaggedStruct("TranscriptSegmentDone", {
    /** The whole segment. */
    segment: TranscriptSegment
  }))
{}

/**
 * The end of a streamed transcript. Always the last event, emitted exactly once.
 *
 * @category models
 * @since 0.2.0
 */
export class TranscriptCompleted
  extends Schema.Opaque<TranscriptCompleted>()(Schema.TaggedStruct("TranscriptCompleted", {
    /** The whole transcript. */
    transcript: Transcript
  }))
{}

/**
 * Schema for one event of a streamed transcript: text as it is recognized, segments as they end, and once, as the last,
 * the whole transcript.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TranscriptionEvent = Schema.Union([TranscriptDelta, TranscriptSegmentDone, TranscriptCompleted]).pipe(
  Schema.toTaggedUnion("_tag")
)

/**
 * One event of a streamed transcript.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptionEvent = TranscriptDelta | TranscriptSegmentDone | TranscriptCompleted
