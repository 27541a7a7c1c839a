/**
 * Tools that need an approval: asked for, given, denied and never answered, over every protocol.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { Chat, type Prompt, type Response, Tool, Toolkit } from "effect/ai"
import { AiErrors } from "sluice"
import { Scenario, Simulator } from "sluice/testing"
import * as Speaking from "./Speaking.ts"

const parameters = Schema.Struct({ amount: Schema.Finite })

/** `pay` always needs an approval, `refund` from 100 on, and `time` never. */
const tools = Toolkit.make(
  Tool.make("pay", { parameters, success: Schema.String, needsApproval: true }),
  Tool.make("refund", { parameters, success: Schema.String, needsApproval: ({ amount }) => amount >= 100 }),
  Tool.make("time", { success: Schema.String })
)

const handlers = (ran: Array<string>) => {
  const run = (name: string, result: string) => () =>
    Effect.sync(() => {
      ran.push(name)
      return result
    })
  return tools.toLayer({ pay: run("pay", "paid"), refund: run("refund", "refunded"), time: run("time", "noon") })
}

const calls = (name: string, amount: number) => [
  Scenario.toolCall(name, { amount }, "call_1"),
  Scenario.toolCall("time", {}, "call_2")
]

const scenario = (name: string, amount: number) =>
  Scenario.script({ parts: calls(name, amount) }, { parts: [Scenario.text("Done.")] })

type Parts = ReadonlyArray<Response.StreamPart<(typeof tools)["tools"], "opaque">>

const step = (chat: Chat.Chat, prompt: Prompt.RawInput) =>
  chat.streamText({ prompt, toolkit: tools }).pipe(Stream.runCollect, Effect.map((parts): Parts => parts))

const requestIn = (parts: Parts): string => {
  const request = parts.find((part) => part.type === "tool-approval-request")
  return request?.type === "tool-approval-request" ? request.approvalId : assert.fail("no approval was asked for")
}

const answer = (approvalId: string, approved: boolean, reason?: string): Prompt.RawInput => [{
  role: "tool",
  content: [{ type: "tool-approval-response", approvalId, approved, ...(reason === undefined ? {} : { reason }) }]
}]

const textOf = (parts: Parts) => parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])).join("")

const bodies = Effect.flatMap(
  Simulator,
  ({ requests }) => Effect.map(requests, (all) => all.map(({ body }) => JSON.stringify(body)))
)

const over = (target: Speaking.Target, name: string, amount: number, ran: Array<string>) =>
  Effect.provide([Speaking.model(target, scenario(name, amount)), handlers(ran)])

describe("a tool that needs an approval", () => {
  it.effect.each(Speaking.protocols)("%s: runs when it is approved, and its result goes to the model", (target) => {
    const ran: Array<string> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      const first = yield* step(chat, "Pay 5.")
      assert.deepStrictEqual(ran, ["time"])
      const second = yield* step(chat, answer(requestIn(first), true))
      assert.deepStrictEqual(ran, ["time", "pay"])
      assert.strictEqual(textOf(second), "Done.")
      const sent = (yield* bodies)[1] ?? ""
      assert.include(sent, "paid")
      assert.include(sent, "noon")
      // The approval is answered once.
      yield* step(chat, "Thank you.")
      assert.deepStrictEqual(ran, ["time", "pay"])
    }).pipe(over(target, "pay", 5, ran))
  })

  it.effect.each(Speaking.protocols)("%s: does not run when it is denied, and the model hears why", (target) => {
    const ran: Array<string> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      const first = yield* step(chat, "Refund 100.")
      const second = yield* step(chat, answer(requestIn(first), false, "over the limit"))
      assert.deepStrictEqual(ran, ["time"])
      assert.strictEqual(textOf(second), "Done.")
      assert.include((yield* bodies)[1] ?? "", "over the limit")
    }).pipe(over(target, "refund", 100, ran))
  })

  it.effect("by a function that decides for the arguments, runs at once where it decides so", () => {
    const ran: Array<string> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      const parts = yield* step(chat, "Refund 99.")
      assert.isFalse(parts.some(({ type }) => type === "tool-approval-request"))
      assert.deepStrictEqual(ran.toSorted(), ["refund", "time"])
    }).pipe(over(Speaking.chat, "refund", 99, ran))
  })

  it.effect.each(Speaking.protocols)("%s: makes the next request invalid where nobody answers", (target) => {
    const ran: Array<string> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      yield* step(chat, "Pay 5.")
      const source = AiErrors.errorOf(
        yield* Effect.flip(chat.generateText({ prompt: "Forget it.", toolkit: tools }))
      )
      assert.strictEqual(source?._tag, "InvalidRequestError")
      assert.include(source?.message, "call_1")
      assert.deepStrictEqual([ran, (yield* bodies).length], [["time"], 1])
    }).pipe(over(target, "pay", 5, ran))
  })

  it.effect.each(Speaking.protocols)("%s: is left unrun by a history that is repaired", (target) => {
    const ran: Array<string> = []
    return Effect.gen(function*() {
      const chat = yield* Chat.empty
      yield* step(chat, "Pay 5.")
      assert.strictEqual(textOf(yield* step(chat, "Forget it.")), "Done.")
      assert.deepStrictEqual(ran, ["time"])
    }).pipe(Effect.provide([
      Speaking.model(target, scenario("pay", 5), { history: "repair" }),
      handlers(ran)
    ]))
  })
})
