/**
 * Requests and responses for speech, in one shape for every provider.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { Warning } from "./ResponseEvent.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { RetrySettings } from "./RetrySettings.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * The format of a sound file. `pcm` is samples without a header: 24 kHz, 16 bits, one channel at OpenAI.
 *
 * @category models
 * @since 0.1.0
 */
export type SpeechFormat = "mp3" | "opus" | "aac" | "flac" | "wav" | "pcm"

/**
 * One request for speech.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpeechRequest {
  /**
   * The model: `provider/model` (with the id or an alias of the provider), the model's name alone where only one
   * provider is configured, or a `Model`. An unknown one fails with a `ConfigurationError`.
   */
  readonly model: string | Model
  /** The text to speak. */
  readonly input: string
  /** The name or id of a voice of the provider. Default: the provider's, or that of its definition. */
  readonly voice?: string | undefined
  /** The language of the text (BCP 47, such as `pt-BR`). Default: the model recognizes it. */
  readonly language?: string | undefined
  /** How to speak. Default: none. */
  readonly instructions?: string | undefined
  /** The format of the sound file. Default: the provider's, mostly `mp3`. */
  readonly format?: SpeechFormat | undefined
  /** The speed, as a factor from 0.25 to 4. Default: the provider's, mostly 1. */
  readonly speed?: number | undefined
  /**
   * How the sound is sent: as the body of the response (`audio`), or in events (`events`), which also report its usage
   * and prove that it is whole. Default `audio`.
   */
  readonly transport?: "audio" | "events" | undefined
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
   * Fields of the request's body by provider id, in the provider's own names. They are sent as they are, over
   * everything else, and only to that provider. Default: none.
   */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * A whole sound file.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpokenText {
  /** The bytes of the file. */
  readonly audio: Uint8Array
  /** The media type, such as `audio/mpeg`. */
  readonly mediaType: string
  /** The tokens; `null` unless the provider sends them, which it does only with `transport: "events"`. */
  readonly usage: TokenUsage | null
  /** What of the request was left out or changed. Absent where nothing was. */
  readonly warnings?: ReadonlyArray<Warning>
}
