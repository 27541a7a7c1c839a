/**
 * When a circuit breaker opens and closes, to the millisecond.
 */
import { assert, describe, it } from "@effect/vitest"
import type { CircuitTransition } from "../../src/domain/Circuit.ts"
import { CircuitBreaker, CircuitPermit, type CircuitRules } from "../../src/domain/CircuitBreaker.ts"

const rules: CircuitRules = {
  failures: 5,
  failureShare: 0.5,
  windowSize: 20,
  windowMinimum: 10,
  window: 60_000,
  openFor: 60_000,
  openFactor: 2,
  maxOpenFor: 600_000
}

const circuit = { provider: "openai", host: "api.openai.com", key: "OPENAI_API_KEY", model: "m" }

const make = (given: Partial<CircuitRules> = {}) => {
  const transitions: Array<CircuitTransition> = []
  const breaker = new CircuitBreaker(circuit, { ...rules, ...given }, (transition) => transitions.push(transition))
  const enter = (now: number): CircuitPermit | undefined => {
    const permit = new CircuitPermit(breaker)
    return permit.enter(now) === undefined ? permit : undefined
  }
  const entered = (now: number): CircuitPermit => {
    const permit = enter(now)
    assert(permit !== undefined)
    return permit
  }
  const fail = (now: number, retryAfter?: number) => entered(now).failed({ tag: "OverloadedError", retryAfter }, now)
  const succeed = (now: number) => entered(now).ended(now)
  const cut = (now: number) => {
    const permit = entered(now)
    permit.opened(now)
    permit.failed({ tag: "IncompleteStreamError", retryAfter: undefined }, now)
  }
  const failTimes = (count: number, now: number) => Array.from({ length: count }, () => fail(now))
  return { breaker, transitions, enter, entered, fail, succeed, cut, failTimes }
}

const openFailure = { tag: "OverloadedError", retryAfter: undefined }

describe("a circuit breaker", () => {
  it("opens with the fifth failure in a row, for a minute, and says why", () => {
    const { breaker, enter, failTimes, transitions } = make()
    failTimes(4, 0)
    assert.isDefined(enter(0))
    failTimes(1, 1000)
    assert.deepStrictEqual(transitions, [{
      circuit,
      from: "closed",
      to: "open",
      at: 1000,
      retryAt: 61_000,
      failure: "OverloadedError"
    }])
    const barred = new CircuitPermit(breaker).enter(60_999)
    assert.deepStrictEqual(barred, { retryAt: 61_000, lastFailure: "OverloadedError" })
    assert.isDefined(enter(61_000))
    assert.strictEqual(breaker.status.state, "half-open")
  })

  it("counts in a row: a success begins anew", () => {
    const { breaker, failTimes, succeed } = make({ failureShare: 1 })
    for (let round = 0; round < 10; round++) {
      failTimes(4, round)
      succeed(round)
    }
    assert.strictEqual(breaker.status.state, "closed")
  })

  it("opens when half of the results of the window are failures, and not before there are ten", () => {
    const { breaker, fail, succeed } = make()
    for (let now = 0; now < 8; now += 2) {
      succeed(now)
      fail(now + 1)
    }
    succeed(8)
    assert.strictEqual(breaker.status.state, "closed")
    fail(9)
    assert.strictEqual(breaker.status.state, "open")
  })

  it("forgets results that are older than the window", () => {
    const { breaker, fail, succeed } = make()
    for (let now = 0; now < 8; now += 2) {
      succeed(now)
      fail(now + 1)
    }
    succeed(60_007)
    fail(60_007)
    assert.strictEqual(breaker.status.state, "closed")
  })

  it("lets one attempt through while it is half-open, and closes with its first content", () => {
    const { breaker, enter, entered, failTimes, transitions } = make()
    failTimes(5, 0)
    const probe = entered(60_000)
    assert.isUndefined(enter(60_000))
    assert.isUndefined(enter(119_999))
    probe.opened(119_999)
    assert.strictEqual(breaker.status.state, "closed")
    assert.isDefined(enter(119_999))
    assert.deepStrictEqual(transitions.map(({ from, to }) => `${from} ${to}`), [
      "closed open",
      "open half-open",
      "half-open closed"
    ])
  })

  it("lets another attempt decide when the first has shown nothing for a minute", () => {
    const { breaker, enter, entered, failTimes } = make()
    failTimes(5, 0)
    const first = entered(60_000)
    assert.isUndefined(enter(119_999))
    assert.isDefined(enter(120_000))
    assert.isUndefined(enter(120_001))
    // The first one still shows something.
    first.opened(120_002)
    assert.strictEqual(breaker.status.state, "closed")
  })

  it("lets another attempt decide at once when the first was interrupted", () => {
    const { enter, entered, failTimes } = make()
    failTimes(5, 0)
    const probe = entered(60_000)
    probe.release()
    probe.release()
    assert.isDefined(enter(60_000))
    assert.isUndefined(enter(60_000))
    // It is not the one that decides any more, and frees nothing.
    probe.release()
    assert.isUndefined(enter(60_000))
  })

  it("is open twice as long each time, up to ten minutes", () => {
    const { breaker, fail, failTimes, transitions } = make()
    failTimes(5, 0)
    for (let round = 0; round < 6; round++) fail(breaker.status.retryAt ?? 0)
    const spans = transitions.filter(({ to }) => to === "open").map(({ at, retryAt = 0 }) => retryAt - at)
    assert.deepStrictEqual(spans, [60_000, 120_000, 240_000, 480_000, 600_000, 600_000, 600_000])
  })

  it("grows also when it was closed for a short time, and begins anew after a long one", () => {
    const { breaker, entered, failTimes, transitions } = make()
    failTimes(5, 0)
    entered(60_000).opened(60_000)
    failTimes(5, 120_000)
    entered(240_000).opened(240_000)
    failTimes(5, 360_001)
    const spans = transitions.filter(({ to }) => to === "open").map(({ at, retryAt = 0 }) => retryAt - at)
    assert.deepStrictEqual(spans, [60_000, 120_000, 60_000])
    assert.strictEqual(breaker.status.state, "open")
  })

  it.each<readonly [number, number]>([[30_000, 60_000], [90_000, 90_000], [6_000_000, 600_000]])(
    "waits as long as the provider asks for, within its bounds: %i ms",
    (asked, waited) => {
      const { breaker, fail, failTimes } = make()
      failTimes(4, 0)
      fail(0, asked)
      assert.strictEqual(breaker.status.retryAt, waited)
    }
  )

  it("counts the ends of responses apart, so that streams which begin and are cut open it", () => {
    const { breaker, cut, succeed } = make()
    cut(0)
    cut(1)
    cut(2)
    cut(3)
    assert.deepInclude(breaker.status, { state: "closed", failures: 0, cuts: 4 })
    succeed(4)
    for (let now = 5; now < 9; now++) cut(now)
    assert.strictEqual(breaker.status.state, "closed")
    cut(9)
    assert.strictEqual(breaker.status.state, "open")
  })

  it("does not count what began before it changed", () => {
    const { breaker, entered, failTimes } = make()
    const [long, other] = [entered(0), entered(0)]
    long.opened(0)
    failTimes(5, 0)
    other.opened(1)
    assert.strictEqual(breaker.status.state, "open")
    const probe = entered(60_000)
    long.ended(60_001)
    other.failed(openFailure, 60_001)
    assert.strictEqual(breaker.status.state, "half-open")
    probe.opened(60_002)
    long.failed(openFailure, 60_003)
    assert.deepInclude(breaker.status, { state: "closed", failures: 0, cuts: 0 })
    // The rest of the one that closed it does count.
    probe.failed(openFailure, 60_004)
    assert.deepInclude(breaker.status, { failures: 0, cuts: 1 })
  })

  it("does not let an attempt through that waited while it opened, and does when it has closed again", () => {
    const { entered, failTimes } = make()
    const waiting = entered(0)
    failTimes(5, 0)
    assert.deepInclude(waiting.enter(1) ?? {}, { retryAt: 60_000 })
    entered(60_000).opened(60_000)
    assert.isUndefined(waiting.enter(60_001))
  })
})
