/**
 * Speech from text, whichever provider makes it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { SpeechRequest, SpokenText } from "../domain/Speech.ts"

/**
 * Service that turns text into speech.
 *
 * **Example** (Writing a sound file while it is made)
 *
 * ```ts
 * import { Effect, FileSystem, Stream } from "effect"
 * import { Speech } from "sluice"
 *
 * export const save = Effect.fnUntraced(function*(text: string, path: string) {
 *   const files = yield* FileSystem.FileSystem
 *   yield* Speech.stream({ model: "groq/canopylabs/orpheus-v1-english", input: text, voice: "hannah" }).pipe(
 *     Stream.run(files.sink(path))
 *   )
 * })
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Speech extends Context.Service<Speech, {
  /**
   * Streams the bytes of a sound file as they are made. Failures before the first of them are retried by the
   * `RetryPolicy`. A file that is cut fails. A slow consumer slows the reading; stopping early closes the connection.
   */
  readonly stream: (request: SpeechRequest) => Stream.Stream<Uint8Array, CompletionError>

  /**
   * Returns the whole sound file. A file over `maxResponseBytes` fails with a `MalformedResponseError`: stream it.
   */
  readonly speak: (request: SpeechRequest) => Effect.Effect<SpokenText, CompletionError>
}>()("sluice/services/Speech") {
  /** Streams a sound file with the service in the context. Its contract is that of the service's `stream`. */
  static readonly stream = (request: SpeechRequest): Stream.Stream<Uint8Array, CompletionError, Speech> =>
    Stream.unwrap(Effect.map(Speech, (speech) => speech.stream(request)))

  /** Returns a whole sound file with the service in the context. Its contract is that of the service's `speak`. */
  static readonly speak = (request: SpeechRequest): Effect.Effect<SpokenText, CompletionError, Speech> =>
    Speech.use((speech) => speech.speak(request))
}
