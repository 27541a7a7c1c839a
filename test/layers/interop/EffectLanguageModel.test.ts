/**
 * Programs that are written only against `effect/ai` run on every protocol.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { Chat, LanguageModel, type Response } from "effect/ai"
import { Scenario, Simulator } from "sluice/testing"
import * as Speaking from "./Speaking.ts"

const usage = { input: 100, output: 20, cached: 60, reasoning: 5 }

/** Text and reasoning, then two tool calls, then text. */
const conversation = Scenario.script(
  {
    parts: [
      Scenario.reasoning("I need the weather."),
      Scenario.text("One moment."),
      Scenario.toolCall("weather", { city: "Oslo", days: 2 }, "call_1"),
      Scenario.toolCall("time", {}, "call_2")
    ],
    usage
  },
  { parts: [Scenario.text("It is 12 degrees at half past twelve.")], usage },
  { parts: [Scenario.text("You are welcome.")], usage }
)

type Parts = ReadonlyArray<Response.StreamPart<(typeof Speaking.tools)["tools"], "opaque">>

const textOf = (parts: Parts) => parts.flatMap((part) => (part.type === "text-delta" ? part.delta : [])).join("")

const finishOf = (parts: Parts) => {
  const last = parts.at(-1)
  return last?.type === "finish" ? last : assert.fail("the last part is no finish")
}

/** A conversation with tools: as long as the model calls tools, their results go back. */
const converse = Effect.gen(function*() {
  const chat = yield* Chat.empty
  const texts: Array<string> = []
  let prompt: string | undefined = "How is the weather in Oslo?"
  for (let step = 0; step < 4; step++) {
    const parts: Parts = yield* chat.streamText({
      prompt: prompt ?? [],
      toolkit: Speaking.tools
    }).pipe(Stream.runCollect)
    texts.push(textOf(parts))
    if (finishOf(parts).reason === "tool-calls") prompt = undefined
    else if (step > 1) return { texts, parts }
    else prompt = "Thank you."
  }
  return assert.fail("the conversation did not end")
})

describe("effect/ai on Sluice", () => {
  it.effect.each(Speaking.protocols)("%s: a chat with a toolkit", (target) => {
    const ran: Array<Speaking.Ran> = []
    return Effect.gen(function*() {
      const { parts, texts } = yield* converse
      assert.deepStrictEqual(texts, ["One moment.", "It is 12 degrees at half past twelve.", "You are welcome."])
      assert.deepStrictEqual(ran, [
        { name: "weather", parameters: { city: "Oslo", days: 2 } },
        { name: "time", parameters: {} }
      ])
      assert.strictEqual((yield* (yield* Simulator).requests).length, 3)
      assert.deepStrictEqual(parts.map(({ type }) => type).slice(0, 2), ["response-metadata", "text-start"])
      const { reason, usage } = finishOf(parts)
      assert.strictEqual(reason, "stop")
      assert.strictEqual(usage.outputTokens.total, 20)
    }).pipe(Effect.provide([Speaking.model(target, conversation), Speaking.handlers(ran)]))
  })

  it.effect.each(Speaking.protocols)("%s: generateText", (target) => {
    const ran: Array<Speaking.Ran> = []
    return Effect.gen(function*() {
      const response = yield* LanguageModel.generateText({ prompt: "Weather?", toolkit: Speaking.tools })
      assert.strictEqual(response.text, "One moment.")
      assert.strictEqual(response.finishReason, "tool-calls")
      assert.deepStrictEqual(response.toolResults.map(({ name, result }) => [name, result]), [
        ["weather", { degrees: 12 }],
        ["time", "12:30"]
      ])
      assert.strictEqual(ran.length, 2)
    }).pipe(Effect.provide([Speaking.model(target, conversation), Speaking.handlers(ran)]))
  })

  const City = Schema.Struct({
    name: Schema.String,
    founded: Schema.optionalKey(Schema.Int),
    at: Schema.Tuple([Schema.Finite, Schema.Finite]),
    since: Schema.Date
  })

  it.effect.each(Speaking.protocols)("%s: generateObject", (target) =>
    Effect.gen(function*() {
      const { value } = yield* LanguageModel.generateObject({
        prompt: "Oslo",
        schema: City,
        objectName: "A city, or a town"
      })
      assert.deepStrictEqual(value, { name: "Oslo", at: [59, 10], since: new Date("1048-01-01T00:00:00.000Z") })
    }).pipe(Effect.provide(Speaking.model(
      target,
      Scenario.script({
        parts: [Scenario.text(JSON.stringify({ name: "Oslo", at: [59, 10], since: "1048-01-01T00:00:00.000Z" }))]
      })
    ))))
})
