/**
 * Requests for speech in each wire format: their fields, and the formats that a provider does not have.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { SpeechRequest } from "sluice"
import type { SpeechBinding, SpeechWireFormat } from "../../../src/domain/Operations.ts"
import * as SpeechWireFormats from "../../../src/streams/audio/SpeechWireFormats.ts"

const encode = (
  wireFormat: SpeechWireFormat,
  more: Partial<SpeechRequest>,
  binding: Partial<SpeechBinding> = {}
) =>
  SpeechWireFormats.encode({ model: "m", input: "Hi", ...more }, {
    provider: "p",
    model: "m",
    binding: { wireFormat, path: "/speech", ...binding }
  })

type Sent = Readonly<Record<string, unknown>>

const all = { voice: "v", format: "mp3", speed: 1.2 } as const

describe("SpeechWireFormats", () => {
  it.each<readonly [SpeechWireFormat, Partial<SpeechRequest>, Partial<SpeechBinding>, Sent]>([
    ["openai", all, {}, { model: "m", input: "Hi", voice: "v", response_format: "mp3", speed: 1.2 }],
    ["openai", { transport: "events" }, {}, { model: "m", input: "Hi", stream_format: "sse" }],
    ["mistral", {}, { voice: "w" }, { model: "m", input: "Hi", voice_id: "w", stream: true }],
    ["openrouter", all, {}, { model: "m", input: "Hi", voice: "v", response_format: "mp3", speed: 1.2 }],
    ["openrouter", {}, { format: "mp3" }, { model: "m", input: "Hi", response_format: "mp3" }],
    [
      "openrouter",
      { format: "pcm" },
      { format: "mp3", formats: ["mp3", "pcm"] },
      { model: "m", input: "Hi", response_format: "pcm" }
    ],
    ["xai", {}, {}, { text: "Hi", language: "auto" }],
    ["xai", { ...all, language: "pt-BR" }, {}, {
      text: "Hi",
      voice_id: "v",
      language: "pt-BR",
      output_format: { codec: "mp3" },
      speed: 1.2
    }],
    [
      "xai",
      { format: "wav", providerOptions: { p: { output_format: { codec: "mulaw", sample_rate: 8000 } } } },
      { voice: "w" },
      { text: "Hi", voice_id: "w", language: "auto", output_format: { codec: "mulaw", sample_rate: 8000 } }
    ]
  ])("encodes for %s: %j by %j", (wireFormat, more, binding, sent) => {
    const encoded = Result.getOrThrow(encode(wireFormat, more, binding))
    assert.deepStrictEqual<Sent>(encoded.values, sent)
    assert.deepStrictEqual(encoded.warnings, [])
  })

  it("does not encode a format that the provider does not have, unless no formats are known", () => {
    const encoded = encode("xai", { format: "flac" }, { formats: ["mp3", "wav", "pcm"] })
    assert(Result.isFailure(encoded))
    assert.strictEqual(encoded.failure._tag, "InvalidRequestError")
    assert.strictEqual(encoded.failure.parameter, "format")
    assert.strictEqual(encoded.failure.detail, "the audio can be mp3, wav, pcm, and not flac")
    assert.deepInclude(Result.getOrThrow(encode("xai", { format: "flac" })).values, {
      output_format: { codec: "flac" }
    })
  })
})
