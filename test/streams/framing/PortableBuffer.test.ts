/**
 * What stands in for Node's `Buffer` elsewhere does the same as it, over random bytes and texts.
 */
import { assert, describe, it } from "@effect/vitest"
import type { BufferConstructor, ToEncoding } from "../../../src/streams/framing/Buffer.ts"
import { constructors } from "../../../src/streams/framing/PortableBuffer.ts"
import { Random } from "../../fuzz/Random.ts"

const encodings: ReadonlyArray<ToEncoding> = ["utf8", "latin1", "base64", "hex"]

/** Runs the same on both, and compares what is left of it. */
const same = <A>(run: (buffers: BufferConstructor) => A) => assert.deepStrictEqual(run(constructors), run(Buffer))

const random = new Random(7)
const int = (bound: number) => random.below(bound)
const bytes = (length: number) => Uint8Array.from({ length }, () => int(256))
const list = (value: Uint8Array) => [...value]

const texts = [
  "",
  "plain",
  "ä\u20ac\u{1f600}",
  "\ufeffmark",
  "lone \ud800 half",
  "aGVsbG8=",
  "aGVsbG8",
  "-_-_",
  "a b\nc=d",
  "A",
  "0aFf3",
  "zz0a"
]

describe("the bytes of runtimes without Node", () => {
  it("are made of texts", () => {
    for (const text of texts) {
      same(({ byteLength }) => byteLength(text))
      same(({ from }) => list(from(text, "utf8")))
      same(({ from }) => list(from(text, "base64")))
      same(({ from }) => list(from(text)))
    }
  })

  it("are written as texts", () => {
    for (let round = 0; round < 200; round++) {
      const value = bytes(int(40))
      const [start, end] = [int(20), int(45)]
      for (const encoding of encodings) {
        same(({ from }) => from(value).toString(encoding))
        same(({ from }) => from(value).toString(encoding, start, end))
      }
    }
    same(({ from }) => from(new Uint8Array()).toString())
    const long = bytes(100_000)
    for (const encoding of encodings) same(({ from }) => from(long).toString(encoding))
  })

  it("are read as integers", () => {
    for (let round = 0; round < 50; round++) {
      const value = bytes(9)
      same(({ from }) => {
        const all = from(value)
        return [
          all.readInt8(1),
          all.readInt16BE(1),
          all.readUInt16BE(1),
          all.readInt32BE(1),
          all.readUInt32BE(1),
          all.readBigInt64BE(1)
        ]
      })
    }
  })

  it("share their memory, or have a copy", () => {
    same(({ from }) => {
      const memory = Uint8Array.from([1, 2, 3, 4, 5])
      const shared = from(memory.buffer, 1, 3)
      const copied = from(memory)
      const part = shared.subarray(1)
      memory[2] = 9
      return [list(shared), list(copied), list(part), part.toString("hex"), list(part.subarray(-1))]
    })
  })

  it("are searched, compared, copied, joined and swapped", () => {
    for (let round = 0; round < 100; round++) {
      const [one, other] = [bytes(int(6)), bytes(int(6))]
      const byte = int(256)
      const [a, b] = [int(4), int(4)]
      same(({ concat, from }) => list(concat([one, from(other)])))
      same(({ from }) => from(one).indexOf(byte, a))
      same(({ from }) => Math.sign(from(one).compare(other)))
      same(({ from }) => from(one).compare(Uint8Array.from([0, ...one, 0]), 1, 1 + one.length))
      same(({ alloc, from }) => {
        const target = alloc(5)
        return [from(one).copy(target, a, Math.min(b, one.length)), list(target)]
      })
    }
    same(({ from }) => ["cd", "x", "cdx", "b", "d", ""].map((text) => from("abcbcd").indexOf(text)))
    same(({ from }) => from("abcabc").indexOf("bc", 2))
    same(({ from }) => list(from(Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])).swap32()))
    same(({ alloc }) => {
      const target = alloc(4)
      return [target.write("AQIDBAUG", "base64"), list(target), target.write("/w==", "base64"), list(target)]
    })
  })

  it("know their own", () => {
    assert.isTrue(constructors.isBuffer(constructors.from("a")))
    assert.isTrue(constructors.isBuffer(constructors.from("abc").subarray(1)))
    assert.isFalse(constructors.isBuffer(new Uint8Array(1)))
  })
})
