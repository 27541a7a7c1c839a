/**
 * A response whose body comes straight from undici's callbacks.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import type * as Headers from "effect/http/Headers"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import * as UrlParams from "effect/http/UrlParams"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import { pipeArguments } from "effect/Pipeable"
import type * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import type { BodyQueue } from "./BodyQueue.ts"

type HttpError = HttpClientError.HttpClientError

/**
 * What a response is made of. `abort` closes its connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface Source {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: BodyQueue<HttpError>
  readonly abort: () => void
}

/**
 * A response from undici's dispatch interface.
 *
 * @category models
 * @since 0.1.0
 */
export class DispatchResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress = Option.none<string>()
  /** The body, for readers that need no stream. */
  readonly body: BodyQueue<HttpError>
  readonly #abort: () => void

  constructor(source: Source) {
    super()
    this.request = source.request
    this.url = source.url
    this.status = source.status
    this.headers = source.headers
    this.body = source.body
    this.#abort = source.abort
  }

  get cookies(): Cookies.Cookies {
    const header = this.headers["set-cookie"]
    return header === undefined ? Cookies.empty : Cookies.fromSetCookie(header)
  }

  /** The body; a reader that stops early closes the connection. */
  get stream(): Stream.Stream<Uint8Array, HttpError> {
    return Stream.fromChannel(
      Channel.fromTransform((_upstream, scope) =>
        Effect.as(Scope.addFinalizer(scope, Effect.sync(this.#abort)), this.body.take)
      )
    )
  }

  #bytes: Effect.Effect<ArrayBuffer, HttpError> | undefined
  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpError> {
    return this.#bytes ??= Effect.runSync(Effect.cached(Effect.map(Stream.runCollect(this.stream), join)))
  }

  get text(): Effect.Effect<string, HttpError> {
    return Effect.map(this.arrayBuffer, (bytes) => new TextDecoder().decode(bytes))
  }

  get json(): Effect.Effect<Schema.Json, HttpError> {
    return Effect.flatMap(this.text, (text) => this.#read(() => text === "" ? null : JSON.parse(text)))
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpError> {
    return Effect.flatMap(this.text, (text) => this.#read(() => UrlParams.fromInput(new URLSearchParams(text))))
  }

  get formData(): Effect.Effect<FormData, HttpError> {
    return Effect.flatMap(this.arrayBuffer, (bytes) =>
      Effect.tryPromise({
        try: () => new Response(bytes, { headers: this.headers }).formData(),
        catch: (cause) => this.#decodeError(cause)
      }))
  }

  get upgrade(): Effect.Effect<Socket.Socket, HttpError> {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: this.request,
          response: this,
          description: "expected 101 Switching Protocols"
        })
      })
    )
  }

  #read<A>(read: () => A): Effect.Effect<A, HttpError> {
    return Effect.try({ try: read, catch: (cause) => this.#decodeError(cause) })
  }

  #decodeError(cause: unknown): HttpError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
  }

  /** The error of a body that broke off. */
  broken(cause: unknown): HttpError {
    return this.#decodeError(cause)
  }

  override toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "effect/http/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    // oxlint-disable-next-line prefer-rest-params -- pipeArguments takes the arguments object, as in Effect itself.
    return pipeArguments(this, arguments)
  }
}

const join = (chunks: ReadonlyArray<Uint8Array>): ArrayBuffer => {
  let length = 0
  for (const chunk of chunks) length += chunk.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined.buffer
}
