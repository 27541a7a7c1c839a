/**
 * The rows of a value on a terminal.
 */
import { assert, describe, it } from "@effect/vitest"
import { stripVTControlCharacters } from "node:util"
import * as ObjectRows from "../../../../src/cli/chat/object/ObjectRows.ts"
import * as Words from "../../../../src/cli/terminal/Words.ts"

const sentence = "The quick brown fox jumps over the lazy dog. ".repeat(6).trim()
const value = { title: sentence, days: [{ url: "x".repeat(200), wide: "漢字".repeat(60) }], none: {}, "a: \"b\"": null }

describe("the rows of a value", () => {
  it.each([20, 40, 80])("have at most %s cells, and every character of the value", (width) => {
    const rows = ObjectRows.format(value, { width, colors: false })
    for (const row of rows) assert.isAtMost(Words.cells(row), width, row)
    const squeezed = (text: string) => text.replace(/\s+/g, "")
    assert.strictEqual(squeezed(rows.join("")), squeezed(JSON.stringify(value)))
  })

  it("break texts between words, indented below their key", () => {
    assert.deepStrictEqual(ObjectRows.format({ a: "one two three four five" }, { width: 22, colors: false }), [
      "{",
      "  \"a\": \"one two",
      "    three four five\"",
      "}"
    ])
  })

  it("have coloured keys, and are the same without the colours", () => {
    const plain = ObjectRows.format(value, { width: 60, colors: false })
    const coloured = ObjectRows.format(value, { width: 60, colors: true })
    assert.include(coloured[1], "\u001b[36m\"title\"\u001b[39m: ")
    assert.deepStrictEqual(coloured.map(stripVTControlCharacters), plain)
    assert.notInclude(plain.join(""), "\u001b")
  })

  it("show control characters instead of sending them", () => {
    const rows = ObjectRows.format({ a: "\u001b[2J\u009b31m" }, { width: 80, colors: false })
    assert.strictEqual(rows[1], "  \"a\": \"\\u001b[2J\\x9b31m\"")
  })

  it("change at their end alone while a text grows", () => {
    let before: ReadonlyArray<string> = []
    for (let length = 0; length <= sentence.length; length++) {
      const rows = ObjectRows.format({ a: sentence.slice(0, length) }, { width: 40, colors: true })
      const changed = before.findIndex((row, index) => row !== rows[index])
      // At most the last word, which may change its row, and the closing brace.
      assert.isAtLeast(changed === -1 ? before.length : changed, before.length - 3)
      before = rows
    }
  })
})
