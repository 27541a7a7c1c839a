/**
 * Text as speech: what is asked for, and what comes back beside the sound.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * A kind of sound file. `pcm` is samples without a header: 24 kHz, 16 bits, one channel at OpenAI.
 *
 * @category models
 * @since 0.1.0
 */
export type SpeechFormat = "mp3" | "opus" | "aac" | "flac" | "wav" | "pcm"

/**
 * One request for speech.
 *
 * **Details**
 *
 * `voice` is a name or an id that the provider knows. `instructions` say how to speak. `format` is the kind of file (default:
 * the provider's, mostly mp3), `speed` a factor from 0.25 to 4. `transport` is how the sound is sent: as the body of the
 * response (`audio`, the default), or as events (`events`), which also say when it is whole and what it cost.
 * `providerOptions` has one record a provider id, whose fields go into the body as they are, over everything else; `headers`
 * are sent along.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpeechRequest {
  readonly model: string | Model
  readonly input: string
  readonly voice?: string | undefined
  readonly instructions?: string | undefined
  readonly format?: SpeechFormat | undefined
  readonly speed?: number | undefined
  readonly transport?: "audio" | "events" | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * Speech that is there whole. `usage` is there where the provider sent it, which is with `transport: "events"`.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpokenText {
  readonly audio: Uint8Array
  readonly mediaType: string
  readonly usage: TokenUsage | null
}
