import { assert, describe, it } from "@effect/vitest"
import * as ThinkTags from "../../../src/streams/response/ThinkTags.ts"

interface Split {
  readonly text: string
  readonly reasoning: string
}

const split = (pieces: Iterable<string>, isOpen = false): Split => {
  let text = ""
  let reasoning = ""
  const tags = ThinkTags.make({
    text: (piece) => {
      text += piece
    },
    reasoning: (piece) => {
      assert.notStrictEqual(piece, "")
      reasoning += piece
    }
  }, isOpen)
  for (const piece of pieces) tags.push(piece)
  tags.end()
  return { text, reasoning }
}

const cases: ReadonlyArray<readonly [string, string, Split]> = [
  ["a block and text", "<think>hm</think>Hi", { reasoning: "hm", text: "Hi" }],
  ["white space outside, as it is", "\n<think>\nhm\n</think>\n\nHi \n", { reasoning: "\nhm\n", text: "\n\n\nHi \n" }],
  ["no tags at all", "Just text", { reasoning: "", text: "Just text" }],
  ["nothing", "", { reasoning: "", text: "" }],
  ["white space alone", " \n", { reasoning: "", text: " \n" }],
  ["tags without anything", "<think></think>", { reasoning: "", text: "" }],
  ["one block after the other", "<think>a</think> <think>b</think>c", { reasoning: "ab", text: " c" }],
  ["tags that the text is about", "Use <think>x</think>.", { reasoning: "", text: "Use <think>x</think>." }],
  ["tags after the text began", "<think>a</think>b <think>c</think>", { reasoning: "a", text: "b <think>c</think>" }],
  ["a first tag inside", "<think>a <think> b</think>c", { reasoning: "a <think> b", text: "c" }],
  ["what only looks like a tag", "<thinking>a</thinking>", { reasoning: "", text: "<thinking>a</thinking>" }],
  ["what only looks like the second", "<think>a</thin</thinks></think>b", { reasoning: "a</thin</thinks>", text: "b" }],
  ["a block that is never closed", "<think>a <b", { reasoning: "a <b", text: "" }],
  ["an answer that ends in a tag", "<think>a</thi", { reasoning: "a</thi", text: "" }],
  ["an answer that ends in the first tag", " <thi", { reasoning: "", text: " <thi" }],
  ["white space before a block that is never closed", "\n<think>a", { reasoning: "a", text: "\n" }]
]

describe("ThinkTags", () => {
  it.each(cases)("splits %s, wherever it is cut", (_, whole, expected) => {
    assert.deepStrictEqual(split([whole]), expected, "whole")
    assert.deepStrictEqual(split(whole), expected, "letter by letter")
    for (let at = 1; at < whole.length; at++) {
      for (let to = at; to < whole.length; to++) {
        assert.deepStrictEqual(split([whole.slice(0, at), whole.slice(at, to), whole.slice(to)]), expected)
      }
    }
  })

  it("begins inside where the first tag is in the prompt", () => {
    assert.deepStrictEqual(split("hm</think>Hi", true), { reasoning: "hm", text: "Hi" })
    assert.deepStrictEqual(split("hm", true), { reasoning: "hm", text: "" })
  })

  it("hands over at once what cannot be a tag", () => {
    const seen: Array<string> = []
    const tags = ThinkTags.make({
      text: (piece) => seen.push(`text ${piece}`),
      reasoning: (piece) => seen.push(`reasoning ${piece}`)
    })
    const after = (piece: string) => {
      tags.push(piece)
      return seen.splice(0)
    }
    assert.deepStrictEqual(after("<think>One"), ["reasoning One"])
    assert.deepStrictEqual(after(" two <"), ["reasoning  two "])
    assert.deepStrictEqual(after("b"), ["reasoning <b"])
    assert.deepStrictEqual(after("</think>"), [])
    assert.deepStrictEqual(after("Three"), ["text Three"])
    assert.deepStrictEqual(after(" <"), ["text  <"])
  })
})
