/**
 * Tool calls of a `LanguageModel` of others whose completion was cut, or may have been.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Response } from "effect/ai"
import { ChatModel } from "sluice"
import { finish, foreign, hello, request, streamed, toolCall } from "./Foreign.ts"
import { malformed, tools } from "./Replaying.ts"

describe("a completion of others that was cut", () => {
  it.effect("has no whole call where its arguments do not end", () => {
    const { layer } = foreign([[
      { type: "tool-params-start", id: "call_1", name: "weather" },
      { type: "tool-params-delta", id: "call_1", delta: "{\"city\":" },
      finish("length")
    ]])
    return Effect.gen(function*() {
      const { finishReason, invalidToolCalls, toolCalls } = yield* streamed({ ...request, tools })
      assert.deepStrictEqual([finishReason, toolCalls], ["length", []])
      assert.deepStrictEqual(invalidToolCalls, [malformed("weather", "cut")])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(["length", "content-filter", "error"] as const)(
    "has no whole call where a cut left it without arguments: %s",
    (reason) => {
      const bare = (id: string) => ({ ...toolCall(id), params: {} }) as Response.StreamPartEncoded
      const { layer } = foreign([[bare("call_1"), bare("call_2"), finish(reason)]])
      return Effect.gen(function*() {
        for (const transport of ["stream", "whole"] as const) {
          const completion = yield* ChatModel.complete({ ...request, tools }, { transport })
          assert.deepStrictEqual(completion.toolCalls.map(({ id }) => id), ["call_1"])
          assert.strictEqual(completion.finishReason, reason)
          assert.deepStrictEqual(completion.invalidToolCalls, [
            { ...malformed("weather", "cut"), id: "call_2", argumentsRaw: "" }
          ])
        }
      }).pipe(Effect.provide(layer))
    }
  )

  const cuts: ReadonlyArray<readonly [string, ReadonlyArray<Response.StreamPartEncoded>]> = [
    ["its arguments are a closed object", [
      { type: "tool-params-start", id: "call_1", name: "weather" },
      { type: "tool-params-delta", id: "call_1", delta: "{}" },
      { ...toolCall("call_1"), params: {} } as Response.StreamPartEncoded
    ]],
    ["its arguments came at once", [toolCall("call_1")]],
    ["a text follows it", [
      { ...toolCall("call_1"), params: {} } as Response.StreamPartEncoded,
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "And" }
    ]]
  ]

  it.effect.each(cuts)("has a whole call in a completion that was cut where %s", ([, parts]) => {
    const { layer } = foreign([[...parts, finish("length")]])
    return Effect.gen(function*() {
      const { invalidToolCalls, toolCalls } = yield* streamed({ ...request, tools })
      assert.deepStrictEqual([toolCalls.length, invalidToolCalls], [1, []])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(
    [["content-filter", "cut"], ["error", "cut"], ["stop", "malformed"]] as const
  )("has a call whose arguments do not end at %s: it is %s", ([reason, cause]) => {
    const { layer } = foreign([[
      { type: "tool-params-start", id: "call_1", name: "weather" },
      { type: "tool-params-delta", id: "call_1", delta: "{\"city\":" },
      finish(reason)
    ]])
    return Effect.gen(function*() {
      const { invalidToolCalls } = yield* streamed({ ...request, tools })
      assert.deepStrictEqual(invalidToolCalls, [malformed("weather", cause)])
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(["stream", "whole"] as const)("runs no tool after the finish reason unknown: %s", (transport) => {
    const { layer } = foreign([
      transport === "stream" ? hello : [{ type: "text", text: "Hello" } as never],
      [toolCall("call_1"), finish("unknown")]
    ])
    return Effect.gen(function*() {
      const completion = yield* ChatModel.complete({ ...request, tools }, { transport })
      assert.deepInclude(completion, { text: "Hello", toolCalls: [], finishReason: "other", evidence: [] })
      assert.deepStrictEqual(completion.invalidToolCalls, [
        { ...malformed("weather", "cut"), argumentsRaw: JSON.stringify({ city: "Oslo" }) }
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("has whole calls after the finish reason unknown where Sluice proved them", () => {
    const sluice = { evidence: ["end-of-body"], finishReasonRaw: null, usage: null } as const
    const { layer } = foreign([[toolCall("call_1"), { ...finish("unknown"), metadata: { sluice } }]])
    return Effect.gen(function*() {
      const { evidence, finishReason, toolCalls } = yield* streamed({ ...request, tools })
      assert.deepStrictEqual([evidence, finishReason, toolCalls.length], [["end-of-body"], "tool-calls", 1])
    }).pipe(Effect.provide(layer))
  })
})
