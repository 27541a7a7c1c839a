/**
 * Requests for transcripts in each wire format: their fields, what they cannot have, and what they must have.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { TranscriptionRequest } from "sluice"
import type { TranscriptionWireFormat } from "../../../src/domain/Operations.ts"
import * as TranscriptionWireFormats from "../../../src/streams/audio/TranscriptionWireFormats.ts"

const file = { name: "talk.wav", content: new Uint8Array(4) }

const encode = (wireFormat: TranscriptionWireFormat, more: Partial<TranscriptionRequest>, streamed = false) =>
  TranscriptionWireFormats.encode({ model: "m", file, ...more }, {
    provider: "p",
    model: "m",
    binding: { wireFormat, path: "/transcripts" },
    streamed
  })

type Sent = Readonly<Record<string, unknown>>

describe("TranscriptionWireFormats", () => {
  it.each<readonly [TranscriptionWireFormat, Partial<TranscriptionRequest>, Sent]>([
    ["openai", { timestamps: ["word"] }, { response_format: "verbose_json", "timestamp_granularities[]": ["word"] }],
    ["mistral", { language: "de", diarize: true }, { language: "de", diarize: true }],
    ["openrouter", { language: "de", temperature: 0 }, { language: "de", temperature: 0 }],
    ["cohere", { language: "de", temperature: 0 }, { language: "de", temperature: 0 }],
    ["cohere", { language: "de", diarize: false, timestamps: [] }, { language: "de" }],
    ["cohere", { providerOptions: { p: { language: "ar" } } }, { language: "ar" }],
    ["xai", {}, {}],
    ["xai", { language: "de", diarize: true, timestamps: ["word"] }, { language: "de", diarize: true }],
    ["xai", { providerOptions: { p: { keyterm: ["a", "b"], format: true } } }, { keyterm: ["a", "b"], format: true }],
    // For an API, or a proxy, that knows no models.
    ["xai", { providerOptions: { p: { model: null } } }, { model: null }]
  ])("encodes for %s: %j", (wireFormat, more, sent) => {
    const encoded = Result.getOrThrow(encode(wireFormat, more))
    assert.deepStrictEqual<Sent>(encoded.values, { model: "m", ...sent })
    assert.deepStrictEqual(encoded.warnings, [])
  })

  it("asks for a stream only where there are streams", () => {
    const fields = (wireFormat: TranscriptionWireFormat) =>
      Object.keys(Result.getOrThrow(encode(wireFormat, { language: "en" }, true)).values)
    assert.include(fields("openai"), "stream")
    assert.include(fields("mistral"), "stream")
    for (const wireFormat of ["openrouter", "cohere", "xai"] as const) assert.notInclude(fields(wireFormat), "stream")
  })

  it.each<readonly [TranscriptionWireFormat, Partial<TranscriptionRequest>, string, RegExp]>([
    ["openrouter", { timestamps: ["word"] }, "timestamps", /does not support/],
    ["openrouter", { diarize: true }, "diarize", /does not support/],
    ["cohere", {}, "language", /requires it: name the language/],
    ["cohere", { language: "" }, "language", /requires it/],
    ["cohere", { language: "en", timestamps: ["segment"] }, "timestamps", /does not support/],
    ["cohere", { language: "en", diarize: true }, "diarize", /does not support/],
    ["cohere", { language: "en", format: "srt" }, "format", /can be json, and not srt/],
    ["xai", { timestamps: ["word", "segment"] }, "timestamps", /times of word, and not of segment/],
    ["xai", { format: "verbose_json" }, "format", /can be json, and not verbose_json/]
  ])("fails for %s with %j", (wireFormat, more, parameter, detail) => {
    const encoded = encode(wireFormat, more)
    assert(Result.isFailure(encoded))
    assert.strictEqual(encoded.failure._tag, "InvalidRequestError")
    assert.strictEqual(encoded.failure.parameter, parameter)
    assert.match(encoded.failure.detail ?? "", detail)
  })
})
