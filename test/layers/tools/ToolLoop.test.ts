/**
 * The loop: steps, tools, results, and what the model gets.
 */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Latch, Layer, Option, Schema, Stream, Tracer } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { TestClock } from "effect/testing"
import { ConnectionError, IncompleteStreamError, Operators, ToolLoop } from "sluice"
import { call, calls, endOf, message, model, response, resultsOf, says, shapeOf, tagsOf } from "./Scripted.ts"

const City = Schema.Struct({ city: Schema.String })
const weather = Tool.make("weather", { parameters: City, success: Schema.Finite })
const toolkit = Toolkit.make(weather)
const request = { model: "test/model", prompt: "How warm is it?", toolkit }
const twelve = toolkit.toLayer({ weather: () => Effect.succeed(12) })

const collect = <E, R>(stream: Stream.Stream<ToolLoop.ToolLoopEvent, E, R>) => Stream.runCollect(stream)

describe("ToolLoop", () => {
  it.effect("streams every step with its tools, and ends with the conversation", () =>
    Effect.gen(function*() {
      const { layer, requests } = model(
        response([message("Let me see."), call("weather", { city: "Oslo" }, "call_1")]),
        says("12 degrees.")
      )
      const events = yield* collect(ToolLoop.stream({ ...request, loopId: "loop" })).pipe(
        Effect.provide(Layer.merge(layer, twelve))
      )
      assert.deepStrictEqual(tagsOf(events), [
        "StepStarted 1",
        "Let me see.",
        "ToolStarted weather 1/0",
        "ToolFinished weather 1/0",
        "StepFinished 1",
        "StepStarted 2",
        "12 degrees.",
        "StepFinished 2",
        "LoopFinished completed"
      ])
      const end = endOf(events)
      assert.deepStrictEqual(
        { steps: end.steps, text: end.text, tokens: end.usage.totalTokens },
        { steps: 2, text: "12 degrees.", tokens: 30 }
      )
      assert.deepStrictEqual(shapeOf(end.messages), [
        "user text",
        "assistant text tool-call",
        "tool tool-result",
        "assistant text"
      ])
      assert.deepStrictEqual(shapeOf(requests[1]?.prompt ?? ""), [
        "user text",
        "assistant text tool-call",
        "tool tool-result"
      ])
      const started = events.find((event) => event._tag === "ToolStarted")
      assert.deepStrictEqual(started, {
        _tag: "ToolStarted",
        step: 1,
        position: 0,
        id: "call_1",
        name: "weather",
        key: "loop/1/0",
        arguments: { city: "Oslo" }
      })
    }))

  it.effect("returns the end, from whole responses", () =>
    Effect.gen(function*() {
      const { layer } = model(calls("weather", { city: "Oslo" }), says("12 degrees."))
      const end = yield* ToolLoop.run(request).pipe(Effect.provide(Layer.merge(layer, twelve)))
      assert.deepStrictEqual({ reason: end.reason, text: end.text }, { reason: "completed", text: "12 degrees." })
    }))

  it.effect("gives handlers the key of their call, and calls of one id their own", () =>
    Effect.gen(function*() {
      const keys: Array<string | undefined> = []
      const { layer, requests } = model(
        response([call("weather", { city: "Oslo" }, "same"), call("weather", { city: "Rome" }, "same")]),
        says("Done.")
      )
      yield* ToolLoop.run({ ...request, loopId: "loop" }).pipe(Effect.provide(Layer.merge(
        layer,
        toolkit.toLayer({
          weather: () => Effect.map(ToolLoop.CurrentToolCall, (current) => keys.push(current?.key))
        })
      )))
      assert.deepStrictEqual(keys, ["loop/1/0", "loop/1/1"])
      const prompt = requests[1]?.prompt
      const results = Prompt.isPrompt(prompt) ? prompt.content.at(-1) : undefined
      assert.deepStrictEqual(
        results?.role === "tool" ? results.content.map((part) => (part.type === "tool-result" ? part.id : "")) : [],
        ["same", "same_1"]
      )
    }))

  it.effect("runs at most `concurrency` handlers at once, and keeps the order of the calls", () =>
    Effect.gen(function*() {
      const gate = yield* Latch.make()
      let running = 0
      let most = 0
      const { layer, requests } = model(
        response(Array.from({ length: 9 }, (_, index) => call("weather", { city: String(index) }, `call_${index}`))),
        says("Done.")
      )
      const handlers = toolkit.toLayer({
        weather: ({ city }) =>
          Effect.gen(function*() {
            most = Math.max(most, ++running)
            if (running === 4) yield* gate.open
            yield* gate.await
            yield* Effect.yieldNow
            running--
            return Number(city)
          })
      })
      yield* ToolLoop.run({ ...request, concurrency: 4 }).pipe(Effect.provide(Layer.merge(layer, handlers)))
      assert.strictEqual(most, 4)
      const prompt = requests[1]?.prompt
      const results = Prompt.isPrompt(prompt) ? prompt.content.at(-1) : undefined
      assert.deepStrictEqual(
        results?.role === "tool" ? results.content.map((part) => (part.type === "tool-result" ? part.result : "")) : [],
        [0, 1, 2, 3, 4, 5, 6, 7, 8]
      )
    }))

  it.effect("passes on preliminary results", () =>
    Effect.gen(function*() {
      const { layer } = model(calls("weather", { city: "Oslo" }), says("Done."))
      const handlers = toolkit.toLayer({
        weather: (_, { preliminary }) => Effect.as(Effect.andThen(preliminary(1), preliminary(2)), 3)
      })
      const events = yield* collect(ToolLoop.stream(request)).pipe(Effect.provide(Layer.merge(layer, handlers)))
      assert.deepStrictEqual(
        events.flatMap((event) => (event._tag === "ToolProgress" ? [event.result] : [])),
        [1, 2]
      )
      assert.deepStrictEqual(resultsOf(events), [{ name: "weather", result: 3, failure: undefined }])
    }))

  it.effect("sends what a tool shows the model in place of its result", () =>
    Effect.gen(function*() {
      const look = Tool.make("look", {
        success: Schema.Struct({ pixels: Schema.Finite }),
        toModelOutput: ({ pixels }) => [Prompt.textPart({ text: `${pixels} pixels` })]
      })
      const looking = Toolkit.make(look)
      const { layer, requests } = model(calls("look", {}), says("Done."))
      yield* ToolLoop.run({ ...request, toolkit: looking }).pipe(
        Effect.provide(Layer.merge(layer, looking.toLayer({ look: () => Effect.succeed({ pixels: 4 }) })))
      )
      const prompt = requests[1]?.prompt
      const part = Prompt.isPrompt(prompt) ? prompt.content.at(-1)?.content[0] : undefined
      assert.isTrue(typeof part === "object" && part.type === "tool-result")
      assert.deepStrictEqual(
        typeof part === "object" && part.type === "tool-result" ? part.modelOutput?.map(({ type }) => type) : [],
        ["text"]
      )
    }))

  it.effect("has its text read by the operators of completions", () =>
    Effect.gen(function*() {
      const { layer } = model(
        response([message("Let me see."), call("weather", { city: "Oslo" }, "call_1")]),
        says("12 degrees.")
      )
      const text = yield* Stream.mkString(Operators.text(ToolLoop.stream(request))).pipe(
        Effect.provide(Layer.merge(layer, twelve))
      )
      assert.strictEqual(text, "Let me see.12 degrees.")
    }))

  it.effect("has a span for each handler, in which nothing is that the model wrote", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const made = new Tracer.NativeSpan(options)
          spans.push(made)
          return made
        }
      })
      const { layer } = model(calls("weather", { city: "secret" }), says("Done."))
      const handlers = toolkit.toLayer({ weather: () => Effect.withSpan(Effect.succeed(12), "lookup") })
      yield* ToolLoop.run({ ...request, loopId: "loop" }).pipe(
        Effect.withSpan("program"),
        Effect.provide(Layer.merge(layer, handlers)),
        Effect.withTracer(tracer)
      )
      const [program, tool, lookup] = ["program", "execute_tool weather", "lookup"].map((name) =>
        spans.find((span) => span.name === name) ?? assert.fail(`There is no span ${name}`)
      )
      assert.deepStrictEqual(Object.fromEntries(tool?.attributes ?? []), {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "weather",
        "sluice.tool.key": "loop/1/0"
      })
      assert.deepStrictEqual(
        [tool, lookup].map((span) => Option.map(span?.parent ?? Option.none(), ({ spanId }) => spanId)),
        [Option.some(program?.spanId ?? ""), Option.some(tool?.spanId ?? "")]
      )
      assert.notInclude(JSON.stringify(spans.map(({ attributes }) => Object.fromEntries(attributes))), "secret")
    }))

  it.effect("has the services and failures of handlers and hooks in its type", () =>
    Effect.gen(function*() {
      class Store extends Context.Service<Store, { readonly put: Effect.Effect<void, "full"> }>()("test/Store") {}
      class Where extends Context.Service<Where, string>()("test/Where") {}
      const needy = Tool.make("needy", {
        success: Schema.String,
        failure: Schema.Literal("broken"),
        dependencies: [Where]
      })
      const kit = Toolkit.make(needy)
      const program: Effect.Effect<
        ToolLoop.LoopFinished,
        ToolLoop.LoopError<(typeof kit)["tools"], "full" | "late">,
        ToolLoop.LoopServices<(typeof kit)["tools"], Store | Tool.HandlersFor<(typeof kit)["tools"]>>
      > = ToolLoop.run({
        model: "test/model",
        prompt: "Hi",
        toolkit: kit,
        store: () => Store.use(({ put }) => put),
        onStep: () => Effect.fail("late" as const)
      })
      const { layer } = model(says("Hello."))
      const error = yield* Effect.flip(program).pipe(
        Effect.provide(Layer.merge(kit.toLayer({ needy: () => Where }), layer)),
        Effect.provideService(Where, "here"),
        Effect.provideService(Store, { put: Effect.void })
      )
      assert.strictEqual(error, "late")
    }))
})

describe("no tool runs", () => {
  const ran: Array<string> = []
  const handlers = toolkit.toLayer({ weather: ({ city }) => Effect.sync(() => ran.push(city)) })
  const item = call("weather", { city: "Oslo" }, "call_1")
  const cut = new IncompleteStreamError({ provider: "test", ending: "end-of-body", missing: [], evidence: [] })

  it.effect.each(
    [
      ["a token limit", response([item], { finishReason: "length" }), "length"],
      ["a content filter", response([item], { finishReason: "content-filter" }), "filtered"],
      ["an error that is an end", response([item], { finishReason: "error" }), "other"],
      [
        "a refusal",
        response([{ _tag: "Message", content: [{ _tag: "Refusal", refusal: "No." }] }, item]),
        "refused"
      ],
      ["an end without proof", { events: response([item]).events.slice(0, -1) }, "other"]
    ] as const
  )("after %s, and the conversation is whole", ([, scripted, reason]) =>
    Effect.gen(function*() {
      ran.length = 0
      const { layer } = model(scripted)
      const events = yield* collect(ToolLoop.stream(request)).pipe(Effect.provide(Layer.merge(layer, handlers)))
      const end = endOf(events)
      assert.deepStrictEqual({ ran: [...ran], reason: end.reason }, { ran: [], reason })
      assert.strictEqual(shapeOf(end.messages).at(-1), "tool tool-result")
    }))

  it.effect("after a cut, which fails the loop", () =>
    Effect.gen(function*() {
      ran.length = 0
      const { layer } = model({ events: response([item]).events.slice(0, -1), failure: cut })
      const error = yield* Effect.flip(collect(ToolLoop.stream(request))).pipe(
        Effect.provide(Layer.merge(layer, handlers))
      )
      assert.deepStrictEqual([ran, error], [[], cut])
    }))

  it.effect("when a later step fails", () =>
    Effect.gen(function*() {
      ran.length = 0
      const failure = new ConnectionError({ provider: "test" })
      const { layer } = model(calls("weather", { city: "Oslo" }), { events: [], failure })
      const error = yield* Effect.flip(ToolLoop.run(request)).pipe(Effect.provide(Layer.merge(layer, handlers)))
      assert.deepStrictEqual([ran, error], [["Oslo"], failure])
    }))
})

describe("interruption", () => {
  it.effect("interrupts the handlers and waits for them", () =>
    Effect.gen(function*() {
      const started = yield* Latch.make()
      let count = 0
      let ended = 0
      const { layer } = model(response([call("weather", { city: "a" }, "1"), call("weather", { city: "b" }, "2")]))
      const handlers = toolkit.toLayer({
        weather: () =>
          Effect.suspend(() => (++count === 2 ? Effect.andThen(started.open, Effect.never) : Effect.never)).pipe(
            Effect.onInterrupt(() => Effect.sync(() => ended++))
          )
      })
      const fiber = yield* Effect.forkChild(
        collect(ToolLoop.stream(request)).pipe(Effect.provide(Layer.merge(layer, handlers)))
      )
      yield* started.await
      yield* Fiber.interrupt(fiber)
      const exit = yield* Fiber.await(fiber)
      assert.isTrue(Exit.isFailure(exit) && Exit.hasInterrupts(exit))
      assert.strictEqual(ended, 2)
    }))

  it.effect("leaves no handler running when the consumer stops early", () =>
    Effect.gen(function*() {
      let running = 0
      let ran = 0
      const { layer } = model(response([call("weather", { city: "a" }, "1"), call("weather", { city: "b" }, "2")]))
      const handlers = toolkit.toLayer({
        weather: ({ city }, { preliminary }) =>
          Effect.acquireUseRelease(
            Effect.sync(() => {
              running++
              ran++
            }),
            () => city === "a" ? Effect.never : Effect.andThen(preliminary(1), Effect.never),
            () => Effect.sync(() => running--)
          )
      })
      yield* ToolLoop.stream(request).pipe(
        Stream.takeUntil(({ _tag }) => _tag === "ToolProgress"),
        Stream.runDrain,
        Effect.provide(Layer.merge(layer, handlers))
      )
      assert.deepStrictEqual({ ran, running }, { ran: 2, running: 0 })
    }))

  it.effect("leaves no handler running wherever it comes", () =>
    Effect.gen(function*() {
      let running = 0
      let most = 0
      const ended: Array<string> = []
      for (let turns = 0; !ended.includes("completed"); turns++) {
        const { layer } = model(
          response(["a", "b", "c"].map((city) => call("weather", { city }, city))),
          calls("weather", { city: "d" }),
          says("Done.")
        )
        const handlers = toolkit.toLayer({
          weather: (_, { preliminary }) =>
            Effect.acquireUseRelease(
              Effect.sync(() => {
                running++
                most = Math.max(most, running)
              }),
              () =>
                preliminary(1).pipe(
                  Effect.andThen(Effect.repeat(Effect.yieldNow, { times: 10 })),
                  Effect.andThen(preliminary(2)),
                  Effect.as(3)
                ),
              () => Effect.sync(() => running--)
            )
        })
        const fiber = yield* Effect.forkChild(
          ToolLoop.run({ ...request, concurrency: 2, store: () => Effect.yieldNow }).pipe(
            Effect.provide(Layer.merge(layer, handlers))
          )
        )
        for (let left = turns; left > 0; left--) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        const exit = yield* Fiber.await(fiber)
        ended.push(Exit.isSuccess(exit) ? exit.value.reason : "interrupted")
        assert.strictEqual(running, 0, `interrupted after ${turns} turns`)
      }
      assert.isAbove(ended.length, 20)
      assert.strictEqual(most, 2)
    }))

  it.effect("interrupts the other handlers when one ends the loop", () =>
    Effect.gen(function*() {
      const failing = Tool.make("failing", { failure: Schema.Literal("broken") })
      const hanging = Tool.make("hanging")
      const kit = Toolkit.make(failing, hanging)
      const hangs = yield* Latch.make()
      let ended = 0
      const { layer } = model(response([call("failing", {}, "1"), call("hanging", {}, "2")]))
      const handlers = kit.toLayer({
        failing: () => Effect.andThen(hangs.await, Effect.fail("broken" as const)),
        hanging: () =>
          Effect.andThen(hangs.open, Effect.never).pipe(Effect.onInterrupt(() => Effect.sync(() => ended++)))
      })
      const error = yield* Effect.flip(ToolLoop.run({ ...request, toolkit: kit })).pipe(
        Effect.provide(Layer.merge(layer, handlers))
      )
      assert.deepStrictEqual([error, ended], ["broken", 1])
    }))
})

describe("failures of tools", () => {
  const Broken = Schema.Struct({ why: Schema.String })
  const modes = ["error", "return"] as const
  const toolOf = (failureMode: "error" | "return") =>
    Tool.make("tool", { parameters: City, success: Schema.Unknown, failure: Broken, failureMode })

  const runWith = (
    failureMode: "error" | "return",
    handler: () => Effect.Effect<unknown, typeof Broken.Type>,
    options: { readonly maxResultBytes?: number; readonly input?: Schema.Json } = {}
  ) => {
    const kit = Toolkit.make(toolOf(failureMode))
    const { layer } = model(calls("tool", options.input ?? { city: "Oslo" }), says("Done."))
    return collect(ToolLoop.stream({
      model: "test/model",
      prompt: "Hi",
      toolkit: kit,
      toolTimeout: "1 minute",
      maxResultBytes: options.maxResultBytes
    })).pipe(Effect.provide(Layer.merge(layer, kit.toLayer({ tool: handler }))))
  }

  it.effect("go back to the model, or end the loop, as the tool declares", () =>
    Effect.gen(function*() {
      const broken = () => Effect.fail({ why: "no" })
      assert.deepStrictEqual(resultsOf(yield* runWith("return", broken)), [
        { name: "tool", result: { why: "no" }, failure: "handler" }
      ])
      assert.deepStrictEqual(yield* Effect.flip(runWith("error", broken)), { why: "no" } as never)
    }))

  it.effect.each([
    ["dies", () => Effect.die(new TypeError("secret"))],
    [
      "throws",
      () => {
        throw new TypeError("secret")
      }
    ]
  ])(
    "a handler that %s is a failed result or a typed error, and its message is in neither",
    ([, handler]) =>
      Effect.gen(function*() {
        const events = yield* runWith("return", handler as never)
        assert.deepStrictEqual(resultsOf(events).map(({ failure }) => failure), ["defect"])
        const error = yield* Effect.flip(runWith("error", handler as never))
        assert.deepInclude(
          error,
          { _tag: "ToolFailedError", tool: "tool", reason: "defect", kind: "TypeError" } as never
        )
        assert.notInclude(JSON.stringify([events, error]), "secret")
      })
  )

  it.effect.each(modes)(
    "a result that is not JSON is a failed result or a typed error: %s",
    (mode) =>
      Effect.gen(function*() {
        const cyclic: { self?: unknown } = {}
        cyclic.self = cyclic
        const result = runWith(mode, () => Effect.succeed(cyclic))
        if (mode === "return") {
          assert.deepStrictEqual(resultsOf(yield* result).map(({ failure }) => failure), ["result"])
        } else {
          assert.deepInclude(yield* Effect.flip(result), { _tag: "ToolFailedError", reason: "result" } as never)
        }
      })
  )

  it.effect.each(modes)("a result of 10 MB is a failed result: %s", (mode) =>
    Effect.gen(function*() {
      const events = yield* runWith(mode, () => Effect.succeed("x".repeat(10_000_000)))
      assert.deepStrictEqual(resultsOf(events).map(({ failure }) => failure), ["too-large"])
      assert.isBelow(JSON.stringify(events).length, 10_000)
    }))

  it.effect("counts the bytes of a result, not its characters", () =>
    Effect.gen(function*() {
      const euros = () => Effect.succeed("€€€€")
      const most = (maxResultBytes: number) =>
        Effect.map(runWith("return", euros, { maxResultBytes }), (events) => resultsOf(events)[0]?.failure)
      assert.deepStrictEqual([yield* most(14), yield* most(13)], [undefined, "too-large"])
    }))

  it.effect.each(modes)("a handler that takes too long is a failed result: %s", (mode) =>
    Effect.gen(function*() {
      let interrupted = false
      const hang = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interrupted = true)))
      const fiber = yield* Effect.forkChild(runWith(mode, hang), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(resultsOf(yield* Fiber.join(fiber)), [
        { name: "tool", result: "The tool did not end within 60000 milliseconds.", failure: "timeout" }
      ])
      assert.isTrue(interrupted)
    }))

  it.effect.each(modes)("a handler that interrupts itself is a failed result: %s", (mode) =>
    Effect.gen(function*() {
      const events = yield* runWith(mode, () => Effect.interrupt)
      assert.deepStrictEqual(resultsOf(events).map(({ failure }) => failure), ["interrupted"])
      assert.strictEqual(endOf(events).reason, "completed")
    }))

  it.effect.each(modes)("arguments that do not decode never reach a handler: %s", (mode) =>
    Effect.gen(function*() {
      let ran = false
      const handler = () => Effect.sync(() => (ran = true))
      const [result] = resultsOf(yield* runWith(mode, handler, { input: { city: 5 } }))
      assert.strictEqual(result?.failure, "arguments")
      assert.match(String(result?.result), /do not fit the schema.*city/s)
      assert.isFalse(ran)
    }))

  it.effect("a tool has its own time limit", () =>
    Effect.gen(function*() {
      const slow = Tool.make("slow").annotate(ToolLoop.ToolTimeout, "1 hour")
      const kit = Toolkit.make(slow)
      const { layer } = model(calls("slow", {}), says("Done."))
      const fiber = yield* Effect.forkChild(
        collect(ToolLoop.stream({ ...request, toolkit: kit, toolTimeout: "1 second" })).pipe(
          Effect.provide(Layer.merge(layer, kit.toLayer({ slow: () => Effect.sleep("30 minutes") })))
        ),
        { startImmediately: true }
      )
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(resultsOf(yield* Fiber.join(fiber)), [{ name: "slow", result: null, failure: undefined }])
    }))

  it.effect.each(
    [
      ["does not take the time of its handler", Effect.succeed(3), { result: 3, failure: undefined }],
      [
        "does not give its handler more time",
        Effect.never,
        { result: "The tool did not end within 1000 milliseconds.", failure: "timeout" }
      ]
    ] as const
  )("a consumer that is slow to read preliminary results %s", ([, end, expected]) =>
    Effect.gen(function*() {
      const { layer } = model(calls("weather", { city: "Oslo" }), says("Done."))
      const numbers = Array.from({ length: 100 }, (_, index) => index)
      const handlers = toolkit.toLayer({
        weather: (_, { preliminary }) => Effect.andThen(Effect.forEach(numbers, preliminary), end)
      })
      const fiber = yield* collect(
        Stream.tap(
          ToolLoop.stream({ ...request, toolTimeout: "1 second" }),
          ({ _tag }) => _tag === "ToolProgress" ? Effect.sleep("1 minute") : Effect.void
        )
      ).pipe(Effect.provide(Layer.merge(layer, handlers)), Effect.forkChild({ startImmediately: true }))
      for (const _ of [...numbers, 100]) yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(resultsOf(yield* Fiber.join(fiber)), [{ name: "weather", ...expected }])
    }))

  it.effect("unknown tools, and arguments that are no JSON, are failed results", () =>
    Effect.gen(function*() {
      const { layer, requests } = model(
        response([
          call("wether", { city: "Oslo" }, "call_1"),
          { _tag: "InvalidToolCall", id: "call_2", name: "weather", argumentsRaw: "{\"city\":", reason: "malformed" },
          call("constructor", {}, "call_3")
        ]),
        says("Done.")
      )
      const events = yield* collect(ToolLoop.stream(request)).pipe(Effect.provide(Layer.merge(layer, twelve)))
      assert.deepStrictEqual(resultsOf(events), [
        { name: "wether", result: "There is no tool \"wether\". The tools are: weather.", failure: "unknown-tool" },
        { name: "weather", result: "The arguments are not JSON.", failure: "arguments" },
        {
          name: "constructor",
          result: "There is no tool \"constructor\". The tools are: weather.",
          failure: "unknown-tool"
        }
      ])
      assert.isFalse(events.some(({ _tag }) => _tag === "ToolStarted"))
      assert.deepStrictEqual(shapeOf(requests[1]?.prompt ?? ""), [
        "user text",
        "assistant tool-call tool-call tool-call",
        "tool tool-result tool-result tool-result"
      ])
    }))
})
