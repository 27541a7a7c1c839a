/**
 * TLS, HTTP/2, and how long connections live.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Stream } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Raw from "../../support/RawServer.ts"

interface Seen {
  readonly sessions: number
  readonly requests: number
  readonly protocols: ReadonlyArray<string>
  readonly cancelled: number
  readonly cancelledSoon: number
  readonly mostStreams: number
  readonly open: number
  readonly results: ReadonlyArray<unknown>
}

/** Runs a program that trusts the certificate of the tests, and returns the JSON that it prints. */
const runProgram = <A>(program: URL, parameters: ReadonlyArray<string>) =>
  Effect.callback<A, string>((resume) => {
    const certificate = fileURLToPath(new URL("../../fixtures/tls/localhost.cert.pem", import.meta.url))
    const child = spawn(process.execPath, [fileURLToPath(program), ...parameters], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate }
    })
    let output = ""
    let errors = ""
    child.stdout.on("data", (bytes) => output += String(bytes))
    child.stderr.on("data", (bytes) => errors += String(bytes))
    child.on("close", (code) => {
      if (code !== 0) return resume(Effect.fail(errors))
      const seen: A = JSON.parse(output)
      return resume(Effect.succeed(seen))
    })
    return Effect.sync(() => child.kill())
  })

const run = (how: string) => runProgram<Seen>(new URL("./TlsProgram.ts", import.meta.url), [how])

const text = Array.from({ length: 10 }, (_, index) => `${index + 1} `).join("")
const whole = (results: ReadonlyArray<unknown>) =>
  results.filter((result) => JSON.stringify(result).includes(JSON.stringify(text))).length

describe("TLS", () => {
  it.live("carries 20 streams at once on one HTTP/2 session where the host offers it", () =>
    Effect.gen(function*() {
      const { results, ...seen } = yield* run("together")
      assert.deepStrictEqual(seen, {
        sessions: 1,
        requests: 20,
        protocols: ["2.0"],
        cancelled: 0,
        cancelledSoon: 0,
        mostStreams: 20,
        open: 0
      })
      assert.strictEqual(whole(results), 20)
    }), 15_000)

  it.live("leaves the other streams of a session alone when some are interrupted", () =>
    Effect.gen(function*() {
      const { results, ...seen } = yield* run("interrupting")
      assert.deepStrictEqual(seen, {
        sessions: 1,
        requests: 20,
        protocols: ["2.0"],
        cancelled: 5,
        cancelledSoon: 5,
        mostStreams: 20,
        open: 0
      })
      assert.deepStrictEqual([results.length, whole(results)], [15, 15])
    }), 15_000)

  it.live("works with a host that only knows HTTP/1.1", () =>
    Effect.gen(function*() {
      const { results, ...seen } = yield* run("http1")
      assert.deepStrictEqual(seen.protocols, ["1.1"])
      assert.strictEqual(seen.requests, 20)
      assert.isAtMost(seen.mostStreams, 3)
      assert.strictEqual(whole(results), 20)
    }), 15_000)
})

describe("an HTTP/2 session that ends with a GOAWAY before it took the request", () => {
  // All with a header limit of 300 s, so that a test that waits for it does not end.
  it.live("is followed by another session", () =>
    Effect.gen(function*() {
      const cases = [
        { refusing: 1, size: 10, retries: 0, outcome: "Hello", requests: [1, 1] },
        { refusing: 9, size: 10, retries: 0, outcome: "ConnectionError", requests: [1, 1] },
        { refusing: 2, size: 10, retries: 1, outcome: "Hello", requests: [1, 1, 1] },
        // A body that was sent in pieces cannot be sent again by undici itself.
        { refusing: 1, size: 200_000, retries: 1, outcome: "Hello", requests: [1, 1] }
      ]
      const seen = yield* runProgram(new URL("./GoAwayProgram.ts", import.meta.url), [JSON.stringify(cases)])
      assert.deepStrictEqual(seen, cases.map(({ outcome, requests }) => ({ outcome, requests })))
    }), 60_000)
})

describe("a connection that is older than its lifetime", () => {
  it.live("is given up for new requests, and not under the stream that it carries", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ body, socket }) => {
        if (!body.includes("slow")) {
          socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`)
          return
        }
        socket.write(Raw.streamHead)
        let count = 0
        const timer = setInterval(() => {
          if (count++ < 6) socket.write(Raw.chunk(Raw.delta(`${count} `)))
          else {
            clearInterval(timer)
            socket.write(`${Raw.chunk(Raw.stop + Raw.done)}${Raw.lastChunk}`)
          }
        }, 100)
      })
      const complete = (prompt: string) =>
        Stream.runFold(
          ChatModel.stream({ model: "m", prompt }),
          () => "",
          (text, event) => event._tag === "OutputTextDelta" ? text + event.delta : text
        )
      yield* Effect.gen(function*() {
        const slow = yield* Effect.forkChild(complete("slow"), { startImmediately: true })
        const quick: Array<string> = []
        for (let i = 0; i < 8; i++) {
          quick.push(yield* complete("quick"))
          yield* Effect.sleep(70)
        }
        assert.deepStrictEqual(quick, Array.from({ length: 8 }, () => "Hello"))
        assert.strictEqual(yield* Fiber.join(slow), "1 2 3 4 5 6 ")
        // The next one is not served by a connection from the beginning.
        const before = server.exchanges.length
        assert.strictEqual(yield* complete("quick"), "Hello")
        assert.isAbove(server.exchanges[before]?.connection ?? 0, 1)
      }).pipe(
        Effect.provide(
          OpenAiCompatible.layer({ baseUrl: server.url }).pipe(
            Layer.provide(UndiciHttpClient.layer),
            Layer.provide(SluiceConfig.layer({
              proxy: "none",
              maxRetries: 0,
              connectionsPerHost: 4,
              connectionLifetime: Duration.millis(200)
            }))
          )
        )
      )
    }), 8000)
})
