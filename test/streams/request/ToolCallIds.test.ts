import { assert, describe, it } from "@effect/vitest"
import { Prompt } from "effect/ai"
import type { ToolIdRule } from "../../../src/domain/HistoryQuirks.ts"
import * as ToolCallIds from "../../../src/streams/request/ToolCallIds.ts"

const step = (...ids: ReadonlyArray<string>): ReadonlyArray<Prompt.Message> => [
  Prompt.assistantMessage({
    content: ids.map((id) => Prompt.toolCallPart({ id, name: "f", params: {}, providerExecuted: false }))
  }),
  Prompt.toolMessage({
    content: ids.map((id) =>
      Prompt.toolResultPart({ id, name: "f", result: "ok", isFailure: false, providerExecuted: false })
    )
  })
]

/** The ids of the calls and of the results. */
const idsOf = (messages: ReadonlyArray<Prompt.Message>) => {
  const calls: Array<string> = []
  const results: Array<string> = []
  for (const message of messages) {
    if (message.role !== "assistant" && message.role !== "tool") continue
    for (const part of message.content) {
      if (part.type === "tool-call") calls.push(part.id)
      if (part.type === "tool-result") results.push(part.id)
    }
  }
  return { calls, results }
}

const long = `call_${"x".repeat(78)}`

describe("ids of tool calls", () => {
  it.each<readonly [ToolIdRule, fits: ReadonlyArray<string>, others: ReadonlyArray<string>, made: RegExp]>([
    ["any", ["a", "functions.f:0", long, "ü\n"], [""], /^[a-zA-Z0-9]{24}$/],
    ["at-most-64", ["a", "functions.f:0", "x".repeat(64), "\n"], ["", "x".repeat(65), long], /^[a-zA-Z0-9]{24}$/],
    ["word", ["toolu_01-a", long], ["", "functions.f:0", "a b", "a\n", "ü"], /^[a-zA-Z0-9]{24}$/],
    ["word-64", ["tooluse_a-b", "x".repeat(64)], ["", "functions.f:0", long, "a\n"], /^[a-zA-Z0-9]{24}$/],
    ["nine-letters", ["aB3456789"], ["", "call_1", "aB345678", "aB34567890", "aB345678\n"], /^[a-zA-Z0-9]{9}$/]
  ])("keep what fits %s, and become the same id for call and result otherwise", (rule, fits, others, made) => {
    const kept = idsOf(ToolCallIds.rewrite(step(...fits), rule))
    assert.deepStrictEqual(kept, { calls: [...fits], results: [...fits] })
    const { calls, results } = idsOf(ToolCallIds.rewrite(step(...others), rule))
    assert.deepStrictEqual(calls, results)
    assert.strictEqual(new Set(calls).size, others.length)
    for (const id of calls) assert.match(id, made)
  })

  it("are the same in every request, whatever comes later", () => {
    const first = idsOf(ToolCallIds.rewrite(step(long, "call_1"), "nine-letters"))
    const later = idsOf(ToolCallIds.rewrite([...step(long, "call_1"), ...step("call_2")], "nine-letters"))
    assert.deepStrictEqual(later.calls.slice(0, 2), first.calls)
  })

  it("are unique, however many there are", () => {
    const ids = Array.from({ length: 3000 }, (_, at) => `tooluse_${at}`)
    assert.strictEqual(new Set(idsOf(ToolCallIds.rewrite(step(...ids), "nine-letters")).calls).size, 3000)
  })

  it("never become one that another call has", () => {
    const made = idsOf(ToolCallIds.rewrite(step("call_1"), "nine-letters")).calls[0] ?? ""
    const { calls } = idsOf(ToolCallIds.rewrite([...step("call_1"), ...step(made)], "nine-letters"))
    assert.strictEqual(calls[1], made)
    assert.notStrictEqual(calls[0], made)
  })

  it("are told apart where several steps have the same, also with one part object in two messages", () => {
    const repeated = step("call_0")
    const { calls, results } = idsOf(ToolCallIds.rewrite([...repeated, ...repeated, ...step("call_0")], "word"))
    assert.strictEqual(calls[0], "call_0")
    assert.strictEqual(new Set(calls).size, 3)
    assert.deepStrictEqual(calls, results)
  })

  it("of tools that a provider ran are kept", () => {
    const message = Prompt.assistantMessage({
      content: [Prompt.toolCallPart({ id: "srv:1", name: "search", params: {}, providerExecuted: true })]
    })
    const messages = [message, ...step("call.1")]
    const { calls } = idsOf(ToolCallIds.rewrite(messages, "word"))
    assert.strictEqual(calls[0], "srv:1")
    assert.match(calls[1] ?? "", /^\w{24}$/)
  })

  it("cost no copy where all fit", () => {
    const messages = step("a", "b")
    assert.strictEqual(ToolCallIds.rewrite(messages, "word"), messages)
  })
})
