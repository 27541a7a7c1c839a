/**
 * Transcripts of the providers with addresses and fields of their own: what they have, what they refuse, and how their
 * responses fail.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Transcription, type TranscriptionRequest } from "sluice"
import type { Scenario } from "sluice/testing"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as xAi } from "../../../src/domain/providers/XAi.ts"
import * as Asking from "../../support/Asking.ts"
import * as RawServer from "../../support/RawServer.ts"
import { file, streamed, transcribed } from "../../support/Recordings.ts"

describe("a transcript of Cohere", () => {
  const request: TranscriptionRequest = { model: "cohere-transcribe-03-2026", file, language: "en" }

  it.effect("is the text, of bytes or a stream, and comes whole at the end", () =>
    Effect.gen(function*() {
      const bytes = yield* Transcription.transcribe(request)
      assert.match(bytes.text, transcribed)
      assert.deepStrictEqual([bytes.language, bytes.seconds, bytes.words], [null, null, []])
      assert.deepStrictEqual(yield* Transcription.transcribe({ ...request, file: streamed }), bytes)
      const events = yield* Stream.runCollect(Transcription.stream(request))
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["TranscriptDelta", "TranscriptCompleted"])
      assert.strictEqual((yield* Asking.requests)[0]?.path, "/v2/audio/transcriptions")
    }).pipe(Effect.provide(Asking.inMemory(cohere))))

  it.effect.each([{ language: undefined }, { language: "" }, { language: undefined, model: "any" }])(
    "is not requested without a language: %j",
    (more) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Stream.runDrain(Transcription.stream({ ...request, ...more })))
        assert(error._tag === "InvalidRequestError")
        assert.strictEqual(error.parameter, "language")
        assert.deepStrictEqual(yield* Asking.requests, [])
      }).pipe(Effect.provide(Asking.inMemory(cohere)))
  )

  it.effect.each<readonly [string, Partial<TranscriptionRequest>, RegExp]>([
    ["of a kind of file that it does not read", { file: { ...file, name: "talk.webm" } }, /not supported/],
    ["of an empty file", { file: { ...file, content: new Uint8Array() } }, /empty/],
    ["with a temperature beyond 1", { temperature: 2 }, /temperature/],
    ["of a file that is too large", { file: { ...file, content: new Uint8Array(25 * 1024 * 1024 + 1) } }, /25MB/]
  ])("%s is refused", ([, more, detail]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Transcription.transcribe({ ...request, ...more }))
      assert(error._tag === "InvalidRequestError")
      assert.match(error.detail ?? "", detail)
    }).pipe(Effect.provide(Asking.inMemory(cohere))))

  it.effect("has no translation", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Transcription.translate(request))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(cohere))))
})

describe("a transcript of xAI", () => {
  const request: TranscriptionRequest = { model: "grok-voice-transcribe-2.0", file }

  it.effect("has the length and the times of words, and segments by speaker where they are requested", () =>
    Effect.gen(function*() {
      const plain = yield* Transcription.transcribe({ ...request, timestamps: ["word"] })
      assert.match(plain.text, transcribed)
      assert.strictEqual(plain.seconds, 2)
      assert.strictEqual(plain.language, "en")
      assert.deepInclude(plain.words[0], { word: "This", start: 0 })
      assert.deepStrictEqual(plain.segments, [])
      const speakers = yield* Transcription.transcribe({ ...request, file: streamed, diarize: true, language: "de" })
      assert.deepStrictEqual(speakers.segments.map(({ speaker }) => speaker), ["0", "1"])
      assert.strictEqual(speakers.segments.map(({ text }) => text).join(" "), speakers.text)
      assert.strictEqual(speakers.language, "de")
    }).pipe(Effect.provide(Asking.inMemory(xAi))))

  it.effect("is refused formatted text without its language", () =>
    Effect.gen(function*() {
      const formatted = { ...request, providerOptions: { xai: { format: true } } }
      const error = yield* Effect.flip(Transcription.transcribe(formatted))
      assert(error._tag === "InvalidRequestError")
      assert.match(error.detail ?? "", /language is required/)
      assert.match((yield* Transcription.transcribe({ ...formatted, language: "en" })).text, transcribed)
    }).pipe(Effect.provide(Asking.inMemory(xAi))))

  it.effect("of an unknown model fails, and one without a model does not", () =>
    Effect.gen(function*() {
      const unknown = { ...request, model: "grok-voice-latest" }
      const error = yield* Effect.flip(Transcription.transcribe(unknown))
      assert.strictEqual(error._tag, "ModelNotFoundError", error.message)
      const { text } = yield* Transcription.transcribe({ ...unknown, providerOptions: { xai: { model: null } } })
      assert.match(text, transcribed)
    }).pipe(Effect.provide(Asking.inMemory(xAi, { scenario: { models: ["grok-voice-transcribe-2.0"] } }))))
})

describe.each([["Cohere", cohere, "/v2"], ["xAI", xAi, "/v1"]] as const)(
  "a transcript of %s over sockets",
  (_name, definition, path) => {
    const request: TranscriptionRequest = { model: "m", file: streamed, language: "en" }

    const over = (scenario: Scenario.Scenario) =>
      Effect.gen(function*() {
        const simulator = yield* Asking.socket(scenario)
        const result = yield* Transcription.transcribe(request).pipe(
          Effect.result,
          Effect.provide(Asking.at(definition, `${simulator.url}${path}`, { settings: { maxRetries: 1 } }))
        )
        return { result, requests: yield* simulator.requests }
      })

    const respondedWith = (type: string, body: string) =>
      Effect.gen(function*() {
        const server = yield* RawServer.serve(({ socket }) =>
          socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        )
        return yield* Transcription.transcribe({ ...request, file }).pipe(
          Effect.result,
          Effect.provide(Asking.at(definition, server.url))
        )
      })

    it.live("that is cut at any byte is retried, and fails where it is cut again", () =>
      Effect.gen(function*() {
        const { requests } = yield* over({})
        const length = requests[0]?.bytesWritten ?? 0
        assert.isAbove(length, 50)
        for (let after = 0; after < length; after += 11) {
          const once = yield* over({ faults: [{ _tag: "Cut", after, how: "reset", on: [1] }] })
          assert.strictEqual(once.result._tag, "Success", `cut at ${after}`)
          assert.strictEqual(once.requests.length, 2)
          const always = yield* over({ faults: [{ _tag: "Cut", after, how: "reset" }] })
          assert.strictEqual(always.result._tag, "Failure", `cut at ${after}`)
        }
      }), 30_000)

    it.live.each<readonly [string, string, string, string]>([
      ["a page", "text/html", "<html>", "MalformedResponseError"],
      ["no text", "application/json", "{\"words\":[]}", "MalformedResponseError"],
      ["a text of another type", "application/json", "{\"text\":5}", "MalformedResponseError"],
      ["an error", "application/json", "{\"error\":{\"code\":\"invalid_api_key\"}}", "AuthenticationError"]
    ])("that is %s with status 200 fails", ([, type, body, tag]) =>
      Effect.gen(function*() {
        const result = yield* respondedWith(type, body)
        assert(result._tag === "Failure")
        assert.strictEqual(result.failure._tag, tag)
      }))

    it.live("is read from JSON whatever its type is", () =>
      Effect.gen(function*() {
        const result = yield* respondedWith("text/plain", "{\"text\":\"Hi\"}")
        assert(result._tag === "Success")
        assert.strictEqual(result.success.text, "Hi")
      }))
  }
)
