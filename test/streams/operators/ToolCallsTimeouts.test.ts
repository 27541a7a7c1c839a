import { assert, describe, it } from "@effect/vitest"
import { type Cause, Effect, Fiber, Queue, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ToolCalls, type ToolCallState } from "sluice"
import { added, completed, delta, done, type Event } from "./Called.ts"

/** States that are read as they come, from events that are sent one array at a time. */
const following = Effect.fnUntraced(function*(options: ToolCalls.Options) {
  const events = yield* Queue.unbounded<ReadonlyArray<Event>, Cause.Done>()
  const seen: Array<ToolCallState.ToolCallState> = []
  let read = 0
  const fiber = yield* Stream.fromQueue(events).pipe(
    Stream.flatMap(Stream.fromArray),
    Stream.tap(() => Effect.sync(() => read++)),
    ToolCalls.states(options),
    Stream.runForEach((state) => Effect.sync(() => seen.push(state))),
    Effect.forkChild({ startImmediately: true })
  )
  // What is sent is read before anything else happens.
  const send = (...array: ReadonlyArray<Event>) => Effect.andThen(Queue.offer(events, array), TestClock.adjust(0))
  return { send, seen, end: Effect.andThen(Queue.end(events), Fiber.join(fiber)), read: () => read }
})

const failures = (seen: ReadonlyArray<ToolCallState.ToolCallState>) =>
  seen.flatMap((state) =>
    state._tag === "Failed" ? [[state.index, state.failure, state.recovery._tag, state.value]] : []
  )

describe("a stage that takes too long", () => {
  it.effect("fails the call, and the events go on", () =>
    Effect.gen(function*() {
      const { end, seen, send } = yield* following({
        timeouts: { waiting: "1 second", naming: "2 seconds", arguments: "3 seconds" }
      })
      yield* send(added(0))
      yield* send(added(1, "b"))
      yield* send(added(2, "c"), delta(2, "{\"x\":\"1"))
      yield* send(added(3, "d"))
      yield* TestClock.adjust(999)
      assert.deepStrictEqual(failures(seen), [])
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(failures(seen), [
        [0, { _tag: "StageTimeout", stage: "waiting", limit: 1000 }, "RetryAfter", undefined]
      ])
      yield* send(delta(3, "{}"))
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(failures(seen).slice(1), [
        [1, { _tag: "StageTimeout", stage: "naming", limit: 2000 }, "RetryAfter", undefined]
      ])
      yield* TestClock.adjust(1000)
      assert.deepStrictEqual(failures(seen).slice(2), [
        [2, { _tag: "StageTimeout", stage: "arguments", limit: 3000 }, "KeepPartial", { x: "1" }]
      ])
      yield* send(done(3, "d", {}))
      // What failed has no end any more.
      yield* send(done(0, "a", {}), done(1, "b", {}), delta(2, "\"}"), done(2, "c", { x: "1" }), completed)
      yield* end
      const complete = seen.filter((state) => state._tag === "Complete")
      assert.deepStrictEqual(complete.map(({ index, times }) => [index, times]), [
        [3, { waiting: 0, naming: 1000, arguments: 2000 }]
      ])
      assert.strictEqual(failures(seen).length, 3)
    }))

  it.effect("loses no event, and reads none twice", () =>
    Effect.gen(function*() {
      const { end, read, seen, send } = yield* following({ timeouts: { arguments: "1 second" } })
      yield* send(added(0, "a"), delta(0, "{"))
      for (let second = 0; second < 5; second++) yield* TestClock.adjust("1 second")
      yield* send(added(1, "b"), delta(1, "{\"x\":1}"))
      yield* send(done(1, "b", { x: 1 }))
      yield* end
      assert.strictEqual(read(), 5)
      assert.deepStrictEqual(seen.map((state) => `${state._tag} ${state.index}`), [
        "Waiting 0",
        "Naming 0",
        "Arguments 0",
        "Failed 0",
        "Waiting 1",
        "Naming 1",
        "Arguments 1",
        "Complete 1"
      ])
    }))

  it.effect("fails where other events keep coming", () =>
    Effect.gen(function*() {
      const { seen, send } = yield* following({ timeouts: { naming: "1 second" } })
      yield* send(added(0, "a"))
      for (let step = 0; step < 4; step++) {
        assert.deepStrictEqual(failures(seen), [])
        yield* TestClock.adjust(250)
        yield* send({ _tag: "OutputTextDelta", outputIndex: 1, delta: "x" })
      }
      assert.strictEqual(failures(seen).length, 1)
    }))

  it.effect("does not, where it is the program that takes long", () =>
    Effect.gen(function*() {
      const fiber = yield* Stream.fromIterable<ReadonlyArray<Event>>([
        [added(0, "a")],
        [delta(0, "{}")],
        [done(0, "a", {})]
      ]).pipe(
        Stream.rechunk(1),
        Stream.flatMap(Stream.fromArray),
        ToolCalls.states({ timeouts: { naming: "1 second", arguments: "1 second" } }),
        Stream.tap(() => Effect.sleep("1 minute")),
        Stream.runCollect,
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 hour")
      const states = yield* Fiber.join(fiber)
      assert.deepStrictEqual(states.map(({ _tag }) => _tag), ["Waiting", "Naming", "Arguments", "Complete"])
      const last = states.at(-1)
      assert(last?._tag === "Complete")
      assert.deepStrictEqual(last.times, { waiting: 0, naming: 0, arguments: 0 })
    }))

  it.effect("has no limit where none is set", () =>
    Effect.gen(function*() {
      const { end, seen, send } = yield* following({ timeouts: { waiting: "Infinity" } })
      yield* send(added(0))
      yield* TestClock.adjust("365 days")
      yield* send(done(0, "a", {}))
      yield* end
      assert.strictEqual(seen.at(-1)?._tag, "Complete")
    }))
})

describe("the source of the events", () => {
  it.effect("is closed when the states are not read any more, also within a wait", () =>
    Effect.gen(function*() {
      let closed = false
      const fiber = yield* Stream.make<[Event]>(added(0)).pipe(
        Stream.concat(Stream.never),
        Stream.ensuring(Effect.sync(() => closed = true)),
        ToolCalls.states({ timeouts: { waiting: "1 second" } }),
        Stream.takeUntil(({ _tag }) => _tag === "Failed"),
        Stream.runDrain,
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(fiber)
      assert.isTrue(closed)
    }))

  it.effect("passes on its failure, also within a wait", () =>
    Effect.gen(function*() {
      const fiber = yield* Stream.make<[Event]>(added(0, "a")).pipe(
        Stream.concat(Stream.fromEffect(Effect.delay(Effect.fail("broken"), "2 seconds"))),
        ToolCalls.states({ timeouts: { naming: "1 second" } }),
        Stream.runDrain,
        Effect.flip,
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Fiber.join(fiber), "broken")
    }))
})
