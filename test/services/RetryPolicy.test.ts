/**
 * The policies that `make` makes from partial settings, and the one that retries nothing.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Random } from "effect"
import { OverloadedError, RateLimitedError, RetryPolicy, type RetrySettings } from "sluice"
import { Backoff } from "../../src/layers/resilience/Backoff.ts"

const overloaded = new OverloadedError({ provider: "openai", status: 529 })
const middle = { nextDoubleUnsafe: () => 0.5, nextIntUnsafe: () => 0 }

/** The waits of a policy in milliseconds, up to the end of retries. */
const waits = (policy: RetryPolicy.RetryPolicy, error: OverloadedError | RateLimitedError = overloaded) =>
  Effect.gen(function*() {
    const backoff = new Backoff(policy)
    const all: Array<number> = []
    for (let i = 0; i < 20; i++) {
      const wait = yield* backoff.after(error)
      if (wait === undefined) break
      all.push(Duration.toMillis(wait.delay))
    }
    return all
  }).pipe(Effect.provideService(Random.Random, middle))

describe("RetryPolicy", () => {
  it.effect("none retries nothing", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* waits(RetryPolicy.none), [])
    }))

  it.effect.each<readonly [RetrySettings | undefined, ReadonlyArray<number>]>([
    [undefined, [200, 400, 800]],
    [{}, [200, 400, 800]],
    [{ maxRetries: 0 }, []],
    [{ maxRetries: 1 }, [200]],
    [{ retryBase: "1 second" }, [1000, 2000, 4000]],
    [{ retryBase: "1 second", retryCap: "1500 millis" }, [1000, 1500, 1500]],
    [{ retryFactor: 1, maxRetries: 2 }, [200, 200]],
    [{ maxRetries: undefined, retryJitter: undefined }, [200, 400, 800]]
  ])("make completes %j with the defaults", ([settings, expected]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* waits(RetryPolicy.make(settings)), expected)
    }))

  it.effect("make takes the longest hint as text", () =>
    Effect.gen(function*() {
      const error = new RateLimitedError({ provider: "openai", status: 429, retryAfter: Duration.seconds(5) })
      assert.deepStrictEqual(yield* waits(RetryPolicy.make({ maxRetries: 1, maxRetryAfter: "4 seconds" }), error), [])
      assert.deepStrictEqual(
        yield* waits(RetryPolicy.make({ maxRetries: 1, maxRetryAfter: "5 seconds" }), error),
        [5500]
      )
    }))
})
