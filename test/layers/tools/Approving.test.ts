/**
 * Tool calls that need an approval.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { Approvals, ToolLoop } from "sluice"
import { call, calls, endOf, model, response, resultsOf, says, shapeOf, tagsOf } from "./Scripted.ts"

const Amount = Schema.Struct({ amount: Schema.Int })
const pay = Tool.make("pay", { parameters: Amount, success: Schema.String, needsApproval: true })
const cheap = Tool.make("cheap", {
  parameters: Amount,
  success: Schema.String,
  needsApproval: ({ amount }, { messages, toolCallId }) =>
    Effect.succeed(amount > 10 && messages.length > 0 && toolCallId !== "")
})
const look = Tool.make("look", { success: Schema.String })
const toolkit = Toolkit.make(pay, cheap, look)
const request = { model: "test/model", prompt: "Pay", toolkit, loopId: "loop" }

const make = (...responses: Parameters<typeof model>) => {
  const ran: Array<string> = []
  const run = (name: string) => () =>
    Effect.sync(() => {
      ran.push(name)
      return `${name} done`
    })
  const { layer, requests } = model(...responses)
  const handlers = toolkit.toLayer({ pay: run("pay"), cheap: run("cheap"), look: run("look") })
  return { layer: Layer.merge(layer, handlers), requests, ran }
}

const collect = <E, R>(stream: Stream.Stream<ToolLoop.ToolLoopEvent, E, R>) => Stream.runCollect(stream)

const two = response([call("pay", { amount: 1 }, "call_1"), call("look", {}, "call_2")])

/** Sends a state through its JSON, as a store does. */
const throughJson = (state: ToolLoop.ToolLoopState) =>
  Schema.encodeEffect(ToolLoop.StateFromJson)(state).pipe(
    Effect.map((json): unknown => JSON.parse(JSON.stringify(json))),
    Effect.flatMap(Schema.decodeUnknownEffect(ToolLoop.StateFromJson))
  )

describe("a tool call that needs an approval", () => {
  it.effect("ends the loop, when the other calls of its step have run", () =>
    Effect.gen(function*() {
      const { layer, ran } = make(two)
      const events = yield* Effect.provide(collect(ToolLoop.stream(request)), layer)
      assert.deepStrictEqual(ran, ["look"])
      assert.sameMembers([...tagsOf(events)], [
        "StepStarted 1",
        "ApprovalRequested pay 1/0",
        "ToolStarted look 1/1",
        "ToolFinished look 1/1",
        "LoopFinished approval"
      ])
      const { messages } = endOf(events)
      assert.deepStrictEqual(shapeOf(messages), [
        "user text",
        "assistant tool-call tool-call tool-approval-request",
        "tool tool-result"
      ])
    }))

  it.effect("runs when the loop is continued with an approval, and what has run does not run again", () =>
    Effect.gen(function*() {
      const { layer, ran, requests } = make(two, says("Paid."))
      const first = yield* Effect.provide(ToolLoop.run(request), layer)
      const { prompt: _, loopId: __, ...rest } = request
      const state = yield* throughJson(first.state)
      const events = yield* Effect.provide(
        collect(ToolLoop.resume(state, { ...rest, approvals: { "loop/1/0": true } })),
        layer
      )
      assert.deepStrictEqual(ran, ["look", "pay"])
      assert.deepStrictEqual(tagsOf(events), [
        "ToolStarted pay 1/0",
        "ToolFinished pay 1/0",
        "StepFinished 1",
        "StepStarted 2",
        "Paid.",
        "StepFinished 2",
        "LoopFinished completed"
      ])
      const results = requests[1]?.prompt
      assert.deepStrictEqual(shapeOf(results ?? ""), [
        "user text",
        "assistant tool-call tool-call",
        "tool tool-result tool-result"
      ])
    }))

  it.effect.each(
    [
      ["with a reason", { approved: false, reason: "Too dear" }, "Too dear"],
      ["without one", false, "The tool call was denied."]
    ] as const
  )("goes to the model as a failed result when it is denied %s", ([, decision, reason]) =>
    Effect.gen(function*() {
      const { layer, ran } = make(two, says("Well."))
      const first = yield* Effect.provide(ToolLoop.run(request), layer)
      const { prompt: _, loopId: __, ...rest } = request
      const events = yield* Effect.provide(
        collect(ToolLoop.resume(first.state, { ...rest, approvals: { "loop/1/0": decision } })),
        layer
      )
      assert.deepStrictEqual(ran, ["look"])
      assert.deepStrictEqual(resultsOf(events), [
        { name: "pay", result: { type: "execution-denied", reason }, failure: "denied" }
      ])
      assert.strictEqual(endOf(events).reason, "completed")
    }))

  it.effect("goes on waiting without a decision", () =>
    Effect.gen(function*() {
      const { layer, ran } = make(two, says("Paid."))
      const first = yield* Effect.provide(ToolLoop.run(request), layer)
      const { prompt: _, loopId: __, ...rest } = request
      const again = yield* Effect.provide(
        ToolLoop.resumeRun(first.state, { ...rest, approvals: { "loop/1/1": true, "other/1/0": true } }),
        layer
      )
      assert.deepStrictEqual([again.reason, ran], ["approval", ["look"]])
    }))

  it.effect("keeps the result of a call beside it that is unknown after a crash", () =>
    Effect.gen(function*() {
      const { layer, ran, requests } = make(two, says("Paid."))
      const { state } = yield* Effect.provide(ToolLoop.run(request), layer)
      const { prompt: _, loopId: __, ...rest } = request
      const [pay, look] = state.calls
      const { isFailure: ___, result: ____, ...unfinished } = look ?? assert.fail()
      const crashed = { ...state, calls: [pay ?? assert.fail(), { ...unfinished, status: "started" as const }] }
      const end = yield* Effect.provide(ToolLoop.resumeRun(crashed, rest), layer)
      assert.deepStrictEqual(shapeOf(end.messages), [
        "user text",
        "assistant tool-call tool-call tool-approval-request",
        "tool tool-result"
      ])
      assert.deepStrictEqual([end.reason, end.unknown.map(({ name }) => name)], ["approval", ["look"]])

      const response = Prompt.toolApprovalResponsePart({ approvalId: "loop/1/0", approved: true })
      const prompt = Prompt.fromMessages([...end.messages.content, Prompt.toolMessage({ content: [response] })])
      yield* Effect.provide(ToolLoop.run({ ...request, prompt }), layer)
      assert.deepStrictEqual(ran, ["look", "pay"])
      assert.match(JSON.stringify(requests.at(-1)?.prompt), /not known whether the tool ran/)

      const approved = yield* Effect.provide(
        ToolLoop.resumeRun(end.state, { ...rest, approvals: { "loop/1/0": true } }),
        layer
      )
      assert.deepStrictEqual([approved.reason, approved.unknown.map(({ name }) => name)], ["completed", ["look"]])
    }))

  it.effect("waits for the service, if there is one", () =>
    Effect.gen(function*() {
      const { layer, ran } = make(
        response([call("pay", { amount: 1 }, "call_1"), call("pay", { amount: 99 }, "call_2")]),
        says("Paid.")
      )
      const decide = Layer.succeed(Approvals, {
        decide: ({ arguments: input, key }) =>
          Effect.as(
            Effect.yieldNow,
            JSON.stringify(input).includes("99") ? { approved: false, reason: key } : true
          )
      })
      const events = yield* Effect.provide(collect(ToolLoop.stream(request)), Layer.merge(layer, decide))
      assert.deepStrictEqual(ran, ["pay"])
      assert.sameDeepMembers([...resultsOf(events)], [
        { name: "pay", result: "pay done", failure: undefined },
        { name: "pay", result: { type: "execution-denied", reason: "loop/1/1" }, failure: "denied" }
      ])
      assert.strictEqual(endOf(events).reason, "completed")
    }))

  it.effect("is one that the tool's function says, for arguments that decode", () =>
    Effect.gen(function*() {
      const reasonOf = (amount: Schema.Json) => {
        const { layer, ran } = make(calls("cheap", { amount }), says("Done."))
        return Effect.map(Effect.provide(ToolLoop.run(request), layer), ({ reason }) => [reason, ran.length])
      }
      assert.deepStrictEqual(yield* reasonOf(5), ["completed", 1])
      assert.deepStrictEqual(yield* reasonOf(50), ["approval", 0])
      assert.deepStrictEqual(yield* reasonOf("much"), ["completed", 0])
    }))
})

describe("approvals of effect/ai in the prompt", () => {
  const conversation = (...after: ReadonlyArray<Prompt.MessageEncoded>): ReadonlyArray<Prompt.MessageEncoded> => [
    { role: "user", content: "Pay" },
    {
      role: "assistant",
      content: [
        { type: "tool-call", id: "call_1", name: "pay", params: { amount: 1 }, providerExecuted: false },
        { type: "tool-call", id: "call_2", name: "look", params: {}, providerExecuted: false },
        { type: "tool-approval-request", approvalId: "approval_1", toolCallId: "call_1" }
      ]
    },
    ...after
  ]
  const looked: Prompt.ToolMessagePartEncoded = {
    type: "tool-result",
    id: "call_2",
    name: "look",
    result: "look done",
    isFailure: false,
    providerExecuted: false
  }
  const answer = (approved: boolean, reason?: string): Prompt.ToolMessagePartEncoded => ({
    type: "tool-approval-response",
    approvalId: "approval_1",
    approved,
    ...(reason === undefined ? {} : { reason })
  })

  const runOn = (decision: Decision) =>
    Effect.gen(function*() {
      const { layer, ran, requests } = make(says("Done."))
      const events = yield* Effect.provide(
        collect(ToolLoop.stream({ ...request, prompt: conversation(...decision) })),
        layer
      )
      return { ran, results: resultsOf(events), end: endOf(events), sent: shapeOf(requests[0]?.prompt ?? "") }
    })
  type Decision = ReadonlyArray<Prompt.MessageEncoded>

  it.effect("run the tool before the first step", () =>
    Effect.gen(function*() {
      const { end, ran, sent } = yield* runOn([{ role: "tool", content: [looked, answer(true)] }])
      assert.deepStrictEqual([ran, end.reason, end.steps], [["pay"], "completed", 1])
      assert.deepStrictEqual(sent, ["user text", "assistant tool-call tool-call", "tool tool-result tool-result"])
    }))

  it.effect("deny it, with a result in its place", () =>
    Effect.gen(function*() {
      const { ran, results, sent } = yield* runOn([
        { role: "tool", content: [looked] },
        { role: "tool", content: [answer(false, "No")] }
      ])
      assert.deepStrictEqual(ran, [])
      assert.deepStrictEqual(results, [
        { name: "pay", result: { type: "execution-denied", reason: "No" }, failure: "denied" }
      ])
      assert.deepStrictEqual(sent, ["user text", "assistant tool-call tool-call", "tool tool-result tool-result"])
    }))

  it.effect("are denied when the conversation went on without a decision", () =>
    Effect.gen(function*() {
      const { ran, results, sent } = yield* runOn([
        { role: "tool", content: [looked] },
        { role: "user", content: "Never mind" }
      ])
      assert.deepStrictEqual(ran, [])
      assert.deepStrictEqual(results.map(({ failure }) => failure), ["denied"])
      assert.deepStrictEqual(sent, [
        "user text",
        "assistant tool-call tool-call",
        "tool tool-result tool-result",
        "user text"
      ])
    }))

  it.effect("are waited for", () =>
    Effect.gen(function*() {
      const { end, ran, sent } = yield* runOn([{ role: "tool", content: [looked] }])
      assert.deepStrictEqual([ran, end.reason, end.steps, sent], [[], "approval", 0, []])
      assert.deepStrictEqual(shapeOf(end.messages), [
        "user text",
        "assistant tool-call tool-call tool-approval-request",
        "tool tool-result"
      ])
    }))

  it.effect("that were carried out are left out", () =>
    Effect.gen(function*() {
      const paid: Prompt.ToolMessagePartEncoded = { ...looked, id: "call_1", name: "pay", result: "pay done" }
      const { ran, sent } = yield* runOn([{ role: "tool", content: [answer(true), paid, looked] }])
      assert.deepStrictEqual(ran, [])
      assert.deepStrictEqual(sent, ["user text", "assistant tool-call tool-call", "tool tool-result tool-result"])
    }))

  it.effect("of a loop's end continue it in a conversation", () =>
    Effect.gen(function*() {
      const { layer, ran } = make(two, says("Paid."))
      const first = yield* Effect.provide(ToolLoop.run(request), layer)
      const response = Prompt.toolApprovalResponsePart({ approvalId: "loop/1/0", approved: true })
      const prompt = Prompt.fromMessages([...first.messages.content, Prompt.toolMessage({ content: [response] })])
      const end = yield* Effect.provide(ToolLoop.run({ ...request, prompt }), layer)
      assert.deepStrictEqual([end.reason, ran], ["completed", ["look", "pay"]])
    }))
})
