/**
 * When a loop stops, and what hooks change of its steps.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schema, Stream } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { TestClock } from "effect/testing"
import { type CompletionRequest, ToolLoop } from "sluice"
import { call, calls, model, response, says, type Scripted, shapeOf, tagsOf } from "./Scripted.ts"

const City = Schema.Struct({ city: Schema.String })
const weather = Tool.make("weather", { parameters: City, success: Schema.Finite })
const finish = Tool.make("finish", { success: Schema.String, failure: Schema.String, failureMode: "return" })
const toolkit = Toolkit.make(weather, finish)
const request = { model: "test/model", prompt: "How warm is it?", toolkit }

let counter = 0
const counting = toolkit.toLayer({
  weather: () => Effect.sync(() => ++counter),
  finish: () => Effect.succeed("finished")
})
const constant = toolkit.toLayer({ weather: () => Effect.succeed(12), finish: () => Effect.fail("not yet") })

type Options = Omit<Partial<ToolLoop.LoopRequest<(typeof toolkit)["tools"]>>, "toolkit">

const run = (options: Options, handlers = counting, ...responses: ReadonlyArray<Scripted>) => {
  const { layer, requests } = model(responses[0] ?? calls("weather", { city: "Oslo" }), ...responses.slice(1))
  return Effect.map(
    ToolLoop.run({ ...request, ...options }).pipe(Effect.provide(Layer.merge(layer, handlers))),
    ({ condition, reason, steps }) => ({ condition, reason, steps, requests: requests.length })
  )
}

describe("stop conditions", () => {
  it.effect.each(
    [
      ["20 steps by default", {}, 20, "steps(20)"],
      ["steps", { stopWhen: ToolLoop.steps(4) }, 4, "steps(4)"],
      ["tokens", { stopWhen: ToolLoop.tokens(31) }, 3, "tokens(31)"],
      ["a tool", { stopWhen: ToolLoop.toolCalled("weather") }, 1, "toolCalled(weather)"],
      ["one of several", { stopWhen: ToolLoop.any(ToolLoop.steps(9), ToolLoop.tokens(15)) }, 1, "tokens(15)"],
      [
        "all of several",
        { stopWhen: ToolLoop.all(ToolLoop.toolCalled("weather"), ToolLoop.steps(3)) },
        3,
        "toolCalled(weather) and steps(3)"
      ],
      ["one of one's own", { stopWhen: ToolLoop.when("even", ({ steps }) => steps % 2 === 0) }, 2, "even"]
    ] as const
  )("stop after %s", ([, options, steps, condition]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* run(options), { condition, reason: "stopped", steps, requests: steps })
    }))

  it.effect("stop after a time", () =>
    Effect.gen(function*() {
      const slow = toolkit.toLayer({
        weather: () => Effect.as(Effect.sleep("10 seconds"), ++counter),
        finish: () => Effect.succeed("")
      })
      const fiber = yield* Effect.forkChild(
        run({ stopWhen: ToolLoop.duration("25 seconds"), repetition: false }, slow),
        { startImmediately: true }
      )
      for (let second = 0; second < 30; second += 10) yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), {
        condition: "duration(25s)",
        reason: "stopped",
        steps: 3,
        requests: 3
      })
    }))

  it.effect("do not count a tool that failed as called", () =>
    Effect.gen(function*() {
      const { steps } = yield* run(
        { stopWhen: ToolLoop.any(ToolLoop.toolCalled("finish"), ToolLoop.steps(2)) },
        constant,
        calls("finish", {})
      )
      assert.strictEqual(steps, 2)
    }))

  it.effect("stop after the same calls with the same results three times in a row, in any order", () =>
    Effect.gen(function*() {
      const oslo = call("weather", { city: "Oslo" }, "1")
      const rome = call("weather", { city: "Rome" }, "2")
      const end = yield* run(
        {},
        constant,
        response([oslo, rome]),
        response([rome, oslo]),
        response([oslo]),
        response([oslo, rome]),
        response([rome, oslo]),
        response([oslo, rome])
      )
      assert.deepStrictEqual(end, { condition: "repetition(3)", reason: "stopped", steps: 6, requests: 6 })
    }))

  it.effect("stop after another number of repetitions, or never for them", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* run({ repetition: 2 }, constant)).steps, 2)
      assert.deepStrictEqual(yield* run({ repetition: false }, constant), {
        condition: "steps(20)",
        reason: "stopped",
        steps: 20,
        requests: 20
      })
    }))

  it.effect("leave a conversation in which each call has its result", () =>
    Effect.gen(function*() {
      const { layer } = model(calls("weather", { city: "Oslo" }))
      const end = yield* ToolLoop.run({ ...request, stopWhen: ToolLoop.steps(1) }).pipe(
        Effect.provide(Layer.merge(layer, constant))
      )
      assert.deepStrictEqual(shapeOf(end.messages), ["user text", "assistant tool-call", "tool tool-result"])
    }))

  it.effect.each(
    [
      ["concurrency", { concurrency: 0 }],
      ["maxPauses", { maxPauses: -1 }],
      ["maxResultBytes", { maxResultBytes: 0.5 }],
      ["repetition", { repetition: 0 }]
    ] as const
  )("are checked before anything is sent: %s", ([setting, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(run(options))
      assert.deepInclude(error, { _tag: "ConfigurationError", setting } as never)
    }))
})

describe("tools of the provider that pause", () => {
  const paused = response(
    [{ _tag: "ServerToolCall", id: "srv_1", type: "server_tool_use", name: "web_search", native: {} }],
    { finishReason: "stop", finishReasonRaw: "pause_turn" }
  )

  it.effect("go on with the next request, whose prompt ends with what they did", () =>
    Effect.gen(function*() {
      const { layer, requests } = model(paused, says("Found."))
      const end = yield* ToolLoop.run(request).pipe(Effect.provide(Layer.merge(layer, counting)))
      assert.deepStrictEqual([end.reason, end.text, end.steps], ["completed", "Found.", 2])
      assert.deepStrictEqual(shapeOf(requests[1]?.prompt ?? ""), ["user text", "assistant tool-call"])
    }))

  it.effect("end the loop when they pause too often in a row", () =>
    Effect.gen(function*() {
      assert.deepInclude(yield* run({}, counting, paused), { reason: "paused", requests: 6 })
      assert.deepInclude(yield* run({ maxPauses: 1 }, counting, paused), { reason: "paused", requests: 2 })
    }))
})

describe("hooks", () => {
  const requestsOf = (options: Options, ...responses: readonly [Scripted, ...ReadonlyArray<Scripted>]) => {
    const { layer, requests } = model(...responses)
    return Effect.map(
      Stream.runCollect(ToolLoop.stream({ ...request, ...options })).pipe(
        Effect.provide(Layer.merge(layer, constant))
      ),
      (events) => ({ events, requests })
    )
  }
  const shape = ({ model, prompt, toolChoice, tools }: CompletionRequest.CompletionRequestInput) => ({
    model,
    prompt: typeof prompt === "string" ? prompt : shapeOf(prompt),
    toolChoice,
    tools: Array.isArray(tools) ? tools.map(({ name }: { readonly name: string }) => name) : tools
  })

  it.effect("change model, prompt, tools and tool choice of one step", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      const { events, requests } = yield* requestsOf(
        {
          prepareStep: ({ completion, progress, step }) => {
            seen.push([step, progress.steps, completion?.text])
            return Effect.succeed(
              step === 2
                ? { model: "test/small", prompt: "Only this", tools: ["finish"], toolChoice: "required" }
                : undefined
            )
          }
        },
        calls("weather", { city: "Oslo" }),
        calls("weather", { city: "Oslo" }),
        says("Done.")
      )
      assert.deepStrictEqual(seen, [[1, 0, undefined], [2, 1, ""], [3, 2, ""]])
      assert.deepStrictEqual(requests.map(shape), [
        { model: "test/model", prompt: ["user text"], toolChoice: undefined, tools: ["weather", "finish"] },
        { model: "test/small", prompt: ["user text"], toolChoice: "required", tools: ["finish"] },
        {
          model: "test/model",
          prompt: ["user text", "assistant tool-call", "tool tool-result", "assistant tool-call", "tool tool-result"],
          toolChoice: undefined,
          tools: ["weather", "finish"]
        }
      ])
      // A tool that the step did not offer does not run.
      assert.deepStrictEqual(tagsOf(events).filter((tag) => tag.startsWith("ToolStarted")), ["ToolStarted weather 1/0"])
    }))

  it.effect("see each step with its results, before the next one", () =>
    Effect.gen(function*() {
      const seen: Array<unknown> = []
      yield* requestsOf(
        {
          onStep: ({ calls, completion, state, step }) =>
            Effect.sync(() => seen.push([step, completion?.text, calls.map(({ result }) => result), state.step]))
        },
        calls("weather", { city: "Oslo" }),
        says("Done.")
      )
      assert.deepStrictEqual(seen, [[1, "", [12], 1], [2, "Done.", [], 2]])
    }))

  it.effect("are not needed for a forced choice, which is for the first step", () =>
    Effect.gen(function*() {
      const choices = (toolChoice: Options["toolChoice"]) =>
        Effect.map(
          requestsOf({ toolChoice }, calls("weather", { city: "Oslo" }), says("Done.")),
          ({ requests }) => requests.map(({ toolChoice }) => toolChoice)
        )
      assert.deepStrictEqual(yield* choices("required"), ["required", "auto"])
      assert.deepStrictEqual(yield* choices({ tool: "weather" }), [{ tool: "weather" }, "auto"])
      assert.deepStrictEqual(yield* choices("none"), ["none", "none"])
      assert.deepStrictEqual(yield* choices({ mode: "required", oneOf: ["weather"] }), [
        { mode: "required", oneOf: ["weather"] },
        { mode: "auto", oneOf: ["weather"] }
      ])
    }))
})
