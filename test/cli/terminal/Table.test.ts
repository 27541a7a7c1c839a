import { assert, describe, it } from "@effect/vitest"
import * as Table from "../../../src/cli/terminal/Table.ts"
import * as Words from "../../../src/cli/terminal/Words.ts"
import { sluice } from "../InProcess.ts"

const columns: ReadonlyArray<Table.Column> = [{ title: "NAME" }, { title: "SIZE", align: "right" }, { title: "CAN DO" }]
const rows = [["first/one", "7", "read write"], ["二", "1200", ""]]

const render = (width?: number) => Table.render(columns, rows, width).trimEnd().split("\n")

describe("Table", () => {
  it("has one line per row where the width is unknown, or wide enough", () => {
    const whole = ["NAME       SIZE  CAN DO", "first/one     7  read write", "二         1200"]
    assert.deepStrictEqual(render(), whole)
    assert.deepStrictEqual(render(27), whole)
  })

  it("breaks cells between words where the terminal is narrower", () => {
    assert.deepStrictEqual(render(26), [
      "NAME       SIZE  CAN DO",
      "first/one     7  read",
      "                 write",
      "二         1200"
    ])
  })

  it("puts the first cell above the others where no line has room for all words", () => {
    assert.deepStrictEqual(render(20), [
      "NAME",
      "  SIZE  CAN DO",
      "first/one",
      "     7  read write",
      "二",
      "  1200"
    ])
  })

  it("puts every cell on a line with its title where even that is too wide", () => {
    assert.deepStrictEqual(render(13), [
      "first/one",
      "  SIZE    7",
      "  CAN DO  read",
      "          write",
      "二",
      "  SIZE    1200"
    ])
  })

  it("breaks no word of the lists of providers and models on terminals of 80 and of 200 cells", async () => {
    for (const command of ["providers", "models"]) {
      const words = (text: string) => new Set(text.split(/\s+/))
      const piped = await sluice([command])
      for (const width of [80, 200]) {
        const { code, stdout } = await sluice([command], { terminals: ["stdout"], columns: width })
        assert.strictEqual(code, 0)
        const lines = stdout.trimEnd().split("\n")
        assert.isAtMost(Math.max(...lines.map(Words.cells)), width)
        assert.deepStrictEqual([...words(stdout)].filter((word) => !words(piped.stdout).has(word)), [])
      }
    }
  })
})
