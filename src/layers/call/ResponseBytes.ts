/**
 * Reads the bytes of a response as they arrive, decompressed, within their time limits.
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import type * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Ending } from "../../streams/response/StreamDecoder.ts"
import type { Reader } from "../http/BodyQueue.ts"
import * as ContentEncoding from "../http/ContentEncoding.ts"
import { DispatchResponse } from "../http/DispatchResponse.ts"
import type { Watch, Watched } from "../http/Watch.ts"
import type { AttemptTimer } from "./AttemptTimer.ts"
import * as ClientDefect from "./ClientDefect.ts"
import type { Sent } from "./Send.ts"
import * as TransportFailure from "./TransportFailure.ts"

type Chunks = Arr.NonEmptyReadonlyArray<Uint8Array>
type HttpError = HttpClientError.HttpClientError

/** What a body is read of: a response, and what removes the credentials of its request from a text. */
type BodySource = Pick<Sent, "response" | "scrub">

/** A body that is being read. */
export interface ResponseBytes {
  /**
   * Gives what arrives to a reader. The reader gets `Cause.Done` at the end of the body, and the client's error when
   * the body breaks off, exceeds a time limit, or is not what its content encoding says.
   */
  readonly read: <A, E>(reader: Reader<A, HttpError, E>) => Pull.Pull<A, E>
  /** Returns which of these an error is. */
  readonly ending: (error: HttpError) => Ending
  /** Returns whether it is known that no more bytes come. */
  readonly isOver: () => boolean
}

const broken = (response: HttpClientResponse.HttpClientResponse, cause?: unknown): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request: response.request, response, cause })
  })

/** Dies of a programming error in the client, which is no failure of the connection. */
const dieOf = (why: HttpError | Cause.Done, scrub: Sent["scrub"]): Effect.Effect<never> | undefined => {
  const defect = Cause.isDone(why) ? undefined : ClientDefect.of(why)
  return defect === undefined ? undefined : Effect.die(ClientDefect.scrubbed(defect, scrub))
}

/** The body of a response of this library's client: it is watched, and read in the callback that delivers it. */
class DirectBytes implements ResponseBytes, Watched {
  readonly #response: DispatchResponse
  readonly #scrub: Sent["scrub"]
  readonly #timer: AttemptTimer
  readonly #clock: Clock.Clock
  #expired: Ending | undefined

  constructor(response: DispatchResponse, scrub: Sent["scrub"], timer: AttemptTimer, clock: Clock.Clock) {
    this.#response = response
    this.#scrub = scrub
    this.#timer = timer
    this.#clock = clock
  }

  read<A, E>(reader: Reader<A, HttpError, E>): Pull.Pull<A, E> {
    return this.#response.body.read({
      chunks: reader.chunks,
      waited: reader.waited,
      ended: (why) => (this.#expired === undefined ? dieOf(why, this.#scrub) : undefined) ?? reader.ended(why)
    })
  }

  ending(error: HttpError): Ending {
    return this.#expired ?? { type: "connection-lost", ...TransportFailure.reasonOf(error) }
  }

  isOver(): boolean {
    return this.#response.body.isOver
  }

  left(now: number): number {
    const { waitingSince } = this.#response.body
    // While nothing is read, no time is left to lose.
    return waitingSince === undefined ? Infinity : this.#timer.bodyLimit(waitingSince).left - (now - waitingSince)
  }

  expire(): void {
    const now = this.#clock.currentTimeMillisUnsafe()
    const since = this.#response.body.waitingSince ?? now
    this.#expired = { type: "failed", error: this.#timer.bodyLimit(since).error(now - since) }
    this.#response.body.fail(broken(this.#response))
  }
}

/** The failures of bodies that could not be decompressed, and why. */
const undecoded = new WeakMap<HttpError, unknown>()

/** The body of a response of another client, or of one that is compressed. */
const foreign = (
  { response, scrub }: BodySource,
  timer: AttemptTimer,
  pull: Pull.Pull<Chunks, HttpError>
): ResponseBytes => {
  let expired: Ending | undefined
  let position = 0
  const take: Pull.Pull<Chunks, HttpError> = Effect.clockWith((clock) => {
    const limit = timer.bodyLimit(clock.currentTimeMillisUnsafe())
    return Effect.timeoutOrElse(pull, {
      duration: Math.max(1, limit.left),
      orElse: () =>
        Effect.failSync(() => {
          expired = { type: "failed", error: limit.error(Math.max(0, limit.left)) }
          return broken(response)
        })
    })
  })
  return {
    read: (reader) => {
      const next: ReturnType<typeof reader.ended> = Effect.clockWith((clock) => {
        const since = clock.currentTimeMillisUnsafe()
        return Effect.matchEffect(take, {
          onSuccess: (chunks) => {
            for (const chunk of chunks) position += chunk.length
            reader.waited(clock.currentTimeMillisUnsafe() - since)
            return reader.chunks(chunks) ?? next
          },
          onFailure: (why) =>
            (expired === undefined && !(HttpClientError.isHttpClientError(why) && undecoded.has(why))
              ? dieOf(why, scrub)
              : undefined) ?? reader.ended(why)
        })
      })
      return next
    },
    ending: (error) => {
      if (expired !== undefined) return expired
      return undecoded.has(error)
        ? ContentEncoding.endingOf(undecoded.get(error), timer.context, position)
        : { type: "connection-lost", ...TransportFailure.reasonOf(error) }
    },
    isOver: () => false
  }
}

/** Returns whether a response is one of `fetch`. */
const isOfFetch = (response: HttpClientResponse.HttpClientResponse): boolean =>
  Predicate.hasProperty(response, "source") && response.source instanceof globalThis.Response

/** Opens the body of a response, which is closed with the scope. */
export const open = (
  sent: BodySource,
  timer: AttemptTimer,
  watch: Watch,
  scope: Scope.Scope
): Effect.Effect<ResponseBytes> => {
  const { response, scrub } = sent
  const encoding = response.headers["content-encoding"]
  if (response instanceof DispatchResponse && encoding === undefined) {
    return Effect.clockWith((clock) => {
      const bytes = new DirectBytes(response, scrub, timer, clock)
      watch.add(bytes)
      response.body.whenOver(() => watch.remove(bytes))
      return Effect.succeed(bytes)
    })
  }
  // What `fetch` returns is decompressed, and keeps the header.
  const remaining = isOfFetch(response) ? undefined : encoding
  const stream = ContentEncoding.decode(response.stream, remaining, (cause) => {
    const failure = broken(response, cause)
    undecoded.set(failure, cause)
    return failure
  })
  return Effect.map(Scope.provide(Stream.toPull(stream), scope), (pull) => foreign(sent, timer, pull))
}
