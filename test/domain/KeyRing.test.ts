/**
 * The states of keys, by moments that a test chooses.
 */
import { assert, describe, it } from "@effect/vitest"
import { KeyRing } from "../../src/domain/KeyRing.ts"

const key = (name: string, fingerprint = 0) => ({ name: { name, fingerprint } })
const a = key("a")
const b = key("b")
const minute = 60_000

/** Returns when a key can be used again, in minutes: the first whole one. */
const minutesOf = (ring: KeyRing, model?: string): number =>
  Array.from({ length: 100 }, (_, minutes) => minutes).find((minutes) =>
    ring.isUsable(a.name, model, minutes * minute)
  ) ??
    Infinity

describe("the keys of a provider", () => {
  it.each<readonly [string, number | undefined, number]>([
    ["five minutes", undefined, 5],
    ["as long as its provider says", 10 * minute, 10],
    ["a minute at least", 0, 1],
    ["a minute at least, also where the time is over", -minute, 1],
    ["an hour at most", 1e12, 60]
  ])("set one aside for %s", (_, hint, minutes) => {
    const ring = new KeyRing()
    assert.strictEqual(ring.setAside(a.name, undefined, 0, hint), minutes * minute)
    assert.strictEqual(minutesOf(ring), minutes)
    assert.isTrue(ring.isUsable(b.name, undefined, 0))
    // Those that were sent meanwhile are refused too, and change nothing.
    assert.isUndefined(ring.setAside(a.name, undefined, 1, hint))
    assert.strictEqual(minutesOf(ring), minutes)
  })

  it("set one aside for longer each time, up to an hour, until it is accepted", () => {
    const ring = new KeyRing()
    let now = 0
    const lengths = Array.from({ length: 6 }, () => {
      const until = ring.setAside(a.name, undefined, now, undefined) ?? NaN
      const length = (until - now) / minute
      now = until
      return length
    })
    assert.deepStrictEqual(lengths, [5, 10, 20, 40, 60, 60])
    ring.accept(a.name, undefined, now)
    assert.strictEqual(ring.setAside(a.name, undefined, now, undefined), now + 5 * minute)
  })

  it("keep a state when a request that was sent before it succeeds", () => {
    const ring = new KeyRing()
    ring.setAside(a.name, undefined, 0, undefined)
    ring.pause(b.name, undefined, 0, minute)
    for (const { name } of [a, b]) ring.accept(name, undefined, 1)
    assert.deepStrictEqual([a, b].map(({ name }) => ring.isUsable(name, undefined, 2)), [false, false])
  })

  it("let one at a time try a key again", () => {
    const ring = new KeyRing()
    ring.setAside(a.name, undefined, 0, undefined)
    const chosen = Array.from({ length: 4 }, () => ring.choose([a, b], undefined, 5 * minute))
    assert.strictEqual(chosen.filter((key) => key === a).length, 1)
    ring.ended(a.name, undefined)
    assert.isTrue(ring.isUsable(a.name, undefined, 5 * minute))
  })

  it("prefer a paused one to one that is set aside, and the earliest of each, where none can be used", () => {
    const ring = new KeyRing()
    ring.setAside(a.name, undefined, 0, undefined)
    ring.pause(b.name, undefined, 0, 50 * minute)
    const c = key("c")
    ring.pause(c.name, undefined, 0, 40 * minute)
    for (let call = 0; call < 3; call++) assert.strictEqual(ring.choose([a, b, c], undefined, 1), c)
    const d = key("d")
    ring.setAside(d.name, undefined, minute, undefined)
    for (let call = 0; call < 3; call++) assert.strictEqual(ring.choose([d, a], undefined, minute), a)
  })

  it("have a state for one key under a name, and for one model", () => {
    const ring = new KeyRing()
    ring.setAside(a.name, "m", 0, undefined)
    assert.deepStrictEqual(["m", "n", undefined].map((model) => ring.isUsable(a.name, model, 0)), [false, true, true])
    assert.isTrue(ring.isUsable(key("a", 1).name, "m", 0))
  })

  it("forget the oldest of many states", () => {
    const ring = new KeyRing()
    for (let count = 0; count <= 1000; count++) ring.setAside(key("a", count).name, undefined, 0, undefined)
    assert.isTrue(ring.isUsable(key("a", 0).name, undefined, 0))
    assert.isFalse(ring.isUsable(key("a", 1).name, undefined, 0))
  })

  it("are those of one object", () => {
    const owner = {}
    assert.strictEqual(KeyRing.of(owner), KeyRing.of(owner))
    assert.notStrictEqual(KeyRing.of(owner), KeyRing.of({}))
  })
})
