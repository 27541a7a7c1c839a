import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Sse from "../../../src/streams/framing/Sse.ts"
import { encoder, every, inLengths, random } from "../../support/Decoding.ts"
import * as Wire from "../../support/Wire.ts"

interface Event {
  readonly type: string
  readonly data: string
  readonly lastEventId: string
}

const unlimited: Sse.SseLimits = { maxLineBytes: Number.MAX_SAFE_INTEGER, maxEventBytes: Number.MAX_SAFE_INTEGER }

const feed = (pieces: Iterable<Uint8Array>, limits: Sse.SseLimits = unlimited, salvages = false) => {
  const events: Array<Event> = []
  const parser: Sse.SseParser = Sse.make(
    (type, data) => events.push({ type, data, lastEventId: parser.lastEventId }),
    limits
  )
  for (const piece of pieces) parser.push(piece)
  if (salvages) parser.salvage()
  return { events, parser }
}

const data = (text: string, salvages = false): ReadonlyArray<string> =>
  feed([encoder.encode(text)], unlimited, salvages).events.map((event) => event.data)

// ---- The rules of the standard, as cases ---------------------------------------------------------------------------

type Chunk = string | { readonly repeat: string; readonly times: number; readonly separateChunks?: boolean }

interface Case {
  readonly name: string
  readonly chunks: ReadonlyArray<Chunk>
  readonly expected: ReadonlyArray<
    | Event
    | {
      readonly type: string
      readonly dataRepeat: { readonly text: string; readonly times: number }
      readonly lastEventId: string
    }
    | { readonly repeatEvent: Event; readonly times: number }
  >
  readonly expectedRetry: number | null
}

const bytesOf = (base64: string): Buffer => Buffer.from(base64, "base64")

const chunksOf = (chunks: ReadonlyArray<Chunk>): ReadonlyArray<Uint8Array> =>
  chunks.flatMap((chunk) => {
    if (typeof chunk === "string") return [bytesOf(chunk)]
    const one = bytesOf(chunk.repeat)
    return chunk.separateChunks === true
      ? Array.from({ length: chunk.times }, () => one)
      : [Buffer.concat(Array.from({ length: chunk.times }, () => one))]
  })

const expectedOf = (expected: Case["expected"]): ReadonlyArray<Event> =>
  expected.flatMap((event) => {
    if ("repeatEvent" in event) return Array.from({ length: event.times }, () => event.repeatEvent)
    if (!("dataRepeat" in event)) return [event]
    const { dataRepeat, ...rest } = event
    return [{ ...rest, data: dataRepeat.text.repeat(dataRepeat.times) }]
  })

const cases = Wire.isPresent
  ? (Wire.readJson("sse-spec/cases.json") as { readonly cases: ReadonlyArray<Case> }).cases
  : []

describe("Sse", () => {
  if (Wire.isPresent) {
    describe("by the WHATWG rules", () => {
      it("has all the cases", () => {
        assert.strictEqual(cases.length, 107)
      })

      it.each(cases.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
        const chunks = chunksOf(entry.chunks)
        const whole = Buffer.concat(chunks)
        const expected = expectedOf(entry.expected)
        for (
          const [how, pieces] of [["in its chunks", chunks], ["whole", [whole]], ["by byte", every(whole, 1)]] as const
        ) {
          const { events, parser } = feed(pieces)
          assert.deepStrictEqual(
            { events, retry: parser.reconnectionTime ?? null, position: parser.position },
            { events: expected, retry: entry.expectedRetry, position: whole.length },
            how
          )
        }
      })
    })
  } else {
    it.skip(Wire.missing, () => {})
  }

  describe("limits", () => {
    const limits: Sse.SseLimits = { maxLineBytes: 10, maxEventBytes: 12 }
    const overflow = (text: string, size: number) => feed(every(encoder.encode(text), size), limits).parser.overflow

    it("takes a line of exactly the limit", () => {
      const { events, parser } = feed([encoder.encode("data:12345\n\n")], limits)
      assert.deepStrictEqual([events.map((event) => event.data), parser.overflow], [["12345"], undefined])
    })

    it("refuses a longer line where its first byte too many is, at any chunking", () => {
      const text = "data:1\n\ndata:123456\n\n"
      for (const size of [1, 2, 3, 5, 11, 100]) {
        assert.deepStrictEqual(overflow(text, size), { what: "line", limit: 10, position: 18 }, `pieces of ${size}`)
      }
    })

    it("refuses a line that never ends before it has all of it", () => {
      const parser = Sse.make(() => {}, { maxLineBytes: 1000, maxEventBytes: 1000 })
      const piece = new Uint8Array(64).fill(120)
      let pushed = 0
      while (parser.overflow === undefined && pushed < 100) {
        parser.push(piece)
        pushed++
      }
      assert.strictEqual(pushed, 16)
      assert.deepStrictEqual(parser.overflow, { what: "line", limit: 1000, position: 1000 })
    })

    it("refuses an event of many short lines, line feeds included", () => {
      const within = "data:12345\ndata:123456\n\n"
      assert.isUndefined(feed([encoder.encode(within)], { maxLineBytes: 100, maxEventBytes: 12 }).parser.overflow)
      const over = "data:12345\ndata:1234567\n\n"
      const { events, parser } = feed([encoder.encode(over)], { maxLineBytes: 100, maxEventBytes: 12 })
      assert.deepStrictEqual(events, [])
      assert.deepStrictEqual(parser.overflow, { what: "event", limit: 12, position: over.length - 1 })
    })

    it("counts each event anew", () => {
      const { events, parser } = feed([encoder.encode("data:12345\n\n".repeat(50))], limits)
      assert.deepStrictEqual([events.length, parser.overflow], [50, undefined])
    })

    it("counts an event anew after one that had no data", () => {
      const { parser } = feed([encoder.encode(`${"event:a\n\n".repeat(20)}data:12345\n\n`)], limits)
      assert.isUndefined(parser.overflow)
    })

    it("holds for comments and unknown fields too", () => {
      assert.strictEqual(overflow(`:${"x".repeat(20)}`, 7)?.what, "line")
      assert.strictEqual(overflow(`field: ${"x".repeat(20)}`, 7)?.what, "line")
    })

    it("reads nothing more after an overflow", () => {
      const { events, parser } = feed(
        [encoder.encode("data:1234567890\n\n"), encoder.encode("data:a\n\n")],
        limits,
        true
      )
      assert.deepStrictEqual(events, [])
      assert.strictEqual(parser.position, 10)
    })
  })

  describe("salvage", () => {
    it("dispatches an unfinished last event that is [DONE]", () => {
      assert.deepStrictEqual(data("data: a\n\ndata: [DONE]", true), ["a", "[DONE]"])
      assert.deepStrictEqual(data("data: a\n\ndata: [DONE]\n", true), ["a", "[DONE]"])
    })

    it("dispatches an unfinished last event that is a complete JSON object", () => {
      assert.deepStrictEqual(data("data: {\"a\":1}", true), ["{\"a\":1}"])
      assert.deepStrictEqual(data("data: {\"a\":\ndata: 1}\r", true), ["{\"a\":\n1}"])
    })

    it("keeps the name of a salvaged event", () => {
      const { events } = feed([encoder.encode("event: error\ndata: {}")], unlimited, true)
      assert.deepStrictEqual(events, [{ type: "error", data: "{}", lastEventId: "" }])
    })

    it.each([
      ["an object that is cut", "data: {\"a\":1"],
      ["text", "data: hello"],
      ["a number, which may be cut", "data: 12"],
      ["an array", "data: [1]"],
      ["a marker that is cut", "data: [DON"],
      ["no data", "event: message"]
    ])("drops %s", (_, text) => {
      assert.deepStrictEqual(data(`data: a\n\n${text}`, true), ["a"])
    })

    it("dispatches nothing where the last event had its blank line", () => {
      assert.deepStrictEqual(data("data: {}\n\n", true), ["{}"])
    })

    it("is not done by the bytes alone", () => {
      assert.deepStrictEqual(data("data: [DONE]"), [])
    })
  })

  describe("bytes", () => {
    it("keeps NUL bytes in data", () => {
      assert.deepStrictEqual(data("data: a\0b\n\n"), ["a\0b"])
    })

    it("replaces invalid UTF-8 and reads on", () => {
      const bytes = Buffer.concat([Buffer.from("data: "), Buffer.from([0xff, 0xc3]), Buffer.from("x\n\ndata: b\n\n")])
      for (const size of [1, 2, 100]) {
        assert.deepStrictEqual(feed(every(bytes, size)).events.map((event) => event.data), ["\uFFFD\uFFFDx", "b"])
      }
    })

    it("does not keep the memory that a chunk came in", () => {
      const chunk = encoder.encode("data: abc")
      const { events, parser } = feed([chunk])
      chunk.fill(120)
      parser.push(encoder.encode("\n\n"))
      assert.deepStrictEqual(events.map((event) => event.data), ["abc"])
    })

    it("reads an empty chunk as nothing", () => {
      assert.deepStrictEqual(
        feed([new Uint8Array(0), encoder.encode("data: a\r"), new Uint8Array(0), encoder.encode("\n\r\n")])
          .events.map((event) => event.data),
        ["a"]
      )
    })

    it("takes time in proportion to a long event, one byte at a time", () => {
      const time = (size: number): number => {
        const bytes = encoder.encode(`data: ${"x".repeat(size)}\n\n`)
        const start = performance.now()
        const { events } = feed(every(bytes, 1))
        const elapsed = performance.now() - start
        assert.strictEqual(events[0]?.data.length, size)
        return elapsed
      }
      const best = (size: number): number => Math.min(...[1, 2, 3].map(() => time(size)))
      best(1 << 16)
      // Eight times the bytes: copying all of them for each would take 64 times as long.
      const ratio = best(1 << 20) / best(1 << 17)
      assert.isBelow(ratio, 30)
    })
  })

  it.effect.prop(
    "brings the same events wherever the bytes are cut",
    [
      Schema.Array(Schema.Union([
        Schema.Literals([
          "data: a\n",
          "data:b\r\n",
          "\n",
          "\r",
          "\r\n",
          ": c\n",
          "id: 1\n",
          "event: e\r",
          "\uFEFF",
          "é",
          "🦀"
        ]),
        Schema.String
      ])),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0x7fff_ffff }))
    ],
    ([texts, seed]) =>
      Effect.sync(() => {
        const bytes = encoder.encode(texts.join(""))
        const whole = feed([bytes], unlimited, true).events
        assert.deepStrictEqual(feed(every(bytes, 1), unlimited, true).events, whole)
        assert.deepStrictEqual(feed(inLengths(bytes, random(seed, 9)), unlimited, true).events, whole)
      })
  )

  it.each([
    ["data: {}\n\n", { from: 6, to: 8 }],
    ["event: a\r\ndata:{}\r\n\r\n", { from: 15, to: 17 }],
    ["data: {}\nevent: b\n\nmore", { from: 6, to: 8 }],
    ["event: a\rb\ndata: {}\n\n", undefined],
    ["data: {\ndata: }\n\n", undefined],
    ["id: 1\ndata: {}\n\n", undefined],
    ["event: a\n\n", undefined],
    ["data: {}\n", undefined]
  ])("finds the JSON of %j, if it is a plain event", (text, place) => {
    const bytes = Buffer.from(text)
    assert.deepStrictEqual(Sse.locate(bytes, 0, bytes.length), place)
  })
})
