/**
 * Speech as text, whichever provider listens.
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
 * Service that writes down what is said.
 *
 * @category services
 * @since 0.1.0
 */
export class Transcription extends Context.Service<Transcription, {
  /**
   * Writes down what is said in a recording, which is sent as it is read: a file is never held whole. Retried by the
   * `RetryPolicy`, unless the recording can be read only once.
   */
  readonly transcribe: (request: TranscriptionRequest) => Effect.Effect<Transcript, ExchangeError>

  /**
   * The same in English, whatever language is spoken.
   */
  readonly translate: (request: TranscriptionRequest) => Effect.Effect<Transcript, ExchangeError>

  /**
   * Streams the text as it is recognized. The stream ends after exactly one `TranscriptCompleted`, or fails: a cut transcript
   * never ends well. Models that cannot stream give it all at the end.
   */
  readonly stream: (request: TranscriptionRequest) => Stream.Stream<TranscriptionEvent, CompletionError>
}>()("sluice/services/Transcription") {}

/**
 * Writes down a recording with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const transcribe = (request: TranscriptionRequest): Effect.Effect<Transcript, ExchangeError, Transcription> =>
  Transcription.use((transcription) => transcription.transcribe(request))

/**
 * Writes down a recording in English with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const translate = (request: TranscriptionRequest): Effect.Effect<Transcript, ExchangeError, Transcription> =>
  Transcription.use((transcription) => transcription.translate(request))

/**
 * Streams the text of a recording with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stream = (
  request: TranscriptionRequest
): Stream.Stream<TranscriptionEvent, CompletionError, Transcription> =>
  Stream.unwrap(Effect.map(Transcription, (transcription) => transcription.stream(request)))
