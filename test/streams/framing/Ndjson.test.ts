import { assert, describe, it } from "@effect/vitest"
import * as Ndjson from "../../../src/streams/framing/Ndjson.ts"
import type { ReadAhead } from "../../../src/streams/framing/ReadAhead.ts"
import { encoder, every, inLengths, random } from "../../support/Decoding.ts"

interface Read {
  readonly lines: ReadonlyArray<string>
  readonly overflow: Ndjson.LineOverflow | undefined
  readonly position: number
}

const read = (pieces: Iterable<Uint8Array>, limit = 1000, readAhead?: ReadAhead): Read => {
  const lines: Array<string> = []
  const parser = Ndjson.make((text) => lines.push(text), limit, readAhead)
  for (const piece of pieces) parser.push(piece)
  parser.salvage()
  return { lines, overflow: parser.overflow, position: parser.position }
}

const linesOf = (text: string, limit?: number): ReadonlyArray<string> => read([encoder.encode(text)], limit).lines

describe("Ndjson", () => {
  it.each<readonly [string, string, ReadonlyArray<string>]>([
    ["lines", "{\"a\":1}\n{\"b\":2}\n", ["{\"a\":1}", "{\"b\":2}"]],
    ["lines that end in CR LF", "{\"a\":1}\r\n{\"b\":2}\r\n", ["{\"a\":1}", "{\"b\":2}"]],
    ["a last line without an end", "{\"a\":1}\n{\"b\":2}", ["{\"a\":1}", "{\"b\":2}"]],
    ["a last line that ends in CR", "{\"a\":1}\r", ["{\"a\":1}"]],
    ["no last line that is cut", "{\"a\":1}\n{\"b\":", ["{\"a\":1}"]],
    ["no last line that is no object", "{\"a\":1}\n2", ["{\"a\":1}"]],
    ["no blank lines", "\n\r\n{\"a\":1}\n \t\n\n{\"b\":2}\n\n", ["{\"a\":1}", "{\"b\":2}"]],
    ["no mark at the beginning", "\uFEFF{\"a\":1}\n\uFEFF\n", ["{\"a\":1}", "\uFEFF"]],
    ["a mark before a line without an end", "\uFEFF{\"a\":1}", ["{\"a\":1}"]],
    ["white space around a line for none of it", "  {\"a\":1} \n", ["{\"a\":1}"]],
    ["a CR inside of a line as a part of it", "{\"a\":\r1}\n", ["{\"a\":\r1}"]],
    ["characters of any length", "{\"a\":\"é東😀\"}\n", ["{\"a\":\"é東😀\"}"]],
    ["whatever is no JSON", "<html>\nno\n", ["<html>", "no"]],
    ["nothing of nothing", "", []]
  ])("reads %s", (_, text, expected) => {
    const bytes = encoder.encode(text)
    assert.deepStrictEqual(read([bytes]), { lines: expected, overflow: undefined, position: bytes.length })
    for (const size of [1, 2, 3, 7]) {
      assert.deepStrictEqual(read(every(bytes, size)).lines, expected, `in pieces of ${size}`)
    }
  })

  it("reads the same at any chunking", () => {
    const text = Array.from({ length: 60 }, (_, n) => `{"n":${n},"t":"${"é😀x".repeat(n % 9)}"}`).join("\r\n")
    const bytes = encoder.encode(text)
    const whole = read([bytes]).lines
    assert.strictEqual(whole.length, 60)
    for (let seed = 0; seed < 40; seed++) {
      assert.deepStrictEqual(read(inLengths(bytes, random(seed, 90))).lines, whole, `seed ${seed}`)
    }
  })

  it("says whether a line ended in a chunk", () => {
    const parser = Ndjson.make(() => {}, 100)
    assert.deepStrictEqual(["{\"a\"", ":1}", "\n", "{}\n{"].map((piece) => parser.push(encoder.encode(piece))), [
      false,
      false,
      true,
      true
    ])
  })

  it("tells where a line stands that came in one chunk, and of no other", () => {
    const places: Array<readonly [number, number]> = []
    const parser = Ndjson.make((_text, _bytes, from, to) => places.push([from, to]), 100)
    for (const piece of ["{}\n{\"a\":1}\r\n{", "}\n"]) parser.push(encoder.encode(piece))
    assert.deepStrictEqual(places, [[0, 3], [3, 12], [-1, 0]])
    const bytes = Buffer.from("{\"a\":1}\r\n")
    assert.deepStrictEqual(Ndjson.locate(bytes, 0, bytes.length), { from: 0, to: 7 })
    assert.isUndefined(Ndjson.locate(bytes, 0, bytes.length - 1))
  })

  it("leaves lines to what reads ahead, from the second line on", () => {
    const tried: Array<number> = []
    const readAhead: ReadAhead = {
      read: (bytes, at) => {
        tried.push(at)
        const end = bytes.indexOf("\n", at)
        // Only short lines are read ahead.
        return end >= 0 && end - at < 5 ? end + 1 : at
      }
    }
    const text = "{}\n{}\n{\"a\":1}\n{}\n"
    assert.deepStrictEqual(read([encoder.encode(text)], 100, readAhead), {
      lines: ["{}", "{\"a\":1}"],
      overflow: undefined,
      position: text.length
    })
    assert.deepStrictEqual(tried, [3, 14])
    assert.deepStrictEqual(read(every(encoder.encode(text), 1), 100, readAhead).lines, ["{}", "{}", "{\"a\":1}", "{}"])
  })

  it.each<readonly [string, string, Ndjson.LineOverflow | undefined]>([
    ["a line of the limit", "{\"a\":123}\n", undefined],
    ["a line of the limit that ends in CR LF", "{\"a\":123}\r\n", undefined],
    ["a line over it", "{\"a\":1234}\n", { what: "line", limit: 9, position: 9 }],
    ["a later line over it", "{}\n{\"a\":1234}\n", { what: "line", limit: 9, position: 12 }],
    ["a line that has no end yet", "{\"a\":1234", undefined],
    ["a line that never ends", "{\"a\":12345", { what: "line", limit: 9, position: 9 }]
  ])("allows lines up to a limit: %s", (_, text, overflow) => {
    for (const size of [1, 4, 100]) {
      assert.deepStrictEqual(read(every(encoder.encode(text), size), 9).overflow, overflow, `in pieces of ${size}`)
    }
  })

  it("reads nothing after a line that was too long", () => {
    assert.deepStrictEqual(linesOf("{}\n{\"a\":1234567890}\n{}\n", 9), ["{}"])
  })
})
