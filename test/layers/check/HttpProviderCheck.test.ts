/**
 * What a check distinguishes: over real sockets, against the simulator and against servers that respond as providers
 * do.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { HttpProviderCheck, ProviderCheck, Providers, SluiceConfig, UndiciHttpClient } from "sluice"
import { SimulatorServer } from "sluice/testing"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import { hosted } from "../../support/Hosted.ts"
import * as RawServer from "../../support/RawServer.ts"

const http = UndiciHttpClient.layer.pipe(Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: 0 })))

const check = (
  provider: string,
  options: { readonly baseUrl: string; readonly key?: string; readonly model?: string }
) =>
  ProviderCheck.check(provider, options.model === undefined ? {} : { model: options.model }).pipe(
    Effect.provide(HttpProviderCheck.layer.pipe(
      Layer.provide(Providers.layer({
        providers: {
          [provider]: { baseUrl: options.baseUrl, apiKey: Redacted.make(options.key ?? "sk-right") }
        }
      })),
      Layer.provide(http),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))
    ))
  )

const simulator = SimulatorServer.serve({ scenario: { requireKey: "sk-right", models: ["m-1"] } })

/** Makes a server with the same response to every request. */
const always = (status: number, body: string) =>
  RawServer.serve(({ socket }) => {
    socket.end(
      `HTTP/1.1 ${status} Said\r\ncontent-type: application/json\r\ncontent-length: ${
        Buffer.byteLength(body)
      }\r\nconnection: close\r\n\r\n${body}`
    )
  })

describe("a check", () => {
  it.effect.each<readonly [string, "openai-responses" | "anthropic-messages" | "openai-chat"]>([
    ["openai", "openai-responses"],
    ["anthropic", "anthropic-messages"],
    ["groq", "openai-chat"]
  ])("finds the key of %s right, and a model that is there", ([provider, protocol]) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* simulator
      const plain = yield* check(provider, { baseUrl: baseUrl(protocol) })
      assert.deepStrictEqual([plain.provider, plain.model], [provider, undefined])
      const checked = yield* check(provider, { baseUrl: baseUrl(protocol), model: "m-1" })
      assert.deepStrictEqual([checked.provider, checked.model], [provider, "m-1"])
    }))

  it.effect.each(["openai", "anthropic", "groq"])("reports an invalid key of %s", (provider) =>
    Effect.gen(function*() {
      const { baseUrl } = yield* simulator
      const error = yield* Effect.flip(
        check(provider, {
          baseUrl: baseUrl(provider === "anthropic" ? "anthropic-messages" : "openai-chat"),
          key: "sk-wrong"
        })
      )
      assert.strictEqual(error._tag, "AuthenticationError")
      assert.notInclude(error.message, "sk-wrong")
    }))

  it.effect.each(definitions.map((definition) => [definition.id, definition] as const))(
    "finds the key of %s right or wrong, at the paths of the provider",
    ([provider, definition]) =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.serve({ scenario: { requireKey: "sk-right", strictness: "dialect" } })
        const checked = (key: string) =>
          ProviderCheck.check(provider).pipe(Effect.provide(HttpProviderCheck.layer.pipe(
            Layer.provide(
              SingleProvider.registry(hosted(definition, url))({
                apiKey: Redacted.make(key),
                variables: { account: "acc-1", project: "proj-1" }
              })
            ),
            Layer.provide(http),
            Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))
          )))
        assert.strictEqual((yield* checked("sk-right")).provider, provider)
        const error = yield* Effect.flip(checked("sk-wrong"))
        assert.strictEqual(error._tag, "AuthenticationError", error.message)
        assert.notInclude(error.message, "sk-wrong")
      })
  )

  it.effect("reports a model that does not exist", () =>
    Effect.gen(function*() {
      const { baseUrl } = yield* simulator
      const error = yield* Effect.flip(check("openai", { baseUrl: baseUrl("openai-responses"), model: "m-2" }))
      assert.strictEqual(error._tag, "ModelNotFoundError")
    }))

  it.effect("reports a missing permission", () =>
    Effect.gen(function*() {
      const { url } = yield* always(403, `{"error":{"message":"no access","type":"permission_error"}}`)
      const error = yield* Effect.flip(check("groq", { baseUrl: url }))
      assert.strictEqual(error._tag, "PermissionDeniedError")
    }))

  it.effect("reports a host that cannot be reached", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(check("groq", { baseUrl: "http://127.0.0.1:9" }))
      assert.strictEqual(error._tag, "ConnectionError")
    }))

  it.effect("distinguishes an address that is not the provider's from a model that does not exist", () =>
    Effect.gen(function*() {
      const { url } = yield* always(404, `{"error":"not found"}`)
      const error = yield* Effect.flip(check("groq", { baseUrl: `${url}/elsewhere` }))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, "/elsewhere")
    }))

  it.effect("does not accept a page as a response", () =>
    Effect.gen(function*() {
      const { url } = yield* always(200, "<html>Sign in</html>")
      const error = yield* Effect.flip(check("groq", { baseUrl: url }))
      assert.strictEqual(error._tag, "MalformedResponseError")
    }))

  it.effect.each<readonly [string, string, string]>([
    ["minimax", `{"base_resp":{"status_code":1004,"status_msg":"login fail: invalid api key"}}`, "AuthenticationError"],
    [
      "cloudflare",
      `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}`,
      "AuthenticationError"
    ],
    ["groq", `{"error":{"message":"Invalid API Key","code":"invalid_api_key"}}`, "AuthenticationError"]
  ])("does not accept an error of %s with a 200 as a response", ([provider, body, tag]) =>
    Effect.gen(function*() {
      const { url } = yield* always(200, body)
      const error = yield* Effect.flip(check(provider, { baseUrl: url }))
      assert.strictEqual(error._tag, tag)
    }))

  it.effect("reports what is missing before anything is sent", () =>
    Effect.gen(function*() {
      const error = yield* ProviderCheck.check("anthropic").pipe(
        Effect.flip,
        Effect.provide(HttpProviderCheck.layer.pipe(
          Layer.provide(Providers.layer()),
          Layer.provide(http),
          Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({})))
        ))
      )
      assert.strictEqual(
        error.message,
        "anthropic is not configured: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN or ANTHROPIC_OAUTH_TOKEN."
      )
    }))
})
