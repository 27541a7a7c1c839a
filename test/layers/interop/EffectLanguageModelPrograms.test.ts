/**
 * Programs of `effect/ai` beyond a chat with a toolkit: dynamic tools, tools of the provider, plans, spans,
 * interruption.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, ExecutionPlan, Fiber, Layer, Redacted, Schema, Stream, Tracer } from "effect"
import { Chat, LanguageModel, type Response, Tool, Toolkit } from "effect/ai"
import { EffectLanguageModel, Providers, SluiceConfig } from "sluice"
import { Scenario, Simulator, SimulatorHttpClient } from "sluice/testing"
import * as Speaking from "./Speaking.ts"

describe("a dynamic tool", () => {
  const tools = Toolkit.make(Tool.dynamic("lookup", {
    description: "Looks a word up.",
    parameters: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
    success: Schema.Json
  }))
  const scenario = Scenario.script(
    { parts: [Scenario.toolCall("lookup", { word: "sluice" }, "call_1")] },
    { parts: [Scenario.text("A gate for water.")] }
  )

  it.effect.each(Speaking.protocols)("%s: gets the arguments as they are", (target) => {
    const ran: Array<unknown> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      yield* Stream.runDrain(chat.streamText({ prompt: "What is a sluice?", toolkit: tools }))
      assert.deepStrictEqual(ran, [{ word: "sluice" }])
      const { text } = yield* chat.generateText({ prompt: [], toolkit: tools })
      assert.strictEqual(text, "A gate for water.")
      const [first, second] = yield* (yield* Simulator).requests
      assert.include(JSON.stringify(first?.body), "Looks a word up.")
      assert.include(JSON.stringify(second?.body), "kept back")
    }).pipe(Effect.provide([
      Speaking.model(target, scenario),
      tools.toLayer({
        lookup: (parameters) =>
          Effect.sync(() => {
            ran.push(parameters)
            return ["kept back", 1, null]
          })
      })
    ]))
  })
})

describe("a web search of the provider", () => {
  const scenario = Scenario.script(
    {
      parts: [
        {
          _tag: "WebSearch",
          id: "search_1",
          query: "weather in Oslo",
          results: [{ url: "https://example.com/oslo", title: "Oslo" }]
        },
        Scenario.text("It rains.")
      ]
    },
    { parts: [Scenario.text("You are welcome.")] }
  )
  const searches: Readonly<Record<string, Toolkit.Any>> = {
    "openai-responses": Toolkit.make(
      Tool.providerDefined({
        id: "openai.web_search",
        customName: "Search",
        providerName: "web_search",
        parameters: Schema.Struct({
          type: Schema.Literal("search"),
          queries: Schema.Array(Schema.String),
          query: Schema.String
        }),
        success: Schema.Struct({ status: Schema.String })
      })()
    ),
    "anthropic-messages": Toolkit.make(
      Tool.providerDefined({
        id: "anthropic.web_search_20250305",
        customName: "Search",
        providerName: "web_search",
        parameters: Schema.Struct({ query: Schema.String }),
        success: Schema.Array(Schema.Struct({ url: Schema.String, title: Schema.String }))
      })()
    )
  }
  const parameters: Readonly<Record<string, unknown>> = {
    "openai-responses": { type: "search", query: "weather in Oslo", queries: ["weather in Oslo"] },
    "anthropic-messages": { query: "weather in Oslo" }
  }
  const results: Readonly<Record<string, unknown>> = {
    "openai-responses": { status: "completed" },
    "anthropic-messages": [{ url: "https://example.com/oslo", title: "Oslo" }]
  }

  it.effect.each(Speaking.protocols.filter(([protocol]) => protocol in searches))(
    "%s: is a call with its result, runs no handler, and goes back",
    ([protocol, ...rest]) =>
      Effect.gen(function*() {
        const toolkit = searches[protocol]
        const chat = yield* Chat.empty
        const streamed = (yield* Stream.runCollect(
          chat.streamText({ prompt: "Weather?", toolkit } as never)
        )) as ReadonlyArray<Response.AnyPart>
        assert.deepStrictEqual(
          streamed.flatMap((
            part
          ) => (part.type === "tool-call" ? [part.name, part.params, part.providerExecuted] : [])),
          ["Search", parameters[protocol], true]
        )
        assert.deepStrictEqual(
          streamed.flatMap((
            part
          ) => (part.type === "tool-result" ? [part.name, part.result, part.providerExecuted] : [])),
          ["Search", results[protocol], true]
        )
        yield* chat.generateText({ prompt: "Thank you.", toolkit } as never)
        const [, second] = yield* (yield* Simulator).requests
        assert.include(JSON.stringify(second?.body), "search_1")
      }).pipe(Effect.provide(Speaking.model([protocol, ...rest], scenario))) as Effect.Effect<void>
  )

  it.effect.each(Speaking.protocols.filter(([protocol]) => protocol in searches))(
    "%s: does not fail a program without a toolkit",
    (target) =>
      Effect.gen(function*() {
        const response = yield* LanguageModel.generateText({ prompt: "Weather?" })
        assert.deepStrictEqual([response.text, response.toolCalls], ["It rains.", []])
      }).pipe(Effect.provide(Speaking.model(target, scenario)))
  )
})

const both = Providers.layer({
  providers: { openai: { apiKey: Redacted.make("key-1") }, anthropic: { apiKey: Redacted.make("key-2") } }
})

const plan = ExecutionPlan.make(
  { provide: EffectLanguageModel.model({ model: "openai/gpt-4.1" }) },
  { provide: EffectLanguageModel.model({ model: "anthropic/claude-haiku-4-5" }) }
)

describe("an execution plan", () => {
  const scenario: Scenario.Scenario = {
    completions: [
      {
        when: { model: "gpt-4.1" },
        parts: [Scenario.text("Never sent.")],
        faults: [{ _tag: "ProviderError", kind: "overloaded" }]
      },
      { when: { model: "claude-haiku-4-5" }, parts: [Scenario.text("From the other one.")] }
    ]
  }
  const Live = both.pipe(
    Layer.provideMerge(SimulatorHttpClient.layer({ scenario })),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.orDie
  )

  it.effect("goes on with another provider when one is down", () =>
    Effect.gen(function*() {
      const { text } = yield* LanguageModel.generateText({ prompt: "Hello" }).pipe(Effect.withExecutionPlan(plan))
      const streamed = yield* LanguageModel.streamText({ prompt: "Hello" }).pipe(
        Stream.withExecutionPlan(plan),
        Stream.runCollect
      )
      assert.deepStrictEqual(
        [text, streamed.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])).join("")],
        ["From the other one.", "From the other one."]
      )
      assert.strictEqual((yield* (yield* Simulator).requests).length, 4)
    }).pipe(Effect.provide(Live)))
})

/** The spans of a program: each with its ancestors. */
const spansOf = Effect.fnUntraced(function*<A, E, R>(program: Effect.Effect<A, E, R>) {
  const spans: Array<Tracer.Span> = []
  const span = (options: ConstructorParameters<typeof Tracer.NativeSpan>[0]) => {
    const made = new Tracer.NativeSpan(options)
    spans.push(made)
    return made
  }
  yield* Effect.withTracer(program, Tracer.make({ span }))
  const path = (span: Tracer.AnySpan): string =>
    span._tag === "ExternalSpan"
      ? ""
      : `${span.parent._tag === "Some" ? path(span.parent.value) : ""}/${span.name}`
  return {
    paths: spans.map(path),
    ended: spans.every(({ status }) => status._tag === "Ended"),
    attributes: Object.assign({}, ...spans.map(({ attributes }) => Object.fromEntries(attributes))) as object
  }
})

describe("the spans of a call", () => {
  const scenario = Scenario.script({ parts: [Scenario.text("Hello.")], usage: { input: 9, output: 7 } })

  it.effect.each(Speaking.protocols)("%s: nest, and say what was used", (target) =>
    Effect.gen(function*() {
      for (
        const [name, call] of [
          ["generateText", LanguageModel.generateText({ prompt: "Hi" })],
          ["streamText", Stream.runDrain(LanguageModel.streamText({ prompt: "Hi" }))]
        ] as const
      ) {
        const { attributes, ended, paths } = yield* spansOf(Effect.withSpan(call, "program"))
        assert.deepStrictEqual(paths, [
          "/program",
          `/program/LanguageModel.${name}`,
          `/program/LanguageModel.${name}/sluice.attempt`
        ])
        assert.isTrue(ended)
        assert.deepInclude(attributes, { "gen_ai.usage.input_tokens": 9, "gen_ai.usage.output_tokens": 7 } as never)
      }
    }).pipe(Effect.provide(Speaking.model(target, scenario))))
})

describe("a program that stops", () => {
  const scenario = Scenario.script({
    parts: [Scenario.text("again and ".repeat(1000))],
    faults: [{ _tag: "Stall", after: 4000 }]
  })

  it.live.each(Speaking.protocols)(
    "%s: closes the connection when it is interrupted",
    (target) =>
      Effect.gen(function*() {
        const began = yield* Deferred.make<void>()
        const fiber = yield* LanguageModel.streamText({ prompt: "Count." }).pipe(
          Stream.runForEach(() => Deferred.succeed(began, undefined)),
          Effect.forkChild
        )
        yield* Deferred.await(began)
        yield* Fiber.interrupt(fiber)
        const simulator = yield* Simulator
        assert.strictEqual((yield* simulator.ended(1)).outcome, "disconnected")
      }).pipe(Effect.provide(Speaking.model(target, scenario)))
  )

  it.live("closes the connection when it takes no more parts", () =>
    Effect.gen(function*() {
      yield* LanguageModel.streamText({ prompt: "Count." }).pipe(Stream.take(1), Stream.runDrain)
      const simulator = yield* Simulator
      assert.strictEqual((yield* simulator.ended(1)).outcome, "disconnected")
    }).pipe(Effect.provide(Speaking.model(Speaking.chat, scenario))))
})

describe("two calls to which a server gives one id", () => {
  const scenario = Scenario.script(
    {
      parts: [
        Scenario.toolCall("weather", { city: "Oslo" }, "call_1"),
        Scenario.toolCall("weather", { city: "Bergen" }, "call_1")
      ]
    },
    { parts: [Scenario.text("Done.")] }
  )

  it.effect.each(Speaking.protocols)("%s: have a result each", (target) => {
    const ran: Array<Speaking.Ran> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      const parts = yield* Stream.runCollect(chat.streamText({ prompt: "Weather?", toolkit: Speaking.tools }))
      const called = parts.flatMap((part) => (part.type === "tool-call" ? [part.id] : []))
      const results = parts.flatMap((part) => (part.type === "tool-result" ? [part.id] : []))
      assert.strictEqual(new Set(called).size, 2)
      assert.deepStrictEqual(results.toSorted(), called.toSorted())
      assert.strictEqual(ran.length, 2)
      assert.strictEqual((yield* chat.generateText({ prompt: [], toolkit: Speaking.tools })).text, "Done.")
    }).pipe(Effect.provide([Speaking.model(target, scenario), Speaking.handlers(ran)]))
  })
})
