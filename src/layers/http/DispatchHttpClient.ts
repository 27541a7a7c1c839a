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
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Layer from "effect/Layer"
import { BodyQueue } from "./BodyQueue.ts"
import { DispatchResponse } from "./DispatchResponse.ts"

type HttpError = HttpClientError.HttpClientError

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: unknown): HttpError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

/** One exchange: the callbacks of one request. */
class Exchange implements Undici.Dispatcher.DispatchHandler {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #url: string
  readonly #signal: AbortSignal
  readonly #clock: Clock.Clock
  readonly #resume: (response: Effect.Effect<DispatchResponse, HttpError>) => void
  #controller: Undici.Dispatcher.DispatchController | undefined
  #response: DispatchResponse | undefined
  #aborted = false
  #over = false

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    url: string,
    signal: AbortSignal,
    clock: Clock.Clock,
    resume: (response: Effect.Effect<DispatchResponse, HttpError>) => void
  ) {
    this.#request = request
    this.#url = url
    this.#signal = signal
    this.#clock = clock
    this.#resume = resume
    signal.addEventListener("abort", this.abort, { once: true })
  }

  /** Closes the connection of an exchange that is not over. */
  readonly abort = (): void => {
    if (this.#over || this.#aborted) return
    this.#aborted = true
    this.#controller?.abort(new Error("The request was given up"))
  }

  #finish(): void {
    this.#over = true
    this.#signal.removeEventListener("abort", this.abort)
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
    this.#finish()
    this.#response?.body.end()
  }

  onResponseError(_controller: Undici.Dispatcher.DispatchController, cause: Error): void {
    this.#finish()
    if (this.#response === undefined) this.#resume(Effect.fail(transportError(this.#request, cause)))
    else this.#response.body.fail(this.#response.broken(cause))
  }
}

const make = Effect.gen(function*() {
  const dispatcher = yield* NodeHttpClient.Dispatcher
  const fallback = yield* NodeHttpClient.makeUndici
  return HttpClient.make((request, url, signal) => {
    const { body } = request
    if ((body._tag !== "Empty" && body._tag !== "Uint8Array") || request.headers["upgrade"] !== undefined) {
      return fallback.execute(request)
    }
    return Effect.clockWith((clock) =>
      Effect.callback<DispatchResponse, HttpError>((resume) => {
        const exchange = new Exchange(request, url.href.replace(/#.*$/, ""), signal, clock, resume)
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
  })
})

/**
 * Layer that provides the `HttpClient` over the dispatcher in its context.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<HttpClient.HttpClient, never, NodeHttpClient.Dispatcher> = HttpClient
  .layerMergedContext(
    make
  )
