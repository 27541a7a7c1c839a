/**
 * The state of a loop: when it is stored, and how a loop continues from it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Latch, Layer, Schema, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { ToolLoop } from "sluice"
import { call, calls, endOf, model, response, resultsOf, says, type Scripted, shapeOf, tagsOf } from "./Scripted.ts"

const charge = Tool.make("charge", { parameters: Schema.Struct({ amount: Schema.Int }), success: Schema.String })
const lookup = Tool.make("lookup", { success: Schema.String }).annotate(Tool.Idempotent, true)
const toolkit = Toolkit.make(charge, lookup)
const request = { model: "test/model", toolkit }
const begin = { ...request, prompt: "Charge", loopId: "loop" }

const script: readonly [Scripted, ...ReadonlyArray<Scripted>] = [
  response([call("charge", { amount: 1 }, "same"), call("lookup", {}, "other"), call("charge", { amount: 2 }, "same")]),
  calls("charge", { amount: 3 }, "same"),
  says("Charged.")
]

/** Handlers that note which call they run. */
const noting = (log: Array<string>) => {
  const note = Effect.map(ToolLoop.CurrentToolCall, (current) => {
    log.push(current?.key ?? "none")
    return "done"
  })
  return toolkit.toLayer({ charge: () => note, lookup: () => note })
}

const throughJson = (state: ToolLoop.ToolLoopState) =>
  Schema.encodeEffect(ToolLoop.StateFromJson)(state).pipe(
    Effect.map((json): unknown => JSON.parse(JSON.stringify(json))),
    Effect.flatMap(Schema.decodeUnknownEffect(ToolLoop.StateFromJson))
  )

/** What is left of the script for a loop that has made some steps. */
const rest = (step: number): readonly [Scripted, ...ReadonlyArray<Scripted>] => [
  script[step] ?? says("Charged."),
  ...script.slice(step + 1)
]

const statusOf = ({ calls }: ToolLoop.ToolLoopState) => calls.map(({ status }) => status)

describe("the store", () => {
  it.effect("gets the state after each response, before each handler, and after each handler", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const seen: Array<unknown> = []
      const { layer } = model(...script)
      yield* ToolLoop.run({
        ...begin,
        concurrency: 1,
        store: (state) => Effect.sync(() => seen.push([state.step, ...statusOf(state), log.length]))
      }).pipe(Effect.provide(Layer.merge(layer, noting(log))))
      assert.deepStrictEqual(seen, [
        [1, "pending", "pending", "pending", 0],
        [1, "started", "pending", "pending", 0],
        [1, "finished", "pending", "pending", 1],
        [1, "finished", "started", "pending", 1],
        [1, "finished", "finished", "pending", 2],
        [1, "finished", "finished", "started", 2],
        [1, "finished", "finished", "finished", 3],
        [2, "pending", 3],
        [2, "started", 3],
        [2, "finished", 4],
        [3, 4]
      ])
    }))

  it.effect("is waited for, and gets one state at a time", () =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      const waiting = yield* Latch.make()
      const log: Array<string> = []
      let writing = 0
      let most = 0
      const { layer } = model(...script)
      const fiber = yield* Effect.forkChild(
        ToolLoop.run({
          ...begin,
          store: (state) =>
            Effect.gen(function*() {
              most = Math.max(most, ++writing)
              if (statusOf(state).includes("started")) {
                yield* waiting.open
                yield* gate.await
              }
              yield* Effect.yieldNow
              writing--
            })
        }).pipe(Effect.provide(Layer.merge(layer, noting(log))))
      )
      yield* waiting.await
      assert.deepStrictEqual(log, [])
      yield* gate.open
      yield* Fiber.join(fiber)
      assert.deepStrictEqual([log.length, most], [4, 1])
    }))

  it.effect("that fails ends the loop before the handler starts", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      const { layer } = model(...script)
      const error = yield* ToolLoop.run({
        ...begin,
        store: (state) => statusOf(state).includes("started") ? Effect.fail("full" as const) : Effect.void
      }).pipe(Effect.flip, Effect.provide(Layer.merge(layer, noting(log))))
      assert.deepStrictEqual([error, log], ["full", []])
    }))

  it.effect("has the result of a failure that ends the loop, so that the tool does not run again", () =>
    Effect.gen(function*() {
      const broken = Tool.make("broken", { failure: Schema.Struct({ why: Schema.String }) })
      const kit = Toolkit.make(broken)
      let stored: ToolLoop.ToolLoopState | undefined
      let ran = 0
      const { layer, requests } = model(calls("broken", {}), says("Sorry."))
      const all = Layer.merge(
        layer,
        kit.toLayer({ broken: () => Effect.suspend(() => (ran++, Effect.fail({ why: "no" }))) })
      )
      const store = (state: ToolLoop.ToolLoopState) => Effect.sync(() => (stored = state))
      const exit = yield* Effect.exit(
        ToolLoop.run({ ...begin, toolkit: kit, store }).pipe(Effect.provide(all))
      )
      assert.isTrue(Exit.isFailure(exit))
      const end = yield* ToolLoop.resumeRun(stored ?? assert.fail(), { ...request, toolkit: kit }).pipe(
        Effect.provide(all)
      )
      assert.deepStrictEqual([ran, end.text], [1, "Sorry."])
      assert.deepStrictEqual(shapeOf(requests[1]?.prompt ?? "").at(-1), "tool tool-result")
    }))
})

describe("a loop that continues", () => {
  /** All states that a loop stores, with what had run by then. */
  const snapshots = Effect.gen(function*() {
    const log: Array<string> = []
    const all: Array<{ readonly state: ToolLoop.ToolLoopState; readonly before: ReadonlyArray<string> }> = []
    const { layer } = model(...script)
    yield* ToolLoop.run({
      ...begin,
      store: (state) => Effect.map(throughJson(state), (state) => all.push({ state, before: [...log] }))
    }).pipe(Effect.provide(Layer.merge(layer, noting(log))), Effect.orDie)
    return all
  })

  it.effect("from any stored state starts no tool twice, and reports what it cannot know", () =>
    Effect.gen(function*() {
      const all = yield* snapshots
      assert.strictEqual(all.length, 11)
      for (const { before, state } of all) {
        const log = [...before]
        const { layer } = model(...rest(state.step))
        const events = yield* Stream.runCollect(ToolLoop.resume(state, request)).pipe(
          Effect.provide(Layer.merge(layer, noting(log)))
        )
        const end = endOf(events)
        const started = state.calls.filter(({ name, status }) => status === "started" && name === "charge")
        const unknown = started.map(({ position }) => `loop/${state.step}/${position}`)
        const reported = events.flatMap((event) => (event._tag === "ToolUnknown" ? [event.key] : []))
        assert.sameMembers([...reported], [...unknown])
        assert.deepStrictEqual(end.unknown.map(({ position, step }) => `loop/${step}/${position}`), reported)
        const charges = ["loop/1/0", "loop/1/2", "loop/2/0"].map((key) => [
          key,
          log.filter((ran) => ran === key).length
        ])
        for (const [key, count] of charges) {
          assert.isTrue(count === 1 || (count === 0 && unknown.includes(String(key))), `${key} ran ${count} times`)
        }
        assert.isTrue(log.includes("loop/1/1"))
        assert.deepStrictEqual([end.reason, end.text, end.steps], ["completed", "Charged.", 3])
      }
    }))

  it.effect("tells the model of a call that is unknown", () =>
    Effect.gen(function*() {
      const all = yield* snapshots
      const { state } = all.find(({ state }) => state.step === 2 && statusOf(state)[0] === "started") ?? assert.fail()
      const { layer, requests } = model(says("I will check."))
      const events = yield* Stream.runCollect(ToolLoop.resume(state, request)).pipe(
        Effect.provide(Layer.merge(layer, noting([])))
      )
      assert.deepStrictEqual(tagsOf(events), [
        "ToolUnknown charge 2/0",
        "StepFinished 2",
        "StepStarted 3",
        "I will check.",
        "StepFinished 3",
        "LoopFinished completed"
      ])
      assert.match(JSON.stringify(requests[0]?.prompt), /not known whether the tool ran/)
    }))

  it.effect("counts usage and steps on", () =>
    Effect.gen(function*() {
      const all = yield* snapshots
      const { state } = all.find(({ state }) => state.step === 2) ?? assert.fail()
      const { layer } = model(says("Charged."))
      const end = yield* ToolLoop.resumeRun(state, request).pipe(Effect.provide(Layer.merge(layer, noting([]))))
      assert.deepStrictEqual([end.steps, end.usage.totalTokens], [3, 45])
      const { layer: again } = model(calls("charge", { amount: 4 }))
      const stopped = yield* ToolLoop.resumeRun(state, { ...request, stopWhen: ToolLoop.steps(2) }).pipe(
        Effect.provide(Layer.merge(again, noting([])))
      )
      assert.deepStrictEqual([stopped.reason, stopped.steps], ["stopped", 2])
    }))

  it.effect("has only its end left when it had ended", () =>
    Effect.gen(function*() {
      const { state } = (yield* snapshots).at(-1) ?? assert.fail()
      const { layer, requests } = model(says("Again?"))
      const events = yield* Stream.runCollect(ToolLoop.resume(state, request)).pipe(
        Effect.provide(Layer.merge(layer, noting([])))
      )
      assert.deepStrictEqual([tagsOf(events), requests.length, endOf(events).text], [
        ["LoopFinished completed"],
        0,
        "Charged."
      ])
    }))

  it.effect("after an interruption reports the interrupted handler", () =>
    Effect.gen(function*() {
      const started = yield* Latch.make()
      let stored: ToolLoop.ToolLoopState | undefined
      const { layer } = model(calls("charge", { amount: 3 }), says("Charged."))
      const hanging = toolkit.toLayer({
        charge: () => Effect.andThen(started.open, Effect.never),
        lookup: () => Effect.succeed("")
      })
      const fiber = yield* Effect.forkChild(
        ToolLoop.run({ ...begin, store: (state) => Effect.sync(() => (stored = state)) }).pipe(
          Effect.provide(Layer.merge(layer, hanging))
        )
      )
      yield* started.await
      yield* Fiber.interrupt(fiber)
      const events = yield* Stream.runCollect(ToolLoop.resume(stored ?? assert.fail(), request)).pipe(
        Effect.provide(Layer.merge(layer, noting([])))
      )
      assert.deepStrictEqual(resultsOf(events), [])
      assert.deepStrictEqual(endOf(events).unknown.map(({ name }) => name), ["charge"])
    }))

  it.effect("runs no tool that the stored step did not offer", () =>
    Effect.gen(function*() {
      const log: Array<string> = []
      let stored: ToolLoop.ToolLoopState | undefined
      const { layer } = model(calls("charge", { amount: 3 }), says("Well."))
      const all = Layer.merge(layer, noting(log))
      yield* ToolLoop.run({
        ...begin,
        prepareStep: () => Effect.succeed({ tools: ["lookup"] as const }),
        store: (state) =>
          Effect.suspend(() => {
            stored = state
            return Effect.fail("crash" as const)
          })
      }).pipe(Effect.flip, Effect.provide(all))
      const state = yield* throughJson(stored ?? assert.fail())
      const events = yield* Stream.runCollect(ToolLoop.resume(state, request)).pipe(Effect.provide(all))
      assert.deepStrictEqual([log, resultsOf(events).map(({ failure }) => failure)], [[], ["unknown-tool"]])
    }))

  it.effect("refuses a state of another version", () =>
    Effect.gen(function*() {
      const { state } = (yield* snapshots).at(-1) ?? assert.fail()
      const json = yield* Schema.encodeEffect(ToolLoop.StateFromJson)(state)
      const exit = yield* Effect.exit(
        Schema.decodeUnknownEffect(ToolLoop.StateFromJson)({ ...(json as object), version: 2 })
      )
      assert.isTrue(Exit.isFailure(exit))
    }))
})
