/**
 * The time limits of an attempt: which one is next, and what its error holds.
 */
import { Duration } from "effect"
import { assert, describe, it } from "vitest"
import type { ProviderError } from "../../../src/domain/CompletionError.ts"
import type { Timeouts } from "../../../src/domain/Timeouts.ts"
import { AttemptTimer } from "../../../src/layers/call/AttemptTimer.ts"
import * as Clocks from "../../../src/layers/resilience/Clocks.ts"
import type { TimeLimit } from "../../../src/layers/http/Watch.ts"
import type { Deadline } from "../../../src/layers/resilience/Policy.ts"
import { defaults, type Settings } from "../../../src/services/SluiceConfig.ts"

const traits: Clocks.ClockTraits = { name: "openai/gpt-4o", isReasoning: false, isHighEffort: false, isLocal: false }

const context = { provider: "openai", model: "gpt-4o", requestId: "r" }

const timerOf = (timeouts: Timeouts = {}, deadline?: Deadline, settings: Partial<Settings> = {}) =>
  new AttemptTimer(context, Clocks.resolve({ ...defaults, ...settings }, traits, timeouts, deadline))

/** What a limit is: the milliseconds that are left, and what its error holds after so many more. */
const facts = ({ error, left }: TimeLimit<ProviderError>, waited: number = left) => {
  const failure = error(waited)
  assert("limit" in failure && "waited" in failure)
  assert.deepInclude(failure, context)
  const tag: string = failure._tag
  return {
    left,
    tag,
    ...("kind" in failure ? { kind: String(failure.kind) } : {}),
    limit: failure.limit === undefined ? undefined : Duration.toMillis(failure.limit),
    waited: failure.waited === undefined ? undefined : Duration.toMillis(failure.waited)
  }
}

describe("the time limits of an attempt", () => {
  it("are those of the wait for a connection, and then of the headers", () => {
    const timer = timerOf()
    assert.deepStrictEqual(facts(timer.connectionLimit(0)), {
      left: 60_000,
      tag: "ConnectionWaitTimeoutError",
      limit: 60_000,
      waited: 60_000
    })
    assert.deepStrictEqual(facts(timer.headersLimit(0)), {
      left: 300_000,
      tag: "RequestTimeoutError",
      limit: 300_000,
      waited: 300_000
    })
    assert.strictEqual(facts(timerOf({ firstEvent: 100 }).headersLimit(0)).tag, "FirstEventTimeoutError")
  })

  it("count the wait for the headers into that for the first event", () => {
    const timer = timerOf({ firstEvent: 10_000, idle: 8_000 })
    timer.recordWait(4_000)
    assert.deepStrictEqual(facts(timer.bodyLimit(0)), {
      left: 6_000,
      tag: "FirstEventTimeoutError",
      limit: 10_000,
      waited: 10_000
    })
  })

  it("end the wait for bytes at the idle limit, and each of them begins anew", () => {
    const timer = timerOf()
    const idle = { left: 120_000, tag: "StreamIdleTimeoutError", kind: "bytes", limit: 120_000 }
    assert.deepStrictEqual(facts(timer.bodyLimit(0), 120_400), { ...idle, waited: 120_400 })
    timer.recordWait(100_000)
    assert.deepStrictEqual(facts(timer.bodyLimit(0)), { ...idle, waited: 120_000 })
  })

  it("do not take bytes without content for events", () => {
    const timer = timerOf()
    timer.recordContent()
    for (let wait = 0; wait < 9; wait++) timer.recordWait(30_000)
    assert.deepStrictEqual(facts(timer.bodyLimit(0)), {
      left: 30_000,
      tag: "StreamIdleTimeoutError",
      kind: "events",
      limit: 300_000,
      waited: 300_000
    })
    timer.recordContent()
    assert.strictEqual(facts(timer.bodyLimit(0)).kind, "bytes")
  })

  it("end at the deadline, whatever is waited for", () => {
    const timer = timerOf({}, { at: 5_000, since: 1_000 })
    const deadline = { left: 1_000, tag: "DeadlineExceededError", limit: 4_000, waited: 4_000 }
    assert.deepStrictEqual(facts(timer.connectionLimit(4_000)), deadline)
    assert.deepStrictEqual(facts(timer.headersLimit(4_000)), deadline)
    assert.deepStrictEqual(facts(timer.bodyLimit(4_000)), deadline)
    assert.deepStrictEqual(facts(timer.bodyLimit(6_000), 0), { ...deadline, left: -1_000, waited: 5_000 })
  })
})

describe("the minimum rate", () => {
  const rate = { minimumRate: { charactersPerSecond: 10, window: "10 seconds" } } as const

  const failureOf = (timer: AttemptTimer, waited: number) => {
    const { error, left } = timer.bodyLimit(0)
    const failure = error(waited)
    assert(failure._tag === "MinimumRateError", failure._tag)
    return {
      left,
      characters: failure.characters,
      charactersPerSecond: failure.charactersPerSecond,
      limit: Duration.toMillis(failure.limit),
      waited: Duration.toMillis(failure.waited)
    }
  }

  it("is off by default", () => {
    const timer = timerOf()
    timer.recordContent(1)
    assert.isFalse(timer.measuresRate)
    assert.strictEqual(facts(timer.bodyLimit(0)).tag, "StreamIdleTimeoutError")
  })

  it("is measured from the first content on, over a window of waiting", () => {
    const timer = timerOf(rate)
    assert.isTrue(timer.measuresRate)
    timer.recordWait(50_000)
    timer.recordContent(1)
    timer.recordWait(6_000)
    timer.recordContent(40)
    assert.deepStrictEqual(failureOf(timer, 4_000), {
      left: 4_000,
      characters: 41,
      charactersPerSecond: 10,
      limit: 10_000,
      waited: 10_000
    })
  })

  it("is kept by a window that has enough, and begins anew with the next", () => {
    const timer = timerOf(rate)
    timer.recordContent(60)
    timer.recordWait(6_000)
    timer.recordContent(40)
    timer.recordWait(3_000)
    // The window has its 100 characters: the next one, from 10 to 20 seconds, may fail at its end.
    assert.deepInclude(failureOf(timer, 11_000), { left: 11_000, characters: 0, waited: 10_000 })
    timer.recordWait(3_000)
    timer.recordContent(30)
    assert.deepInclude(failureOf(timer, 8_000), { left: 8_000, characters: 30, waited: 10_000 })
  })

  it("is not kept by a burst before a long pause", () => {
    const timer = timerOf(rate)
    timer.recordContent(100_000)
    const { error, left } = timer.bodyLimit(0)
    assert.strictEqual(left, 20_000)
    assert.strictEqual(error(left)._tag, "MinimumRateError")
  })

  it("fails at once when a window that was too slow is over", () => {
    const timer = timerOf(rate)
    timer.recordContent(50)
    timer.recordWait(10_300)
    timer.recordContent(20)
    assert.deepInclude(failureOf(timer, 0), { left: -300, characters: 70, waited: 10_300 })
  })

  it("has a window of 30 seconds by default", () => {
    const timer = timerOf({}, undefined, { minimumRate: { charactersPerSecond: 1 } })
    timer.recordContent(5)
    assert.deepInclude(failureOf(timer, 30_000), { left: 30_000, limit: 30_000 })
  })
})

describe("the limits that apply", () => {
  const clocksOf = (
    more: Partial<Clocks.ClockTraits> = {},
    timeouts: Timeouts = {},
    settings: Partial<Settings> = {}
  ) => Clocks.resolve({ ...defaults, ...settings }, { ...traits, ...more }, timeouts, undefined)

  it("are longer for reasoning models, local servers and high effort", () => {
    assert.deepInclude(clocksOf(), { idle: 120_000, events: 300_000, firstEvent: 300_000, headers: 300_000 })
    assert.deepInclude(clocksOf({ isReasoning: true }), { idle: 300_000, events: 300_000, firstEvent: 300_000 })
    assert.deepInclude(clocksOf({ isLocal: true }), { idle: 300_000, events: 300_000 })
    assert.deepInclude(clocksOf({ isReasoning: true, isHighEffort: true }), {
      idle: 300_000,
      events: 900_000,
      firstEvent: 900_000
    })
  })

  it("are those of the request before those of the model, and these before those of the layer", () => {
    const settings = {
      idleTimeout: Duration.seconds(1),
      eventTimeout: Duration.seconds(1),
      headersTimeout: Duration.seconds(1),
      connectionWaitTimeout: Duration.seconds(1),
      modelTimeouts: [
        { models: /^openai\//, timeouts: { idle: "2 seconds", events: "2 seconds", headers: "2 seconds" } },
        { models: /gpt-4o$/, timeouts: { events: "3 seconds" } },
        { models: /other/, timeouts: { idle: "9 seconds", connectionWait: "9 seconds" } }
      ]
    } satisfies Partial<Settings>
    assert.deepInclude(clocksOf({}, { headers: "4 seconds", idle: undefined }, settings), {
      connectionWait: 1_000,
      idle: 2_000,
      events: 3_000,
      headers: 4_000,
      firstEvent: 300_000
    })
    assert.deepInclude(clocksOf({ isHighEffort: true, isReasoning: true }, {}, settings), {
      idle: 2_000,
      events: 3_000
    })
  })

  it("match a model every time, whatever the flags of the pattern", () => {
    const settings = { modelTimeouts: [{ models: /gpt/g, timeouts: { idle: 7 } }] }
    for (let time = 0; time < 4; time++) assert.strictEqual(clocksOf({}, {}, settings).idle, 7)
  })

  it("may be none", () => {
    const { idle } = clocksOf({}, { idle: Duration.infinity })
    assert.strictEqual(idle, Infinity)
    assert.strictEqual(
      facts(
        timerOf({ idle: Duration.infinity, firstEvent: Duration.infinity }, { at: 10, since: 0 })
          .bodyLimit(0)
      ).tag,
      "DeadlineExceededError"
    )
  })
})
