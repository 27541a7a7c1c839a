/**
 * The client that records: it performs every request with another one and stores what came of it.
 *
 * The file is written anew whenever an exchange is over, so that what was recorded is there even when the program is
 * killed. Exchanges are kept in the order of their requests and as they were until then: a secret that is only known
 * later, like a token that one request fetched and the next one used, is removed from the earlier ones too.
 */
import * as Clock from "effect/Clock"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { CassetteError } from "./CassetteError.ts"
import * as Failures from "./Failures.ts"
import * as Scrubbing from "./Scrubbing.ts"
import * as SentRequest from "./SentRequest.ts"
import * as StreamedResponse from "../../layers/http/StreamedResponse.ts"
import type * as Tape from "./Tape.ts"
import * as TapeFile from "./TapeFile.ts"

/** An exchange as it goes on, and as it was when it is over. */
interface Take {
  readonly sent: SentRequest.SentRequest
  readonly startedAt: number
  result:
    | { readonly _tag: "Waiting" }
    | { readonly _tag: "Answered"; readonly answer: Scrubbing.ReceivedResponse; ending: Tape.Ending | undefined }
    | Exclude<Tape.Outcome, Tape.Answered>
}

const outcome = ({ result }: Take, secrets: Iterable<string>): Tape.Outcome | undefined => {
  switch (result._tag) {
    case "Waiting":
      return undefined
    case "Answered": {
      const ending = result.ending
      if (ending === undefined) return undefined
      return {
        _tag: "Answered",
        ...Scrubbing.response(result.answer, secrets),
        ending: ending._tag === "Error" ? { ...ending, failure: Scrubbing.failure(ending.failure, secrets) } : ending
      }
    }
    case "Failed":
      return { ...result, failure: Scrubbing.failure(result.failure, secrets) }
    case "Unanswered":
      return result
  }
}

const toTape = (path: string, takes: ReadonlyArray<Take>): Effect.Effect<Tape.Tape, CassetteError> => {
  const answers = takes.flatMap(({ result }) => result._tag === "Answered" ? [result.answer] : [])
  const secrets = new Set([...takes.flatMap(({ sent }) => sent.secrets), ...answers.flatMap(Scrubbing.secretsOf)])
  if (answers.some((answer) => Scrubbing.hasHiddenSecret(answer, secrets))) {
    return Effect.fail(
      new CassetteError({
        reason: "Unwritable",
        path,
        detail: "cannot be stored: a compressed response contains a secret; request `accept-encoding: identity`"
      })
    )
  }
  return Effect.succeed({
    version: 1,
    exchanges: takes.flatMap((take) => {
      const over = outcome(take, secrets)
      return over === undefined ? [] : [{ request: Scrubbing.request(take.sent, secrets), outcome: over }]
    })
  })
}

/** Creates a client that records what another one does. */
export const make = Effect.fnUntraced(function*(live: HttpClient.HttpClient, path: string) {
  const context = yield* Effect.context<FileSystem.FileSystem>()
  const oneWriter = yield* Semaphore.make(1)
  const takes: Array<Take> = []

  const save = Effect.suspend(() => toTape(path, takes)).pipe(
    Effect.flatMap((tape) => tape.exchanges.length === 0 ? Effect.void : TapeFile.write(path, tape)),
    oneWriter.withPermit,
    Effect.provideContext(context),
    Effect.orDie
  )

  const now = (take: Take): Effect.Effect<number> =>
    Effect.map(Clock.currentTimeMillis, (millis) => millis - take.startedAt)

  const finish = Effect.fnUntraced(function*(take: Take, result: Take["result"]) {
    take.result = result
    yield* save
  })

  const refused = Effect.fnUntraced(function*(take: Take, cause: Cause.Cause<HttpClientError.HttpClientError>) {
    const afterMs = yield* now(take)
    const error = Option.getOrUndefined(Cause.findErrorOption(cause))
    if (error !== undefined) {
      const { _tag } = error.reason
      const reason = _tag === "EncodeError" || _tag === "InvalidUrlError" ? _tag : "TransportError"
      yield* finish(take, { _tag: "Failed", afterMs, reason, failure: Failures.describe(error) })
    } else if (Cause.hasInterruptsOnly(cause)) yield* finish(take, { _tag: "Unanswered", afterMs })
  })

  const answered = Effect.fnUntraced(function*(take: Take, response: HttpClientResponse.HttpClientResponse) {
    const clock = yield* Clock.Clock
    const millis = () => clock.currentTimeMillisUnsafe() - take.startedAt
    const chunks: Array<Scrubbing.ReceivedResponse["chunks"][number]> = []
    const answer = { afterMs: millis(), status: response.status, headers: { ...response.headers }, chunks }
    const result: Take["result"] = { _tag: "Answered", answer, ending: undefined }
    take.result = result
    let ended = false

    return StreamedResponse.make({
      request: response.request,
      url: response.url,
      status: response.status,
      headers: response.headers,
      cookies: response.cookies,
      stream: () =>
        response.stream.pipe(
          Stream.mapArray((received) => {
            const afterMs = millis()
            // A copy, since the bytes are the consumer's from here on.
            for (const bytes of received) chunks.push({ afterMs, bytes: new Uint8Array(bytes) })
            return received
          }),
          Stream.onEnd(Effect.sync(() => {
            ended = true
          })),
          Stream.onExit((exit) => {
            const afterMs = millis()
            const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
            if (error !== undefined) result.ending = { _tag: "Error", afterMs, failure: Failures.describe(error) }
            else result.ending = { _tag: ended ? "End" : "Cut", afterMs }
            return save
          })
        )
    })
  })

  // An answer that nobody read, and a request that is still out, are over now.
  yield* Effect.addFinalizer(() =>
    Effect.gen(function*() {
      for (const take of takes) {
        const afterMs = yield* now(take)
        if (take.result._tag === "Waiting") take.result = { _tag: "Unanswered", afterMs }
        else if (take.result._tag === "Answered") take.result.ending ??= { _tag: "Cut", afterMs }
      }
      yield* save
    })
  )

  const record = Effect.fnUntraced(function*(request: HttpClientRequest.HttpClientRequest) {
    const sent = yield* SentRequest.make(request)
    const take: Take = { sent, startedAt: yield* Clock.currentTimeMillis, result: { _tag: "Waiting" } }
    takes.push(take)
    return yield* live.postprocess(Effect.succeed(sent.sendable)).pipe(
      Effect.onError((cause) => refused(take, cause)),
      Effect.flatMap((response) => answered(take, response))
    )
  })

  return HttpClient.makeWith(Effect.flatMap(record), live.preprocess)
})
