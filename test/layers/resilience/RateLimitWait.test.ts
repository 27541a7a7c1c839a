/**
 * The wait for the limits of a scope.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, References } from "effect"
import * as RateLimitWait from "../../../src/layers/resilience/RateLimitWait.ts"
import { rulesOf } from "../../../src/domain/RateLimitCosts.ts"
import { RateLimiter } from "../../../src/domain/RateLimiter.ts"

const scope = { provider: "openai-compatible", host: "x", account: undefined, models: "m" }
const cost = { requests: 1, tokens: 1, inputTokens: 1, outputTokens: 1 }

const makeLimiter = (maxWaiting = 10): RateLimiter =>
  new RateLimiter(scope, {
    settings: { concurrency: 1 },
    rules: rulesOf(scope.provider),
    onChange: () => {},
    margin: 0,
    maxWaiting
  })

const waitFor = (limiter: RateLimiter) =>
  RateLimitWait.wait({
    limiter,
    cost: () => cost,
    maxWait: Infinity,
    onTaken: () => {},
    onWait: () => Effect.void
  })

describe("a wait", () => {
  it.effect.each([3, 4, 5, 6, 7, 8, 9])(
    "that is interrupted leaves the queue, with yields after %i steps",
    (steps) =>
      Effect.gen(function*() {
        for (let turns = 0; turns < 6; turns++) {
          const limiter = makeLimiter()
          const reservation = limiter.take(cost, 0)
          const waiting = yield* Effect.forkChild(
            Effect.provideService(waitFor(limiter), References.MaxOpsBeforeYield, steps),
            { startImmediately: true }
          )
          for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
          yield* Fiber.interrupt(waiting)
          assert.strictEqual(limiter.status(0).waiting, 0, `interrupted after ${turns} turns`)
          reservation.release()
          assert.strictEqual((yield* waitFor(limiter)).type, "taken")
        }
      })
  )

  it.effect("for which there is no room leaves those that wait as they are", () =>
    Effect.gen(function*() {
      const limiter = makeLimiter(1)
      limiter.take(cost, 0)
      const waiting = yield* Effect.forkChild(waitFor(limiter), { startImmediately: true })
      assert.deepStrictEqual(yield* waitFor(limiter), { type: "full" })
      assert.strictEqual(limiter.status(0).waiting, 1)
      yield* Fiber.interrupt(waiting)
    }))
})
