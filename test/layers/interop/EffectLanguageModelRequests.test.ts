/**
 * What is requested, what becomes of objects, and which errors come back.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema, Stream } from "effect"
import { Chat, LanguageModel, Prompt, ResponseIdTracker } from "effect/ai"
import {
  AiErrors,
  BudgetExceededError,
  type CompletionError,
  ConfigurationError,
  ContextLengthExceededError,
  EffectLanguageModel,
  InvalidRequestError,
  RateLimitedError,
  type ResponseItem,
  StreamFailedError
} from "sluice"
import {
  call,
  type Chunk,
  completed,
  created,
  done,
  type Event,
  generate,
  malformed,
  message,
  replay,
  stream,
  text,
  toolCalls,
  tools
} from "./Replaying.ts"

describe("the next request", () => {
  it.effect("has the items in the order of the completion", () => {
    const thought = (summary: string): ResponseItem.Reasoning => ({
      _tag: "Reasoning",
      content: [],
      summary: [summary]
    })
    const { layer, requests } = replay([
      [created, done(0, thought("One."))],
      [done(1, call("weather", "call_1", { city: "Oslo" }))],
      [done(2, thought("Two."))],
      [done(3, call("weather", "call_2", { city: "Bergen" })), toolCalls]
    ])
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      yield* Stream.runDrain(chat.streamText({ prompt: "Weather?", toolkit: tools }))
      yield* Stream.runDrain(chat.streamText({ prompt: [], toolkit: tools }))
      const [, assistant] = Prompt.make(requests[1]?.prompt ?? "").content
      assert.deepStrictEqual(
        assistant?.role === "assistant"
          ? assistant.content.map((part) => (part.type === "tool-call" ? part.id : part.type))
          : [],
        ["reasoning", "call_1", "reasoning", "call_2"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("has an object in place of arguments that are not JSON", () => {
    const { layer, requests } = replay([[created, done(0, malformed("forgiving")), toolCalls]])
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      yield* chat.generateText({ prompt: "Weather?", toolkit: tools })
      yield* chat.generateText({ prompt: [], toolkit: tools })
      const [, assistant] = Prompt.make(requests[1]?.prompt ?? "").content
      assert.deepStrictEqual(
        assistant?.role === "assistant"
          ? assistant.content.map((part) => (part.type === "tool-call" ? part.params : part.type))
          : [],
        [{ malformed: "{\"city\":" }]
      )
    }).pipe(Effect.provide(layer))
  })
})

describe("the request", () => {
  const requestOf = (options: object, settings: Partial<EffectLanguageModel.Options> = {}) => {
    const { layer, requests } = replay([[created, completed()]], { options: settings })
    return Effect.map(
      Effect.provide(LanguageModel.generateText({ prompt: "Hello", ...options } as never), layer),
      () => {
        const { prompt: _, tools = [], ...rest } = requests[0] ?? assert.fail("nothing was requested")
        return { ...rest, tools: Array.isArray(tools) ? tools.map(({ name }) => name) : [] }
      }
    )
  }

  it.effect("has no tool choice without tools", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* requestOf({}), { model: "openai/gpt-test", tools: [] } as never)
    }))

  it.effect("has the tools and the mode of `oneOf`", () =>
    Effect.gen(function*() {
      const { toolChoice, tools: sent } = yield* requestOf({
        toolkit: tools,
        toolChoice: { mode: "required", oneOf: ["weather"] }
      })
      assert.deepStrictEqual([toolChoice, sent], ["required", ["weather"]])
    }) as never)

  it.effect("has the options of the model, and over them those of the call", () =>
    Effect.gen(function*() {
      const { maxOutputTokens, temperature } = yield* EffectLanguageModel.withOptions({ temperature: 0.5 })(
        EffectLanguageModel.withOptions({ temperature: 1 })(requestOf({}, { temperature: 0, maxOutputTokens: 9 }))
      )
      assert.deepStrictEqual([maxOutputTokens, temperature], [9, 1])
    }))
})

const object = LanguageModel.generateObject({ prompt: "Oslo", schema: Schema.Struct({ name: Schema.String }) })

describe("an object", () => {
  const refused: ResponseItem.Message = { _tag: "Message", content: [{ _tag: "Refusal", refusal: "No." }] }
  const refusal: Event = { _tag: "RefusalDelta", outputIndex: 0, delta: "No." }

  it.effect.each([
    ["that the model declines", [created, refusal, done(0, refused), completed()], "ContentPolicyError"],
    [
      "that is cut",
      [created, text(0, "{"), done(0, message("{")), completed({ finishReason: "length" })],
      "StructuredOutputError"
    ],
    ["that is prose", [created, text(0, "Oslo"), done(0, message("Oslo")), completed()], "StructuredOutputError"],
    ["that is none", [created, completed()], "StructuredOutputError"],
    ["of another shape", [created, text(0, "{}"), done(0, message("{}")), completed()], "StructuredOutputError"]
  ] as ReadonlyArray<readonly [string, Chunk, string]>)("%s fails", ([, chunk, tag]) => {
    const { layer } = replay([chunk])
    return Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(object)).reason._tag, tag)
    }).pipe(Effect.provide(layer))
  })

  it.effect("behind a comment of the model is read", () => {
    const fenced = "```json\n{\"name\":\"Oslo\"}\n```"
    const { layer } = replay([[created, text(0, fenced), done(0, message(fenced)), completed()]])
    return Effect.gen(function*() {
      assert.deepStrictEqual((yield* object).value, { name: "Oslo" })
    }).pipe(Effect.provide(layer))
  })
})

describe("an error", () => {
  const at = { provider: "openai", model: "gpt-test" }
  const errors: ReadonlyArray<readonly [CompletionError, string]> = [
    [new ConfigurationError({ reason: "No key" }), "InvalidUserInputError"],
    [new ContextLengthExceededError({ ...at, detail: "too long" }), "InvalidUserInputError"],
    [new BudgetExceededError({ ...at, kind: "attempts", limit: 1, needed: 1, spent: [] }), "QuotaExhaustedError"],
    [new RateLimitedError({ ...at, retryAfter: Duration.seconds(3) }), "RateLimitError"],
    [new InvalidRequestError({ ...at, parameter: "outputSchema" }), "UnsupportedSchemaError"],
    [new InvalidRequestError({ ...at, parameter: "outputSchema", status: 400 }), "InvalidRequestError"],
    [new StreamFailedError(at), "InternalProviderError"]
  ]

  it.effect.each(errors)("is behind the reason that is nearest: %s", ([failure, tag]) => {
    const { layer } = replay([[created]], { failure })
    return Effect.gen(function*() {
      for (const error of [yield* Effect.flip(stream()), yield* Effect.flip(generate)]) {
        assert.strictEqual(error.reason._tag, tag)
        assert.strictEqual(AiErrors.errorOf(error), failure)
        assert.notInclude(JSON.stringify(error), "source")
      }
    }).pipe(Effect.provide(layer))
  })
})

describe("a program that keeps track of response ids", () => {
  const invalid = new InvalidRequestError({ provider: "openai", model: "gpt-test", status: 400 })

  it.effect("requests nothing twice when a request is invalid", () => {
    const valid = replay([[created, text(0, "Hello"), done(0, message("Hello")), completed()]])
    const rejecting = replay([[created]], { failure: invalid })
    return Effect.gen(function*() {
      const tracker = yield* ResponseIdTracker.make
      const track = Effect.provideService(ResponseIdTracker.ResponseIdTracker, tracker)
      const prompt = Prompt.make("Hello")
      yield* LanguageModel.generateText({ prompt }).pipe(track, Effect.provide(valid.layer))
      const more = Prompt.fromMessages([
        ...prompt.content,
        ...Prompt.make([{ role: "assistant", content: "Hello" }, { role: "user", content: "Bye" }]).content
      ])
      assert.isTrue(tracker.prepareUnsafe(more)._tag === "Some")
      for (
        const call of [
          LanguageModel.generateText({ prompt: more }),
          Stream.runDrain(LanguageModel.streamText({ prompt: more }))
        ]
      ) {
        rejecting.requests.length = 0
        const error = yield* Effect.flip(track(call)).pipe(Effect.provide(rejecting.layer))
        assert.strictEqual(AiErrors.errorOf(error), invalid)
        assert.deepStrictEqual(rejecting.requests.map(({ prompt }) => Prompt.make(prompt).content.length), [3])
      }
    })
  })
})
