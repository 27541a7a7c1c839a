/**
 * What becomes of the events of a completion: parts, their order and their metadata.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { LanguageModel, Prompt } from "effect/ai"
import { ChatModel, EffectLanguageModel, type ResponseItem } from "sluice"
import { completed, created, done, type Event, generate, message, replay, shapes, stream, text } from "./Replaying.ts"

describe("a streamed part", () => {
  it.effect("of one block and chunk is one delta, and of two chunks two", () => {
    const { layer } = replay([
      [created, text(0, "a"), text(0, "b")],
      [text(0, "c"), text(1, "d"), text(0, "e")],
      [done(0, message("abce")), done(1, message("d")), completed()]
    ])
    return Effect.gen(function*() {
      const parts = yield* stream()
      assert.deepStrictEqual(shapes(parts), [
        "response-metadata",
        "text-start",
        "text-delta ab",
        "text-delta c",
        "text-start",
        "text-delta d",
        "text-delta e",
        "text-end",
        "text-end",
        "finish"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("of reasoning keeps its parts apart, and its signature at its end", () => {
    const reasoning: ResponseItem.Reasoning = {
      _tag: "Reasoning",
      content: [],
      summary: ["One.", "Two."],
      encryptedContent: "opaque",
      protocol: "openai-responses"
    }
    const summary = (summaryIndex: number, delta: string): Event => ({
      _tag: "ReasoningSummaryDelta",
      outputIndex: 0,
      summaryIndex,
      delta
    })
    const { layer } = replay([[created, summary(0, "One."), summary(1, "Two."), done(0, reasoning), completed()]])
    return Effect.gen(function*() {
      const parts = yield* stream()
      assert.deepStrictEqual(shapes(parts).slice(1, -1), [
        "reasoning-start",
        "reasoning-delta One.",
        "reasoning-delta \nTwo.",
        "reasoning-end"
      ])
      const { content: [first] } = Prompt.fromResponseParts(parts)
      assert.deepStrictEqual(
        first?.role === "assistant" ? first.content.map(({ options, type }) => [type, options]) : 0,
        [
          ["reasoning", { sluice: { item: reasoning, index: 0, kind: "summary", part: 1 } }]
        ] as never
      )
    }).pipe(Effect.provide(layer))
  })
})

const usage = {
  inputTokens: 100,
  cachedInputTokens: 60,
  cacheWriteInputTokens: 10,
  outputTokens: 20,
  reasoningOutputTokens: 5,
  totalTokens: 120
}

describe("the finish", () => {
  it.effect("has the usage, and what else is known, in its metadata", () => {
    const warnings = [{ parameter: "topK", message: "topK was left out" }]
    const { layer } = replay([[created, completed({ usage, warnings, finishMessage: "That is all." })]])
    return Effect.gen(function*() {
      for (const parts of [yield* stream(), (yield* generate).content]) {
        const finish = parts.at(-1)
        if (finish?.type !== "finish") return assert.fail("the last part is no finish")
        assert.deepStrictEqual({ ...finish.usage }, {
          inputTokens: { total: 100, uncached: 30, cacheRead: 60, cacheWrite: 10 },
          outputTokens: { total: 20, text: 15, reasoning: 5 }
        } as never)
        assert.deepStrictEqual(finish.metadata.sluice, {
          finishReasonRaw: "stop",
          finishMessage: "That is all.",
          evidence: ["terminal-event"],
          usage,
          warnings
        })
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("of a server's loop that paused is `pause`", () => {
    const { layer } = replay([[created, completed({ finishReasonRaw: "pause_turn" })]])
    return Effect.gen(function*() {
      assert.strictEqual((yield* generate).finishReason, "pause")
    }).pipe(Effect.provide(layer))
  })
})

describe("a consumer", () => {
  it.effect("that is slow slows the model", () => {
    let pulled = 0
    const endless = Stream.fromEffectRepeat(Effect.sync((): Event => text(0, String(pulled++))))
    const chat = ChatModel.of({ stream: () => endless, complete: () => Effect.never })
    const layer = EffectLanguageModel.layer({ model: "openai/gpt-test" }).pipe(
      Layer.provide(Layer.succeed(ChatModel, chat))
    )
    return Effect.gen(function*() {
      yield* LanguageModel.streamText({ prompt: "Hello" }).pipe(Stream.take(5), Stream.runDrain)
      assert.isBelow(pulled, 10)
    }).pipe(Effect.provide(layer))
  })
})
