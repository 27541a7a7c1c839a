/**
 * Draws rows on a small terminal that is played here, and compares what it shows.
 */
import { assert, describe, it } from "@effect/vitest"
import { Redraw } from "../../../src/cli/terminal/Redraw.ts"

/** A terminal of unlimited length behind its top, which obeys what `Redraw` writes and nothing else. */
const terminal = (height: number) => {
  const rows = [""]
  let at = 0
  return {
    rows,
    write: (text: string): void => {
      // oxlint-disable-next-line no-control-regex
      const up = /^\u001b\[(\d+)A\u001b\[J/.exec(text)
      if (up !== null) {
        const count = Number(up[1])
        assert.isBelow(count, height, "the cursor cannot leave the screen")
        at -= count
        rows.length = at + 1
        rows[at] = ""
      }
      for (const character of text.slice(up?.[0].length ?? 0)) {
        if (character === "\n") rows[++at] = ""
        else rows[at] += character
      }
    }
  }
}

const shown = (height: number, frames: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const screen = terminal(height)
  const redraw = new Redraw(height)
  for (const frame of frames) screen.write(redraw.draw(frame))
  return screen.rows
}

describe("Redraw", () => {
  it("shows the last rows, whatever was drawn before", () => {
    assert.deepStrictEqual(
      shown(24, [["{", "}"], ["{", "  1", "}"], ["{", "  1", "  2", "}"], ["{", "}"], [], ["a"]]),
      ["a", ""]
    )
  })

  it("writes only what has changed", () => {
    const redraw = new Redraw(24)
    assert.strictEqual(redraw.draw(["a", "b", "c"]), "a\nb\nc\n")
    assert.strictEqual(redraw.draw(["a", "b", "c"]), "")
    assert.strictEqual(redraw.draw(["a", "b", "d"]), "\u001b[1A\u001b[Jd\n")
    assert.strictEqual(redraw.draw(["a", "b", "d", "e"]), "e\n")
    assert.strictEqual(redraw.clear(), "\u001b[4A\u001b[J")
    assert.strictEqual(redraw.clear(), "")
  })

  it("goes on below what has left the screen", () => {
    const rows = Array.from({ length: 60 }, (_, index) => `row ${index}`)
    const frames = rows.map((_, index) => [...rows.slice(0, index + 1), "]"])
    assert.deepStrictEqual(shown(10, frames), [...rows, "]", ""])
  })

  it("leaves what has left the screen as it was", () => {
    const rows = Array.from({ length: 20 }, (_, index) => `row ${index}`)
    assert.deepStrictEqual(shown(10, [rows, ["new", ...rows.slice(1), "end"]]), [...rows, "end", ""])
  })
})
