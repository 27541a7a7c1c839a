/**
 * The client that replays: it returns the recorded response of every request, with its chunks at the recorded times.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Cookies from "effect/http/Cookies"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { CassetteError } from "./CassetteError.ts"
import * as Failures from "./Failures.ts"
import * as Matching from "./Matching.ts"
import * as Scrubbing from "./Scrubbing.ts"
import * as SentRequest from "./SentRequest.ts"
import * as StreamedResponse from "../../layers/http/StreamedResponse.ts"
import type * as Tape from "./Tape.ts"

/** When the chunks of a replayed response are emitted: at the recorded times, or at once. */
export type Timing = "recorded" | "instant"

/**
 * The pause where a recording stopped, in milliseconds. A consumer that gave up there gives up again; one that waits
 * longer fails with an error.
 */
const endedDelay = 1000

/** Creates a client that replays a tape. Every exchange is used once. */
export const make = (tape: Tape.Tape, path: string, timing: Timing): HttpClient.HttpClient => {
  const used = new Set<number>()

  const find = (sent: SentRequest.SentRequest): Effect.Effect<Tape.Exchange> =>
    Effect.suspend(() => {
      const found = Matching.take(tape.exchanges, used, Scrubbing.request(sent))
      return typeof found === "string"
        ? Effect.die(new CassetteError({ reason: "Unmatched", path, detail: found }))
        : Effect.succeed(found)
    })

  const failEnded = (detail: string): Effect.Effect<never> =>
    Effect.andThen(Effect.sleep(endedDelay), Effect.die(new CassetteError({ reason: "Ended", path, detail })))

  return HttpClient.make(Effect.fnUntraced(function*(request) {
    const { outcome, request: recorded } = yield* find(yield* SentRequest.make(request))
    const startedAt = yield* Clock.currentTimeMillis
    const at = Effect.fnUntraced(function*(afterMs: number) {
      const wait = startedAt + afterMs - (yield* Clock.currentTimeMillis)
      if (timing === "recorded" && wait > 0) yield* Effect.sleep(wait)
    })
    yield* at(outcome.afterMs)
    switch (outcome._tag) {
      case "Failed":
        return yield* Failures.ofRequest(request, outcome)
      case "Unanswered":
        return yield* failEnded("the recorded request was interrupted here, before any response")
      case "Answered":
        return respond(request, recorded.url, outcome, at, failEnded)
    }
  }))
}

const respond = (
  request: HttpClientRequest.HttpClientRequest,
  url: string,
  { chunks, ending, headers, status }: Tape.RecordedResponse,
  at: (afterMs: number) => Effect.Effect<void>,
  failEnded: (detail: string) => Effect.Effect<never>
) =>
  StreamedResponse.make({
    request,
    url,
    status,
    headers: Headers.fromInput(headers),
    cookies: Cookies.empty,
    stream: (response) => {
      const end = (): Effect.Effect<void, HttpClientError.HttpClientError> => {
        switch (ending._tag) {
          case "End":
            return Effect.void
          case "Error":
            return Effect.fail(Failures.ofBody(request, response, ending.failure))
          case "Cut":
            return failEnded("the recorded consumer stopped reading here, so there is no more of this response")
        }
      }
      return Stream.fromIterable(chunks).pipe(
        Stream.mapEffect((chunk) => Effect.as(at(chunk.afterMs), bytesOf(chunk.bytes))),
        Stream.concat(Stream.fromEffectDrain(Effect.andThen(at(ending.afterMs), Effect.suspend(end))))
      )
    }
  })

// A tape that was edited by hand may contain invalid base64, which is replayed as text.
const bytesOf = (bytes: Tape.Bytes): Uint8Array =>
  "text" in bytes
    ? new TextEncoder().encode(bytes.text)
    : Result.getOrElse(Base64.decode(bytes.base64), () => new TextEncoder().encode(bytes.base64))
