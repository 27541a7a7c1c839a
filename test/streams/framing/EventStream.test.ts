/**
 * The parser of Amazon's event stream, against frames that are written here with Node's own checksum.
 */
import { assert, describe, it } from "@effect/vitest"
import { crc32 as native } from "node:zlib"
import { crc32 } from "../../../src/streams/framing/Crc32.ts"
import * as EventStream from "../../../src/streams/framing/EventStream.ts"
import type { HeaderValue } from "../../../src/streams/framing/EventStreamHeaders.ts"
import { every, inLengths, random } from "../../support/Decoding.ts"
import * as Frames from "../../support/EventStreamFrames.ts"
import * as Wire from "../../support/Wire.ts"

interface Seen {
  readonly headers: ReadonlyArray<readonly [string, HeaderValue]>
  readonly payload: string
  readonly position: number
}

interface Outcome {
  readonly frames: ReadonlyArray<Seen>
  readonly problem: EventStream.EventStreamProblem | undefined
  readonly overflow: EventStream.EventStreamOverflow | undefined
  readonly position: number
}

const parse = (pieces: Iterable<Uint8Array>, maxEventBytes = 1 << 24): Outcome => {
  const frames: Array<Seen> = []
  const parser = EventStream.make((headers, bytes, from, to, position) => {
    frames.push({ headers: [...headers], payload: bytes.toString("utf8", from, to), position })
  }, { maxEventBytes })
  for (const piece of pieces) {
    const before = frames.length
    const any = parser.push(piece)
    assert.strictEqual(any, frames.length > before || parser.problem !== undefined || parser.overflow !== undefined)
  }
  const { overflow, position, problem } = parser
  return { frames, problem, overflow, position }
}

const bytes = (...values: ReadonlyArray<number>): Uint8Array => Uint8Array.from(values)

const sized = (...values: ReadonlyArray<number>): Uint8Array =>
  bytes(values.length >> 8, values.length & 255, ...values)

const hello = Frames.event("contentBlockDelta", { delta: { text: "hé" } })

/** A frame whose lengths are what they are not, with right checksums. */
const claiming = (total: number, headers: number, rest = ""): Uint8Array => {
  const frame = Buffer.alloc(16 + rest.length)
  frame.writeUInt32BE(total, 0)
  frame.writeUInt32BE(headers, 4)
  frame.writeUInt32BE(native(frame.subarray(0, 8)), 8)
  frame.write(rest, 12)
  frame.writeUInt32BE(native(frame.subarray(0, -4)), frame.length - 4)
  return frame
}

describe("checksums", () => {
  it("are those of Node, of any length and from anywhere on", () => {
    const data = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 89 + (at >> 3)) & 255))
    for (let from = 0; from < 20; from++) {
      for (let to = from; to <= 300; to += 7) {
        assert.strictEqual(crc32(data, from, to), native(data.subarray(from, to)))
        const middle = from + ((to - from) >> 1)
        assert.strictEqual(crc32(data, middle, to, crc32(data, from, middle)), crc32(data, from, to))
      }
    }
    assert.strictEqual(crc32(Buffer.from("123456789"), 0, 9), 0xcbf43926)
  })
})

describe("a frame", () => {
  it("has headers of all ten types", () => {
    const frame = Frames.frame([
      { name: "yes", type: 0, value: bytes() },
      { name: "no", type: 1, value: bytes() },
      { name: "byte", type: 2, value: bytes(0xff) },
      { name: "short", type: 3, value: bytes(0xff, 0xfe) },
      { name: "integer", type: 4, value: bytes(0x80, 0, 0, 0) },
      { name: "long", type: 5, value: bytes(0, 0x20, 0, 0, 0, 0, 0, 1) },
      { name: "bytes", type: 6, value: sized(1, 2, 3) },
      Frames.header("text", "grüß"),
      { name: "time", type: 8, value: bytes(0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0) },
      { name: "uuid", type: 9, value: bytes(0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255) }
    ], "{}")
    const { frames } = parse([frame])
    assert.deepStrictEqual(frames, [{
      headers: [
        ["yes", true],
        ["no", false],
        ["byte", -1],
        ["short", -2],
        ["integer", -(2 ** 31)],
        ["long", 9_007_199_254_740_993n],
        ["bytes", bytes(1, 2, 3)],
        ["text", "grüß"],
        ["time", 0x18bcfe56800],
        ["uuid", "00112233-4455-6677-8899-aabbccddeeff"]
      ],
      payload: "{}",
      position: frame.length
    }])
  })

  it("may have no headers and no payload", () => {
    assert.deepStrictEqual(parse([Frames.frame([], "")]).frames, [{ headers: [], payload: "", position: 16 }])
  })

  it("is the same at any chunking", () => {
    const body = Frames.body(
      hello,
      Frames.frame([], ""),
      Frames.event("x", { text: "y".repeat(5000) }),
      Frames.exception("throttlingException", { message: "slow down" }),
      hello
    )
    const whole = parse([body])
    assert.strictEqual(whole.frames.length, 5)
    assert.strictEqual(whole.position, body.length)
    for (let size = 1; size < 40; size++) assert.deepStrictEqual(parse(every(body, size)), whole, `pieces of ${size}`)
    for (let at = 0; at <= body.length; at++) {
      assert.deepStrictEqual(parse([body.subarray(0, at), body.subarray(at)]), whole, `cut at ${at}`)
    }
    for (const seed of [1, 2, 3]) assert.deepStrictEqual(parse(inLengths(body, random(seed, 300))), whole)
  })

  it("is none when it is cut, after any of its bytes", () => {
    for (let at = 0; at < hello.length; at++) {
      assert.deepStrictEqual(parse([hello.subarray(0, at)]), {
        frames: [],
        problem: undefined,
        overflow: undefined,
        position: at
      })
    }
  })
})

describe("bytes that are no frame", () => {
  it("are told for each bit of a frame that is turned around, and never taken for one", () => {
    const before = Frames.event("messageStart", { role: "assistant" })
    for (let at = 0; at < hello.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = Buffer.from(hello)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        const { frames, overflow, problem } = parse([before, flipped, hello])
        assert.strictEqual(frames.length, 1, `bit ${bit} of byte ${at}`)
        assert.isUndefined(overflow)
        assert.deepStrictEqual(problem, {
          detail: at < 12 ? "the checksum of a frame's lengths is wrong" : "the checksum of a frame is wrong",
          position: before.length + (at < 12 ? 12 : hello.length)
        })
      }
    }
  })

  it.each<readonly [string, Uint8Array, string, number]>([
    ["shorter than a frame can be", claiming(15, 0), "a frame of 15 bytes with headers of 0 bytes cannot be", 12],
    ["of no length", claiming(0, 0), "a frame of 0 bytes with headers of 0 bytes cannot be", 12],
    [
      "with more headers than frame",
      claiming(20, 5, "abcd"),
      "a frame of 20 bytes with headers of 5 bytes cannot be",
      12
    ],
    [
      "with headers of 4 GB",
      claiming(20, 0xffffffff, "abcd"),
      "a frame of 20 bytes with headers of 4294967295 bytes cannot be",
      12
    ],
    [
      "with a header of an unknown type",
      Frames.frame([{ name: "a", type: 10, value: bytes() }], ""),
      "a header of a frame is of type 10, which there is not",
      19
    ],
    [
      "with a header without a name",
      Frames.frame([{ name: "", type: 0, value: bytes() }], ""),
      "a header of a frame has no name",
      18
    ],
    [
      "with a header whose text goes on behind the headers",
      Frames.frame([{ name: "a", type: 7, value: bytes(0, 9, 65) }], "payload"),
      "a header of a frame goes on behind the headers' end",
      29
    ],
    [
      "with a header whose number goes on behind the headers",
      Frames.frame([{ name: "a", type: 5, value: bytes(1) }], "payload"),
      "a header of a frame goes on behind the headers' end",
      27
    ],
    [
      "with a header that ends in its name",
      Frames.frame([{ name: "a", type: 0, value: bytes(9, 65) }], "payload"),
      "a header of a frame goes on behind the headers' end",
      28
    ],
    ["a page", Buffer.from("<html><body>Bad gateway</body></html>"), "the checksum of a frame's lengths is wrong", 12]
  ])("are told: %s", (_, wrong, detail, position) => {
    for (const pieces of [[hello, wrong], [...every(Frames.body(hello, wrong), 1)]]) {
      const outcome = parse(pieces)
      assert.strictEqual(outcome.frames.length, 1)
      assert.deepStrictEqual(outcome.problem, { detail, position: hello.length + position })
      assert.strictEqual(outcome.position, hello.length + position)
    }
  })

  it("are told by the limit of the size as soon as the length is known", () => {
    const limit = hello.length
    assert.strictEqual(parse([hello], limit).frames.length, 1)
    assert.deepStrictEqual(parse([hello, hello.subarray(0, 12)], limit - 1).overflow, {
      what: "frame",
      limit: limit - 1,
      position: 12
    })
    const huge = claiming(0xffffffff, 16, "abcd")
    for (const pieces of [[hello, huge], [...every(Frames.body(hello, huge), 1)]]) {
      assert.deepStrictEqual(parse(pieces), {
        frames: parse([hello]).frames,
        problem: undefined,
        overflow: { what: "frame", limit: 1 << 24, position: limit + 12 },
        position: limit + 12
      })
    }
  })
})

describe("a frame that comes in small pieces", () => {
  it("is not read again and again", () => {
    const copies = (size: number): number => {
      const frame = Frames.event("x", { text: "y".repeat(size) })
      const original = Buffer.prototype.copy
      let copied = 0
      Buffer.prototype.copy = function(this: Buffer, ...args: ReadonlyArray<unknown>) {
        const count = Number(Reflect.apply(original, this, args))
        copied += count
        return count
      }
      try {
        assert.strictEqual(parse(every(frame, 64)).frames.length, 1)
      } finally {
        Buffer.prototype.copy = original
      }
      return copied / frame.length
    }
    // Once from the chunk, and at most twice more while the memory for it grows.
    assert.isBelow(copies(100_000), 3.1)
    assert.isBelow(copies(1_000_000), 3.1)
  })

  it("takes no memory that has not arrived", () => {
    const claim = claiming(8 * 1024 * 1024, 16).subarray(0, 12)
    const original = Buffer.allocUnsafe
    let allocated = 0
    Buffer.allocUnsafe = (size) => {
      allocated += size
      return original(size)
    }
    try {
      const { frames, problem } = parse([claim, bytes(1), bytes(2, 3)])
      assert.deepStrictEqual([frames, problem], [[], undefined])
    } finally {
      Buffer.allocUnsafe = original
    }
    assert.isBelow(allocated, 10_000)
  })
})

describe("recorded event streams", () => {
  const recordings = Wire.recordings(["bedrock-converse"]).filter(({ path }) => path.endsWith(".eventstream"))

  it.runIf(Wire.isPresent)("are of whole frames with right checksums", () => {
    assert.isAbove(recordings.length, 10)
    for (const { path } of recordings) {
      const body = Wire.read(path)
      const { frames, position, problem } = parse([body])
      assert.isUndefined(problem, path)
      assert.strictEqual(position, body.length)
      assert.deepStrictEqual(
        frames.map(({ payload, position: end }) => ({ payload, end })),
        Frames.read(body).map(({ end, payload }) => ({ payload, end }))
      )
    }
  })

  if (!Wire.isPresent) it.skip(Wire.missing, () => {})
})
