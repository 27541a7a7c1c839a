/**
 * The bytes of a response as they arrive, decompressed, and why they stopped when they did.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"
import type { Reader } from "../http/BodyQueue.ts"
import * as ContentEncoding from "../http/ContentEncoding.ts"
import { DispatchResponse } from "../http/DispatchResponse.ts"
import type { Watch, Watched } from "../http/Watch.ts"
import type { Silence } from "./IdleTimer.ts"
import * as TransportFailure from "./TransportFailure.ts"

type Chunks = Arr.NonEmptyReadonlyArray<Uint8Array>
type HttpError = HttpClientError.HttpClientError

/**
 * A body that is being read.
 *
 * **Details**
 *
 * `read` gives what arrives to a reader, which is told `Cause.Done` at the end of the body, and the client's error when the
 * body breaks off, was silent for too long, or is not what its content-encoding says. `ending` says which of these it was.
 * `isOver` is true when it is known that nothing more comes.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResponseBytes {
  readonly read: <A, E>(reader: Reader<A, HttpError, E>) => Pull.Pull<A, E>
  readonly ending: (error: HttpError) => Ending
  readonly isOver: () => boolean
}

const broken = (response: HttpClientResponse.HttpClientResponse, cause?: unknown): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request: response.request, response, cause })
  })

/** The body of a response of ours: it is watched, and read where it arrives. */
class DirectBytes implements ResponseBytes, Watched {
  readonly #response: DispatchResponse
  readonly #silence: Silence
  #tooSilent: Ending | undefined

  constructor(response: DispatchResponse, silence: Silence) {
    this.#response = response
    this.#silence = silence
  }

  read<A, E>(reader: Reader<A, HttpError, E>): Pull.Pull<A, E> {
    return this.#response.body.read(reader)
  }

  ending(error: HttpError): Ending {
    return this.#tooSilent ?? { type: "connection-lost", ...TransportFailure.reasonOf(error) }
  }

  isOver(): boolean {
    return this.#response.body.isOver
  }

  left(now: number): number {
    const { waitingSince } = this.#response.body
    return this.#silence.left - (waitingSince === undefined ? 0 : now - waitingSince)
  }

  expire(): void {
    this.#tooSilent = { type: "failed", error: this.#silence.error }
    this.#response.body.fail(broken(this.#response))
  }
}

/** The failures of bodies whose compression could not be undone, and why. */
const unopened = new WeakMap<HttpError, unknown>()

/** The body of any other response, or of one that is compressed. `context` is for what is wrong with it. */
const foreign = (
  response: HttpClientResponse.HttpClientResponse,
  silence: Silence,
  context: ErrorContext,
  pull: Pull.Pull<Chunks, HttpError>
): ResponseBytes => {
  let tooSilent: Ending | undefined
  let position = 0
  const fallSilent = (): HttpError => {
    tooSilent = { type: "failed", error: silence.error }
    return broken(response)
  }
  const take: Pull.Pull<Chunks, HttpError> = Effect.suspend(() =>
    Effect.timeoutOrElse(pull, {
      duration: Math.max(1, silence.left),
      orElse: () => Effect.failSync(fallSilent)
    })
  )
  return {
    read: (reader) => {
      const next: ReturnType<typeof reader.ended> = Effect.clockWith((clock) => {
        const since = clock.currentTimeMillisUnsafe()
        return Effect.matchEffect(take, {
          onSuccess: (chunks) => {
            for (const chunk of chunks) position += chunk.length
            const found = reader.chunks(chunks)
            if (found !== undefined) return found
            reader.fruitless(clock.currentTimeMillisUnsafe() - since)
            return next
          },
          onFailure: reader.ended
        })
      })
      return next
    },
    ending: (error) => {
      if (tooSilent !== undefined) return tooSilent
      return unopened.has(error)
        ? ContentEncoding.endingOf(unopened.get(error), context, position)
        : { type: "connection-lost", ...TransportFailure.reasonOf(error) }
    },
    isOver: () => false
  }
}

/**
 * Opens the body of a response, which is closed with the scope. `context` is for what is wrong with its compression.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (
  response: HttpClientResponse.HttpClientResponse,
  silence: Silence,
  context: ErrorContext,
  watch: Watch,
  scope: Scope.Scope
): Effect.Effect<ResponseBytes> => {
  const encoding = response.headers["content-encoding"]
  if (response instanceof DispatchResponse && encoding === undefined) {
    const bytes = new DirectBytes(response, silence)
    watch.add(bytes)
    response.body.whenOver(() => watch.remove(bytes))
    return Effect.succeed(bytes)
  }
  const stream = ContentEncoding.decode(response.stream, encoding, (cause) => {
    const failure = broken(response, cause)
    unopened.set(failure, cause)
    return failure
  })
  return Effect.map(Scope.provide(Stream.toPull(stream), scope), (pull) => foreign(response, silence, context, pull))
}
