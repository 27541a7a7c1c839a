/**
 * The client that records: it sends every request with another client and stores the exchange when it has ended.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as StreamedResponse from "../../layers/http/StreamedResponse.ts"
import * as Failures from "./Failures.ts"
import type * as Recording from "./Recording.ts"
import type * as Scrubbing from "./Scrubbing.ts"
import * as SentRequest from "./SentRequest.ts"
import type * as Tape from "./Tape.ts"

/** An exchange that has not ended yet. */
interface OpenExchange {
  readonly index: number
  readonly sent: SentRequest.SentRequest
  readonly startedAt: number
  /** The response, once its head has arrived. */
  response: Scrubbing.ReceivedResponse | undefined
}

type Finish = (exchange: OpenExchange, result: Recording.Result) => Effect.Effect<void>

/** Records a request that failed or was interrupted before its response. */
const finishWithoutResponse = (
  exchange: OpenExchange,
  cause: Cause.Cause<HttpClientError.HttpClientError>,
  afterMs: number,
  finish: Finish
): Effect.Effect<void> => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  if (error !== undefined) {
    const { _tag } = error.reason
    const reason = _tag === "EncodeError" || _tag === "InvalidUrlError" ? _tag : "TransportError"
    return finish(exchange, { _tag: "Failed", afterMs, reason, failure: Failures.describe(error) })
  }
  return Cause.hasInterruptsOnly(cause) ? finish(exchange, { _tag: "Unanswered", afterMs }) : Effect.void
}

/** Returns a response whose body is recorded as it is read. */
const recordBody = (
  exchange: OpenExchange,
  response: HttpClientResponse.HttpClientResponse,
  clock: Clock.Clock,
  finish: Finish
): HttpClientResponse.HttpClientResponse => {
  const millis = () => clock.currentTimeMillisUnsafe() - exchange.startedAt
  const chunks: Array<Scrubbing.ReceivedResponse["chunks"][number]> = []
  const received = { afterMs: millis(), status: response.status, headers: { ...response.headers }, chunks }
  exchange.response = received
  let ending: Tape.Ending | undefined

  return StreamedResponse.make({
    request: response.request,
    url: response.url,
    status: response.status,
    headers: response.headers,
    cookies: response.cookies,
    stream: () =>
      response.stream.pipe(
        Stream.mapArray((arrived) => {
          const afterMs = millis()
          // The bytes are copied, since the consumer may change them.
          for (const bytes of arrived) chunks.push({ afterMs, bytes: new Uint8Array(bytes) })
          return arrived
        }),
        // Only an error of the body itself is the body's ending. A consumer that fails closes the stream with its own
        // error.
        Stream.tapError((error) =>
          Effect.sync(() => {
            ending = { _tag: "Error", afterMs: millis(), failure: Failures.describe(error) }
          })
        ),
        Stream.onEnd(Effect.sync(() => {
          ending = { _tag: "End", afterMs: millis() }
        })),
        Stream.onExit(() =>
          Effect.suspend(() =>
            finish(exchange, {
              _tag: "Answered",
              response: received,
              ending: ending ?? { _tag: "Cut", afterMs: millis() }
            })
          )
        )
      )
  })
}

/**
 * Creates a client that records the exchanges of another one. When the scope closes, responses that were not read and
 * requests that are still waiting are recorded as they are.
 */
export const make = Effect.fnUntraced(function*(live: HttpClient.HttpClient, recording: Recording.Recording) {
  const open = new Set<OpenExchange>()
  let requests = 0

  const finish: Finish = (exchange, result) =>
    open.delete(exchange)
      ? Effect.orDie(recording.store({ index: exchange.index, sent: exchange.sent, result }))
      : Effect.void

  const now = ({ startedAt }: OpenExchange): Effect.Effect<number> =>
    Effect.map(Clock.currentTimeMillis, (millis) => millis - startedAt)

  yield* Effect.addFinalizer(() =>
    Effect.forEach([...open], (exchange) =>
      Effect.flatMap(now(exchange), (afterMs) =>
        finish(
          exchange,
          exchange.response === undefined
            ? { _tag: "Unanswered", afterMs }
            : { _tag: "Answered", response: exchange.response, ending: { _tag: "Cut", afterMs } }
        )))
  )

  const record = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    const sent = yield* SentRequest.make(request)
    const clock = yield* Clock.Clock
    const exchange: OpenExchange = {
      index: requests++,
      sent,
      startedAt: yield* Clock.currentTimeMillis,
      response: undefined
    }
    yield* Effect.orDie(recording.addSecrets(sent.secrets))
    open.add(exchange)
    return yield* live.postprocess(Effect.succeed(sent.sendable)).pipe(
      Effect.onError((cause) =>
        Effect.flatMap(now(exchange), (afterMs) => finishWithoutResponse(exchange, cause, afterMs, finish))
      ),
      Effect.map((response) => recordBody(exchange, response, clock, finish))
    )
  })

  return HttpClient.makeWith(Effect.flatMap(record), live.preprocess)
})
