/**
 * The bytes of a response as they arrive, decompressed, and why they stopped when they did.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Ending } from "../../streams/protocols/Protocol.ts"
import * as ContentEncoding from "../http/ContentEncoding.ts"
import { DispatchResponse } from "../http/DispatchResponse.ts"
import * as TransportFailure from "../http/TransportFailure.ts"
import type { Silence } from "./Silence.ts"
import type { Watch } from "./Watch.ts"

/**
 * A body that is being read.
 *
 * **Details**
 *
 * `take` answers an array of chunks at a time, fails with `Cause.Done` at the end of the body and with the client's error
 * when the body breaks off or was silent for too long. `ending` says which of these it was. `isOver` is
 * true when it is known that nothing more comes.
 *
 * @category models
 * @since 0.1.0
 */
export interface ResponseBytes {
  readonly take: Effect.Effect<Arr.NonEmptyReadonlyArray<Uint8Array>, HttpClientError.HttpClientError | Cause.Done>
  readonly ending: (error: HttpClientError.HttpClientError) => Ending
  readonly isOver: () => boolean
}

const broken = (response: HttpClientResponse.HttpClientResponse, cause?: unknown): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request: response.request, response, cause })
  })

/**
 * Opens the body of a response. It is closed with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (
  response: HttpClientResponse.HttpClientResponse,
  silence: Silence,
  watch: Watch
): Effect.Effect<ResponseBytes, never, Scope.Scope> => {
  let tooSilent: Ending | undefined
  const fallSilent = (): HttpClientError.HttpClientError => {
    tooSilent = { type: "silent", error: silence.error }
    return broken(response)
  }
  const ending = (error: HttpClientError.HttpClientError): Ending =>
    tooSilent ?? { type: "connection-lost", ...TransportFailure.reasonOf(error) }

  const encoding = response.headers["content-encoding"]
  if (response instanceof DispatchResponse && encoding === undefined) {
    const { body } = response
    const isOver = () => body.isOver
    watch.add({
      isOver,
      left: (now) => silence.left - (body.waitingSince === undefined ? 0 : now - body.waitingSince),
      expire: () => body.fail(fallSilent())
    })
    return Effect.succeed({ take: body.take, ending, isOver })
  }
  const stream = ContentEncoding.decode(response.stream, encoding, (cause) => broken(response, cause))
  return Effect.map(Stream.toPull(stream), (pull) => ({
    take: Effect.suspend(() =>
      Effect.timeoutOrElse(pull, {
        duration: Math.max(1, silence.left),
        orElse: () => Effect.failSync(fallSilent)
      })
    ),
    ending,
    isOver: () => false
  }))
}
