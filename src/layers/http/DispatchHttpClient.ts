/**
 * Provides an HTTP client over undici's dispatch interface: no promise, no Readable, one wake-up for each read of a
 * socket.
 *
 * Requests with streamed or form bodies and upgrades go to another client over the same pool.
 *
 * @see https://undici.nodejs.org/#/docs/api/Dispatcher.md
 */
import type * as Undici from "@effect/platform-node/Undici"
import type * as Clock from "effect/Clock"
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
import type { Readable } from "node:stream"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import { BodyQueue } from "./BodyQueue.ts"
import { DispatchResponse } from "./DispatchResponse.ts"
import * as ForeignExchange from "./ForeignExchange.ts"
import type { Supervision } from "./Supervision.ts"
import type { TimeLimit, Watched } from "./Watch.ts"

type HttpError = HttpClientError.HttpClientError

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: unknown): HttpError =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

type Resume<E> = (response: Effect.Effect<DispatchResponse, HttpError | E>) => void

const aborted = new Error("The request was aborted")

/** Bodies of more bytes are sent in pieces of this size, so that the progress of the upload is known. */
const pieceBytes = 64 * 1024

/** Returns the headers, with the length of a body that is sent in pieces. */
const withLength = ({ body, headers }: HttpClientRequest.HttpClientRequest): Readonly<Record<string, string>> =>
  body._tag !== "Uint8Array" || body.body.length <= pieceBytes || headers["content-length"] !== undefined
    ? headers
    : { ...headers, "content-length": String(body.body.length) }

/** What sends requests. */
export interface Sender {
  /** The pool of connections. */
  readonly dispatcher: Undici.Dispatcher
  /**
   * Makes a stream of the pieces of a large body: `Readable.from`, given here so that no module of Node is loaded
   * early.
   */
  readonly toReadable: (pieces: Iterable<Uint8Array>) => Readable
  /** The client over the same pool that sends streamed and form bodies, and upgrades. Most programs never need it. */
  readonly fallback: Effect.Effect<HttpClient.HttpClient>
}

/** Returns what sends the requests of a call with settings. */
export type SenderOf = (settings: Settings) => Result.Result<Sender, ConfigurationError>

/** One exchange: the callbacks of one request. It is watched until its response headers arrive. */
class Exchange<E> implements Undici.Dispatcher.DispatchHandler, Watched {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #target: Target
  readonly #clock: Clock.Clock
  readonly #resume: Resume<E>
  readonly #supervision: Supervision<E> | undefined
  #limit: TimeLimit<E> | undefined
  #since = 0
  #controller: Undici.Dispatcher.DispatchController | undefined
  #response: DispatchResponse | undefined
  #isSent = false
  #isAborted = false
  #isOver = false

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    target: Target,
    clock: Clock.Clock,
    resume: Resume<E>,
    supervision?: Supervision<E>
  ) {
    this.#request = request
    this.#target = target
    this.#clock = clock
    this.#resume = resume
    this.#supervision = supervision
  }

  /** Closes the connection of an exchange that is not over. A caller that waits for its response fails. */
  abort(failure?: HttpError | E): void {
    if (this.#isOver || this.#isAborted) return
    this.#isAborted = true
    if (this.#response === undefined) this.#finish(Effect.fail(failure ?? transportError(this.#request, aborted)))
    this.#controller?.abort(aborted)
  }

  left(now: number): number {
    return this.#limit === undefined ? Infinity : this.#since + this.#limit.left - now
  }

  isOver(): boolean {
    return this.#isOver || this.#isAborted || this.#response !== undefined
  }

  expire(): void {
    this.abort(this.#limit?.error(this.#clock.currentTimeMillisUnsafe() - this.#since))
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isAborted) controller.abort(aborted)
    // undici starts a request again that an HTTP/2 server did not take. It is admitted once.
    else if (this.#isSent) this.#awaitHeaders()
    else this.#send()
  }

  onResponseStart(
    controller: Undici.Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | Array<string> | undefined>
  ): void {
    // 100 Continue and 103 Early Hints come before the response.
    if (status < 200) return
    // These are slices of the first read, which would stay in memory as long as the response.
    controller.rawHeaders = null
    this.#supervision?.onHeaders(this.#clock.currentTimeMillisUnsafe() - this.#since)
    this.#response = new DispatchResponse({
      request: this.#request,
      url: this.#target.href,
      status,
      headers: Headers.fromInput(headers),
      body: new BodyQueue(controller, this.#clock),
      exchange: this
    })
    this.#finish(Effect.succeed(this.#response))
  }

  onResponseData(_controller: Undici.Dispatcher.DispatchController, chunk: Buffer): void {
    this.#response?.body.push(chunk)
  }

  onResponseEnd(): void {
    this.#isOver = true
    this.#response?.body.end()
  }

  onResponseError(_controller: Undici.Dispatcher.DispatchController, cause: Error): void {
    if (this.#response === undefined) {
      this.#fail(cause)
      return
    }
    this.#isOver = true
    this.#response.body.fail(this.#response.broken(cause))
  }

  /** Passes the request to undici, which sends it when a connection is free. */
  begin(sender: ReturnType<SenderOf>): void {
    if (Result.isFailure(sender)) {
      // A client has one class of errors. The cause is found again where errors are classified.
      this.#fail(sender.failure)
      return
    }
    const { dispatcher, toReadable } = sender.success
    if (this.#supervision !== undefined) {
      this.#since = this.#clock.currentTimeMillisUnsafe()
      this.#limit = this.#supervision.connectionLimit(this.#since)
      this.#supervision.watch.add(this)
    }
    const { method } = this.#request
    const { origin, path } = this.#target
    try {
      dispatcher.dispatch({
        origin,
        path,
        method,
        headers: withLength(this.#request),
        body: this.#body(toReadable),
        // Time limits are supervised here: 0 switches undici's own off.
        headersTimeout: 0,
        bodyTimeout: 0
      }, this)
    } catch (cause) {
      this.#fail(cause)
    }
  }

  #send(): void {
    this.#isSent = true
    if (this.#supervision === undefined) return
    const error = this.#supervision.onSend()
    if (error !== undefined) {
      this.abort(error)
      return
    }
    this.#awaitHeaders()
  }

  #awaitHeaders(): void {
    if (this.#supervision === undefined) return
    this.#since = this.#clock.currentTimeMillisUnsafe()
    this.#limit = this.#supervision.headersLimit(this.#since)
  }

  #body(toReadable: Sender["toReadable"]): Uint8Array | Readable | null {
    const { body } = this.#request
    if (body._tag !== "Uint8Array") return null
    return body.body.length <= pieceBytes ? body.body : toReadable(this.#pieces(body.body))
  }

  /**
   * Returns the pieces of a large body. Each piece that is read shows that the upload progresses: the wait starts
   * again.
   */
  *#pieces(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      if (this.#isSent) this.#since = this.#clock.currentTimeMillisUnsafe()
      yield bytes.subarray(at, at + pieceBytes)
    }
    this.#since = this.#clock.currentTimeMillisUnsafe()
  }

  /** Ends an exchange that has no response. */
  #fail(cause: unknown): void {
    this.#isOver = true
    this.#finish(Effect.fail(transportError(this.#request, cause)))
  }

  #finish(response: Effect.Effect<DispatchResponse, HttpError | E>): void {
    this.#supervision?.watch.remove(this)
    this.#resume(response)
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

/** A client that also sends without an `AbortController`, which costs each request an exception at its end. */
interface DirectClient extends HttpClient.HttpClient {
  readonly [Direct]: SenderOf
}

const isDirect = (client: HttpClient.HttpClient): client is DirectClient => Direct in client

/** Makes the client. Requests that other code sends through it have the settings in the context of their fiber. */
export const make = (senderOf: SenderOf): HttpClient.HttpClient => {
  const client = HttpClient.make((request, url, signal, fiber) => {
    const settings = fiber.getRef(SluiceConfig)
    if (isPlain(request)) {
      return Effect.clockWith((clock) =>
        Effect.callback<DispatchResponse, HttpError>((resume) => {
          const exchange = new Exchange<never>(request, targetOf(url), clock, resume)
          signal.addEventListener("abort", () => exchange.abort(), { once: true })
          exchange.begin(senderOf(settings))
          return Effect.sync(() => exchange.abort())
        })
      )
    }
    const sender = senderOf(settings)
    return Result.isFailure(sender)
      ? Effect.fail(transportError(request, sender.failure))
      : Effect.flatMap(sender.success.fallback, (client) => client.execute(request))
  })
  return Object.assign(client, { [Direct]: senderOf })
}

/** The parsed addresses of recent requests: a program uses the same few again and again. */
const targets = new Map<string, Target>()
const maxTargets = 256

const parse = (request: HttpClientRequest.HttpClientRequest): Result.Result<Target, HttpError> =>
  Result.mapBoth(Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash)), {
    onSuccess: targetOf,
    onFailure: (cause) =>
      new HttpClientError.HttpClientError({ reason: new HttpClientError.InvalidUrlError({ request, cause }) })
  })

const find = (request: HttpClientRequest.HttpClientRequest): Result.Result<Target, HttpError> => {
  // A parameter may be a key, and different each time.
  if (request.urlParams !== UrlParams.empty || Option.isSome(request.hash)) return parse(request)
  const known = targets.get(request.url)
  if (known !== undefined) return Result.succeed(known)
  const found = parse(request)
  if (Result.isFailure(found)) return found
  if (targets.size >= maxTargets) targets.clear()
  targets.set(request.url, found.success)
  return found
}

/**
 * Sends a request whose connection is closed with the scope, as `HttpClient.withScope` does, without its cost where the
 * client is this one and not wrapped. Its connection is set up by the settings of the call. Fails with the
 * supervision's errors when a limit is reached or the request is not admitted.
 */
export const execute = <E>(
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  scope: Scope.Scope,
  supervision: Supervision<E>,
  settings: Settings
): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpError | E> => {
  if (!isDirect(client) || !isPlain(request)) {
    return Effect.provideService(ForeignExchange.send(client, request, scope, supervision), SluiceConfig, settings)
  }
  const target = find(request)
  if (Result.isFailure(target)) return Effect.fail(target.failure)
  return Effect.clockWith((clock) => {
    let respond: Resume<E> | undefined
    const exchange = new Exchange<E>(request, target.success, clock, (response) => respond?.(response), supervision)
    const abort = Effect.sync(() => exchange.abort())
    return Effect.andThen(
      Scope.addFinalizer(scope, abort),
      Effect.callback<DispatchResponse, HttpError | E>((resume) => {
        respond = resume
        exchange.begin(client[Direct](settings))
        return abort
      })
    )
  })
}
