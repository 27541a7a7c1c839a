/**
 * Sends requests through clients of others, and supervises them as far as these let it be seen.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { withPrivacy } from "./Privacy.ts"
import type { Supervision } from "./Supervision.ts"
import type { TimeLimit, Watched } from "./Watch.ts"

type Sent<E> = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError | E>

/** What a request needs in order to be sent. */
interface Sending<E> {
  readonly client: HttpClient.HttpClient
  readonly request: HttpClientRequest.HttpClientRequest
  readonly scope: Scope.Scope
  readonly supervision: Supervision<E>
}

const execute = <E>({ client, scope }: Sending<E>, request: HttpClientRequest.HttpClientRequest) =>
  HttpClient.withScope(client).execute(request).pipe(withPrivacy, Scope.provide(scope))

/** Sends a request whose body is there as a whole: it counts as sent at once. */
const executeWhole = <E>(sending: Sending<E>): Sent<E> =>
  Effect.clockWith((clock) => {
    const { headersLimit, onHeaders, onSend } = sending.supervision
    const error = onSend()
    if (error !== undefined) return Effect.fail(error)
    const since = clock.currentTimeMillisUnsafe()
    const limit = headersLimit(since)
    return execute(sending, sending.request).pipe(
      Effect.timeoutOrElse({
        duration: Math.max(1, limit.left),
        orElse: () => Effect.fail(limit.error(limit.left))
      }),
      Effect.tap(() => Effect.sync(() => onHeaders(clock.currentTimeMillisUnsafe() - since)))
    )
  })

/**
 * Sends a request whose body is a stream. It is sent when the first piece of its body is taken, and each piece shows
 * that the upload goes on: the wait for the headers begins anew.
 */
const executeStreamed = <E>(sending: Sending<E>, body: HttpBody.Stream): Sent<E> =>
  Effect.clockWith((clock) => {
    const { connectionLimit, headersLimit, onHeaders, onSend, watch } = sending.supervision
    let since = clock.currentTimeMillisUnsafe()
    let limit: TimeLimit<E> = connectionLimit(since)
    let isSent = false
    let fail = (_error: E): void => {}

    const watched: Watched = {
      isOver: () => false,
      left: (now) => since + limit.left - now,
      expire: () => fail(limit.error(clock.currentTimeMillisUnsafe() - since))
    }
    const expired = Effect.callback<never, E>((resume) => {
      fail = (error) => resume(Effect.fail(error))
      watch.add(watched)
      return Effect.sync(() => watch.remove(watched))
    })
    /** Requests the permission to send, once. */
    const send = (): E | undefined => {
      if (isSent) return undefined
      isSent = true
      const error = onSend()
      since = clock.currentTimeMillisUnsafe()
      limit = headersLimit(since)
      return error
    }
    const proceed = Effect.sync(() => {
      since = clock.currentTimeMillisUnsafe()
    })
    const content = Stream.suspend((): Stream.Stream<Uint8Array, unknown> => {
      const error = send()
      if (error === undefined) return Stream.tap(body.stream, () => proceed)
      fail(error)
      return Stream.never
    })
    const request = HttpClientRequest.setBody(
      sending.request,
      HttpBody.stream(content, body.contentType, body.contentLength)
    )
    return Effect.raceFirst(execute(sending, request), expired).pipe(
      Effect.flatMap((response) => {
        // A client that never read the body has nevertheless sent the request.
        const error = send()
        if (error !== undefined) return Effect.fail(error)
        onHeaders(clock.currentTimeMillisUnsafe() - since)
        return Effect.succeed(response)
      })
    )
  })

/** Sends a request through a client. Its connection is closed with the scope. */
export const send = <E>(
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  scope: Scope.Scope,
  supervision: Supervision<E>
): Sent<E> => {
  const sending = { client, request, scope, supervision }
  return request.body._tag === "Stream" ? executeStreamed(sending, request.body) : executeWhole(sending)
}
