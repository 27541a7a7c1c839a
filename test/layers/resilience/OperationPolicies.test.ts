/**
 * Rate limits and circuit breakers around rerank and audio, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  CircuitBreakers,
  type CompletionError,
  type ProviderDefinition,
  RateLimitManager,
  type RateLimitRule,
  Reranker,
  Speech,
  Transcription
} from "sluice"
import type { Scenario } from "sluice/testing"
import { definition as jina } from "../../../src/domain/providers/Jina.ts"
import { definition as mistral } from "../../../src/domain/providers/Mistral.ts"
import * as Asking from "../../support/Asking.ts"
import { file } from "../../support/Recordings.ts"

type Services = Reranker | Speech | Transcription

/** One operation. */
interface Case {
  readonly name: string
  readonly provider: ProviderDefinition
  /** Runs it, and returns the tokens that it was reported to use. */
  readonly run: Effect.Effect<number | undefined, CompletionError, Services>
}

const speech = { model: "voxtral-mini-tts-2603", input: "Hello there, this is a test." }

const recording = { model: "voxtral-mini-latest", file }

const cases: ReadonlyArray<Case> = [
  {
    name: "rerank",
    provider: jina,
    run: Effect.map(
      Reranker.rerank({ model: "m", query: "interest", documents: ["the cat", "rates of interest"] }),
      ({ usage }) => usage.inputTokens
    )
  },
  {
    name: "transcribe",
    provider: mistral,
    run: Effect.map(
      Transcription.transcribe(recording),
      ({ usage: { inputTokens, outputTokens } }) => inputTokens + outputTokens
    )
  },
  {
    name: "a stream of a transcript",
    provider: mistral,
    run: Effect.map(
      Stream.runFold(
        Transcription.stream(recording),
        (): number | undefined => undefined,
        (used, event) =>
          event._tag === "TranscriptCompleted"
            ? event.transcript.usage.inputTokens + event.transcript.usage.outputTokens
            : used
      ),
      (used) => used
    )
  },
  {
    name: "speak",
    provider: mistral,
    run: Effect.map(
      Speech.speak(speech),
      ({ usage }) => (usage === null ? undefined : usage.inputTokens + usage.outputTokens)
    )
  },
  { name: "a stream of speech", provider: mistral, run: Effect.as(Stream.runDrain(Speech.stream(speech)), undefined) }
]

const layer = ({ provider }: Case, limits: ReadonlyArray<RateLimitRule>, scenario: Scenario.Scenario = {}) =>
  Asking.inMemory(provider, { scenario, settings: { maxRetries: 0 } }).pipe(
    Layer.provideMerge(RateLimitManager.layer({ margin: 0, limits })),
    Layer.provideMerge(CircuitBreakers.layer()),
    Layer.orDie
  )

const perMinute = ({ provider: { id } }: Case, requestsPerMinute: number): ReadonlyArray<RateLimitRule> => [
  { provider: id, requestsPerMinute, tokensPerMinute: 1e9 }
]

const outcomeOf = (result: Result.Result<unknown, CompletionError>): string =>
  Result.isSuccess(result) ? "success" : result.failure._tag

const received = Effect.map(Asking.requests, (requests) => requests.length)

const usedOf = (kind: keyof Omit<RateLimitRule, "provider">) =>
  Effect.map(RateLimitManager.status, ([status]) => status?.limits.find((limit) => limit.kind === kind)?.used)

describe.each(cases)("rate limits and circuit breakers: $name", (entry) => {
  it.effect("waits until a limit allows it", () =>
    Effect.gen(function*() {
      const first = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(first)
      const second = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual(yield* received, 1)
      yield* TestClock.adjust("30 seconds")
      yield* Fiber.join(second)
      assert.strictEqual(yield* received, 2)
    }).pipe(Effect.provide(layer(entry, perMinute(entry, 1)))))

  it.effect("counts for the tokens that are reported, or for what it may use at most", () =>
    Effect.gen(function*() {
      const call = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      const reported = yield* Fiber.join(call)
      const used = yield* usedOf("tokensPerMinute")
      assert.isAbove(used ?? 0, 0)
      if (reported !== undefined) assert.strictEqual(used, reported)
      const [status] = yield* RateLimitManager.status
      assert.strictEqual(status?.running, 0)
    }).pipe(Effect.provide(layer(entry, perMinute(entry, 100)))))

  it.effect("returns what a wait has reserved that is interrupted", () =>
    Effect.gen(function*() {
      const first = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(first)
      const before = yield* usedOf("tokensPerMinute")
      const waiting = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* RateLimitManager.status)[0]?.waiting, 1)
      yield* Fiber.interrupt(waiting)
      assert.strictEqual((yield* RateLimitManager.status)[0]?.waiting, 0)
      assert.strictEqual(yield* usedOf("tokensPerMinute"), before)
      assert.strictEqual(yield* received, 1)
    }).pipe(Effect.provide(layer(entry, perMinute(entry, 1)))))

  it.effect("is refused after five failures, and sent again when the time has passed", () =>
    Effect.gen(function*() {
      const outcomes: Array<string> = []
      for (let left = 6; left > 0; left--) outcomes.push(outcomeOf(yield* Effect.result(entry.run)))
      assert.deepStrictEqual(outcomes, [...Array.from({ length: 5 }, () => "OverloadedError"), "CircuitOpenError"])
      assert.strictEqual(yield* received, 5)
      yield* TestClock.adjust("2 minutes")
      const probe = yield* Effect.forkChild(entry.run, { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(probe)
      assert.deepStrictEqual((yield* CircuitBreakers.states).map(({ state }) => state), ["closed"])
    }).pipe(Effect.provide(layer(entry, [], {
      faults: [{ _tag: "ProviderError", kind: "overloaded", on: [1, 2, 3, 4, 5] }]
    }))))
})
