/**
 * Recordings are streamed into the request, and transcripts read in whatever way they come.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Stream } from "effect"
import { type AudioFile, Transcription, type TranscriptionEvent, type TranscriptionRequest } from "sluice"
import type { Scenario } from "sluice/testing"
import { createServer } from "node:http"
import { definition as groq } from "../../../src/domain/providers/Groq.ts"
import { definition as mistral } from "../../../src/domain/providers/Mistral.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../../src/domain/providers/OpenRouter.ts"
import * as Asking from "../../support/Asking.ts"
import * as RawServer from "../../support/RawServer.ts"
import { file, streamed, transcribed, wav } from "../../support/Recordings.ts"

const request: TranscriptionRequest = { model: "gpt-4o-transcribe", file }

/** A recording that goes on. */
const endless: AudioFile = {
  ...file,
  content: Stream.fromEffectRepeat(Effect.as(Effect.sleep(1), new Uint8Array(16 * 1024)))
}

/** Makes a server that responds as soon as it has the head of a request, and ignores the body. */
const heads = (respond: (exchange: RawServer.Exchange) => void) => {
  const responded = new WeakSet<object>()
  return RawServer.serve((exchange) => {
    if (responded.has(exchange.socket)) return
    responded.add(exchange.socket)
    respond(exchange)
  })
}

describe("a transcript", () => {
  it.effect("is of a file as bytes, and the same of its stream", () =>
    Effect.gen(function*() {
      const bytes = yield* Transcription.transcribe(request)
      assert.match(bytes.text, transcribed)
      assert.isAbove(bytes.usage.inputTokens, 0)
      const stream = yield* Transcription.transcribe({ ...request, file: streamed })
      assert.deepStrictEqual(stream, bytes)
      const requests = yield* Asking.requests
      assert.match(requests[0]?.headers["content-type"] ?? "", /^multipart\/form-data; boundary=/)
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("has times of words and segments where they are requested", () =>
    Effect.gen(function*() {
      const transcript = yield* Transcription.transcribe({
        model: "whisper-1",
        file,
        language: "en",
        timestamps: ["word", "segment"]
      })
      assert.strictEqual(transcript.seconds, 2)
      assert.strictEqual(transcript.language, "en")
      assert.deepInclude(transcript.words.at(0), { word: "This", start: 0 })
      assert.deepInclude(transcript.segments.at(-1), { id: "1", end: 2 })
      const speakers = yield* Transcription.transcribe({ model: "gpt-4o-transcribe-diarize", file, diarize: true })
      assert.deepStrictEqual(speakers.segments.map(({ speaker }) => speaker), ["A", "B"])
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is the document itself where subtitles are requested", () =>
    Effect.gen(function*() {
      const srt = yield* Transcription.transcribe({ model: "whisper-1", file, format: "srt" })
      assert.match(srt.text, /^1\n00:00:00,000 --> /)
      const vtt = yield* Transcription.transcribe({ model: "whisper-1", file, format: "vtt" })
      assert.match(vtt.text, /^WEBVTT\n/)
      const text = yield* Transcription.transcribe({ model: "whisper-1", file, format: "text" })
      assert.match(text.text.trim(), transcribed)
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is in English where a translation is requested", () =>
    Effect.gen(function*() {
      const transcript = yield* Transcription.translate({ model: "whisper-large-v3", file })
      assert.include(transcript.text, "in English")
      assert.deepInclude((yield* Asking.requests)[0], { path: "/openai/v1/audio/translations" })
    }).pipe(Effect.provide(Asking.inMemory(groq))))

  it.effect("is streamed as it is recognized, and whole at the end", () =>
    Effect.gen(function*() {
      for (const definition of [openAi, mistral]) {
        const events = yield* Stream.runCollect(Transcription.stream(request)).pipe(
          Effect.provide(Asking.inMemory(definition))
        )
        const deltas = events.flatMap((event) => (event._tag === "TranscriptDelta" ? [event.delta] : []))
        const last = events.at(-1)
        assert.isAbove(deltas.length, 3)
        assert(last?._tag === "TranscriptCompleted")
        assert.strictEqual(last.transcript.text, deltas.join(""))
        assert.isAbove(last.transcript.usage.totalTokens, 0)
      }
    }))

  it.effect("comes all at the end from a model that cannot stream", () =>
    Effect.gen(function*() {
      const events = yield* Stream.runCollect(Transcription.stream({ model: "whisper-1", file }))
      assert.deepStrictEqual(events.map(({ _tag }) => _tag), ["TranscriptDelta", "TranscriptCompleted"])
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is requested in JSON where a provider accepts no form, streamed or not", () =>
    Effect.gen(function*() {
      const bytes = yield* Transcription.transcribe({ model: "openai/whisper-1", file, language: "en" })
      const pieces = yield* Transcription.transcribe({ model: "openai/whisper-1", file: streamed, language: "en" })
      assert.deepStrictEqual(pieces, bytes)
      assert.match(bytes.text, /^This is what was said in audio\.wav/)
      assert.strictEqual(bytes.seconds, 2)
      const [first, second] = yield* Asking.requests
      assert.deepStrictEqual(first?.body, {
        model: "openai/whisper-1",
        language: "en",
        input_audio: { format: "wav", data: Buffer.from(wav).toString("base64") }
      })
      assert.deepStrictEqual(second?.body, first?.body)
    }).pipe(Effect.provide(Asking.inMemory(openRouter))))

  it.effect("has the names and kinds of files as they are, whatever is in them", () =>
    Effect.gen(function*() {
      const transcript = yield* Transcription.transcribe({
        ...request,
        file: {
          name: "my \"talk\"\r\n.mp3",
          content: Buffer.from("--sluice-form-boundary-0\r\n\r\n--sluice-form-boundary-0--")
        }
      })
      assert.match(transcript.text, /my %22talk%22%0D%0A\.mp3/)
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("has fields that nobody can put others into", () =>
    Effect.gen(function*() {
      const prompt = "a\r\n--sluice-form-boundary-0\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nother"
      yield* Transcription.transcribe({ ...request, prompt })
      yield* Transcription.transcribe({ ...request, prompt: "a" })
      const [first, second] = (yield* Asking.requests).map(({ headers }) => headers["content-type"])
      assert.strictEqual(first, "multipart/form-data; boundary=sluice-form-boundary-1")
      assert.strictEqual(second, "multipart/form-data; boundary=sluice-form-boundary-0")
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect.each([{ timestamps: ["word"] }, { diarize: true }] as const)(
    "is not requested with %j where the provider does not report it",
    (wanted) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Transcription.transcribe({ model: "openai/whisper-1", file, ...wanted }))
        assert(error._tag === "InvalidRequestError")
        assert.strictEqual(error.parameter, Object.keys(wanted)[0])
        assert.deepStrictEqual(yield* Asking.requests, [])
      }).pipe(Effect.provide(Asking.inMemory(openRouter)))
  )

  it.effect("fails typed where the file cannot be read, and is not retried", () =>
    Effect.gen(function*() {
      const content = Stream.concat(
        Stream.make(wav),
        Stream.fail(Object.assign(new Error("no such file"), { code: "ENOENT" }))
      )
      const error = yield* Effect.flip(Transcription.transcribe({ ...request, file: { ...file, content } }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "file")
      assert.strictEqual(error.code, "ENOENT")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(openAi))))

  it.effect("is refused a format that the provider does not write, before anything is sent", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Transcription.transcribe({ ...request, format: "srt" }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "format")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(mistral))))
})

describe("a transcript over sockets", () => {
  const over = Effect.fnUntraced(function*(scenario: Scenario.Scenario, given: TranscriptionRequest) {
    const simulator = yield* Asking.socket(scenario)
    const events: Array<string> = []
    const result = yield* Stream.runForEach(
      Transcription.stream(given),
      (event) => Effect.sync(() => events.push(event._tag))
    ).pipe(Effect.result, Effect.provide(Asking.at(openAi, simulator.baseUrl("openai-chat"))))
    return { result, events, requests: yield* simulator.requests }
  })

  /** Transcribes against a server with one response. */
  const respondedWith = (type: string | undefined, body: string, format: TranscriptionRequest["format"]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) => {
        const head = type === undefined ? "" : `content-type: ${type}\r\n`
        socket.write(`HTTP/1.1 200 OK\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      })
      const events: Array<TranscriptionEvent> = []
      const result = yield* Stream.runForEach(
        Transcription.stream({ ...request, format }),
        (event) => Effect.sync(() => events.push(event))
      ).pipe(Effect.result, Effect.provide(Asking.at(openAi, server.url)))
      const last = events.at(-1)
      return {
        text: last?._tag === "TranscriptCompleted" ? last.transcript.text : undefined,
        transcript: last?._tag === "TranscriptCompleted" ? last.transcript : undefined,
        error: result._tag === "Failure" ? result.failure : undefined,
        responses: server.exchanges.length
      }
    })

  const srt = "1\n00:00:00,000 --> 00:00:01,000\nHi\n\n"
  const vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n\n"

  it.live.each<readonly [TranscriptionRequest["format"], string | undefined, string, string]>([
    ["srt", "text/plain", srt, srt],
    ["srt", "application/json", JSON.stringify(srt), srt],
    ["vtt", "text/vtt", vtt, vtt],
    ["vtt", "application/json; charset=utf-8", JSON.stringify(vtt), vtt],
    ["text", "text/plain", "Hi\n", "Hi\n"],
    ["text", undefined, "Hi\n", "Hi\n"],
    ["text", "text/plain", "<i>Hi</i>", "<i>Hi</i>"],
    ["text", "text/plain", "\"Hi,\" he said.", "\"Hi,\" he said."],
    ["text", "text/plain", "\"Hi.\"", "\"Hi.\""],
    ["text", "application/json", "\"Hi\\n\"", "Hi\n"],
    ["text", "application/json", "{\"text\":\"Hi\"}", "Hi"],
    ["text", "text/plain", "{\"text\":\"Hi\"}", "Hi"],
    ["text", "application/json", "\"\"", ""]
  ])("as %s of type %s is read from %j", ([format, type, body, text]) =>
    Effect.gen(function*() {
      const result = yield* respondedWith(type, body, format)
      assert.isUndefined(result.error)
      assert.strictEqual(result.text, text)
    }))

  const page = "<!DOCTYPE html>\n<html><body>Sign in</body></html>"

  it.live.each<readonly [TranscriptionRequest["format"], string | undefined, string, string]>([
    ["srt", "text/html", page, "MalformedResponseError"],
    ["vtt", "text/plain", page, "MalformedResponseError"],
    ["text", undefined, `\n${page}`, "MalformedResponseError"],
    ["text", "application/json", JSON.stringify(page), "MalformedResponseError"],
    ["text", "application/json", "[1]", "MalformedResponseError"],
    ["text", "application/json", "Hi", "MalformedResponseError"],
    ["json", "application/json", "\"Hi\"", "MalformedResponseError"],
    ["srt", "application/json", "{\"error\":{\"code\":\"invalid_api_key\"}}", "AuthenticationError"],
    ["srt", "text/plain", "{\"error\":{\"code\":\"invalid_api_key\"}}", "AuthenticationError"]
  ])("as %s of type %s is not read from %j", ([format, type, body, tag]) =>
    Effect.gen(function*() {
      const result = yield* respondedWith(type, body, format)
      assert.strictEqual(result.error?._tag, tag)
    }))

  const chunk = (content: string | null, more: object = {}) =>
    RawServer.data({
      id: "trsc-1",
      object: "transcription.chunk",
      created: 1,
      model: "whisper",
      choices: [{ delta: content === null ? {} : { content }, ...more }]
    })

  const stop = chunk("", { finish_reason: "stop" })

  it.live("is read from the chunks of vLLM, with one finish reason for each half minute", () =>
    Effect.gen(function*() {
      const usage = RawServer.data({
        object: "transcription.chunk",
        model: "whisper",
        choices: [],
        usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 }
      })
      const body = `${chunk("He")}${chunk("llo")}${stop}${chunk(" you")}${stop}${usage}${RawServer.done}`
      const { error, responses, transcript } = yield* respondedWith("text/event-stream", body, undefined)
      assert.isUndefined(error)
      assert.strictEqual(transcript?.text, "Hello you")
      assert.strictEqual(transcript?.model, "whisper")
      assert.strictEqual(transcript?.usage.totalTokens, 7)
      assert.strictEqual(responses, 1)
    }))

  it.live.each<readonly [string, string, string]>([
    ["without the last line", `${chunk("He")}${stop}`, "IncompleteStreamError"],
    ["of another kind only", RawServer.done, "IncompleteStreamError"],
    ["with an error", `${chunk("He")}${RawServer.data({ error: { code: "invalid_api_key" } })}`, "AuthenticationError"]
  ])("is not read from chunks %s", ([, body, tag]) =>
    Effect.gen(function*() {
      const { error } = yield* respondedWith("text/event-stream", body, undefined)
      assert.strictEqual(error?._tag, tag)
    }))

  it.live("is of a file that is streamed, and read again for a second try", () =>
    Effect.gen(function*() {
      const { events, requests, result } = yield* over(
        { faults: [{ _tag: "ProviderError", kind: "overloaded", on: [1] }] },
        { ...request, file: streamed }
      )
      assert.strictEqual(result._tag, "Success")
      assert.strictEqual(events.at(-1), "TranscriptCompleted")
      assert.strictEqual(requests.length, 2)
      assert.strictEqual(requests[1]?.headers["transfer-encoding"], "chunked")
    }))

  it.live("sends the length of a file where it is known", () =>
    Effect.gen(function*() {
      const { requests } = yield* over({}, { ...request, file: { ...streamed, size: wav.length } })
      assert.isAbove(Number(requests[0]?.headers["content-length"]), wav.length)
      assert.isUndefined(requests[0]?.headers["transfer-encoding"])
    }))

  it.live.each<readonly [string, number, string]>([
    ["one more", wav.length + 1, `and its stream has ${wav.length}`],
    ["one fewer", wav.length - 1, "and its stream has more"],
    ["none", 0, "and its stream has more"],
    ["a fraction", 1.5, "size is not a number of bytes"],
    ["no number", Number.NaN, "size is not a number of bytes"]
  ])(
    "is not sent to its end, nor again, with a file whose size is said to be %s",
    ([, size, detail]) =>
      Effect.gen(function*() {
        let runs = 0
        const content = Stream.suspend(() => {
          runs++
          return Stream.make(wav.slice(0, 1001), wav.slice(1001))
        })
        const { requests, result } = yield* over({}, { ...request, file: { ...file, content, size } })
        assert(result._tag === "Failure" && result.failure._tag === "InvalidRequestError")
        assert.strictEqual(result.failure.parameter, "file")
        assert.include(result.failure.detail ?? "", detail)
        assert.isAtMost(runs, 1)
        assert.deepStrictEqual(requests, [])
      })
  )

  it.live("is not retried when its file can be read only once", () =>
    Effect.gen(function*() {
      const { requests, result } = yield* over(
        { faults: [{ _tag: "ProviderError", kind: "overloaded" }] },
        { ...request, file: { ...streamed, once: true } }
      )
      assert(result._tag === "Failure")
      assert.strictEqual(result.failure._tag, "OverloadedError")
      assert.strictEqual(requests.length, 1)
    }))

  it.live("that is cut at any byte fails, or had no content yet and is retried", () =>
    Effect.gen(function*() {
      const length = yield* Effect.map(over({}, request), ({ requests }) => requests[0]?.bytesWritten ?? 0)
      assert.isAbove(length, 500)
      for (let after = 0; after < length - 2; after += 37) {
        const { events, requests, result } = yield* over(
          { faults: [{ _tag: "Cut", after, how: "end", on: [1] }] },
          request
        )
        if (result._tag === "Success") assert.strictEqual(requests.length, 2, `cut at ${after}`)
        else {
          assert(result.failure._tag === "IncompleteStreamError", `cut at ${after}: ${result.failure.message}`)
          assert.notInclude(events, "TranscriptCompleted")
          assert.strictEqual(result.failure.partial?.text === "", false)
        }
      }
    }), 30_000)

  it.live("fails by an early error response while the file is still being sent", () =>
    Effect.gen(function*() {
      const server = yield* heads(({ socket }) => {
        const body = "{\"error\":{\"message\":\"too large\"}}"
        socket.write(`HTTP/1.1 413 Too Large\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
      })
      const error = yield* Effect.flip(
        Transcription.transcribe({ ...request, file: endless }).pipe(
          Effect.provide(Asking.at(openAi, server.url, { settings: { maxRetries: 0 } }))
        )
      )
      assert.strictEqual(error._tag, "InvalidRequestError", error.message)
    }))

  it.live("hangs up when it is interrupted while the recording is still being sent", () =>
    Effect.gen(function*() {
      const received = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<void>()
      const server = yield* heads(({ socket }) => {
        socket.once("close", () => Deferred.doneUnsafe(closed, Exit.void))
        Deferred.doneUnsafe(received, Exit.void)
      })
      const fiber = yield* Effect.forkChild(
        Transcription.transcribe({ ...request, file: endless }).pipe(Effect.provide(Asking.at(openAi, server.url)))
      )
      yield* Deferred.await(received)
      yield* Fiber.interrupt(fiber)
      yield* Deferred.await(closed)
    }))

  it.live("does not hold a large recording in memory", () =>
    Effect.gen(function*() {
      const megabyte = new Uint8Array(1024 * 1024)
      let ahead = 0
      let most = 0
      let received = 0
      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const listening = createServer((incoming, outgoing) => {
            incoming.on("data", (bytes: Buffer) => {
              received += bytes.length
            })
            incoming.on("end", () => outgoing.end("{\"text\":\"all\"}"))
          })
          listening.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
        }),
        (listening) => Effect.sync(() => listening.close())
      )
      const address = server.address()
      assert(typeof address === "object" && address !== null)
      const content = Stream.range(1, 64).pipe(
        Stream.rechunk(1),
        Stream.map(() => {
          ahead += megabyte.length
          most = Math.max(most, ahead - received)
          return megabyte
        })
      )
      const transcript = yield* Transcription.transcribe({ ...request, file: { ...file, content } }).pipe(
        Effect.provide(Asking.at(openAi, `http://127.0.0.1:${address.port}/v1`))
      )
      assert.strictEqual(transcript.text, "all")
      assert.isAbove(received, 64 * 1024 * 1024)
      assert.isBelow(most, 24 * 1024 * 1024)
    }))
})
