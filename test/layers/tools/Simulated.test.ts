/**
 * The loop over each protocol, on a simulated provider that is as strict as the real one, with its faults.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { Budget, Providers, SluiceConfig, ToolLoop } from "sluice"
import { type Fault, Scenario, Simulator, SimulatorHttpClient } from "sluice/testing"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import { handlers, protocols, type Ran, type Target, tools } from "../interop/Speaking.ts"
import { endOf, resultsOf, tagsOf } from "./Scripted.ts"

const target = (id: string): Target => protocols.find(([protocol]) => protocol === id) ?? assert.fail(id)

const requestOf = ([, definition, name]: Target) => ({
  model: { provider: definition.id, model: name },
  prompt: "How warm is it, and how late?",
  toolkit: tools
})

const over = ([protocol, definition]: Target, scenario: Scenario.Scenario, ran: Array<Ran>, maxRetries = 0) =>
  Layer.merge(
    SingleProvider.layer(definition)({ apiKey: Redacted.make("key-1"), protocol: protocol as never }).pipe(
      Layer.provideMerge(SimulatorHttpClient.layer({ scenario })),
      Layer.provide(SluiceConfig.layer({ maxRetries, retryBase: "1 millis", logLevel: "None" })),
      Layer.orDie
    ),
    handlers(ran)
  )

const namesOf = (ran: ReadonlyArray<Ran>) => ran.map(({ name }) => name).toSorted()

const both = [Scenario.toolCall("weather", { city: "Oslo" }), Scenario.toolCall("time", {})]
const script = (...faults: ReadonlyArray<Fault.Fault>) =>
  Scenario.script(
    { parts: [Scenario.text("Let me see."), ...both], faults },
    { parts: [Scenario.toolCall("forecast", { city: "Oslo" })] },
    { parts: [Scenario.text("12 degrees at 12:30.")] }
  )

/** Protocols whose arguments are text, so that they may be no JSON. */
const textual = new Set(["openai-chat", "openai-responses", "anthropic-messages"])

describe("a loop over each protocol", () => {
  it.effect.each(protocols)("%s: sends back what the provider accepts", (target) => {
    const ran: Array<Ran> = []
    return Effect.gen(function*() {
      const events = yield* Stream.runCollect(ToolLoop.stream(requestOf(target)))
      assert.deepStrictEqual(namesOf(ran), ["time", "weather"])
      assert.deepStrictEqual(
        resultsOf(events).map(({ failure, name }) => [name, failure]).toSorted(),
        [["forecast", "unknown-tool"], ["time", undefined], ["weather", undefined]]
      )
      const end = endOf(events)
      assert.deepStrictEqual([end.reason, end.text, end.steps], ["completed", "12 degrees at 12:30.", 3])
      const bodies = (yield* (yield* Simulator).requests).map(({ body }) => JSON.stringify(body))
      assert.strictEqual(bodies.length, 3)
      assert.include(bodies[1], "12:30")
      assert.include(bodies[2], "There is no tool")
    }).pipe(Effect.provide(over(target, script(), ran)))
  })

  it.effect.each(protocols.filter(([id]) => textual.has(id)))(
    "%s: tells the model that its arguments are no JSON",
    (target) => {
      const ran: Array<Ran> = []
      const malformed = Scenario.script(
        { parts: [{ _tag: "ToolCall", name: "weather", rawArguments: "{\"city\": Oslo}" }] },
        { parts: both },
        { parts: [Scenario.text("Done.")] }
      )
      return Effect.gen(function*() {
        const events = yield* Stream.runCollect(ToolLoop.stream(requestOf(target)))
        assert.deepStrictEqual(namesOf(ran), ["time", "weather"])
        assert.deepStrictEqual(resultsOf(events)[0], {
          name: "weather",
          result: "The arguments are not JSON.",
          failure: "arguments"
        })
        assert.strictEqual(endOf(events).text, "Done.")
      }).pipe(Effect.provide(over(target, malformed, ran)))
    }
  )

  it.effect.each(protocols)("%s: runs no tool of a response that is cut", (target) =>
    Effect.gen(function*() {
      let cuts = 0
      for (let after = 0;; after += 97) {
        const ran: Array<Ran> = []
        const exit = yield* Effect.exit(
          Stream.runDrain(ToolLoop.stream(requestOf(target))).pipe(
            Effect.provide(over(target, script({ _tag: "Cut", after, how: "end" }), ran))
          )
        )
        if (exit._tag === "Success") break
        cuts++
        assert.deepStrictEqual(ran, [], `cut after ${after} bytes`)
      }
      assert.isAbove(cuts, 1)
    }))
})

describe("faults of the provider", () => {
  const chat = target("openai-chat")
  const done = "Done. ".repeat(50)
  const steps = (...faults: ReadonlyArray<Fault.Fault>) =>
    Scenario.script({ parts: both }, { parts: [Scenario.text(done)], faults })
  const cut: Fault.Fault = { _tag: "Cut", after: 3000, how: "end" }

  it.live("between steps are waited for, and no tool runs again", () => {
    const ran: Array<Ran> = []
    const limited: Fault.Fault = { _tag: "ProviderError", kind: "rate-limit", on: [1] }
    return Effect.gen(function*() {
      const events = yield* Stream.runCollect(ToolLoop.stream(requestOf(chat)))
      assert.deepStrictEqual(namesOf(ran), ["time", "weather"])
      assert.strictEqual(endOf(events).text, done)
      assert.strictEqual((yield* (yield* Simulator).requests).length, 3)
    }).pipe(Effect.provide(over(chat, steps(limited), ran, 3)))
  })

  it.live("that cut a response are repeated where nobody has seen it", () => {
    const ran: Array<Ran> = []
    return Effect.gen(function*() {
      const end = yield* ToolLoop.run(requestOf(chat))
      assert.deepStrictEqual([end.text, namesOf(ran)], [done, ["time", "weather"]])
      assert.strictEqual((yield* (yield* Simulator).requests).length, 3)
    }).pipe(Effect.provide(over(chat, steps({ ...cut, on: [1] }), ran, 3)))
  })

  it.live("that cut a response fail a loop whose consumer has seen some of it", () => {
    const ran: Array<Ran> = []
    return Effect.gen(function*() {
      const error = yield* Effect.flip(Stream.runDrain(ToolLoop.stream(requestOf(chat))))
      assert.strictEqual((error as { readonly _tag: string })._tag, "IncompleteStreamError")
      assert.deepStrictEqual(namesOf(ran), ["time", "weather"])
    }).pipe(Effect.provide(over(chat, steps(cut), ran, 3)))
  })
})

describe("tools of the provider", () => {
  it.effect("that pause go on by themselves", () => {
    const anthropic = target("anthropic-messages")
    const paused = Scenario.script(
      {
        parts: [{
          _tag: "WebSearch",
          id: "search_1",
          query: "weather in Oslo",
          results: [{ url: "https://example.com/oslo", title: "Oslo" }]
        }],
        finish: { raw: "pause_turn" }
      },
      { parts: [Scenario.text("It rains.")] }
    )
    return Effect.gen(function*() {
      const events = yield* Stream.runCollect(ToolLoop.stream(requestOf(anthropic)))
      assert.deepStrictEqual(tagsOf(events), [
        "StepStarted 1",
        "StepFinished 1",
        "StepStarted 2",
        "It",
        " rains.",
        "StepFinished 2",
        "LoopFinished completed"
      ])
      const [, second] = yield* (yield* Simulator).requests
      const { messages } = (second ?? assert.fail()).body as {
        readonly messages: ReadonlyArray<{ readonly role: string }>
      }
      assert.deepStrictEqual(messages.map(({ role }) => role), ["user", "assistant"])
      assert.include(JSON.stringify(messages), "web_search_tool_result")
    }).pipe(Effect.provide(over(anthropic, paused, [])))
  })
})

describe("money and budgets", () => {
  const endless = Scenario.script({ parts: both, usage: { input: 1_000_000, output: 0 } })
  const request = { ...requestOf(target("openai-chat")), model: "openai/gpt-4.1", repetition: false } as const
  const live = (ran: Array<Ran>) =>
    Layer.merge(
      Providers.layer({ providers: { openai: { apiKey: Redacted.make("key-1"), protocol: "openai-chat" } } }).pipe(
        Layer.provideMerge(SimulatorHttpClient.layer({ scenario: endless })),
        Layer.orDie
      ),
      handlers(ran)
    )

  it.effect("a limit of money stops the loop after the step that reached it", () =>
    Effect.gen(function*() {
      // A million tokens of input cost 2 dollars.
      const end = yield* ToolLoop.run({ ...request, stopWhen: ToolLoop.usd(5) })
      assert.deepStrictEqual([end.condition, end.steps, end.state.usd], ["usd(5)", 3, 6])
      const { prompt: _, ...rest } = request
      const more = yield* ToolLoop.resumeRun(
        { ...end.state, ended: undefined as never },
        { ...rest, stopWhen: ToolLoop.usd(7) }
      )
      assert.deepStrictEqual([more.steps, more.state.usd], [4, 8])
    }).pipe(Effect.provide(live([]))))

  it.effect("a limit of money needs prices", () =>
    Effect.gen(function*() {
      const chat = target("openai-chat")
      const error = yield* Effect.flip(
        ToolLoop.run({ ...requestOf(chat), model: "openai/own", stopWhen: ToolLoop.usd(5) })
      ).pipe(
        Effect.provide(over(chat, endless, []))
      )
      assert.deepInclude(error, { _tag: "ConfigurationError", setting: "usd" } as never)
    }))

  it.effect("a budget bounds all steps together", () => {
    const ran: Array<Ran> = []
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ToolLoop.run(request).pipe(Budget.within({ attempts: 2 })))
      assert.deepInclude(error, { _tag: "BudgetExceededError", kind: "attempts" } as never)
      assert.strictEqual(ran.length, 4)
    }).pipe(Effect.provide(live(ran)))
  })
})
