import { assert, describe, it } from "@effect/vitest"
import * as Words from "../../../src/cli/terminal/Words.ts"

describe("Words", () => {
  it("counts the cells of a terminal", () => {
    const cases: ReadonlyArray<readonly [string, number]> = [
      ["", 0],
      ["file", 4],
      ["ファイル", 8],
      ["e\u0301", 1],
      ["\u001b[1mbold\u001b[22m", 4],
      ["👍🏽!", 3]
    ]
    for (const [text, cells] of cases) assert.strictEqual(Words.cells(text), cells, JSON.stringify(text))
  })

  it("breaks lines between words, and no word", () => {
    assert.deepStrictEqual(Words.lines("one two three", 7), ["one two", "three"])
    assert.deepStrictEqual(Words.lines("one two three", 4), ["one", "two", "three"])
    assert.deepStrictEqual(Words.lines("日本 語 ok", 5), ["日本", "語 ok"])
    assert.deepStrictEqual(Words.lines("one two three", undefined), ["one two three"])
    assert.deepStrictEqual(Words.lines("", 4), [""])
  })

  it("puts further lines under the first one beside a label", () => {
    assert.strictEqual(Words.beside("  key  ", "one two three", 14), "  key  one two\n       three")
    assert.strictEqual(Words.beside("  key  ", "one two three", undefined), "  key  one two three")
  })

  it("pads on either side by cells", () => {
    assert.deepStrictEqual([Words.padded("日本", 6), Words.padded("日本", 6, "right")], ["日本  ", "  日本"])
    assert.strictEqual(Words.padded("longer", 3), "longer")
  })
})
