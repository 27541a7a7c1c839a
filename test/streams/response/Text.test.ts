/**
 * A text that grows by pieces is all of its pieces, however many there are and whenever somebody looks.
 */
import { assert, describe, it } from "@effect/vitest"
import { Text } from "../../../src/streams/response/Text.ts"

const piece = (n: number) => (n % 7 === 0 ? "" : `${n.toString(36)} `)

describe("Text", () => {
  it.each([0, 1, 63, 64, 65, 4095, 4096, 4097, 20_000])("is the pieces in their order: %i of them", (count) => {
    const text = new Text()
    const pieces = Array.from({ length: count }, (_, n) => piece(n))
    for (const next of pieces) text.append(next)
    assert.strictEqual(text.toString(), pieces.join(""))
    assert.strictEqual(text.toString(), pieces.join(""), "a second time")
  })

  it("goes on growing behind where it was looked at", () => {
    const text = new Text("start ")
    let expected = "start "
    for (let n = 0; n < 9000; n++) {
      text.append(piece(n))
      expected += piece(n)
      if (n % 997 === 0) assert.strictEqual(text.toString(), expected)
    }
    assert.strictEqual(text.toString(), expected)
  })
})
