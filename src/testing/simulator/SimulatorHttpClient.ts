/**
 * The simulator in memory, as the HttpClient of a program: no socket, and time is the program's own Clock.
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

// The names that node gives the same accidents on a socket.
const accident = (code: string, message: string) => Object.assign(new Error(message), { code })

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

// Reads no further than the length that the headers promised, and misses what it promised and did not send.
const withLength =
  (declared: number | undefined, missing: () => BodyError) =>
  (body: Stream.Stream<Uint8Array, BodyError>): Stream.Stream<Uint8Array, BodyError> =>
    declared === undefined ? body : Stream.suspend(() => {
      let left = declared
      return body.pipe(
        Stream.map((bytes) => {
          const kept = bytes.subarray(0, left)
          left -= kept.length
          return kept
        }),
        Stream.filter((bytes) => bytes.length > 0),
        Stream.concat(Stream.suspend(() => left > 0 ? Stream.fail(missing()) : Stream.empty))
      )
    })

const pause = (millis: number | undefined): Effect.Effect<void> =>
  millis === undefined ? Effect.never : millis > 0 ? Effect.sleep(millis) : Effect.void

const bodyStream = (
  { entry, response }: Engine.Exchange,
  broken: (cause: Error) => BodyError,
  left: (nowMillis: number) => void
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
                ? accident("ECONNRESET", "read ECONNRESET")
                : accident("UND_ERR_SOCKET", "other side closed")
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
      () => broken(accident("UND_ERR_SOCKET", "other side closed"))
    ),
    Stream.ensuring(Effect.map(Clock.currentTimeMillis, left))
  )
}

const toResponse = (
  request: HttpClientRequest.HttpClientRequest,
  exchange: Engine.Exchange,
  left: (nowMillis: number) => void
): HttpClientResponse.HttpClientResponse => {
  const { headers, status } = exchange.response
  const base = HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
  const decodeError = (cause: unknown) =>
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.DecodeError({ request, response: base, cause })
    })
  const stream = bodyStream(exchange, decodeError, left)
  const bytes = Stream.mkUint8Array(stream)
  const text = Effect.map(bytes, (bytes) => decoder.decode(bytes))
  const json = Effect.flatMap(text, (text) =>
    text === ""
      ? Effect.succeed(null)
      : Effect.mapError(Schema.decodeEffect(Schema.fromJsonString(Schema.Json))(text), decodeError))
  // A web body would run on promises, which a test clock cannot wait for, so the reading parts are replaced.
  const response: HttpClientResponse.HttpClientResponse = Object.create(base, {
    stream: { value: stream },
    arrayBuffer: { value: Effect.map(bytes, (bytes) => bytes.buffer) },
    text: { value: text },
    json: { value: json }
  })
  return response
}

/**
 * Creates an HttpClient that a simulator answers, whatever the host of the request, and the service to look at it with.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): {
  readonly client: HttpClient.HttpClient
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
    // Whatever has not ended by now was abandoned by the client.
    const left = (now: number) => {
      entry.ended("disconnected", now)
      engine.journal.close(connection, now)
    }
    const disconnected = () => left(clock.currentTimeMillisUnsafe())
    signal.addEventListener("abort", disconnected, { once: true })
    yield* pause(response.delayMillis).pipe(Effect.onInterrupt(() => Effect.sync(disconnected)))
    if (response.connection !== "kept") {
      entry.ended("cut", clock.currentTimeMillisUnsafe())
      engine.journal.close(connection, clock.currentTimeMillisUnsafe())
      return yield* transportError(
        request,
        response.connection === "reset"
          ? accident("ECONNRESET", "read ECONNRESET")
          : accident("ECONNREFUSED", `connect ECONNREFUSED ${url.host}`)
      )
    }
    entry.status(response.status)
    return toResponse(request, exchange, left)
  }))
  return { client, simulator: engine.service("http://simulator.invalid") }
}

/**
 * Layer that provides an `HttpClient` which the simulator answers, and the simulator itself.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<HttpClient.HttpClient | Simulator> =>
  Layer.effectContext(Effect.sync(() => {
    const { client, simulator } = make(options)
    return Context.make(HttpClient.HttpClient, client).pipe(Context.add(Simulator, simulator))
  }))
