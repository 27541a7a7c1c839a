import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Deferred, Effect, Exit, Fiber, FileSystem, Stream } from "effect"
import { HttpBody, HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { ServerResponse } from "node:http"
import { CassetteError } from "../../../src/testing/cassette/CassetteError.ts"
import type { Tape } from "../../../src/testing/cassette/Tape.ts"
import { cassettePath, codeOf, consume, read, serve, services, withCassette, withReplay } from "./Loopback.ts"

const wait = (millis: number) => new Promise((resolve) => setTimeout(resolve, millis))

/** Sends the chunks with pauses, so that each arrives alone. */
const drip = async (response: ServerResponse, chunks: ReadonlyArray<Uint8Array | string>) => {
  response.writeHead(200, { "content-type": "text/event-stream" })
  for (const chunk of chunks) {
    response.write(chunk)
    await wait(25)
  }
}

const chatRequest = (url: string, body: unknown = { model: "m" }) =>
  HttpClientRequest.post(`${url}/v1/chat`, { body: HttpBody.jsonUnsafe(body) })

const writeTape = (path: string, tape: Tape) =>
  Effect.gen(function*() {
    const fileSystem = yield* FileSystem.FileSystem
    yield* fileSystem.makeDirectory(path.replace(/\/[^/]*$/, ""), { recursive: true })
    yield* fileSystem.writeFileString(path, JSON.stringify(tape))
  })

const tapeOf = (...outcomes: ReadonlyArray<Tape["exchanges"][number]["outcome"]>): Tape => ({
  version: 1,
  exchanges: outcomes.map((outcome) => ({
    request: { method: "POST", url: "http://host.test/v1/chat", headers: {}, body: { text: `{"model":"m"}` } },
    outcome
  }))
})

const paced = tapeOf({
  _tag: "Answered",
  afterMs: 100,
  status: 200,
  headers: { "content-type": "text/event-stream" },
  chunks: [
    { afterMs: 100, bytes: { text: "a" } },
    { afterMs: 400, bytes: { base64: "w6k=" } },
    { afterMs: 400, bytes: { text: "b" } }
  ],
  ending: { _tag: "End", afterMs: 1000 }
})

const defectOf = <A, E>(exit: Exit.Exit<A, E>): CassetteError => {
  const defect = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
  assert.instanceOf(defect, CassetteError)
  return defect
}

describe("Cassette", () => {
  it.live("replays what was recorded, chunk for chunk, without the server", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      // A character in two chunks, bytes that are not UTF-8, a byte order mark, a NUL.
      const bytes: ReadonlyArray<Uint8Array | string> = [
        "data: {\"a\":1}\n",
        "\n",
        Uint8Array.of(0xc3),
        Uint8Array.of(0xa9, 0x0a),
        Uint8Array.of(0xff, 0x00, 0xfe),
        Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)
      ]
      const url = yield* serve((_request, response) => void drip(response, bytes).then(() => response.end()))
      const recorded = yield* consume(chatRequest(url)).pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual(recorded.chunks.join(""), bytes.map((chunk) => Buffer.from(chunk).toString("latin1")).join(""))
      // On a busy machine some chunks may arrive together, but not all.
      assert.isAbove(recorded.chunks.length, 1)
      const replayed = yield* consume(chatRequest(url)).pipe(withReplay({ path, timing: "instant" }))
      assert.deepStrictEqual(replayed, recorded)
    }).pipe(Effect.provide(services)))

  it.live("records in auto mode when there is no file, and replays from then on", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      let requests = 0
      const url = yield* serve((_request, response) => void response.end(`response ${++requests}`))
      const first = yield* consume(chatRequest(url)).pipe(withCassette({ path }))
      const second = yield* consume(chatRequest(url)).pipe(withCassette({ path }))
      assert.deepStrictEqual([first.chunks, second.chunks, requests], [["response 1"], ["response 1"], 1])
      const third = yield* consume(chatRequest(url)).pipe(withCassette({ path, mode: "record" }))
      assert.deepStrictEqual([third.chunks, requests], [["response 2"], 2])
    }).pipe(Effect.provide(services)))

  it.live("replays a connection that broke in the middle as the same failure", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response) =>
        void drip(response, ["whole", "half"]).then(() => response.destroy())
      )
      const recorded = yield* consume(chatRequest(url)).pipe(withCassette({ path, mode: "record" }))
      assert.strictEqual(recorded.failure, "DecodeError")
      assert.isDefined(recorded.code)
      const replayed = yield* consume(chatRequest(url)).pipe(withReplay({ path }))
      assert.deepStrictEqual(replayed, recorded)
    }).pipe(Effect.provide(services)))

  it.live("replays a refused connection as the same failure", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      // No server listens on port 1.
      const request = chatRequest("http://127.0.0.1:1")
      const recorded = yield* Effect.flip(HttpClient.execute(request)).pipe(withCassette({ path, mode: "record" }))
      const replayed = yield* Effect.flip(HttpClient.execute(request)).pipe(withReplay({ path }))
      assert.instanceOf(replayed, HttpClientError.HttpClientError)
      assert.strictEqual(replayed.reason._tag, "TransportError")
      assert.deepStrictEqual(
        [replayed.reason._tag, codeOf(replayed.reason.cause)],
        [recorded.reason._tag, codeOf(recorded.reason.cause)]
      )
      assert.strictEqual(codeOf(replayed.reason.cause), "ECONNREFUSED")
    }).pipe(Effect.provide(services)))

  it.effect("keeps the recorded times, by Effect's clock", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      yield* writeTape(path, paced)
      const arrivals: Array<readonly [number, string]> = []
      const replayed = Effect.gen(function*() {
        const response = yield* HttpClient.execute(chatRequest("http://host.test"))
        yield* Stream.runForEach(response.stream, (bytes) =>
          Effect.map(Clock.currentTimeMillis, (now) => arrivals.push([now, Buffer.from(bytes).toString()])))
        return yield* Clock.currentTimeMillis
      })
      const end = yield* Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(replayed, { startImmediately: true })
        for (let step = 0; step < 20; step++)
          yield* TestClock.adjust(50)
        return yield* Fiber.join(fiber)
      }).pipe(withReplay({ path }))
      assert.strictEqual(end, 1000)
      assert.deepStrictEqual(arrivals, [[100, "a"], [400, "é"], [400, "b"]])
    }).pipe(Effect.provide(services)))

  it.effect("does not wait with instant timing", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      yield* writeTape(path, paced)
      const { chunks } = yield* consume(chatRequest("http://host.test")).pipe(withReplay({ path, timing: "instant" }))
      assert.deepStrictEqual(chunks, ["a", "\xc3\xa9", "b"])
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
    }).pipe(Effect.provide(services)))

  it.live("matches by method, URL and body, whatever the headers and the order of keys", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((request, response, body) =>
        void response.end(`${request.method} ${request.url} ${JSON.parse(body || "0").n ?? ""}`)
      )
      const record = Effect.forEach([
        chatRequest(url, { model: "m", n: 1 }),
        chatRequest(url, { model: "m", n: 2 }),
        HttpClientRequest.get(`${url}/v1/models?a=1`)
      ], consume)
      const recorded = yield* record.pipe(withCassette({ path, mode: "record" }))
      const replayed = yield* Effect.forEach([
        HttpClientRequest.get(`${url}/v1/models`, { urlParams: { a: "1" }, headers: { "x-request-id": "other" } }),
        chatRequest(url, { n: 2, model: "m" }),
        chatRequest(url, { n: 1, model: "m" })
      ], consume).pipe(withReplay({ path }))
      assert.deepStrictEqual(replayed.map(({ chunks }) => chunks), recorded.map(({ chunks }) => chunks).toReversed())
    }).pipe(Effect.provide(services)))

  it.live("replays the responses to equal requests in their order", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      let requests = 0
      const url = yield* serve((_request, response) => void response.end(`response ${++requests}`))
      const twice = Effect.all([consume(chatRequest(url)), consume(chatRequest(url))])
      yield* twice.pipe(withCassette({ path, mode: "record" }))
      const replayed = yield* twice.pipe(withReplay({ path }))
      assert.deepStrictEqual(replayed.map(({ chunks }) => chunks), [["response 1"], ["response 2"]])
    }).pipe(Effect.provide(services)))

  it.live("records a request whose body is a stream, and one whose body is a form", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response, body) => void response.end(String(body.length > 0)))
      const requests = [
        HttpClientRequest.post(url, { body: HttpBody.stream(Stream.make(Buffer.from("ab"), Buffer.from("c"))) }),
        HttpClientRequest.post(url, { body: HttpBody.formDataRecord({ model: "whisper", file: new Blob(["audio"]) }) })
      ]
      const both = Effect.forEach(requests, consume)
      const recorded = yield* both.pipe(withCassette({ path, mode: "record" }))
      assert.deepStrictEqual(recorded.map(({ chunks }) => chunks), [["true"], ["true"]])
      assert.deepStrictEqual(yield* both.pipe(withReplay({ path })), recorded)
    }).pipe(Effect.provide(services)))

  it.live("matches a streamed form by its parts, whatever the boundary between them", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response, body) => void response.end(String(body.length > 0)))
      // No text: a recording is stored as base64.
      const audio = Buffer.from([0xff, 0xfb, 0x90, 0x00, 0x0d, 0x0a])
      const form = (boundary: string, content: Uint8Array, name = "talk.mp3") => {
        const head =
          `--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper\r\n--${boundary}\r\n` +
          `content-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: audio/mpeg\r\n\r\n`
        return HttpClientRequest.post(url, {
          body: HttpBody.stream(
            Stream.make(Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)),
            `multipart/form-data; boundary=${boundary}`
          )
        })
      }
      const recorded = yield* consume(form("sluice-0123", audio)).pipe(withCassette({ path, mode: "record" }))
      assert.deepStrictEqual(yield* consume(form("sluice-4567", audio)).pipe(withReplay({ path })), recorded)
      const others = [form("sluice-89ab", audio.subarray(1)), form("sluice-89ab", audio, "other.mp3")]
      for (const [index, other] of others.entries()) {
        const error = defectOf(yield* consume(other).pipe(withReplay({ path }), Effect.exit))
        assert.strictEqual(error.reason, "Unmatched")
        assert.include(error.message, index === 0 ? "body $[1].content" : "body $[1].filename")
        assert.notInclude(error.message, "whisper")
      }
    }).pipe(Effect.provide(services)))

  it.live("keeps concurrent exchanges apart", () =>
    Effect.gen(function*() {
      const path = yield* cassettePath
      const url = yield* serve((_request, response, body) => {
        const { n } = JSON.parse(body)
        void drip(response, [`${n}:a `, `${n}:b `, `${n}:c`]).then(() => response.end())
      })
      const all = Effect.forEach(Array.from({ length: 12 }, (_, n) => n), (n) => consume(chatRequest(url, { n })), {
        concurrency: "unbounded"
      })
      const recorded = yield* all.pipe(withCassette({ path, mode: "record" }))
      assert.deepStrictEqual(
        recorded.map(({ chunks }) => chunks.join("")),
        Array.from({ length: 12 }, (_, n) => `${n}:a ${n}:b ${n}:c`)
      )
      assert.deepStrictEqual(yield* all.pipe(withReplay({ path, timing: "instant" })), recorded)
    }).pipe(Effect.provide(services)))

  describe("when its consumer stops early", () => {
    const endless = (closed: Deferred.Deferred<number>) =>
      serve((_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" })
        const timer = setInterval(() => response.write("data: {}\n\n"), 10)
        response.on("close", () => {
          clearInterval(timer)
          Effect.runSync(Deferred.succeed(closed, performance.now()))
        })
      })

    const endingOf = (path: string) =>
      Effect.map(read(path), (text) => {
        const outcome = (JSON.parse(text) as Tape).exchanges[0]?.outcome
        return outcome?._tag === "Answered" ? outcome.ending._tag : outcome?._tag
      })

    it.live("closes the connection and records the early end", () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const closed = yield* Deferred.make<number>()
        const url = yield* endless(closed)
        const stopped = yield* Effect.gen(function*() {
          const response = yield* HttpClient.execute(chatRequest(url))
          yield* response.stream.pipe(Stream.take(2), Stream.runDrain)
          const now = performance.now()
          assert.isBelow((yield* Deferred.await(closed)) - now, 500)
          return yield* endingOf(path)
        }).pipe(withCassette({ path, mode: "record" }))
        assert.strictEqual(stopped, "Cut")

        const exit = yield* consume(chatRequest(url)).pipe(withReplay({ path, timing: "instant" }), Effect.exit)
        assert.strictEqual(defectOf(exit).reason, "Ended")
      }).pipe(Effect.provide(services)))

    it.live("closes the connection when it is interrupted", () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const closed = yield* Deferred.make<number>()
        const url = yield* endless(closed)
        yield* Effect.gen(function*() {
          const reading = yield* Deferred.make<void>()
          const fiber = yield* Effect.gen(function*() {
            const response = yield* HttpClient.execute(chatRequest(url))
            yield* Stream.runForEach(response.stream, () => Deferred.succeed(reading, undefined))
          }).pipe(Effect.forkChild)
          yield* Deferred.await(reading)
          const now = performance.now()
          yield* Fiber.interrupt(fiber)
          assert.isBelow((yield* Deferred.await(closed)) - now, 500)
        }).pipe(withCassette({ path, mode: "record" }))
        assert.strictEqual(yield* endingOf(path), "Cut")
      }).pipe(Effect.provide(services)))

    it.live("records that an interrupted request had no response", () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const url = yield* serve(() => {})
        const timedOut = consume(chatRequest(url)).pipe(Effect.timeoutOption("100 millis"))
        yield* timedOut.pipe(withCassette({ path, mode: "record" }))
        assert.strictEqual(yield* endingOf(path), "Unanswered")
        // A consumer with the same timeout times out on replay, too.
        assert.isTrue((yield* timedOut.pipe(withReplay({ path })))._tag === "None")
      }).pipe(Effect.provide(services)))

    it.live("records a response whose body was not read", () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const url = yield* serve((_request, response) => void response.writeHead(204).end())
        const status = Effect.map(HttpClient.execute(chatRequest(url)), (response) => response.status)
        yield* status.pipe(withCassette({ path, mode: "record" }))
        assert.strictEqual(yield* endingOf(path), "Cut")
        assert.strictEqual(yield* status.pipe(withReplay({ path })), 204)
      }).pipe(Effect.provide(services)))
  })

  describe("when a cassette fails", () => {
    const prompt = "a very private question"

    const unmatched = (...requests: ReadonlyArray<HttpClientRequest.HttpClientRequest>) =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        yield* writeTape(path, paced)
        const exit = yield* Effect.forEach(requests, consume).pipe(
          withReplay({ path, timing: "instant" }),
          Effect.exit
        )
        const error = defectOf(exit)
        assert.strictEqual(error.reason, "Unmatched")
        assert.notInclude(error.message, "private")
        assert.notInclude(error.message, "canary")
        return error.detail
      })

    it.effect("describes how a request differs from the recorded ones, without its contents", () =>
      Effect.gen(function*() {
        assert.strictEqual(
          yield* unmatched(HttpClientRequest.get("http://host.test/v1/chat?key=canary-key")),
          "GET http://host.test/v1/chat?key=REDACTED is not on the cassette: method is GET, recorded was POST"
        )
        assert.strictEqual(
          yield* unmatched(chatRequest("http://other.test")),
          "POST http://other.test/v1/chat is not on the cassette: url is http://other.test/v1/chat, recorded was http://host.test/v1/chat"
        )
        assert.strictEqual(
          yield* unmatched(chatRequest("http://host.test", { model: "m", messages: [{ content: prompt }] })),
          "POST http://host.test/v1/chat is not on the cassette: body $.messages is an array of 1, recorded was missing"
        )
        assert.strictEqual(
          yield* unmatched(chatRequest("http://host.test", { model: prompt })),
          `POST http://host.test/v1/chat is not on the cassette: body $.model is a string of ${prompt.length} characters, recorded was a string of 1 characters`
        )
        assert.strictEqual(
          yield* unmatched(chatRequest("http://host.test"), chatRequest("http://host.test")),
          "POST http://host.test/v1/chat was recorded once and requested once more"
        )
      }).pipe(Effect.provide(services)))

    const layerError = (path: string, mode: "record" | "replay" | "auto") =>
      Effect.flip(consume(chatRequest("http://host.test")).pipe(withCassette({ path, mode }))).pipe(
        Effect.filterOrFail((error) => error._tag === "CassetteError", (error) => error)
      )

    it.effect("distinguishes a missing file from a damaged one", () =>
      Effect.gen(function*() {
        const fileSystem = yield* FileSystem.FileSystem
        const path = yield* cassettePath
        assert.strictEqual((yield* layerError(path, "replay")).reason, "Missing")
        yield* writeTape(path, paced)
        const whole = yield* read(path)
        for (
          const text of [
            "",
            whole.slice(0, -10),
            "[]",
            whole.replace(`"version":1`, `"version":2`),
            whole.replace("End", prompt)
          ]
        ) {
          yield* fileSystem.writeFileString(path, text)
          const error = yield* layerError(path, "auto")
          assert.strictEqual(error.reason, "Invalid")
          assert.include(error.message, path)
          assert.notInclude(String(error) + JSON.stringify(error), "private")
        }
      }).pipe(Effect.provide(services)))

    it.effect("fails when the layer is built and the path cannot be written or read", () =>
      Effect.gen(function*() {
        const fileSystem = yield* FileSystem.FileSystem
        const path = yield* cassettePath
        const file = path.replace(/\/cassettes\/.*/, "/file")
        yield* fileSystem.writeFileString(file, "")
        assert.strictEqual((yield* layerError(`${file}/test.json`, "record")).reason, "Unwritable")
        yield* fileSystem.makeDirectory(path, { recursive: true })
        assert.strictEqual((yield* layerError(path, "replay")).reason, "Unreadable")
      }).pipe(Effect.provide(services)))

    it.live("keeps the old cassette when the new one cannot be written", () =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        yield* writeTape(path, paced)
        const old = yield* read(path)
        const fileSystem = yield* FileSystem.FileSystem
        const url = yield* serve((_request, response) => void response.end("body"))
        const exit = yield* Effect.gen(function*() {
          // What stands where the new file has to be written makes writing fail as a full disk does.
          yield* fileSystem.makeDirectory(`${path}.tmp`)
          return yield* consume(chatRequest(url))
        }).pipe(withCassette({ path, mode: "record" }), Effect.exit)
        assert.strictEqual(defectOf(exit).reason, "Unwritable")
        assert.strictEqual(yield* read(path), old)
      }).pipe(Effect.provide(services)))
  })
})
