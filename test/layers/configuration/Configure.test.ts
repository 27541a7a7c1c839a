/**
 * Where a provider is, and when its key is read.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Ref } from "effect"
import { ChatModel, ConfigurationError, Configure, ProviderRegistry } from "sluice"
import * as OpenAi from "sluice/openai"
import * as OpenAiCompatible from "sluice/openai-compatible"
import { environment, recorder } from "../../support/Recorder.ts"

describe("a base URL", () => {
  const address = (baseUrl: string, definition = OpenAi.definition) => Configure.checkBaseUrl(definition, baseUrl)

  it.effect.each<readonly [string, string]>([
    ["https://host/v1", "https://host/v1"],
    ["https://host/v1/", "https://host/v1"],
    ["https://host/v1///", "https://host/v1"],
    ["https://host/v1/chat/completions", "https://host/v1"],
    ["https://host/v1/chat/completions/", "https://host/v1"],
    ["https://host/v1/responses", "https://host/v1"],
    ["https://host", "https://host/v1"],
    ["https://host:8443/", "https://host:8443/v1"],
    ["  https://host/v1 ", "https://host/v1"],
    ["HTTPS://Host/v1", "https://host/v1"],
    ["https://host/api/openai", "https://host/api/openai"],
    ["https://host/v1?api-version=1", "https://host/v1?api-version=1"],
    ["https://host/v1/responses?api-version=1#part", "https://host/v1?api-version=1"],
    ["https://host?api-version=1", "https://host/v1?api-version=1"],
    ["http://[::1]:8000/v1", "http://[::1]:8000/v1"]
  ])(
    "%s is %s",
    ([given, expected]) =>
      Effect.map(address(given), (found) => assert.deepInclude(found, { baseUrl: expected, userinfo: undefined }))
  )

  it.effect.each<readonly [string, string]>([
    ["localhost", "http://localhost:11434"],
    ["gpu:8080", "http://gpu:8080"],
    [":8080", "http://localhost:8080"],
    ["0.0.0.0", "http://localhost:11434"],
    ["0.0.0.0:8080", "http://localhost:8080"],
    ["[::1]:8080", "http://[::1]:8080"],
    ["https://host", "https://host"],
    ["gpu/ollama", "http://gpu:11434/ollama"]
  ])("may be a host alone where the definition allows it: %s is %s", ([given, expected]) =>
    Effect.map(
      address(
        given,
        OpenAiCompatible.define({ id: "o", baseUrl: "http://localhost:11434", keyEnv: [], bareHosts: true })
      ),
      (found) => assert.deepInclude(found, { baseUrl: expected, userinfo: undefined })
    ))

  it.effect("keeps its query behind the endpoint's path, and sends its user as Basic", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const registry = OpenAiCompatible.layer({ baseUrl: "http://me:p%40ss@host.test/v1/?api-version=1" })
      const url = yield* Effect.andThen(
        ChatModel.complete({ model: "m", prompt: "hi" }),
        ProviderRegistry.use(({ offered }) => Effect.succeed(offered[0]?.baseUrl))
      ).pipe(Effect.provide(registry.pipe(Layer.provide([layer, environment({})]))))
      assert.strictEqual(url, "http://host.test/v1?api-version=1")
      assert.deepStrictEqual(requests.map(({ headers, url }) => [url, headers["authorization"]]), [
        ["http://host.test/v1/chat/completions?api-version=1", `Basic ${Buffer.from("me:p@ss").toString("base64")}`]
      ])
    }))
})

describe("a key", () => {
  it.effect("is read before each call, and may change", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const count = yield* Ref.make(0)
      const apiKey = Effect.map(Ref.updateAndGet(count, (n) => n + 1), (n) => Redacted.make(`sk-${n}`))
      const complete = ChatModel.complete({ model: "m", prompt: "hi" })
      yield* Effect.andThen(complete, complete).pipe(
        Effect.provide(OpenAi.layer({ apiKey, protocol: "openai-chat" }).pipe(Layer.provide([layer, environment({})])))
      )
      assert.deepStrictEqual(requests.map(({ headers }) => headers["authorization"]), ["Bearer sk-1", "Bearer sk-2"])
    }))

  it.effect("that cannot be fetched fails the call with its own error", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const failure = new ConfigurationError({ reason: "the vault is locked" })
      const error = yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.flip,
        Effect.provide(OpenAi.layer({ apiKey: Effect.fail(failure) }).pipe(Layer.provide([layer, environment({})])))
      )
      assert.strictEqual(error, failure)
      assert.deepStrictEqual(requests, [])
    }))
})
