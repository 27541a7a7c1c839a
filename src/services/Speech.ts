/**
 * Text as speech, whichever provider speaks.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { SpeechRequest, SpokenText } from "../domain/Speech.ts"

/**
 * Service that speaks.
 *
 * @category services
 * @since 0.1.0
 */
export class Speech extends Context.Service<Speech, {
  /**
   * Streams the bytes of a sound file as they are made. What fails before the first of them is retried by the `RetryPolicy`. A
   * file that is cut fails, and never just ends. A slow consumer slows the reading; stopping early closes the connection.
   */
  readonly stream: (request: SpeechRequest) => Stream.Stream<Uint8Array, CompletionError>

  /**
   * Speaks, and answers with the whole sound file and its kind. A file over `maxResponseBytes` is too long to be held whole,
   * and fails with a `MalformedResponseError`: stream it.
   */
  readonly speak: (request: SpeechRequest) => Effect.Effect<SpokenText, CompletionError>
}>()("sluice/services/Speech") {}

/**
 * Streams the bytes of a sound file with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stream = (request: SpeechRequest): Stream.Stream<Uint8Array, CompletionError, Speech> =>
  Stream.unwrap(Effect.map(Speech, (speech) => speech.stream(request)))

/**
 * Speaks with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const speak = (request: SpeechRequest): Effect.Effect<SpokenText, CompletionError, Speech> =>
  Speech.use((speech) => speech.speak(request))
