/**
 * Requests go over the proxy that the environment names, or that the settings do, and over none where there is none.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { ConfigurationError, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Environment from "../../support/Environment.ts"
import { serve } from "../../support/RawServer.ts"

const none = {
  http_proxy: undefined,
  HTTP_PROXY: undefined,
  https_proxy: undefined,
  HTTPS_PROXY: undefined,
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
  it.effect.each(["http_proxy", "HTTP_PROXY"])("are found in %s", (name) =>
    Effect.gen(function*() {
      const { url } = yield* echo
      yield* Environment.set({ ...none, [name]: url })
      assert.strictEqual(yield* get("http://provider.invalid/v1"), "GET http://provider.invalid/v1 HTTP/1.1")
    }))

  it.effect.each(["https_proxy", "HTTPS_PROXY"])(
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
