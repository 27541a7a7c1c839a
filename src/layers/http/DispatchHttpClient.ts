/**
 * The HTTP client over undici's dispatch interface: no promise, no Readable, one wake-up for each read of a socket.
 *
 * Requests that it has no business with (streamed or form bodies, upgrades) go to Effect's own undici client, over the same
 * pool.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher.md
 * @since 0.1.0
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type * as Undici from "@effect/platform-node/Undici"
import type * as Clock from "effect/Clock"
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Url from "effect/http/Url"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { BodyQueue } from "./BodyQueue.ts"
import { DispatchResponse } from "./DispatchResponse.ts"

type HttpError = HttpClientError.HttpClientError

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: unknown): HttpError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

/** One exchange: the callbacks of one request. */
class Exchange implements Undici.Dispatcher.DispatchHandler {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #url: string
  readonly #clock: Clock.Clock
  readonly #resume: (response: Effect.Effect<DispatchResponse, HttpError>) => void
  #controller: Undici.Dispatcher.DispatchController | undefined
  #response: DispatchResponse | undefined
  #aborted = false
  #over = false

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    url: string,
    clock: Clock.Clock,
    resume: (response: Effect.Effect<DispatchResponse, HttpError>) => void
  ) {
    this.#request = request
    this.#url = url
    this.#clock = clock
    this.#resume = resume
  }

  /** Closes the connection of an exchange that is not over. Whoever waits for its response is told. */
  readonly abort = (): void => {
    if (this.#over || this.#aborted) return
    this.#aborted = true
    const reason = new Error("The request was given up")
    if (this.#response === undefined) this.#resume(Effect.fail(transportError(this.#request, reason)))
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(new Error("The request was given up"))
  }

  onResponseStart(
    controller: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | Array<string> | undefined>
  ): void {
    // 100 Continue, 103 Early Hints: the response is yet to come.
    if (status < 200) return
    this.#response = new DispatchResponse({
      request: this.#request,
      url: this.#url,
      status,
      headers: Headers.fromInput(headers),
      body: new BodyQueue(controller, this.#clock),
      abort: this.abort
    })
    this.#resume(Effect.succeed(this.#response))
  }

  onResponseData(_controller: Undici.Dispatcher.DispatchController, chunk: Buffer): void {
    this.#response?.body.push(chunk)
  }

  onResponseEnd(): void {
    this.#over = true
    this.#response?.body.end()
  }

  onResponseError(_controller: Undici.Dispatcher.DispatchController, cause: Error): void {
    this.#over = true
    if (this.#response === undefined) this.#resume(Effect.fail(transportError(this.#request, cause)))
    else this.#response.body.fail(this.#response.broken(cause))
  }
}

type Send = (
  request: HttpClientRequest.HttpClientRequest,
  url: URL,
  onExchange: (abort: () => void) => void
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpError>

const sender = (dispatcher: Undici.Dispatcher, fallback: HttpClient.HttpClient): Send => (request, url, onExchange) => {
  const { body } = request
  if ((body._tag !== "Empty" && body._tag !== "Uint8Array") || request.headers["upgrade"] !== undefined) {
    return fallback.execute(request)
  }
  return Effect.clockWith((clock) =>
    Effect.callback<DispatchResponse, HttpError>((resume) => {
      const exchange = new Exchange(request, url.href.replace(/#.*$/, ""), clock, resume)
      onExchange(exchange.abort)
      try {
        dispatcher.dispatch({
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: request.headers,
          body: body._tag === "Empty" ? null : body.body,
          // Clocks are the caller's business: these only say that undici has none.
          headersTimeout: 0,
          bodyTimeout: 0
        }, exchange)
      } catch (cause) {
        resume(Effect.fail(transportError(request, cause)))
      }
      return Effect.sync(exchange.abort)
    })
  )
}

const Direct = Symbol.for("sluice/http/DispatchHttpClient/Direct")

/** A client that can also be asked without an `AbortController`, which costs every request an exception at its end. */
interface DirectClient extends HttpClient.HttpClient {
  readonly [Direct]: Send
}

const isDirect = (client: HttpClient.HttpClient): client is DirectClient => Direct in client

const make = Effect.gen(function*() {
  const dispatcher = yield* NodeHttpClient.Dispatcher
  const send = sender(dispatcher, yield* NodeHttpClient.makeUndici)
  const client = HttpClient.make((request, url, signal) =>
    send(request, url, (abort) => signal.addEventListener("abort", abort, { once: true }))
  )
  return Object.assign(client, { [Direct]: send })
})

/**
 * How long a response's headers may take. `watch` calls `expire` after `duration` unless `isOver` says that they are there.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimeLimit {
  readonly duration: Duration.Duration
  readonly watch: (isOver: () => boolean, expire: () => void) => void
}

/**
 * Sends a request whose connection is closed with the scope, as `HttpClient.withScope` does; without its cost where the
 * client is this one and nobody has wrapped it. Fails with a `TimeoutError` when no headers come in time.
 *
 * @category accessors
 * @since 0.1.0
 */
export const execute = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  limit: TimeLimit
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpError | Cause.TimeoutError, Scope.Scope> => {
  if (!isDirect(client)) return Effect.timeout(HttpClient.withScope(client).execute(request), limit.duration)
  const url = Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash))
  if (Result.isFailure(url)) {
    return Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.InvalidUrlError({ request, cause: url.failure })
      })
    )
  }
  let abort = () => {}
  let isOver = false
  let isLate = false
  return Effect.addFinalizer(() => Effect.sync(() => abort())).pipe(
    Effect.andThen(
      client[Direct](request, url.success, (given) => {
        abort = given
        limit.watch(() => isOver, () => {
          isLate = true
          given()
        })
      })
    ),
    Effect.onExit(() => {
      isOver = true
      return Effect.void
    }),
    Effect.mapError((error) => (isLate ? new Cause.TimeoutError("no response headers in time") : error))
  )
}

/**
 * Layer that provides the `HttpClient` over the dispatcher in its context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient, never, NodeHttpClient.Dispatcher> = Layer.effect(
  HttpClient.HttpClient,
  make
)
