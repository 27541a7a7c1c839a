/**
 * The simulator in memory, as the `HttpClient` of a program: no socket, and time is the program's `Clock`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Engine from "./Engine.ts"
import { type Options, Simulator } from "./Simulator.ts"
import type { Step } from "./Steps.ts"

const encoder = new TextEncoder()
const decoder = new TextDecoder()

// Creates the error that Node reports for the same failure of a socket.
const socketError = (code: string, message: string) => Object.assign(new Error(message), { code })

const transportError = (request: HttpClientRequest.HttpClientRequest, cause: Error) =>
  new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })

const bodyBytes = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Uint8Array, HttpClientError.HttpClientError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
    case "FormData":
      return Effect.succeed(new Uint8Array())
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Raw":
      return Effect.succeed(
        typeof body.body === "string"
          ? encoder.encode(body.body)
          : body.body instanceof Uint8Array
          ? body.body
          : new Uint8Array()
      )
    case "Stream":
      return Stream.mkUint8Array(Stream.mapError(body.stream, (cause) =>
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.EncodeError({ request, cause })
        })))
  }
}

type BodyError = HttpClientError.HttpClientError

// Ends at the declared length, and fails where the body is shorter.
const withLength =
  (declared: number | undefined, missing: () => BodyError) =>
  (body: Stream.Stream<Uint8Array, BodyError>): Stream.Stream<Uint8Array, BodyError> =>
    declared === undefined ? body : Stream.suspend(() => {
      let remaining = declared
      return body.pipe(
        Stream.map((bytes) => {
          const kept = bytes.subarray(0, remaining)
          remaining -= kept.length
          return kept
        }),
        Stream.filter((bytes) => bytes.length > 0),
        Stream.concat(Stream.suspend(() => remaining > 0 ? Stream.fail(missing()) : Stream.empty))
      )
    })

const pause = (millis: number | undefined): Effect.Effect<void> =>
  millis === undefined ? Effect.never : millis > 0 ? Effect.sleep(millis) : Effect.void

const bodyStream = (
  { entry, response }: Engine.Exchange,
  broken: (cause: Error) => BodyError,
  disconnect: (nowMillis: number) => void
): Stream.Stream<Uint8Array, BodyError> => {
  const pull = Effect.fnUntraced(
    function*(steps: Iterator<Step>): Effect.fn.Return<readonly [Uint8Array, Iterator<Step>] | undefined, BodyError> {
      for (let next = steps.next(); next.done !== true; next = steps.next()) {
        const step = next.value
        switch (step._tag) {
          case "Write":
            entry.wrote(step.bytes.length)
            return [step.bytes, steps] as const
          case "Wait":
            yield* pause(step.millis)
            break
          case "End":
            entry.ended("cut", yield* Clock.currentTimeMillis)
            if (step.how === "end") return undefined
            return yield* broken(
              step.how === "reset"
                ? socketError("ECONNRESET", "read ECONNRESET")
                : socketError("UND_ERR_SOCKET", "other side closed")
            )
        }
      }
      entry.ended("completed", yield* Clock.currentTimeMillis)
      return undefined
    }
  )
  return Stream.suspend(() => Stream.unfold(response.body()[Symbol.iterator](), pull)).pipe(
    withLength(
      response.headers["content-length"] === undefined ? undefined : Number(response.headers["content-length"]),
      () => broken(socketError("UND_ERR_SOCKET", "other side closed"))
    ),
    Stream.ensuring(Effect.map(Clock.currentTimeMillis, disconnect))
  )
}

const toResponse = (
  request: HttpClientRequest.HttpClientRequest,
  exchange: Engine.Exchange,
  disconnect: (nowMillis: number) => void
): HttpClientResponse.HttpClientResponse => {
  const { headers, status } = exchange.response
  const base = HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
  const decodeError = (cause: unknown) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request, response: base, cause })
    })
  const stream = bodyStream(exchange, decodeError, disconnect)
  const bytes = Stream.mkUint8Array(stream)
  const text = Effect.map(bytes, (bytes) => decoder.decode(bytes))
  const json = Effect.flatMap(text, (text) =>
    text === ""
      ? Effect.succeed(null)
      : Effect.mapError(Schema.decodeEffect(Schema.fromJsonString(Schema.Json))(text), decodeError))
  // A web body runs on promises, which a test clock cannot wait for. The members that read are therefore replaced.
  const response: HttpClientResponse.HttpClientResponse = Object.create(base, {
    stream: { value: stream },
    arrayBuffer: { value: Effect.map(bytes, (bytes) => bytes.buffer) },
    text: { value: text },
    json: { value: json }
  })
  return response
}

/**
 * Creates an `HttpClient` that sends every request to a simulator, whatever its host, and the simulator's service.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): {
  /** The client. */
  readonly client: HttpClient.HttpClient
  /** The service for inspecting the requests and changing the scenario. */
  readonly simulator: Simulator["Service"]
} => {
  const engine = Engine.make(options)
  const client = HttpClient.make(Effect.fnUntraced(function*(request, url, signal) {
    const bytes = yield* bodyBytes(request)
    const connection = engine.journal.open(yield* Clock.currentTimeMillis)
    const exchange = yield* engine.receive({
      connection,
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: { host: url.host, ...request.headers },
      bytes: bytes.length > engine.maxRequestBytes ? undefined : bytes
    })
    const { entry, response } = exchange
    const clock = yield* Clock.Clock
    // A response that has not ended yet was abandoned by the client.
    const disconnect = (now: number) => {
      entry.ended("disconnected", now)
      engine.journal.close(connection, now)
    }
    const disconnectNow = () => disconnect(clock.currentTimeMillisUnsafe())
    signal.addEventListener("abort", disconnectNow, { once: true })
    yield* pause(response.delayMillis).pipe(Effect.onInterrupt(() => Effect.sync(disconnectNow)))
    if (response.connection !== "kept") {
      entry.ended("cut", clock.currentTimeMillisUnsafe())
      engine.journal.close(connection, clock.currentTimeMillisUnsafe())
      return yield* transportError(
        request,
        response.connection === "reset"
          ? socketError("ECONNRESET", "read ECONNRESET")
          : socketError("ECONNREFUSED", `connect ECONNREFUSED ${url.host}`)
      )
    }
    entry.status(response.status)
    return toResponse(request, exchange, disconnect)
  }))
  return { client, simulator: engine.service("http://simulator.invalid") }
}

/**
 * Layer that provides an `HttpClient` that sends every request to a simulator, and the simulator's service.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<HttpClient.HttpClient | Simulator> =>
  Layer.effectContext(Effect.sync(() => {
    const { client, simulator } = make(options)
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(Simulator, simulator))
  }))
