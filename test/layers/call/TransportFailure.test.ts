/**
 * What a failure of the HTTP client becomes, and whether it is sent again.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import { HttpClientError, HttpClientRequest } from "effect/http"
import { readFileSync } from "node:fs"
import * as Https from "node:https"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as TransportFailure from "../../../src/layers/call/TransportFailure.ts"

const failing = (code: string) =>
  TransportFailure.classify(
    new HttpClientError.HttpClientError({
      reason: new HttpClientError.TransportError({
        request: HttpClientRequest.get("https://h.test/"),
        cause: Object.assign(new Error("no"), { code })
      })
    }),
    { provider: "acme" },
    { connectTimeout: Duration.seconds(5), waited: 1, scrub: (text) => text, proxy: undefined }
  )

describe("a failure of the HTTP client", () => {
  it.each<readonly [code: string, tag: string, isRetryable: boolean]>([
    ["ECONNRESET", "ConnectionError", true],
    ["ECONNREFUSED", "ConnectionError", true],
    ["UND_ERR_SOCKET", "ConnectionError", true],
    ["UND_ERR_CONNECT_TIMEOUT", "ConnectTimeoutError", true],
    ["CERT_HAS_EXPIRED", "ConnectionError", false],
    ["CERT_NOT_YET_VALID", "ConnectionError", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "ConnectionError", false],
    ["SELF_SIGNED_CERT_IN_CHAIN", "ConnectionError", false],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ConnectionError", false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "ConnectionError", false],
    ["UND_ERR_INVALID_ARG", "InvalidRequestError", false],
    ["UND_ERR_NOT_SUPPORTED", "InvalidRequestError", false]
  ])("%s is %s, retryable: %s", (code, tag, isRetryable) => {
    const error = failing(code)
    assert.deepStrictEqual([error._tag, error.isRetryable], [tag, isRetryable])
    assert.strictEqual(error.message.includes("certificate"), tag === "ConnectionError" && !isRetryable)
  })

  const pem = (name: string) => readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url))

  it.live("ends the call after one handshake, for a certificate that is not trusted", () =>
    Effect.gen(function*() {
      let connections = 0
      const server = yield* Effect.acquireRelease(
        Effect.callback<Https.Server>((resume) => {
          const made = Https.createServer({ key: pem("key"), cert: pem("cert") })
          made.on("connection", () => connections++)
          made.listen(0, "127.0.0.1", () => resume(Effect.succeed(made)))
        }),
        (made) => Effect.sync(() => made.close())
      )
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      const layer = OpenAiCompatible.layer({
        apiKey: Redacted.make("sk-test"),
        baseUrl: `https://localhost:${port}/v1`
      })
        .pipe(
          Layer.provide(UndiciHttpClient.layer),
          Layer.provide(SluiceConfig.layer({ proxy: "none", retryBase: Duration.millis(1) }))
        )
      const error = yield* Effect.flip(Effect.provide(ChatModel.complete({ model: "m", prompt: "Hi" }), layer))
      assert.deepStrictEqual([error._tag, error.isRetryable, connections], ["ConnectionError", false, 1])
      assert.include(error.message, "NODE_EXTRA_CA_CERTS")
    }))
})
