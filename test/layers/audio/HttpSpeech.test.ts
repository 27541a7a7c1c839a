/**
 * Speech as it is made: every byte in order, at the reader's pace, and never a cut file for a whole one.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Stream } from "effect"
import { type ProviderDefinition, Speech, type SpeechRequest } from "sluice"
import type { Scenario } from "sluice/testing"
import type * as Net from "node:net"
import { definition as mistral } from "../../../src/domain/providers/Mistral.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../../src/domain/providers/OpenRouter.ts"
import { definition as xAi } from "../../../src/domain/providers/XAi.ts"
import * as Asking from "../../support/Asking.ts"
import * as RawServer from "../../support/RawServer.ts"

const request: SpeechRequest = { model: "gpt-4o-mini-tts", input: "Hello there, this is a test.", format: "wav" }

const whole = Effect.map(Speech.speak(request), ({ audio }) => Buffer.from(audio).toString("base64"))

const speak = (given: SpeechRequest) =>
  Stream.runFold(Speech.stream(given), () => 0, (length, bytes) => length + bytes.length)

const over = (scenario: Scenario.Scenario, given = request) =>
  Effect.gen(function*() {
    const simulator = yield* Asking.socket(scenario)
    const chunks: Array<Uint8Array> = []
    const exit = yield* Stream.runForEach(Speech.stream(given), (bytes) => Effect.sync(() => chunks.push(bytes))).pipe(
      Effect.result,
      Effect.provide(Asking.at(openAi, simulator.baseUrl("openai-chat")))
    )
    return { exit, bytes: Buffer.concat(chunks), requests: yield* simulator.requests }
  })

describe("speech", () => {
  it.effect("is a file of the requested format", () =>
    Effect.gen(function*() {
      const { audio, mediaType, usage } = yield* Speech.speak(request)
      assert.strictEqual(mediaType, "audio/wav")
      assert.isNull(usage)
      assert.strictEqual(Buffer.from(audio).toString("latin1", 0, 4), "RIFF")
      assert.strictEqual(Buffer.from(audio).readUInt32LE(40), audio.length - 44)
      const [received] = yield* Asking.requests
      assert.deepStrictEqual(received?.body, {
        model: "gpt-4o-mini-tts",
        input: request.input,
        voice: "alloy",
        response_format: "wav"
      })
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is the same in events, which say what it cost", () =>
    Effect.gen(function*() {
      const body = yield* Speech.speak(request)
      const events = yield* Speech.speak({ ...request, transport: "events" })
      assert.deepStrictEqual(Buffer.from(events.audio), Buffer.from(body.audio))
      assert.strictEqual(events.mediaType, "audio/wav")
      assert.isAbove(events.usage?.outputTokens ?? 0, 0)
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is the same where a provider sends it in events, or whole in JSON", () =>
    Effect.gen(function*() {
      const expected = yield* whole.pipe(Effect.provide(Asking.inMemory(openAi)))
      yield* Effect.gen(function*() {
        const events = yield* Speech.speak(request)
        const json = yield* Speech.speak({ ...request, providerOptions: { mistral: { stream: false } } })
        assert.deepStrictEqual(Buffer.from(json.audio), Buffer.from(events.audio))
        assert.isAbove(events.usage?.outputTokens ?? 0, 0)
        assert.strictEqual(events.audio.length, Buffer.from(expected, "base64").length)
      }).pipe(Effect.provide(Asking.inMemory(mistral)))
    }))

  it.live("is whole at any chunking", () =>
    Effect.gen(function*() {
      const expected = yield* whole.pipe(Effect.provide(Asking.inMemory(openAi)))
      for (const chunking of ["whole", { size: 777 }] as const) {
        const { bytes } = yield* over({ chunking })
        assert.strictEqual(bytes.toString("base64"), expected)
      }
    }))

  it.live.each(["reset", "close"] as const)(
    "that is cut (%s) after it began fails, with what had come delivered",
    (how) =>
      Effect.gen(function*() {
        const { bytes, exit, requests } = yield* over({ faults: [{ _tag: "Cut", after: 20_000, how }] })
        assert(exit._tag === "Failure")
        assert(exit.failure._tag === "IncompleteStreamError")
        assert.strictEqual(exit.failure.ending, "connection-lost")
        assert.isAbove(bytes.length, 0)
        assert.strictEqual(requests.length, 1)
      })
  )

  it.live("that is cut before its first byte is retried", () =>
    Effect.gen(function*() {
      const { bytes, exit, requests } = yield* over({ faults: [{ _tag: "Cut", after: 0, how: "reset", on: [1] }] })
      assert(exit._tag === "Success")
      assert.isAbove(bytes.length, 44)
      assert.strictEqual(requests.length, 2)
    }))

  it.live("that ends before its length fails", () =>
    Effect.gen(function*() {
      const { exit } = yield* over({ faults: [{ _tag: "ContentLength", offset: 500 }] })
      assert(exit._tag === "Failure")
      assert.strictEqual(exit.failure._tag, "IncompleteStreamError")
    }))

  it.live("in events without the last one fails, however the body ends", () =>
    Effect.gen(function*() {
      const { exit } = yield* over({ faults: [{ _tag: "OmitTerminator" }] }, { ...request, transport: "events" })
      assert(exit._tag === "Failure")
      assert(exit.failure._tag === "IncompleteStreamError")
      assert.deepStrictEqual(exit.failure.missing, ["terminal-event"])
    }))

  it.live("in events that are no JSON fails as malformed", () =>
    Effect.gen(function*() {
      const { exit } = yield* over({ faults: [{ _tag: "MalformedEvent", event: 2 }] }, {
        ...request,
        transport: "events"
      })
      assert(exit._tag === "Failure")
      assert.strictEqual(exit.failure._tag, "MalformedStreamError")
    }))

  it.live.each<readonly [string, string, string, string]>([
    ["is a page", "text/html", "<html>", "MalformedResponseError"],
    ["is empty", "audio/mpeg", "", "MalformedResponseError"],
    [
      "is an error inside a 200",
      "application/json",
      "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"no\"}}",
      "UsageLimitReachedError"
    ]
  ])("that %s fails typed", ([, type, body, tag]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      )
      const error = yield* Effect.flip(Speech.speak(request).pipe(Effect.provide(Asking.at(openAi, server.url))))
      assert.strictEqual(error._tag, tag)
    }))

  it.live("waits for a slow consumer, and closes the connection of one that stops", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      let written = 0
      const pour = (socket: Net.Socket) => {
        const piece = Buffer.alloc(64 * 1024)
        const more = () => {
          while (!socket.destroyed) {
            written += piece.length
            if (!socket.write(`10000\r\n${piece.toString("latin1")}\r\n`, "latin1")) {
              socket.once("drain", more)
              return
            }
          }
        }
        more()
      }
      const server = yield* RawServer.serve(({ socket }) => {
        socket.once("close", () => Deferred.doneUnsafe(closed, Exit.void))
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ntransfer-encoding: chunked\r\n\r\n")
        pour(socket)
      })
      let read = 0
      yield* Speech.stream(request).pipe(
        Stream.take(3),
        Stream.runForEach((bytes) =>
          Effect.delay(
            Effect.sync(() => {
              read += bytes.length
            }),
            Duration.millis(100)
          )
        ),
        Effect.provide(Asking.at(openAi, server.url))
      )
      yield* Deferred.await(closed)
      // An endless sound: what was not read is what the sockets hold, and no more.
      assert.isBelow(written - read, 16 * 1024 * 1024)
    }))

  it.effect("is refused what OpenAI refuses, before any byte", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(speak({ ...request, speed: 9 }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "speed")
      const long = yield* Effect.flip(speak({ ...request, input: "a".repeat(4097) }))
      assert.strictEqual(long._tag, "InvalidRequestError")
    }).pipe(Effect.provide(Asking.inMemory(openAi))))
})

describe.each<readonly [string, ProviderDefinition, string, string]>([
  ["xAI", xAi, "grok-tts", "/v1"],
  ["OpenRouter", openRouter, "x-ai/grok-voice-tts-1.0", "/api/v1"]
])("speech of %s", (_name, definition, model, path) => {
  const spoken: SpeechRequest = { model, input: request.input }

  const at = (scenario: Scenario.Scenario) =>
    Effect.gen(function*() {
      const simulator = yield* Asking.socket(scenario)
      const chunks: Array<Uint8Array> = []
      const exit = yield* Stream.runForEach(Speech.stream(spoken), (bytes) => Effect.sync(() => chunks.push(bytes)))
        .pipe(Effect.result, Effect.provide(Asking.at(definition, `${simulator.url}${path}`)))
      return { exit, bytes: Buffer.concat(chunks), requests: yield* simulator.requests }
    })

  it.effect("is a sound in the default format, or in the requested one", () =>
    Effect.gen(function*() {
      const { audio, mediaType, usage, warnings } = yield* Speech.speak(spoken)
      assert.strictEqual(mediaType, "audio/mpeg")
      assert.strictEqual(audio[0], 0xff)
      assert.isNull(usage)
      assert.isUndefined(warnings)
      const samples = yield* Speech.speak({ ...spoken, format: "pcm" })
      assert.match(samples.mediaType, /^audio\/pcm/)
      assert.isAbove(samples.audio.length, 1000)
    }).pipe(Effect.provide(Asking.inMemory(definition))))

  it.effect("is not requested in a format that the provider does not have", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Speech.speak({ ...spoken, format: "flac" }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "format")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(definition))))

  // The simulator refuses the format as the provider does.
  it.effect("is requested in any format where the configuration names none", () =>
    Effect.gen(function*() {
      const refused = yield* Effect.flip(Speech.speak({ ...spoken, format: "flac" }))
      assert.strictEqual(refused._tag, "InvalidRequestError")
      assert.strictEqual((yield* Asking.requests).length, 1)
    }).pipe(
      Effect.provide(
        Asking.inMemory(definition, {
          provider: {
            operations: { speech: definition.speech?.map((binding) => ({ ...binding, formats: undefined })) }
          }
        })
      )
    ))

  it.live.each(["reset", "close"] as const)(
    "that is cut (%s) fails, with what had come delivered",
    (how) =>
      Effect.gen(function*() {
        const { bytes, exit, requests } = yield* at({ faults: [{ _tag: "Cut", after: 5000, how }] })
        assert(exit._tag === "Failure" && exit.failure._tag === "IncompleteStreamError")
        assert.isAbove(bytes.length, 0)
        assert.strictEqual(requests.length, 1)
      })
  )

  it.live("that is cut before its first byte is retried", () =>
    Effect.gen(function*() {
      const { exit, requests } = yield* at({ faults: [{ _tag: "Cut", after: 0, how: "reset", on: [1] }] })
      assert.strictEqual(exit._tag, "Success")
      assert.strictEqual(requests.length, 2)
    }))

  it.live.each<readonly [string, string, string, string]>([
    ["a page", "text/html", "<html>", "MalformedResponseError"],
    ["nothing", "audio/mpeg", "", "MalformedResponseError"],
    ["JSON without a sound", "application/json", "{\"audio\":\"\"}", "MalformedResponseError"],
    ["an error", "application/json", "{\"code\":\"invalid-argument\",\"error\":\"No.\"}", "InvalidRequestError"]
  ])("that is %s with status 200 fails", ([, type, body, tag]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      )
      const error = yield* Effect.flip(Speech.speak(spoken).pipe(Effect.provide(Asking.at(definition, server.url))))
      assert.strictEqual(error._tag, tag)
    }))
})

describe("speech of xAI", () => {
  it.effect.each<readonly [string, Partial<SpeechRequest>, RegExp]>([
    ["too fast", { speed: 1.6 }, /speed/],
    ["too long", { input: "a".repeat(15_001) }, /15000/],
    ["without a language", { providerOptions: { xai: { language: null } } }, /language is required/],
    ["at an unknown rate", { providerOptions: { xai: { output_format: { sample_rate: 1 } } } }, /sample_rate/]
  ])("that is %s is refused by the provider", ([, more, detail]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Speech.speak({ model: "grok-tts", input: "Hi", ...more }))
      assert(error._tag === "InvalidRequestError")
      assert.match(error.detail ?? "", detail)
    }).pipe(Effect.provide(Asking.inMemory(xAi))))

  it.effect("with times of letters is read from JSON", () =>
    Effect.gen(function*() {
      const spoken: SpeechRequest = { model: "grok-tts", input: "Hi", format: "wav" }
      const bytes = yield* Speech.speak(spoken)
      const json = yield* Speech.speak({ ...spoken, providerOptions: { xai: { with_timestamps: true } } })
      assert.deepStrictEqual(json, bytes)
    }).pipe(Effect.provide(Asking.inMemory(xAi))))
})

describe("speech of OpenRouter", () => {
  it.effect.each<readonly [string, Partial<SpeechRequest>, RegExp]>([
    ["without a text", { input: "" }, /input/],
    ["in a format of others", { providerOptions: { openrouter: { response_format: "opus" } } }, /response_format/]
  ])("%s is refused by the provider", ([, more, detail]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Speech.speak({ model: "hexgrad/kokoro-82m", input: "Hi", ...more }))
      assert(error._tag === "InvalidRequestError", error.message)
      assert.match(error.detail ?? "", detail)
    }).pipe(Effect.provide(Asking.inMemory(openRouter))))

  it.effect("has the type of its samples, with their rate", () =>
    Effect.gen(function*() {
      const { mediaType } = yield* Speech.speak({
        model: "google/gemini-tts",
        input: "Hi",
        voice: "Kore",
        format: "pcm"
      })
      assert.strictEqual(mediaType, "audio/pcm;rate=24000;channels=1")
    }).pipe(Effect.provide(Asking.inMemory(openRouter))))
})
