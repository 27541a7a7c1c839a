/**
 * Which tool calls run, and what becomes of the others.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Chat, LanguageModel, Prompt } from "effect/ai"
import { AiErrors, IncompleteStreamError, type ResponseItem } from "sluice"
import {
  call,
  completed,
  created,
  done,
  generate,
  malformed,
  message,
  replay,
  stream,
  text,
  toolCalls,
  tools
} from "./Replaying.ts"

describe("a tool call", () => {
  it.live("is held back until the completion has ended, and its arguments are not", () => {
    const { layer, ran } = replay([
      [created, {
        _tag: "OutputItemAdded",
        outputIndex: 0,
        item: { type: "tool-call", id: "call_1", name: "weather" }
      }],
      [{ _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "call_1", delta: "{\"city\":\"Os" }],
      [{ _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "call_1", delta: "lo\"}" }],
      [done(0, call("weather", "call_1", { city: "Oslo" })), text(1, "Wait.")],
      [done(1, message("Wait.")), toolCalls]
    ], { pause: "30 millis" })
    return Effect.gen(function*() {
      const seen: Array<string> = []
      yield* LanguageModel.streamText({ prompt: "Hello", toolkit: tools }).pipe(
        Stream.runForEach((part) =>
          Effect.sync(() => {
            if (part.type !== "tool-result" && part.type !== "finish") assert.deepStrictEqual(ran, [])
            seen.push(part.type)
          })
        )
      )
      assert.deepStrictEqual(seen, [
        "response-metadata",
        "tool-params-start",
        "tool-params-delta",
        "tool-params-delta",
        "tool-params-end",
        "text-start",
        "text-delta",
        "text-end",
        "tool-call",
        "tool-result",
        "finish"
      ])
      assert.deepStrictEqual(ran, [{ name: "weather", parameters: { city: "Oslo" } }])
    }).pipe(Effect.provide(layer))
  })

  const whole = [created, done(0, call("weather", "call_1", { city: "Oslo" }))] as const

  it.effect("does not run when the stream fails behind it", () => {
    const failure = new IncompleteStreamError({
      provider: "openai",
      model: "gpt-test",
      missing: ["finish-reason"],
      ending: "end-of-body",
      evidence: []
    })
    const { layer, ran } = replay([whole, [text(1, "and")], [text(1, " so on")]], { failure })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(stream())
      assert.strictEqual(AiErrors.errorOf(error), failure)
      assert.deepStrictEqual(ran, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(["length", "content-filter", "error", "other"] as const)(
    "does not run after the finish reason %s, however late that comes",
    (finishReason) => {
      const { layer, ran } = replay([whole, [text(1, "and")], [completed({ finishReason })]])
      return Effect.gen(function*() {
        const parts = yield* stream()
        assert.deepStrictEqual(ran, [])
        const result = parts.find((part) => part.type === "tool-result")
        assert.isTrue(result?.type === "tool-result" && result.isFailure)
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect.each(["weather", "dynamic", "unknown"])(
    "of %s whose arguments are not JSON fails and runs nothing",
    (name) => {
      const { layer, ran } = replay([[created, done(0, malformed(name)), toolCalls]])
      return Effect.gen(function*() {
        const streamed = yield* Effect.flip(stream())
        const generated = yield* Effect.flip(generate)
        assert.deepStrictEqual(
          [streamed.reason._tag, generated.reason._tag],
          ["ToolParameterValidationError", "ToolParameterValidationError"]
        )
        assert.deepStrictEqual(ran, [])
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect("whose arguments are not JSON is a failed result where the tool declares so", () => {
    const { layer, ran } = replay([[created, done(0, malformed("forgiving")), toolCalls]])
    return Effect.gen(function*() {
      for (const parts of [yield* stream(), (yield* generate).content]) {
        const result = parts.find((part) => part.type === "tool-result")
        assert.isTrue(result?.type === "tool-result" && result.isFailure)
      }
      assert.deepStrictEqual(ran, [])
    }).pipe(Effect.provide(layer))
  })

  it.effect("whose arguments are not JSON is as it came where the caller checks calls by itself", () => {
    const { layer } = replay([[created, done(0, malformed("unknown")), toolCalls]])
    const options = { toolkit: tools, disableToolCallResolution: true, toolCallValidation: "deferred" } as const
    return Effect.gen(function*() {
      const streamed = yield* stream(options)
      const { content } = yield* LanguageModel.generateText({ prompt: "Hello", ...options })
      for (const parts of [streamed, content]) {
        assert.deepStrictEqual(parts.flatMap((part) => (part.type === "tool-call" ? [part.name, part.params] : [])), [
          "unknown",
          "{\"city\":"
        ])
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("that was cut is in the metadata of the finish alone", () => {
    const { layer } = replay([[created, done(0, malformed("weather", "cut")), completed({ finishReason: "length" })]])
    return Effect.gen(function*() {
      for (const parts of [yield* stream(), (yield* generate).content]) {
        assert.isFalse(parts.some(({ type }) => type === "tool-call"))
        const finish = parts.at(-1)
        assert.deepStrictEqual(
          finish?.type === "finish" ? finish.metadata.sluice?.invalidToolCalls : undefined,
          [malformed("weather", "cut")]
        )
      }
    }).pipe(Effect.provide(layer))
  })
})

const searched: ResponseItem.ServerToolCall = {
  _tag: "ServerToolCall",
  id: "ws_1",
  type: "web_search_call",
  protocol: "openai-responses",
  native: { type: "web_search_call", id: "ws_1", status: "completed", action: { query: "Oslo" } }
}

describe("a tool of the provider", () => {
  it.effect("that the toolkit has is a call with its result", () => {
    const { layer } = replay([[created, done(0, searched), completed()]])
    return Effect.gen(function*() {
      for (const parts of [yield* stream(), (yield* generate).content]) {
        const found = parts.flatMap((
          part
        ) => (part.type === "tool-call" ? [part.name, part.params, part.providerExecuted] : []))
        assert.deepStrictEqual(found, ["Search", { query: "Oslo" }, true])
        const results = parts.flatMap((part) => (part.type === "tool-result" ? [part.name, part.result] : []))
        assert.deepStrictEqual(results, ["Search", { status: "completed" }])
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect.each([
    { ...searched, type: "code_interpreter_call" },
    { ...searched, native: { type: "web_search_call", action: { type: "open_page" } } },
    { _tag: "UnknownItem", type: "novelty", native: { type: "novelty" }, protocol: "openai-responses" } as const
  ] as ReadonlyArray<ResponseItem.ResponseItem>)(
    "that the toolkit does not have, or not so, is carried into the next request: %o",
    (item) => {
      const { layer, requests } = replay([
        [created, done(0, item), text(1, "Found."), done(1, message("Found.")), completed()]
      ])
      return Effect.gen(function*() {
        const chat = yield* Chat.empty
        for (const prompt of ["Search.", "Thank you."]) {
          yield* Stream.runDrain(chat.streamText({ prompt, toolkit: tools }))
        }
        const [, assistant] = Prompt.make(requests[1]?.prompt ?? "").content
        const [carried] = assistant?.role === "assistant" ? assistant.content : []
        assert.strictEqual(carried?.type, "tool-call")
        assert.isTrue(carried?.type === "tool-call" && carried.providerExecuted)
        assert.deepStrictEqual(carried?.options["sluice"], { item } as never)
      }).pipe(Effect.provide(layer))
    }
  )
})
