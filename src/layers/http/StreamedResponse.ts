/**
 * Implements `HttpClientResponse` over a stream: each way of reading the body reads that stream.
 */
import * as Effect from "effect/Effect"
import type * as Cookies from "effect/http/Cookies"
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
import * as Stream from "effect/Stream"

type Response = HttpClientResponse.HttpClientResponse
type HttpError = HttpClientError.HttpClientError

/** The head of a response. */
export interface Head {
  /** The request. */
  readonly request: HttpClientRequest.HttpClientRequest
  /** The address of the request, without its fragment. */
  readonly url: string
  /** The HTTP status. */
  readonly status: number
  /** The headers. */
  readonly headers: Headers.Headers
}

/** A response that is read through its `stream`. */
export abstract class StreamedResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress = Option.none<string>()
  #bytes: Effect.Effect<ArrayBuffer, HttpError> | undefined

  constructor(head: Head) {
    super()
    this.request = head.request
    this.url = head.url
    this.status = head.status
    this.headers = head.headers
  }

  abstract get cookies(): Cookies.Cookies

  abstract get stream(): Stream.Stream<Uint8Array, HttpError>

  /** The whole body. It is read once, and then kept for `text`, `json` and the others. */
  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpError> {
    return this.#bytes ??= Effect.runSync(Effect.cached(
      Effect.map(
        Stream.mkUint8Array(this.stream),
        (bytes) =>
          bytes.byteLength === bytes.buffer.byteLength
            ? bytes.buffer
            : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
      )
    ))
  }

  get text(): Effect.Effect<string, HttpError> {
    return Effect.map(this.arrayBuffer, (buffer) => new TextDecoder().decode(buffer))
  }

  get json(): Effect.Effect<Schema.Json, HttpError> {
    return Effect.flatMap(this.text, (text) => this.#read(() => text === "" ? null : JSON.parse(text)))
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpError> {
    return Effect.flatMap(this.text, (text) => this.#read(() => UrlParams.fromInput(new URLSearchParams(text))))
  }

  get formData(): Effect.Effect<FormData, HttpError> {
    return Effect.flatMap(this.arrayBuffer, (buffer) =>
      Effect.tryPromise({
        try: () => new globalThis.Response(buffer, { headers: this.headers }).formData(),
        catch: (cause) => this.broken(cause)
      }))
  }

  get upgrade(): Response["upgrade"] {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: this.request,
          response: this,
          description: "the connection cannot be upgraded"
        })
      })
    )
  }

  /** Creates the error of a body that broke off, or is not of the format in which it is read. */
  broken(cause: unknown): HttpError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
  }

  #read<A>(decode: () => A): Effect.Effect<A, HttpError> {
    return Effect.try({ try: decode, catch: (cause) => this.broken(cause) })
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

/** Options of a response with a given stream. */
export interface Options extends Head {
  /** The cookies that the response sets. */
  readonly cookies: Cookies.Cookies
  /** Creates the body from the response, because an error of the body has the response that it belongs to. */
  readonly stream: (response: Response) => Stream.Stream<Uint8Array, HttpError>
}

class GivenResponse extends StreamedResponse {
  readonly cookies: Cookies.Cookies
  readonly stream: Stream.Stream<Uint8Array, HttpError>

  constructor(options: Options) {
    super(options)
    this.cookies = options.cookies
    this.stream = options.stream(this)
  }
}

/** Creates a response from a stream of its body. */
export const make = (options: Options): Response => new GivenResponse(options)
