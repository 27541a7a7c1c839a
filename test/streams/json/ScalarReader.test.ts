/**
 * Short texts are looked up by their bytes: many have to share a place, and none may be taken for another.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Scalars from "../../../src/streams/json/Scalars.ts"
import { chunkOf } from "../../../src/streams/json/Words.ts"

const scanned = (scan: Scalars.Scan, json: string): unknown => {
  const bytes = Buffer.from(`${json}                `)
  const from = json.startsWith("\"") ? 1 : 0
  return scan(chunkOf(bytes), from, bytes.length) < 0 ? undefined : Scalars.read()
}

describe("Scalars", () => {
  it.each(["", "abcd", "abcdefgh", "é", "abcdé"])("tells texts apart that begin with %j", (start) => {
    for (let n = 0; n < 20_000; n++) {
      const text = `${start}${n.toString(36)}`
      assert.strictEqual(scanned(Scalars.string, JSON.stringify(text)), text)
    }
  })

  it("tells names apart of which only some bytes differ", () => {
    for (let n = 0; n < 2000; n++) {
      const name = `chatcmpl-${n.toString(36).padStart(8, "0")}-of-the-same-length`
      assert.strictEqual(scanned(Scalars.name, JSON.stringify(name)), name)
      assert.strictEqual(scanned(Scalars.name, JSON.stringify(name)), name, "a second time")
    }
  })

  it.each(["0", "7", "12", "999999999999999", "100000000000000"])("reads the integer %s", (digits) => {
    assert.strictEqual(scanned(Scalars.integer, digits), Number(digits))
  })

  it.each(["", "-1", "00", "01", "1000000000000000", "9007199254740993", "x"])(
    "leaves %j to who knows more",
    (digits) => {
      assert.isUndefined(scanned(Scalars.integer, digits))
    }
  )
})
