/**
 * Represents a response whose body comes directly from undici's callbacks.
 */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import * as Cookies from "effect/http/Cookies"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type BodyQueue, passthrough } from "./BodyQueue.ts"
import { type Head, StreamedResponse } from "./StreamedResponse.ts"

type HttpError = HttpClientError.HttpClientError

/** What a response is made from. */
export interface Source extends Head {
  /** The body. */
  readonly body: BodyQueue<HttpError>
  /** Closes the connection. */
  readonly exchange: { readonly abort: () => void }
}

/** A response from undici's dispatch interface. */
export class DispatchResponse extends StreamedResponse {
  /** The body, for readers that need no stream. */
  readonly body: BodyQueue<HttpError>
  readonly #exchange: Source["exchange"]

  constructor(source: Source) {
    super(source)
    this.body = source.body
    this.#exchange = source.exchange
  }

  /** The cookies that the response sets. */
  get cookies(): Cookies.Cookies {
    const header = this.headers["set-cookie"]
    return header === undefined ? Cookies.empty : Cookies.fromSetCookie(header)
  }

  /** The body as a stream; a reader that stops early closes the connection. */
  get stream(): Stream.Stream<Uint8Array, HttpError> {
    return Stream.fromChannel(
      Channel.fromTransform((_upstream, scope) =>
        Effect.as(Scope.addFinalizer(scope, Effect.sync(() => this.#exchange.abort())), this.body.read(passthrough()))
      )
    )
  }
}
