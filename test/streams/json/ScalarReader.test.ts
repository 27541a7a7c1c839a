/**
 * Short texts are looked up by their bytes: many have to share a place, and none may be taken for another.
 */
import { assert, describe, it } from "@effect/vitest"
import { DecoderCaches } from "../../../src/streams/json/DecoderCaches.ts"
import { type ScalarKind, ScalarReader } from "../../../src/streams/json/ScalarReader.ts"

const caches = new DecoderCaches()
const reader = new ScalarReader(caches.texts, caches.names)

const read = (kind: ScalarKind, json: string): unknown => {
  const bytes = Buffer.from(`${json}                `)
  const from = json.startsWith("\"") ? 1 : 0
  return reader.read(kind, caches.views.chunk(bytes), from, bytes.length) < 0 ? undefined : reader.value
}

describe("ScalarReader", () => {
  it.each(["", "abcd", "abcdefgh", "é", "abcdé"])("tells texts apart that begin with %j", (start) => {
    for (let n = 0; n < 20_000; n++) {
      const text = `${start}${n.toString(36)}`
      assert.strictEqual(read("string", JSON.stringify(text)), text)
    }
  })

  it("tells names apart of which only some bytes differ", () => {
    for (let n = 0; n < 2000; n++) {
      const name = `chatcmpl-${n.toString(36).padStart(8, "0")}-of-the-same-length`
      assert.strictEqual(read("name", JSON.stringify(name)), name)
      assert.strictEqual(read("name", JSON.stringify(name)), name, "a second time")
    }
  })

  it.each(["0", "7", "12", "999999999999999", "100000000000000"])("reads the integer %s", (digits) => {
    assert.strictEqual(read("integer", digits), Number(digits))
  })

  it.each(["", "-1", "00", "01", "1000000000000000", "9007199254740993", "x"])(
    "leaves %j to who knows more",
    (digits) => {
      assert.isUndefined(read("integer", digits))
    }
  )

  it("keeps the values of two readers with the same caches apart", () => {
    const other = new ScalarReader(caches.texts, caches.names)
    const bytes = Buffer.from("one\"            ")
    read("string", "\"two\"")
    assert.strictEqual(other.read("string", caches.views.chunk(bytes), 0, bytes.length), 3)
    assert.deepStrictEqual([reader.value, other.value], ["two", "one"])
  })
})
