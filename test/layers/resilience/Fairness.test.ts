/**
 * How long each of ten thousand callers waits, one of which is slow, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { ChatModel, RateLimitManager } from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const callers = 10_000
const concurrency = 100
const slow = 50

/** A response that takes so many milliseconds. */
const taking = (millis: number) =>
  Scripted.steps(RawServer.delta("Hi"), { wait: millis }, RawServer.stop, Scripted.usage(10, 5), RawServer.done)

const cellsOf = (line: string): string => line.split("|").slice(1, -1).map((cell) => cell.trim()).join(" | ")

const documented = new Set(
  readFileSync(new URL("../../../docs/resilience.md", import.meta.url), "utf8").split("\n").map(cellsOf)
)

describe("ten thousand callers and one slow one", () => {
  it.effect("are served in the order in which they came, as docs/resilience.md says", () => {
    const server = Scripted.serve(({ text }) => taking(text.includes(`caller ${slow}.`) ? 600_000 : 1000))
    return Effect.gen(function*() {
      const waits: Array<number> = []
      const order: Array<number> = []
      const caller = (index: number) =>
        Effect.gen(function*() {
          const since = yield* Clock.currentTimeMillis
          yield* ChatModel.complete({ model: "together/m", prompt: `caller ${index}.` })
          if (index !== slow) {
            waits.push((yield* Clock.currentTimeMillis) - since - 1000)
            order.push(index)
          }
        })
      yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: callers }, (_, index) => index), caller, {
          concurrency: "unbounded",
          discard: true
        })
      )
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(waits.length, callers - 1)
      assert.isTrue(order.every((index, at) => at === 0 || (order[at - 1] ?? 0) < index))
      const sorted = waits.toSorted((first, second) => first - second)
      const at = (share: number) => `${(sorted[Math.floor(share * (sorted.length - 1))] ?? 0) / 1000} s`
      const row = ["0", "0.25", "0.5", "0.75", "0.99", "1"].map((share) => at(Number(share))).join(" | ")
      assert.isTrue(documented.has(row), `the row is now | ${row} |`)
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Scripted.layer(server).pipe(
          Layer.provideMerge(RateLimitManager.layer({ limits: [{ provider: "together", concurrency }] })),
          Layer.orDie
        )
      )
    )
  }, 120_000)
})
