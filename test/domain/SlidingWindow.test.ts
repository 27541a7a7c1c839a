/**
 * What fits into a moving window, and when.
 */
import { assert, describe, it } from "@effect/vitest"
import { type Counted, SlidingWindow } from "../../src/domain/SlidingWindow.ts"

/** A source of the same numbers in each run. */
const random = (seed: number) => {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

describe("SlidingWindow", () => {
  it("says to the millisecond when an amount fits", () => {
    const window = new SlidingWindow(10, 60_000)
    window.add(6, 0)
    window.add(4, 1000)
    assert.strictEqual(window.availableAt(1, 1000), 60_000)
    assert.strictEqual(window.availableAt(6, 1000), 60_000)
    assert.strictEqual(window.availableAt(7, 1000), 61_000)
    assert.strictEqual(window.used(59_999), 10)
    assert.strictEqual(window.availableAt(1, 60_000), 60_000)
    assert.strictEqual(window.used(60_000), 4)
    assert.strictEqual(window.used(61_000), 0)
  })

  it("takes an amount over the limit when it is empty", () => {
    const window = new SlidingWindow(10, 60_000)
    assert.strictEqual(window.availableAt(50, 0), 0)
    window.add(1, 0)
    assert.strictEqual(window.availableAt(50, 1), 60_000)
  })

  it("replaces and moves what it has counted, and what is over stays over", () => {
    const window = new SlidingWindow(10, 60_000)
    const first = window.add(4, 0)
    const second = window.add(4, 0)
    window.replace(first, 1)
    assert.strictEqual(window.used(0), 5)
    window.move(second, 30_000)
    assert.strictEqual(window.used(59_999), 5)
    assert.strictEqual(window.used(60_000), 4)
    window.replace(first, 9)
    assert.strictEqual(window.used(60_000), 4)
    assert.strictEqual(window.used(90_000), 0)
  })

  it("never has more than the limit in any window, whatever is replaced by less or moved", () => {
    const next = random(18)
    for (let round = 0; round < 50; round++) {
      const window = new SlidingWindow(100, 60_000)
      const entries: Array<Counted & { at: number }> = []
      let now = 0
      for (let step = 0; step < 300; step++) {
        const amount = 1 + Math.floor(next() * 40)
        now = Math.max(now, window.availableAt(amount, now))
        const counted = Object.assign(window.add(amount, now), { at: now })
        entries.push(counted)
        if (next() < 0.3) window.replace(counted, Math.floor(amount / 2))
        const sum = entries.filter(({ at }) => at > now - 60_000).reduce((sum, entry) => sum + entry.amount, 0)
        assert.isAtMost(sum, 100)
        now += Math.floor(next() * 5000)
      }
      // Late by at most a thousandth of the window.
      assert.strictEqual(window.used((entries.at(-1)?.at ?? 0) + 60_060), 0)
    }
  })

  it("remembers a bounded number of moments, however many amounts there are", () => {
    const window = new SlidingWindow(1e9, 60_000)
    for (let now = 0; now < 60_000; now++) window.add(1, now)
    assert.strictEqual(window.used(59_999), 60_000)
    assert.strictEqual(window.used(120_000), 0)
  })
})
