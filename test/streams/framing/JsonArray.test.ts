import { assert, describe, it } from "@effect/vitest"
import * as JsonArray from "../../../src/streams/framing/JsonArray.ts"
import { encoder, every, inLengths, random } from "../../support/Decoding.ts"

const read = (pieces: Iterable<Uint8Array>, maxEventBytes = 1024 * 1024) => {
  const elements: Array<string> = []
  const parser = JsonArray.make((text) => elements.push(text), { maxEventBytes })
  let any = 0
  for (const piece of pieces) if (parser.push(piece)) any++
  parser.salvage()
  return { elements, any, overflow: parser.overflow, position: parser.position }
}

const elementsOf = (text: string): ReadonlyArray<string> => read([encoder.encode(text)]).elements

describe("a growing JSON array", () => {
  it.each([
    ["compact", "[{\"a\":1},{\"b\":2}]", ["{\"a\":1}", "{\"b\":2}"]],
    ["pretty-printed", "[{\n  \"a\": [1, 2]\n}\n,\r\n{\n  \"b\": {}\n}\n]\n", [
      "{\n  \"a\": [1, 2]\n}",
      "{\n  \"b\": {}\n}"
    ]],
    ["behind a byte order mark", "\uFEFF [ {} ]", ["{}"]],
    ["with brackets, quotes and escapes in texts", "[{\"a\":\"]},{[\\\"\\\\\"},{\"\\\\\":\"\\u005d\"}]", [
      "{\"a\":\"]},{[\\\"\\\\\"}",
      "{\"\\\\\":\"\\u005d\"}"
    ]],
    ["with wide characters", "[{\"é\":\"東京 😀\"}]", ["{\"é\":\"東京 😀\"}"]],
    ["of nothing", " [ ] ", []],
    ["of other values", "[null, 12,\"a\",[{}],true]", ["null", "12", "\"a\"", "[{}]", "true"]],
    ["without the array", "{\"a\":1}\n{\"b\":2}", ["{\"a\":1}", "{\"b\":2}"]],
    ["cut in an object", "[{\"a\":1},{\"b\":", ["{\"a\":1}"]],
    ["cut in a text", "[{\"a\":\"}", []],
    ["cut behind a backslash", "[{\"a\":\"\\", []],
    ["going on behind its end", "[{}]{}", ["{}", "{}"]]
  ])("%s has its elements at any chunking", (_, text, expected) => {
    const bytes = encoder.encode(text)
    assert.deepStrictEqual(elementsOf(text), expected)
    for (const size of [1, 2, 3, 5]) assert.deepStrictEqual(read(every(bytes, size)).elements, expected, `${size}`)
    for (const seed of [1, 2, 3, 4]) {
      assert.deepStrictEqual(read(inLengths(bytes, random(seed, 6))).elements, expected, `seed ${seed}`)
    }
    assert.strictEqual(read(every(bytes, 1)).position, bytes.length)
  })

  it("tells at once when an element is there, and where it has come to", () => {
    const positions: Array<number> = []
    const parser = JsonArray.make(() => positions.push(parser.position), { maxEventBytes: 100 })
    assert.isFalse(parser.push(encoder.encode("[{\"a\":")))
    assert.isTrue(parser.push(encoder.encode("1},{},")))
    assert.isFalse(parser.push(encoder.encode(" \n")))
    assert.deepStrictEqual(positions, [8, 11])
    assert.strictEqual(parser.position, 14)
  })

  it("refuses an element over the limit, wherever it is cut, and takes one of just that size", () => {
    const fits = `{"a":"${"x".repeat(12)}"}`
    const bytes = encoder.encode(`[${fits},{"a":"${"x".repeat(13)}"}]`)
    for (const pieces of [[bytes], every(bytes, 1), every(bytes, 7)]) {
      const { elements, overflow } = read(pieces, fits.length)
      assert.deepStrictEqual(elements, [fits])
      assert.deepInclude(overflow, { what: "JSON value", limit: 20 })
      assert.strictEqual(overflow?.position, 1 + 20 + 1 + 20)
    }
  })

  it("keeps nothing of what it has read, however long it goes on", () => {
    const element = encoder.encode("{\"a\":1},")
    let count = 0
    const parser = JsonArray.make(() => count++, { maxEventBytes: 16 })
    parser.push(encoder.encode("["))
    for (let n = 0; n < 100_000; n++) parser.push(element)
    assert.strictEqual(count, 100_000)
    assert.isUndefined(parser.overflow)
  })
})
