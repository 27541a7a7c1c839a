import { assert, describe, it } from "@effect/vitest"
import { Completion, Replay, type ResponseEvent } from "sluice"

const done = (outputIndex: number, item: ResponseEvent.OutputItemDone["item"]): ResponseEvent.ResponseEvent => ({
  _tag: "OutputItemDone",
  outputIndex,
  item
})
const thinking = (signature: string) =>
  ({ _tag: "Reasoning", content: [], summary: [], signature, protocol: "anthropic-messages" }) as const
const call = (id: string) =>
  ({ _tag: "ToolCall", id, name: "f", arguments: {}, protocol: "anthropic-messages" }) as const

describe("fromEvents", () => {
  // A provider that signs its reasoning accepts it back only at its place among the tool calls.
  it("has the items in the order in which they began, also where tool calls are done last", () => {
    const { items, toolCalls } = Completion.fromEvents([
      done(0, thinking("a")),
      done(2, thinking("b")),
      done(1, call("1")),
      done(3, call("2"))
    ])
    assert.deepStrictEqual(items, [thinking("a"), call("1"), thinking("b"), call("2")])
    assert.deepStrictEqual(toolCalls.map(({ id }) => id), ["1", "2"])
    assert.deepStrictEqual(
      Replay.toPrompt(items).content.flatMap(({ content }) =>
        typeof content === "string" ? [] : content.map(({ type }) => type)
      ),
      ["reasoning", "tool-call", "reasoning", "tool-call"]
    )
  })
})
