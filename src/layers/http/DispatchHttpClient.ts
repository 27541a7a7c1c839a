/**
 * The HTTP client over undici's dispatch interface: no promise, no Readable, one wake-up for each read of a socket.
 *
 * Requests that it has no business with (streamed or form bodies, upgrades) go to Effect's own undici client, over the same
 * pool.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher.md
 * @since 0.1.0
 */
import type * as Undici from "@effect/platform-node/Undici"
import type * as Clock from "effect/Clock"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Url from "effect/http/Url"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { BodyQueue } from "./BodyQueue.ts"
import { DispatchResponse } from "./DispatchResponse.ts"
import { withPrivacy } from "./Privacy.ts"
import type { Watch, Watched } from "./Watch.ts"

type HttpError = HttpClientError.HttpClientError

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: unknown): HttpError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

/**
 * How long a response's headers may take, and who looks at the clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface TimeLimit {
  readonly millis: number
  readonly watch: Watch
}

type Resume = (response: Effect.Effect<DispatchResponse, HttpError>) => void

const givenUp = new Error("The request was given up")

/** One exchange: the callbacks of one request. It is watched until its headers are there. */
class Exchange implements Undici.Dispatcher.DispatchHandler, Watched {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #target: Target
  readonly #clock: Clock.Clock
  #limit: TimeLimit | undefined
  #deadline = 0
  #resume: Resume | undefined
  #controller: Undici.Dispatcher.DispatchController | undefined
  #response: DispatchResponse | undefined
  #aborted = false
  #over = false
  /** Whether it was given up because no headers came in time. */
  isLate = false

  constructor(request: HttpClientRequest.HttpClientRequest, target: Target, clock: Clock.Clock) {
    this.#request = request
    this.#target = target
    this.#clock = clock
  }

  /** Closes the connection of an exchange that is not over. Whoever waits for its response is told. */
  abort(): void {
    if (this.#over || this.#aborted) return
    this.#aborted = true
    if (this.#response === undefined) this.#answer(Effect.fail(transportError(this.#request, givenUp)))
    this.#controller?.abort(givenUp)
  }

  left(now: number): number {
    return this.#deadline - now
  }

  isOver(): boolean {
    return this.#over || this.#aborted || this.#response !== undefined
  }

  expire(): void {
    this.isLate = true
    this.abort()
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(givenUp)
  }

  onResponseStart(
    controller: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | Array<string> | undefined>
  ): void {
    // 100 Continue, 103 Early Hints: the response is yet to come.
    if (status < 200) return
    // Slices of the first read, all of which would stay as long as the response does.
    controller.rawHeaders = null
    this.#response = new DispatchResponse({
      request: this.#request,
      url: this.#target.href,
      status,
      headers: Headers.fromInput(headers),
      body: new BodyQueue(controller, this.#clock),
      exchange: this
    })
    this.#answer(Effect.succeed(this.#response))
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
    if (this.#response === undefined) this.#answer(Effect.fail(transportError(this.#request, cause)))
    else this.#response.body.fail(this.#response.broken(cause))
  }

  /** Puts the request on its way. */
  begin(dispatcher: Undici.Dispatcher, resume: Resume, limit?: TimeLimit): void {
    if (limit !== undefined) {
      this.#limit = limit
      this.#deadline = this.#clock.currentTimeMillisUnsafe() + limit.millis
      limit.watch.add(this)
    }
    this.#resume = resume
    const { body, headers, method } = this.#request
    const { origin, path } = this.#target
    try {
      dispatcher.dispatch({
        origin,
        path,
        method,
        headers,
        body: body._tag === "Uint8Array" ? body.body : null,
        // Clocks are the caller's business: these only say that undici has none.
        headersTimeout: 0,
        bodyTimeout: 0
      }, this)
    } catch (cause) {
      this.#over = true
      this.#answer(Effect.fail(transportError(this.#request, cause)))
    }
  }

  #answer(response: Effect.Effect<DispatchResponse, HttpError>): void {
    this.#limit?.watch.remove(this)
    this.#resume?.(response)
  }
}

interface Target {
  readonly origin: string
  readonly path: string
  readonly href: string
}

const targetOf = (url: URL): Target => ({
  origin: url.origin,
  path: url.pathname + url.search,
  href: url.href.replace(/#.*$/, "")
})

const isPlain = ({ body, headers }: HttpClientRequest.HttpClientRequest): boolean =>
  (body._tag === "Empty" || body._tag === "Uint8Array") && headers["upgrade"] === undefined

const Direct = Symbol.for("sluice/http/DispatchHttpClient/Direct")

/** A client that can also be asked without an `AbortController`, which costs every request an exception at its end. */
interface DirectClient extends HttpClient.HttpClient {
  readonly [Direct]: Undici.Dispatcher
}

const isDirect = (client: HttpClient.HttpClient): client is DirectClient => Direct in client

/** Effect's own client, which most programs never need and then do not load. */
const makeFallback = (dispatcher: Undici.Dispatcher): Effect.Effect<HttpClient.HttpClient> =>
  Effect.flatMap(
    Effect.promise(() => import("@effect/platform-node/NodeHttpClient")),
    ({ Dispatcher, makeUndici }) => Effect.provideService(makeUndici, Dispatcher, dispatcher)
  )

/**
 * Makes the client over a dispatcher.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (dispatcher: Undici.Dispatcher): HttpClient.HttpClient => {
  const fallback = Effect.runSync(Effect.cached(makeFallback(dispatcher)))
  const client = HttpClient.make((request, url, signal) =>
    isPlain(request)
      ? Effect.clockWith((clock) =>
        Effect.callback<DispatchResponse, HttpError>((resume) => {
          const exchange = new Exchange(request, targetOf(url), clock)
          signal.addEventListener("abort", () => exchange.abort(), { once: true })
          exchange.begin(dispatcher, resume)
          return Effect.sync(() => exchange.abort())
        })
      )
      : Effect.flatMap(fallback, (client) => client.execute(request))
  )
  return Object.assign(client, { [Direct]: dispatcher })
}

/** The addresses that were asked last: a program asks the same few again and again. */
const targets = new Map<string, Target>()
const mostTargets = 256

const parse = (request: HttpClientRequest.HttpClientRequest): Result.Result<Target, HttpError> =>
  Result.mapBoth(Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash)), {
    onSuccess: targetOf,
    onFailure: (cause) =>
      new HttpClientError.HttpClientError({ reason: new HttpClientError.InvalidUrlError({ request, cause }) })
  })

const find = (request: HttpClientRequest.HttpClientRequest): Result.Result<Target, HttpError> => {
  // What is a parameter may be a key, and new each time.
  if (request.urlParams !== UrlParams.empty || Option.isSome(request.hash)) return parse(request)
  const known = targets.get(request.url)
  if (known !== undefined) return Result.succeed(known)
  const found = parse(request)
  if (Result.isFailure(found)) return found
  if (targets.size >= mostTargets) targets.clear()
  targets.set(request.url, found.success)
  return found
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
  scope: Scope.Scope,
  limit: TimeLimit
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpError | Cause.TimeoutError> => {
  if (!isDirect(client) || !isPlain(request)) {
    return HttpClient.withScope(client).execute(request).pipe(
      Effect.timeout(limit.millis),
      withPrivacy,
      Scope.provide(scope)
    )
  }
  const target = find(request)
  if (Result.isFailure(target)) return Effect.fail(target.failure)
  return Effect.clockWith((clock) => {
    const exchange = new Exchange(request, target.success, clock)
    const abort = Effect.sync(() => exchange.abort())
    return Effect.andThen(
      Scope.addFinalizer(scope, abort),
      Effect.callback<DispatchResponse, HttpError | Cause.TimeoutError>((resume) => {
        const answer: Resume = (response) =>
          resume(exchange.isLate ? Effect.fail(new Cause.TimeoutError("no response headers in time")) : response)
        exchange.begin(client[Direct], answer, limit)
        return abort
      })
    )
  })
}
