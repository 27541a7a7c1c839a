/**
 * Requests go over the proxy that the environment names, or that the settings do, and over none where there is none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { ChatModel, ConfigurationError, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Environment from "../../support/Environment.ts"
import { serve } from "../../support/RawServer.ts"

const none = {
  http_proxy: undefined,
  HTTP_PROXY: undefined,
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
  all_proxy: undefined,
  ALL_PROXY: undefined,
  no_proxy: undefined,
  NO_PROXY: undefined
}

/** Makes a server that returns its request line, and rejects tunnels. */
const echo = Effect.map(
  serve(({ head, socket }) => {
    const line = head.split("\r\n")[0] ?? ""
    if (line.startsWith("CONNECT")) socket.end("HTTP/1.1 502 No\r\n\r\n")
    else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${line.length}\r\n\r\n${line}`)
  }),
  ({ exchanges, port }) => ({ exchanges, url: `http://127.0.0.1:${port}` })
)

const get = (url: string, settings: Parameters<typeof SluiceConfig.layer>[0] = {}) =>
  HttpClient.get(url).pipe(
    Effect.flatMap((response) => response.text),
    Effect.provide(UndiciHttpClient.layer.pipe(Layer.provide(SluiceConfig.layer(settings))))
  )

describe("proxies", () => {
  it.effect.each(["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])(
    "are found in %s",
    (name) =>
      Effect.gen(function*() {
        const { url } = yield* echo
        yield* Environment.set({ ...none, [name]: url })
        assert.strictEqual(yield* get("http://provider.invalid/v1"), "GET http://provider.invalid/v1 HTTP/1.1")
      })
  )

  it.effect.each(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"])(
    "get a CONNECT request when %s names them",
    (name) =>
      Effect.gen(function*() {
        const { exchanges, url } = yield* echo
        yield* Environment.set({ ...none, [name]: url })
        yield* Effect.flip(get("https://provider.invalid/v1"))
        assert.match(exchanges[0]?.head ?? "", /^CONNECT provider\.invalid:443 /)
      })
  )

  it.effect("are not used for hosts that NO_PROXY names", () =>
    Effect.gen(function*() {
      const { url } = yield* echo
      yield* Environment.set({ ...none, HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" })
      assert.strictEqual(yield* get(`${url}/v1`), "GET /v1 HTTP/1.1")
    }))

  it.effect.each(["127.0.0.0/8", "10.0.0.0/8 127.0.0.1/32", "*"])(
    "are not used for hosts that NO_PROXY=%s names, with ALL_PROXY",
    (list) =>
      Effect.gen(function*() {
        const { url } = yield* echo
        yield* Environment.set({ ...none, ALL_PROXY: "http://127.0.0.1:1", no_proxy: list })
        assert.strictEqual(yield* get(`${url}/v1`), "GET /v1 HTTP/1.1")
      })
  )

  it.effect("of a scheme go before the one for all, and may lack their own scheme or have quotes", () =>
    Effect.gen(function*() {
      const { url } = yield* echo
      yield* Environment.set({ ...none, HTTP_PROXY: `"${url.slice(7)}"`, ALL_PROXY: "http://127.0.0.1:1" })
      assert.strictEqual(yield* get("http://provider.invalid/v1"), "GET http://provider.invalid/v1 HTTP/1.1")
    }))

  it.effect("of http are not those of https where there is one for all", () =>
    Effect.gen(function*() {
      const { exchanges, url } = yield* echo
      yield* Environment.set({ ...none, HTTP_PROXY: "http://127.0.0.1:1", ALL_PROXY: url })
      yield* Effect.flip(get("https://provider.invalid/v1"))
      assert.match(exchanges[0]?.head ?? "", /^CONNECT provider\.invalid:443 /)
    }))

  it.effect("are not used where the environment names none, or an empty one", () =>
    Effect.gen(function*() {
      const { url } = yield* echo
      yield* Environment.set(none)
      assert.strictEqual(yield* get(`${url}/v1`), "GET /v1 HTTP/1.1")
      yield* Environment.set({ HTTP_PROXY: "" })
      assert.strictEqual(yield* get(`${url}/v1`), "GET /v1 HTTP/1.1")
    }))

  it.effect("are those of the settings where these name one, or say that there is none", () =>
    Effect.gen(function*() {
      const { url } = yield* echo
      yield* Environment.set({ ...none, HTTP_PROXY: "http://127.0.0.1:1" })
      assert.strictEqual(yield* get(`${url}/v1`, { proxy: "none" }), "GET /v1 HTTP/1.1")
      const { url: proxy } = yield* echo
      const requestLine = yield* get("http://provider.invalid/v1", { proxy })
      assert.strictEqual(requestLine, "GET http://provider.invalid/v1 HTTP/1.1")
    }))

  it.effect("that have no address of one are a ConfigurationError", () =>
    Effect.gen(function*() {
      yield* Environment.set({ ...none, HTTPS_PROXY: "no url" })
      const error = yield* Effect.flip(get("https://provider.invalid/v1"))
      assert.instanceOf(error, ConfigurationError)
      assert.notInclude(String(error), "no url")
    }))
})

/** Makes a proxy that refuses everything with a status. */
const refusing = (status: number) =>
  Effect.map(
    serve(({ socket }) =>
      socket.end(`HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n`)
    ),
    ({ exchanges, port }) => ({ exchanges, host: `127.0.0.1:${port}` })
  )

const complete = (baseUrl: string, proxy: string) =>
  Effect.flip(ChatModel.complete({ model: "m", prompt: "hi" })).pipe(
    Effect.provide(
      OpenAiCompatible.layer({ baseUrl, apiKey: Redacted.make("sk-test") }).pipe(
        Layer.provide(UndiciHttpClient.layer),
        Layer.provide(SluiceConfig.layer({ proxy, maxRetries: 2, retryBase: Duration.millis(1) })),
        Layer.merge(Logger.layer([]))
      )
    )
  )

describe("a proxy that refuses a request", () => {
  it.live.each([
    {
      status: 407,
      baseUrl: "http://provider.invalid/v1",
      says: /^The proxy 127\.0\.0\.1:\d+ requires authentication \(407\): /
    },
    {
      status: 407,
      baseUrl: "https://provider.invalid/v1",
      says: /^The proxy 127\.0\.0\.1:\d+ requires authentication \(407\): /
    },
    {
      status: 403,
      baseUrl: "https://provider.invalid/v1",
      says: /^The proxy 127\.0\.0\.1:\d+ refuses a connection to .* \(403\)/
    }
  ])(
    "with $status for $baseUrl is named, and is not asked again",
    ({ baseUrl, says, status }) =>
      Effect.gen(function*() {
        const { exchanges, host } = yield* refusing(status)
        const inSetting = yield* complete(baseUrl, `http://user:hush-hush@${host}`)
        yield* Environment.set({ ...none, http_proxy: `http://user:hush-hush@${host}`, https_proxy: `http://${host}` })
        const inEnvironment = yield* complete(baseUrl, "environment")
        for (const error of [inSetting, inEnvironment]) {
          assert.instanceOf(error, ConfigurationError, String(error))
          assert.match(error.message, says)
          assert.include(error.message, host)
          assert.notInclude(error.message, "hush-hush")
          assert.isFalse(error.isRetryable)
        }
        assert.lengthOf(exchanges, 2)
      })
  )

  it.live("with 502 is tried again", () =>
    Effect.gen(function*() {
      const { exchanges, host } = yield* refusing(502)
      const error = yield* complete("https://provider.invalid/v1", `http://${host}`)
      assert.deepStrictEqual([error._tag, error.isRetryable], ["ConnectionError", true])
      assert.lengthOf(exchanges, 3)
    }))
})
