/**
 * What a server sees when many callers were refused together, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Logger, Random, Stream } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { RateLimitedError } from "../../../src/domain/CompletionError.ts"
import * as Retry from "../../../src/layers/resilience/Retry.ts"
import * as RetryPolicy from "../../../src/services/RetryPolicy.ts"
import { defaults } from "../../../src/services/SluiceConfig.ts"
import * as Calls from "../../support/Calls.ts"

const callers = 500

/** Returns when the requests of all callers arrive, in milliseconds, where each is refused with the hint. */
const arrivals = (hint: number | undefined) =>
  Effect.gen(function*() {
    const times: Array<number> = []
    const refused = new RateLimitedError({
      provider: "openai",
      status: 429,
      ...(hint === undefined ? {} : { retryAfter: Duration.millis(hint) })
    })
    const policy = RetryPolicy.make(defaults)
    const one = Effect.suspend(() => {
      const call = Calls.make()
      const open = Calls.scripted(call, () =>
        Stream.unwrap(Effect.map(Clock.currentTimeMillis, (now) => {
          times.push(now)
          return Stream.fail(refused)
        })))
      return Effect.ignore(Stream.runDrain(Calls.events(call, Retry.make({ policy, throttles: undefined }), open)))
    })
    const fiber = yield* Effect.forkChild(
      Effect.forEach(Array.from({ length: callers }), () => one, { concurrency: "unbounded", discard: true })
    )
    yield* TestClock.adjust("10 minutes")
    yield* Fiber.join(fiber)
    return times
  }).pipe(Random.withSeed("herd"), Effect.provide(Logger.layer([])))

/** Counts the arrivals in each span of so many milliseconds. */
const counts = (times: ReadonlyArray<number>, span: number): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (const time of times) {
    const at = Math.floor(time / span)
    found[at] = (found[at] ?? 0) + 1
  }
  return Array.from(found, (count = 0) => count)
}

/** Makes the row of the table of docs/resilience.md. */
const rowOf = (name: string, times: ReadonlyArray<number>): ReadonlyArray<string> => {
  const later = times.filter((time) => time > 0)
  const perSecond = Array.from({ length: 8 }, (_, second) => counts(times, 1000)[second] ?? 0)
  return [name, ...perSecond.map(String), String(Math.max(...counts(later, 50)))]
}

const cellsOf = (line: string): ReadonlyArray<string> => line.split("|").slice(1, -1).map((cell) => cell.trim())

const documented = readFileSync(new URL("../../../docs/resilience.md", import.meta.url), "utf8").split("\n").map(
  cellsOf
)

describe("five hundred callers that are refused together", () => {
  it.effect.each<readonly [string, number | undefined, number]>([
    ["none", undefined, callers],
    ["0 s", 0, 60],
    ["1 s", 1000, 60],
    ["5 s", 5000, 60]
  ])("come back as docs/resilience.md says, with a hint of %s", ([name, hint, most]) =>
    Effect.gen(function*() {
      const times = yield* arrivals(hint)
      assert.strictEqual(times.length, 4 * callers)
      const row = rowOf(name, times)
      assert.isAtMost(Number(row.at(-1)), most)
      assert.isTrue(documented.some((line) => line.join() === row.join()), `the row is now | ${row.join(" | ")} |`)
    }))
})
