/**
 * A programming error inside the HTTP client is a defect, and a failure of the network stays an error that is retried.
 */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Layer, Logger, Redacted, Result, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpClientError } from "effect/http"
import { inspect } from "node:util"
import { ChatModel, SluiceConfig, Transcription } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as ClientDefect from "../../../src/layers/call/ClientDefect.ts"
import * as DispatchHttpClient from "../../../src/layers/http/DispatchHttpClient.ts"
import * as Asking from "../../support/Asking.ts"

const key = "sk-canary-8f2d91c7aa"

/** Provides a model over a client. */
const over = (client: Layer.Layer<HttpClient.HttpClient>) =>
  OpenAiCompatible.layer({ apiKey: Redacted.make(key), baseUrl: "https://h.test/v1" }).pipe(
    Layer.provide(client),
    Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: 2, retryBase: Duration.millis(1) })),
    Layer.provideMerge(Logger.layer([])),
    Layer.orDie
  )

const complete = ChatModel.complete({ model: "m", prompt: "Hi" })

/** Calls a model over a client whose attempts each run `attempt`; returns the exit and how many there were. */
const call = Effect.fnUntraced(function*(client: (attempt: () => void) => Layer.Layer<HttpClient.HttpClient>) {
  let attempts = 0
  const layer = over(client(() => {
    attempts++
  }))
  return { exit: yield* Effect.exit(Effect.provide(complete, layer)), attempts: () => attempts }
})

/** A raw client that throws in a promise, as code over `fetch` and other libraries does. */
const raw = (thrown: () => unknown) => (attempt: () => void) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      attempt()
      return Effect.tryPromise({
        try: () => Promise.reject(thrown()),
        catch: (cause) =>
          new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
      })
    })
  )

/** Effect's own client over a `fetch`. */
const fetching = (fetch: () => Promise<Response>) => (attempt: () => void) =>
  FetchHttpClient.layer.pipe(
    Layer.provide(Layer.succeed(FetchHttpClient.Fetch, () => {
      attempt()
      return fetch()
    }))
  )

/** An error as an engine makes one for `fetch`: none of its frames is code. */
const ofEngine = (message: string): TypeError => {
  const error = new TypeError(message)
  Object.defineProperty(error, "stack", { value: "" })
  return error
}

/** A body that breaks off with an error. */
const broken = (error: unknown) =>
  Promise.resolve(
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode("data: {\"id\":\"r\",\"model\":\"m\",\"choices\":[]}\n\n"))
        },
        pull: (controller) => controller.error(error)
      }),
      { headers: { "content-type": "text/event-stream" } }
    )
  )

const notFunction = () => new TypeError("agent.destroy is not a function")

describe("a programming error inside the HTTP client", () => {
  it.live.each<readonly [string, (attempt: () => void) => Layer.Layer<HttpClient.HttpClient>]>([
    ["a method that is missing", raw(notFunction)],
    ["a property of nothing", raw(() => new TypeError("Cannot read properties of undefined (reading 'bind')"))],
    ["any other TypeError", raw(() => new TypeError("Illegal something"))],
    ["a name that is missing", raw(() => new ReferenceError("dispatcher is not defined"))],
    ["a number out of range", raw(() => new RangeError("Invalid array length"))],
    ["one inside `fetch failed`", raw(() => new TypeError("fetch failed", { cause: notFunction() }))],
    ["one that a wrapper reports", raw(() => new Error("The request failed", { cause: notFunction() }))],
    ["one that fetch throws", fetching(() => Promise.reject(notFunction()))],
    ["one while the body is read", fetching(() => broken(notFunction()))],
    // Bun's undici has no `dispatch`.
    [
      "a dispatcher without its method",
      (attempt) =>
        Layer.sync(HttpClient.HttpClient, () =>
          DispatchHttpClient.make(() => {
            attempt()
            return Result.succeed({
              dispatcher: Object.create(null),
              toReadable: () => assert.fail("nothing is sent"),
              fallback: Effect.die("nothing is streamed")
            })
          }))
    ]
  ])("is a defect, and not retried: %s", ([, client]) =>
    Effect.gen(function*() {
      const { attempts, exit } = yield* call(client)
      assert(Exit.isFailure(exit))
      assert.isTrue(Cause.hasDies(exit.cause), Cause.pretty(exit.cause))
      const defect = Cause.squash(exit.cause)
      assert(defect instanceof Error)
      assert.match(defect.name, /^(Type|Reference|Range)Error$/)
      assert.strictEqual(attempts(), 1)
    }))

  const withKey = () => new TypeError(`Headers.append: "Bearer ${key}" is an invalid header value`)

  /** The shape of several clients' errors: the request is beside the message. */
  const withRequest = () =>
    Object.assign(new TypeError("This is an invalid header value"), {
      cause: { headers: { authorization: `Bearer ${key}` } },
      request: { headers: { authorization: `Bearer ${key}` } }
    })

  it.live.each<readonly [string, (attempt: () => void) => Layer.Layer<HttpClient.HttpClient>]>([
    ["in its message", raw(withKey)],
    ["beside its message", raw(withRequest)],
    ["in its message, while the body is read", fetching(() => broken(withKey()))],
    ["beside its message, while the body is read", fetching(() => broken(withRequest()))]
  ])("is printed without the key: %s", ([, client]) =>
    Effect.gen(function*() {
      const { exit } = yield* call(client)
      assert(Exit.isFailure(exit))
      assert.isTrue(Cause.hasDies(exit.cause))
      assert.include(Cause.pretty(exit.cause), "is an invalid header value")
      assert.notInclude(Cause.pretty(exit.cause), key)
      assert.notInclude(inspect(exit.cause, { depth: null }), key)
    }))
})

describe("a failure of the network", () => {
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })

  it.live.each<readonly [string, () => unknown]>([
    ["Node", () => new TypeError("fetch failed", { cause: reset })],
    ["Node, without a cause", () => new TypeError("fetch failed")],
    ["Chrome", () => new TypeError("Failed to fetch")],
    ["Firefox", () => new TypeError("NetworkError when attempting to fetch resource.")],
    ["Safari", () => new TypeError("Load failed")],
    ["Safari in German", () => ofEngine("Die Netzwerkverbindung wurde unterbrochen.")],
    ["Deno", () => new TypeError("error sending request for url (https://h.test/v1): connection closed")],
    ["Bun", () => Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" })],
    ["undici", () => reset]
  ])("is a ConnectionError, and retried: %s", ([, thrown]) =>
    Effect.gen(function*() {
      for (const client of [raw(thrown), fetching(() => Promise.reject(thrown()))]) {
        const { attempts, exit } = yield* call(client)
        assert(Exit.isFailure(exit))
        const error = Cause.squash(exit.cause)
        assert.deepInclude(error, { _tag: "ConnectionError", isRetryable: true })
        assert.strictEqual(attempts(), 3)
      }
    }))

  it.live.each(["terminated", "network error", "Error in input stream", "error reading a body from connection"])(
    "while the body is read is a cut stream: %s",
    (message) =>
      Effect.gen(function*() {
        const { exit } = yield* call(fetching(() => broken(new TypeError(message))))
        assert(Exit.isFailure(exit))
        assert.deepInclude(Cause.squash(exit.cause), { _tag: "IncompleteStreamError", ending: "connection-lost" })
      })
  )

  it("is none where nothing of it is an error of JavaScript", () => {
    for (const value of [undefined, null, "no", 1, {}, { cause: "no" }, reset]) {
      assert.isUndefined(ClientDefect.of(value))
    }
    const circle: { cause?: unknown } = {}
    circle.cause = circle
    assert.isUndefined(ClientDefect.of(circle))
  })
})

describe("an error that is the caller's", () => {
  it.effect("is typed where the stream of a file fails with a TypeError", () =>
    Effect.gen(function*() {
      const content = Stream.concat(Stream.make(new Uint8Array([1, 2])), Stream.fail(notFunction()))
      const error = yield* Effect.flip(
        Transcription.transcribe({ model: "whisper-1", file: { name: "a.wav", content, size: 4 } })
      )
      assert.deepInclude(error, { _tag: "InvalidRequestError", parameter: "file" })
    }).pipe(Effect.provide(Asking.inMemory(openAi))))
})
