/**
 * Transcripts of recordings, whichever provider makes them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { ExchangeError } from "../domain/OperationError.ts"
import type { Transcript, TranscriptionEvent, TranscriptionRequest } from "../domain/Transcription.ts"

/**
 * Service that transcribes recordings.
 *
 * **Example** (Transcribing a file without reading it into memory)
 *
 * ```ts
 * import { Effect, FileSystem } from "effect"
 * import { Transcription } from "sluice"
 *
 * export const transcribe = Effect.fnUntraced(function*(path: string) {
 *   const files = yield* FileSystem.FileSystem
 *   const { text } = yield* Transcription.transcribe({
 *     model: "groq/whisper-large-v3-turbo",
 *     file: { name: path, content: files.stream(path) }
 *   })
 *   return text
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Transcription extends Context.Service<Transcription, {
  /**
   * Transcribes a recording, which is sent as it is read and never held whole. Retried by the `RetryPolicy`, unless the
   * recording can be read only once.
   */
  readonly transcribe: (request: TranscriptionRequest) => Effect.Effect<Transcript, ExchangeError>

  /**
   * Transcribes a recording in English, whatever language is spoken. Fails with a `ConfigurationError` where the
   * provider cannot.
   */
  readonly translate: (request: TranscriptionRequest) => Effect.Effect<Transcript, ExchangeError>

  /**
   * Streams the text as it is recognized. The stream ends after exactly one `TranscriptCompleted`, or fails: a cut
   * transcript never ends as a success. Models that cannot stream emit everything at the end.
   */
  readonly stream: (request: TranscriptionRequest) => Stream.Stream<TranscriptionEvent, CompletionError>
}>()("sluice/services/Transcription") {
  /** Transcribes a recording with the service in the context. Its contract is that of the service's `transcribe`. */
  static readonly transcribe = (
    request: TranscriptionRequest
  ): Effect.Effect<Transcript, ExchangeError, Transcription> =>
    Transcription.use((transcription) => transcription.transcribe(request))

  /**
   * Transcribes a recording in English with the service in the context. Its contract is that of the service's
   * `translate`.
   */
  static readonly translate = (
    request: TranscriptionRequest
  ): Effect.Effect<Transcript, ExchangeError, Transcription> =>
    Transcription.use((transcription) => transcription.translate(request))

  /**
   * Streams the text of a recording with the service in the context. Its contract is that of the service's `stream`.
   */
  static readonly stream = (
    request: TranscriptionRequest
  ): Stream.Stream<TranscriptionEvent, CompletionError, Transcription> =>
    Stream.unwrap(Effect.map(Transcription, (transcription) => transcription.stream(request)))
}
