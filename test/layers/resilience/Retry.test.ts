/**
 * What is retried, when, and how often, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Logger, Random, References, Schedule, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  AuthenticationError,
  type CompletionError,
  ConfigurationError,
  ConnectionError,
  ContentFilteredError,
  ContextLengthExceededError,
  IncompleteStreamError,
  InvalidRequestError,
  OverloadedError,
  RateLimitedError,
  RequestTimeoutError,
  ServerError,
  StreamFailedError,
  UsageLimitReachedError
} from "../../../src/domain/CompletionError.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import * as Retry from "../../../src/layers/resilience/Retry.ts"
import * as RetryPolicy from "../../../src/services/RetryPolicy.ts"
import { defaults, type Settings } from "../../../src/services/SluiceConfig.ts"
import * as Calls from "../../support/Calls.ts"

const who = { provider: "openai", model: "gpt-test" }
const created: ResponseEvent = { _tag: "Created", responseId: "r", model: "m" }
const text = (delta: string): ResponseEvent => ({ _tag: "OutputTextDelta", outputIndex: 0, delta })
const completed: ResponseEvent = {
  _tag: "Completed",
  responseId: "r",
  model: "m",
  finishReason: "stop",
  finishReasonRaw: "stop",
  usage: null,
  evidence: ["finish-reason"]
}
const overloaded = new OverloadedError({ ...who, status: 529 })

/**
 * Runs attempts that fail as scripted and succeed after that; answers when each attempt was made, and what was seen.
 */
const observe = (
  attempts: ReadonlyArray<Stream.Stream<ResponseEvent, CompletionError>>,
  settings: Partial<Settings> = {},
  policy: RetryPolicy.RetryPolicy = RetryPolicy.make({ ...defaults, ...settings })
) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    const seen: Array<ResponseEvent> = []
    const start = yield* Clock.currentTimeMillis
    const call = Calls.make()
    const open = Calls.scripted(call, (number) =>
      Stream.unwrap(Effect.map(Clock.currentTimeMillis, (now) => {
        times.push(now - start)
        return attempts[number - 1] ?? Stream.fromArray([text("ok"), completed])
      })))
    const stream = Calls.events(call, Retry.make({ policy, throttles: undefined }), open)
    const run = Effect.result(Stream.runForEach(stream, (event) => Effect.sync(() => seen.push(event))))
    const fiber = yield* Effect.forkChild(run, { startImmediately: true })
    yield* TestClock.adjust("2 hours")
    return { times, seen, result: yield* Fiber.join(fiber) }
  })

const failing = (error: CompletionError, count: number) => Array.from({ length: count }, () => Stream.fail(error))

const noJitter = { retryJitter: 0 }

/** A source of one and the same number. */
const always = (value: number) => ({ nextDoubleUnsafe: () => value, nextIntUnsafe: () => 0 })

describe("Retry", () => {
  it.effect("waits 200, 400 and 800 ms, and makes at most three retries", () =>
    Effect.gen(function*() {
      const { result, times } = yield* observe(failing(overloaded, 10), noJitter)
      assert.deepStrictEqual(times, [0, 200, 600, 1400])
      assert.isTrue(result._tag === "Failure" && result.failure._tag === "OverloadedError")
    }))

  it.effect("caps the delay at 30 seconds", () =>
    Effect.gen(function*() {
      const { times } = yield* observe(failing(overloaded, 20), { ...noJitter, maxRetries: 10 })
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
      assert.deepStrictEqual(gaps, [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000])
    }))

  it.effect("jitters within ten percent, and the same way for the same seed", () =>
    Effect.gen(function*() {
      const once = Random.withSeed(observe(failing(overloaded, 10), { maxRetries: 8 }), "sluice")
      const { times } = yield* once
      const again = yield* once
      assert.deepStrictEqual(times, again.times)
      const ideal = [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600]
      const shares = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / (ideal[index] ?? 1))
      for (const share of shares) assert.isTrue(share >= 0.9 && share <= 1.1, String(share))
      assert.isTrue(new Set(shares.map((share) => share.toFixed(3))).size > 4)
    }))

  it.effect.each<readonly [string, ReadonlyArray<number>, number, ReadonlyArray<number>]>([
    // [hints in ms, the random number, the times of the attempts]
    ["a hint, and no longer", [1300, 28_000], 0, [0, 1300, 29_300]],
    ["at least the back-off, for a hint of nothing", [0, 0, 0], 0, [0, 200, 600, 1400]],
    ["at least the back-off, for a hint that is shorter", [1, 399, 900], 0, [0, 200, 600, 1500]],
    ["up to a second more than a hint", [1300, 0], 0.5, [0, 1800, 2700]],
    ["up to a tenth of a long hint more", [20_000, 60_000], 0.5, [0, 21_000, 84_000]],
    ["more than the cap by what is random", [60_000], 0.999, [0, 65_994]],
    ["nothing where a hint is over the cap", [60_001], 0, [0]]
  ])("waits %s, also without jitter", ([, hints, random, expected]) =>
    Effect.gen(function*() {
      const attempts = hints.map((millis) =>
        Stream.fail(new RateLimitedError({ ...who, status: 429, retryAfter: Duration.millis(millis) }))
      )
      const { result, times } = yield* observe(attempts, noJitter)
      assert.deepStrictEqual(times, expected)
      assert.strictEqual(result._tag, expected.length > hints.length ? "Success" : "Failure")
    }).pipe(Effect.provideService(Random.Random, always(random))))

  it.effect.each<readonly [string, CompletionError, boolean]>([
    ["a connection error", new ConnectionError({ ...who, code: "ECONNRESET" }), true],
    ["an expired certificate", new ConnectionError({ ...who, code: "CERT_HAS_EXPIRED" }), false],
    ["424", new ServerError({ ...who, status: 424 }), false],
    ["424 with x-should-retry: true", new ServerError({ ...who, status: 424, shouldRetry: true }), true],
    ["408", new RequestTimeoutError({ ...who, status: 408 }), true],
    ["409", new InvalidRequestError({ ...who, status: 409 }), true],
    ["429", new RateLimitedError({ ...who, status: 429 }), true],
    ["500", new ServerError({ ...who, status: 500 }), true],
    ["503", new OverloadedError({ ...who, status: 503 }), true],
    ["529", overloaded, true],
    ["a failure inside a 200", new StreamFailedError(who), true],
    [
      "a cut before anything",
      new IncompleteStreamError({ ...who, ending: "end-of-body", missing: ["terminal-event"], evidence: [] }),
      true
    ],
    ["400", new InvalidRequestError({ ...who, status: 400 }), false],
    ["401", new AuthenticationError({ ...who, status: 401 }), false],
    ["a spent quota", new UsageLimitReachedError({ ...who, status: 429 }), false],
    ["a content filter", new ContentFilteredError({ ...who, status: 400 }), false],
    ["a prompt that is too long", new ContextLengthExceededError({ ...who, status: 400 }), false],
    ["a missing key", new ConfigurationError({ reason: "no key" }), false],
    ["429 with x-should-retry: false", new RateLimitedError({ ...who, status: 429, shouldRetry: false }), false],
    ["400 with x-should-retry: true", new InvalidRequestError({ ...who, status: 400, shouldRetry: true }), true],
    ["a quota with x-should-retry: true", new UsageLimitReachedError({ ...who, shouldRetry: true }), false]
  ])("decides about %s", ([, error, retried]) =>
    Effect.gen(function*() {
      const { result, times } = yield* observe([Stream.fail(error)], noJitter)
      assert.strictEqual(times.length, retried ? 2 : 1)
      assert.strictEqual(result._tag, retried ? "Success" : "Failure")
    }))

  it.effect("never retries after the first delivered event", () =>
    Effect.gen(function*() {
      const broken = Stream.concat(Stream.fromArray([created, text("Hel")]), Stream.fail(overloaded))
      const { result, seen, times } = yield* observe([broken])
      assert.deepStrictEqual(times, [0])
      assert.deepStrictEqual(seen, [created, text("Hel")])
      assert.strictEqual(result._tag, "Failure")
    }))

  it.effect("retries an attempt that only said hello, and delivers one hello", () =>
    Effect.gen(function*() {
      const hello = Stream.concat(Stream.fromArray([created]), Stream.fail(overloaded))
      const { seen } = yield* observe([hello, Stream.fromArray([created, text("ok"), completed])])
      const [, second] = seen.flatMap((event) => event._tag === "Completed" ? event.attempts ?? [] : [])
      assert.deepInclude(second, { number: 2, outcome: "success" })
      assert.deepStrictEqual(
        seen.map((event) => event._tag === "Completed" ? completed : event),
        [created, text("ok"), completed]
      )
    }))

  it.effect("closes a failed attempt before it waits, and the last one at the end", () =>
    Effect.gen(function*() {
      const steps: Array<string> = []
      const attempt = (name: string, events: Stream.Stream<ResponseEvent, CompletionError>) =>
        Stream.unwrap(
          Effect.as(
            Effect.acquireRelease(
              Effect.sync(() => steps.push(`open ${name}`)),
              () => Effect.map(Clock.currentTimeMillis, (now) => steps.push(`close ${name} at ${now}`))
            ),
            events
          )
        )
      yield* observe([
        attempt("first", Stream.concat(Stream.succeed(created), Stream.fail(overloaded))),
        attempt("second", Stream.fail(overloaded)),
        attempt("third", Stream.fromArray([text("ok"), completed]))
      ], noJitter)
      assert.deepStrictEqual(steps, [
        "open first",
        "close first at 0",
        "open second",
        "close second at 200",
        "open third",
        "close third at 600"
      ])
    }))

  it.effect("delivers what the last attempt had said before it fails for good", () =>
    Effect.gen(function*() {
      const hello = Stream.concat(Stream.fromArray([created]), Stream.fail(overloaded))
      const { result, seen } = yield* observe([hello, hello, hello, hello], noJitter)
      assert.deepStrictEqual(seen, [created])
      assert.isTrue(result._tag === "Failure" && result.failure._tag === "OverloadedError")
    }))

  it.effect("fails with the last error and all attempts", () =>
    Effect.gen(function*() {
      const { result } = yield* observe([
        Stream.fail(new ConnectionError({ ...who, code: "ECONNREFUSED" })),
        Stream.fail(new RateLimitedError({ ...who, status: 429, retryAfter: Duration.seconds(2) })),
        Stream.fail(overloaded),
        Stream.fail(new ServerError({ ...who, status: 500 }))
      ], noJitter)
      const failure = result._tag === "Failure" ? result.failure : undefined
      assert.deepStrictEqual(
        failure,
        new ServerError({
          ...who,
          status: 500,
          attempts: [
            { ...who, number: 1, outcome: "ConnectionError", millis: 0, delay: 200 },
            { ...who, number: 2, outcome: "RateLimitedError", status: 429, millis: 0, delay: 2500 },
            { ...who, number: 3, outcome: "OverloadedError", status: 529, millis: 0, delay: 800 },
            { ...who, number: 4, outcome: "ServerError", status: 500, millis: 0 }
          ]
        })
      )
      assert.include(failure?.message, "after 4 attempts")
    }).pipe(Effect.provideService(Random.Random, always(0.5))))

  it.effect("follows a policy that replaces the default one", () =>
    Effect.gen(function*() {
      const policy: RetryPolicy.RetryPolicy = {
        schedule: Schedule.spaced("1 minute").pipe(Schedule.upTo({ times: 2 })),
        retryable: (error) => error._tag === "AuthenticationError",
        maxRetryAfter: Duration.zero
      }
      const denied = new AuthenticationError({ ...who, status: 401 })
      const { times } = yield* observe(failing(denied, 5), {}, policy)
      assert.deepStrictEqual(times, [0, 60_000, 120_000])
      const other = yield* observe([Stream.fail(overloaded)], {}, policy)
      assert.deepStrictEqual(other.times, [0])
    }))

  it.effect("logs one line a retry, with the reason, the delay, the attempt and the correlation id", () =>
    Effect.gen(function*() {
      const lines: Array<unknown> = []
      const logger = Logger.make((options) => {
        lines.push({ message: options.message, ...options.fiber.getRef(References.CurrentLogAnnotations) })
      })
      yield* observe([Stream.fail(overloaded), Stream.fail(new ConnectionError(who))], noJitter).pipe(
        Effect.provide(Logger.layer([logger]))
      )
      const line = { message: ["retrying a request"], provider: "openai", model: "gpt-test", requestId: "request-1" }
      assert.deepStrictEqual(lines, [
        { ...line, reason: "OverloadedError", status: 529, attempt: 1, delayMs: 200 },
        { ...line, reason: "ConnectionError", attempt: 2, delayMs: 400 }
      ])
    }))
})
