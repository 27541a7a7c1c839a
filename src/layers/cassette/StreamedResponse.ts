/**
 * An `HttpClientResponse` whose body is a stream of ours: every way of reading it reads that stream.
 *
 * @since 0.1.0
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
import * as Stream from "effect/Stream"

type Response = HttpClientResponse.HttpClientResponse
type HttpError = HttpClientError.HttpClientError

/**
 * What a streamed response is made of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly cookies: Cookies.Cookies
  /** Makes the body. It is given the response, since an error of the body names the response that it belongs to. */
  readonly stream: (response: Response) => Stream.Stream<Uint8Array, HttpError>
}

/**
 * Creates a response from a stream of its body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Response => new StreamedResponse(options)

class StreamedResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  readonly [HttpIncomingMessage.TypeId]: typeof HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly [HttpClientResponse.TypeId]: typeof HttpClientResponse.TypeId = HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: string
  readonly status: number
  readonly headers: Headers.Headers
  readonly cookies: Cookies.Cookies
  readonly remoteAddress = Option.none<string>()
  readonly stream: Stream.Stream<Uint8Array, HttpError>
  readonly arrayBuffer: Effect.Effect<ArrayBuffer, HttpError>

  constructor(options: Options) {
    super()
    this.request = options.request
    this.url = options.url
    this.status = options.status
    this.headers = options.headers
    this.cookies = options.cookies
    this.stream = options.stream(this)
    // A body can be read once, and text, json and the rest may each be asked for.
    this.arrayBuffer = Effect.runSync(Effect.cached(
      Effect.map(Stream.mkUint8Array(this.stream), (bytes) =>
        bytes.byteLength === bytes.buffer.byteLength
          ? bytes.buffer
          : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
    ))
  }

  get text() {
    return Effect.map(this.arrayBuffer, (buffer) => new TextDecoder().decode(buffer))
  }

  get json() {
    return Effect.flatMap(
      this.text,
      (text) => this.read(() => text === "" ? null : JSON.parse(text))
    )
  }

  get urlParamsBody() {
    return Effect.flatMap(this.text, (text) => this.read(() => UrlParams.fromInput(new URLSearchParams(text))))
  }

  get formData() {
    return Effect.flatMap(this.arrayBuffer, (buffer) =>
      Effect.tryPromise({
        try: () => new globalThis.Response(buffer, { headers: this.headers }).formData(),
        catch: (cause) => this.undecodable(cause)
      }))
  }

  get upgrade(): Response["upgrade"] {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.StatusCodeError({
          request: this.request,
          response: this,
          description: "a cassette has no connection to hand over"
        })
      })
    )
  }

  private read<A>(decode: () => A): Effect.Effect<A, HttpError> {
    return Effect.try({ try: decode, catch: (cause) => this.undecodable(cause) })
  }

  private undecodable(cause: unknown): HttpError {
    return new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request: this.request, response: this, cause })
    })
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    })
  }

  pipe() {
    return pipeArguments(this, arguments)
  }
}
