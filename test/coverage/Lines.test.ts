import { assert, describe, it } from "@effect/vitest"
import { linesOf, uncoveredBy } from "./Lines.ts"

describe("the lines of coverage", () => {
  it("count a line by its most frequent statement", () => {
    const at = (line: number) => ({ start: { line } })
    const lines = linesOf({ statementMap: { 0: at(1), 1: at(1), 2: at(4) }, s: { 0: 0, 1: 3, 2: 0 } })
    assert.deepStrictEqual([...lines], [[1, 3], [4, 0]])
  })

  it("are uncovered where an inner range did not run, and covered again inside it", () => {
    const text = "a()\nif (b) {\n  c()\n  d()\n\n}\ne()"
    const range = (from: string, to: string, count: number) => ({
      startOffset: text.indexOf(from),
      endOffset: text.indexOf(to) + to.length,
      count
    })
    const script = {
      url: "file:///x.ts",
      functions: [
        { ranges: [range("a()", "e()", 1), range("{", "}", 0)] },
        { ranges: [range("d()", "d()", 2)] }
      ]
    }
    assert.deepStrictEqual([...uncoveredBy(script, text)], [3, 6])
  })
})
