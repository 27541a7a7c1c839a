/**
 * How a limit of requests at once is found.
 */
import { assert, describe, it } from "@effect/vitest"
import { AdaptiveLimit } from "../../src/domain/AdaptiveLimit.ts"

describe("AdaptiveLimit", () => {
  it("is halved by a refusal, once for all that were sent before", () => {
    const adaptive = new AdaptiveLimit()
    assert.strictEqual(adaptive.limit, Infinity)
    adaptive.raise()
    assert.isTrue(adaptive.lower(40, 0, 100))
    assert.strictEqual(adaptive.limit, 20)
    for (let more = 0; more < 30; more++) assert.isFalse(adaptive.lower(10, 50, 110))
    assert.strictEqual(adaptive.limit, 20)
    assert.isTrue(adaptive.lower(15, 120, 130))
    assert.strictEqual(adaptive.limit, 7)
  })

  it("never allows less than one, and rises by one for each round", () => {
    const adaptive = new AdaptiveLimit()
    adaptive.lower(1, 0, 0)
    assert.strictEqual(adaptive.limit, 1)
    adaptive.raise()
    assert.strictEqual(adaptive.limit, 2)
    for (let round = 0; round < 3; round++) adaptive.raise()
    assert.strictEqual(adaptive.limit, 3)
  })

  it("settles near the limit of a server that refuses more", () => {
    const adaptive = new AdaptiveLimit()
    const allowed = 50
    let most = 0
    for (let round = 1; round < 500; round++) {
      const running = Math.min(500, adaptive.limit)
      if (round > 100) most = Math.max(most, running)
      if (running > allowed) adaptive.lower(running, round, round + 0.5)
      else for (let ended = 0; ended < running; ended++) adaptive.raise()
    }
    assert.isAtMost(most, allowed + 1)
    assert.isAtLeast(adaptive.limit, allowed / 2)
  })
})
