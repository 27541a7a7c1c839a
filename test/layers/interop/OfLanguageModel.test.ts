/**
 * A `LanguageModel` of `effect/ai` as a `ChatModel`.
 */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Layer, Schema, Stream } from "effect"
import { AiError, Prompt, type Response, Tool, Toolkit } from "effect/ai"
import {
  ChatModel,
  Completion,
  type CompletionRequest,
  EffectLanguageModel,
  IncompleteStreamError,
  Replay,
  type ResponseItem,
  StructuredOutput,
  ToolLoop
} from "sluice"
import { Scenario, Simulator } from "sluice/testing"
import { call, type Chunk, completed, created, done, malformed, message, replay, text, tools } from "./Replaying.ts"
import { finish, foreign, hello, request, streamed, toolCall } from "./Foreign.ts"
import * as Speaking from "./Speaking.ts"

describe("a completion that goes both ways", () => {
  const scenario = Scenario.script({
    parts: [
      Scenario.reasoning("I need the weather.", { summary: ["Weather.", "Of Oslo."], signature: "c2lnbmVk" }),
      Scenario.text("One moment.", [{ url: "https://example.com/oslo", title: "Oslo" }]),
      Scenario.toolCall("weather", { city: "Oslo", days: 2 }, "call_1"),
      Scenario.toolCall("time", {}, "call_2")
    ],
    usage: { input: 100, output: 20, cached: 60, reasoning: 5 },
    rateLimits: { requests: { limit: 10, remaining: 9, resetMillis: 1000 } }
  })

  it.effect.each(Speaking.protocols)(
    "%s: is the same, streamed and whole",
    ([protocol, definition, name]) =>
      Effect.gen(function*() {
        const simulator = yield* Simulator
        const input = { model: { provider: definition.id, model: name }, prompt: "Weather?", tools: Speaking.tools }
        for (const transport of ["stream", "whole"] as const) {
          // The language model of a chat model always streams.
          const direct = yield* Effect.andThen(simulator.setScenario(scenario), ChatModel.complete(input))
          const back = yield* Effect.andThen(
            simulator.setScenario(scenario),
            ChatModel.complete(input, { transport })
          ).pipe(Effect.provide(EffectLanguageModel.layerChatModel))
          // Whole reasoning does not say in which order its content and its summary came.
          const order = transport === "stream" ? {} : { reasoning: direct.reasoning }
          assert.deepStrictEqual({ ...back, ...order }, direct)
          assert.isAbove(direct.toolCalls.length, 1)
        }
      }).pipe(Effect.provide(Speaking.model([protocol, definition, name], scenario)))
  )

  const thought: ResponseItem.Reasoning = { _tag: "Reasoning", content: ["Raw."], summary: ["One.", "Two."] }
  const refused: ResponseItem.Message = {
    _tag: "Message",
    content: [{ _tag: "OutputText", text: "I ", citations: [] }, { _tag: "Refusal", refusal: "cannot." }]
  }
  const unknown: ResponseItem.UnknownItem = {
    _tag: "UnknownItem",
    type: "novelty",
    native: {},
    protocol: "openai-chat"
  }
  const custom: ResponseItem.CustomToolCall = {
    _tag: "CustomToolCall",
    id: "call_9",
    name: "patch",
    input: "*** Begin"
  }
  const chunks: ReadonlyArray<readonly [string, ReadonlyArray<Chunk>]> = [
    ["reasoning in pieces", [
      [created, { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 0, delta: "One." }],
      [{ _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 1, delta: "Two." }],
      [{ _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "Raw." }],
      [done(0, thought), completed()]
    ]],
    ["a plan", [[created, { _tag: "ToolPlanDelta", outputIndex: 0, delta: "Look." }, done(0, thought), completed()]]],
    ["a refusal behind text", [
      [created, text(0, "I "), { _tag: "RefusalDelta", outputIndex: 0, delta: "can" }],
      [{ _tag: "RefusalDelta", outputIndex: 0, delta: "not." }, done(0, refused), completed()]
    ]],
    ["items that end in another order", [
      [created, text(0, "a"), done(2, unknown), text(1, "b")],
      [done(1, message("b")), done(0, message("a")), done(3, custom), completed({ finishReason: "tool-calls" })]
    ]],
    ["calls that must not run", [
      [created, done(0, call("weather", "call_2", { city: "Oslo" })), done(1, malformed("weather"))],
      [done(2, { ...malformed("weather", "cut"), id: "call_3" }), completed({ finishReason: "length" })]
    ]],
    ["what is known of the request", [[
      created,
      { _tag: "RateLimits", snapshot: { limits: [] } as never },
      completed({
        finishMessage: "That is all.",
        unknown: { novelty: 2 },
        warnings: [{ parameter: "topK", message: "topK is left out" }],
        attempts: [{ attempt: 1 }] as never
      })
    ]]]
  ]

  it.effect.each(chunks)("is the same with %s", ([, all]) => {
    const { layer } = replay(all)
    return Effect.gen(function*() {
      const expected = Completion.fromEvents(all.flat())
      const back = yield* streamed({ ...request, tools })
      const whole = yield* ChatModel.complete({ ...request, tools }, { transport: "whole" })
      assert.deepStrictEqual(back, expected)
      assert.deepStrictEqual({ ...whole, reasoning: "" }, { ...expected, reasoning: "" })
    }).pipe(Effect.provide(EffectLanguageModel.layerChatModel.pipe(Layer.provide(layer))))
  })

  it.effect("fails with the same error", () => {
    const failure = new IncompleteStreamError({ provider: "a", missing: [], ending: "end-of-body", evidence: [] })
    const { layer } = replay([[created]], { failure })
    return Effect.gen(function*() {
      assert.strictEqual(yield* Effect.flip(streamed(request)), failure)
      assert.strictEqual(yield* Effect.flip(ChatModel.complete(request, { transport: "whole" })), failure)
    }).pipe(Effect.provide(EffectLanguageModel.layerChatModel.pipe(Layer.provide(layer))))
  })
})

describe("a language model of others", () => {
  it.effect("streams events with a usage and what cites", () => {
    const { layer } = foreign([hello, [
      { type: "source", sourceType: "url", id: "s1", url: "https://example.com/a", title: "A" },
      finish("stop", { inputTokens: { uncached: 3, cacheRead: 4 }, outputTokens: { total: 2 } })
    ]])
    return Effect.gen(function*() {
      const events = yield* Stream.runCollect(ChatModel.stream(request))
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), [
        "Created",
        "OutputItemAdded",
        "OutputTextDelta",
        "OutputTextDelta",
        "CitationAdded",
        "OutputItemDone",
        "Completed"
      ])
      const { items, usage, ...rest } = Completion.fromEvents(events)
      assert.deepInclude(rest, {
        responseId: "resp_1",
        model: "their-model",
        text: "Hello",
        finishReason: "stop",
        evidence: ["finish-reason"]
      })
      assert.deepInclude(usage, { inputTokens: 7, cachedInputTokens: 4, outputTokens: 2, totalTokens: 9 })
      const [first] = items
      assert.strictEqual(
        first?._tag === "Message" && first.content[0]?._tag === "OutputText" ? first.content[0].citations[0]?.url : "",
        "https://example.com/a"
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is incomplete without a finish, and says what arrived", () => {
    const { layer } = foreign([hello, [toolCall("call_1")]])
    return Effect.gen(function*() {
      const events: Array<string> = []
      const error = yield* ChatModel.stream({ ...request, tools }).pipe(
        Stream.runForEach(({ _tag }) => Effect.sync(() => events.push(_tag))),
        Effect.flip
      )
      assert.strictEqual(error._tag, "IncompleteStreamError")
      assert.strictEqual("partial" in error ? error.partial?.text : "", "Hello")
      assert.notInclude(events, "Completed")
      // The message alone: the call was never proven whole.
      assert.strictEqual(events.filter((tag) => tag === "OutputItemDone").length, 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect("is incomplete without a finish where it returns all at once", () => {
    const { layer } = foreign([[{ type: "text", text: "Hello" } as never]])
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete(request, { transport: "whole" }))
      assert.strictEqual(error._tag, "IncompleteStreamError")
    }).pipe(Effect.provide(layer))
  })

  it.effect("gives two calls with one id an id each", () => {
    const { layer } = foreign([[toolCall("call_1")], [toolCall("call_1"), finish("stop")]])
    return Effect.gen(function*() {
      const completion = yield* streamed({ ...request, tools })
      assert.deepStrictEqual(completion.toolCalls.map(({ id }) => id), ["call_1", "call_1_2"])
      assert.strictEqual(completion.finishReason, "tool-calls")
    }).pipe(Effect.provide(layer))
  })

  it.effect("goes on in a tool loop where the tools of its provider paused", () => {
    const { layer, seen } = foreign([hello, [finish("pause")]])
    return Effect.gen(function*() {
      const end = yield* ToolLoop.run({ ...request, toolkit: Toolkit.empty, maxPauses: 2 })
      assert.deepStrictEqual([end.reason, seen.length], ["paused", 3])
    }).pipe(Effect.provide(layer))
  })

  it.effect("gets the metadata of its parts back with the next request", () => {
    const metadata = { theirs: { signature: "opaque" } }
    const { layer, seen } = foreign([[
      { type: "reasoning-start", id: "1" },
      { type: "reasoning-delta", id: "1", delta: "Hm." },
      { type: "reasoning-end", id: "1", metadata },
      { ...toolCall("call_1"), metadata } as Response.StreamPartEncoded,
      finish("tool-calls")
    ]])
    return Effect.gen(function*() {
      const { items, toolCalls } = yield* streamed({ ...request, tools })
      const prompt = [Replay.toPrompt(items), ...toolCalls.map((one) => Replay.toolResult(one, "12"))].reduce(
        (before, message) => Prompt.concat(before, message),
        Prompt.make("Hello")
      )
      yield* streamed({ ...request, prompt, tools })
      const assistant = seen[1]?.prompt.content[1]
      assert.deepStrictEqual(
        assistant?.role === "assistant" ? assistant.content.map(({ options, type }) => [type, options]) : [],
        [["reasoning", metadata], ["tool-call", metadata]] as never
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("fails with an error that it sends as a part", () => {
    const { layer } = foreign([hello, [{ type: "error", error: { message: "secret" } }, finish("stop")]])
    return Effect.gen(function*() {
      const error = yield* Effect.flip(streamed(request))
      assert.strictEqual(error._tag, "StreamFailedError")
      assert.notInclude(error.message, "secret")
    }).pipe(Effect.provide(layer))
  })

  const failing = (reason: AiError.AiErrorReason) => AiError.make({ module: "Theirs", method: "any", reason })
  const errors: ReadonlyArray<readonly [string, AiError.AiErrorReason, object]> = [
    ["AuthenticationError", new AiError.AuthenticationError({ kind: "InvalidKey" }), {}],
    ["PermissionDeniedError", new AiError.AuthenticationError({ kind: "InsufficientPermissions" }), {}],
    ["RateLimitedError", new AiError.RateLimitError({ retryAfter: Duration.seconds(3) }), {
      retryAfter: Duration.seconds(3)
    }],
    ["UsageLimitReachedError", new AiError.QuotaExhaustedError({ resetAt: DateTime.makeUnsafe(5000) }), {
      resetsAt: 5
    }],
    ["ContentFilteredError", new AiError.ContentPolicyError({ description: "no" }), { detail: "no" }],
    ["InvalidRequestError", new AiError.InvalidRequestError({ parameter: "prompt" }), {
      parameter: "prompt",
      status: 400
    }],
    ["InvalidRequestError", new AiError.UnsupportedSchemaError({ description: "no" }), { parameter: "outputSchema" }],
    ["ServerError", new AiError.InternalProviderError({ description: "down" }), { detail: "down" }],
    [
      "ConnectionError",
      new AiError.NetworkError({ reason: "TransportError", method: "POST", url: "https://example.com/?key=secret" }),
      {}
    ],
    ["MalformedResponseError", new AiError.InvalidOutputError({ description: "the whole text" }), {}],
    ["StreamFailedError", new AiError.UnknownError({ description: "why" }), { detail: "why" }]
  ]

  it.effect.each(errors)("fails with a %s: %s", ([tag, reason, fields]) => {
    const { layer } = foreign([], failing(reason))
    return Effect.gen(function*() {
      for (
        const error of [
          yield* Effect.flip(streamed(request)),
          yield* Effect.flip(ChatModel.complete(request, { transport: "whole" }))
        ]
      ) {
        assert.strictEqual(error._tag, tag)
        assert.deepInclude({ ...error }, { provider: "openai", model: "gpt-test", ...fields } as never)
        assert.notInclude(JSON.stringify(error), "secret")
        assert.notInclude(error.message, "the whole text")
      }
    }).pipe(Effect.provide(layer))
  })
})

describe("a request of a language model", () => {
  const refused: ReadonlyArray<readonly [string, Partial<CompletionRequest.CompletionRequestInput>]> = [
    ["maxOutputTokens", { maxOutputTokens: 9 }],
    ["stop", { stop: ["\n"] }],
    ["parallelToolCalls", { parallelToolCalls: false }],
    ["outputSchema", { outputSchema: "json" }],
    ["outputSchema", { outputSchema: { schema: Schema.Struct({ a: Schema.String }) }, tools }],
    ["toolChoice", { toolChoice: "required" }],
    ["tools", { tools: [Tool.make("one"), Tool.make("one")] }],
    ["prompt", { prompt: 1 as never }]
  ]

  it.effect.each(refused)("is invalid with a %s that cannot be expressed", ([parameter, fields]) => {
    const { layer, seen } = foreign([hello, [finish("stop")]])
    return Effect.gen(function*() {
      const error = yield* Effect.flip(streamed({ ...request, ...fields }))
      assert.strictEqual(error._tag === "InvalidRequestError" ? error.parameter : error._tag, parameter)
      assert.deepStrictEqual(seen, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("warns about what is left out, before the text", () => {
    const { layer } = foreign([hello, [finish("stop")]])
    return Effect.gen(function*() {
      const events = yield* Stream.runCollect(ChatModel.stream({ ...request, temperature: 0, seed: 1 }))
      assert.strictEqual(events[1]?._tag, "Warnings")
      assert.deepStrictEqual(
        Completion.fromEvents(events).warnings?.map(({ parameter }) => parameter),
        ["temperature", "seed"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("has its tools and their choice", () => {
    const { layer, seen } = foreign([hello, [finish("stop")]])
    return Effect.gen(function*() {
      yield* streamed({ ...request, tools, toolChoice: { oneOf: ["weather"], mode: "required" } })
      assert.deepStrictEqual(seen[0]?.tools.map(({ name }) => name), ["weather"])
      assert.deepStrictEqual(seen[0]?.toolChoice, { oneOf: ["weather"], mode: "required" })
    }).pipe(Effect.provide(layer))
  })

  const City = Schema.Struct({ name: Schema.String, founded: Schema.Int })
  const json = JSON.stringify({ name: "Oslo", founded: 1048 })

  it.effect.each([
    ["of Effect", City],
    ["in JSON Schema", { type: "object", properties: { name: { type: "string" }, founded: { type: "integer" } } }]
  ] as ReadonlyArray<readonly [string, CompletionRequest.OutputSchema["schema"]]>)(
    "has a schema %s, and its text follows it",
    ([, schema]) => {
      const { layer, seen } = foreign([[{ type: "text", text: json } as never, finish("stop")]])
      return Effect.gen(function*() {
        for (const transport of ["stream", "whole"] as const) {
          const completion = yield* ChatModel.complete(
            { ...request, outputSchema: { schema, name: "city" } },
            { transport }
          )
          assert.strictEqual(completion.text, json)
          assert.deepStrictEqual((yield* StructuredOutput.decode(completion, City)).name, "Oslo")
        }
        const format = seen[0]?.responseFormat
        assert.strictEqual(format?.type === "json" ? format.objectName : "", "city")
      }).pipe(Effect.provide(layer))
    }
  )
})
