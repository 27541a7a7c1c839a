/**
 * Where a provider is, and when its key is read.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Redacted, Ref } from "effect"
import { ChatModel, ConfigurationError, Configure, KnownProviders, ProviderRegistry } from "sluice"
import * as Azure from "sluice/azure"
import * as Hunyuan from "sluice/hunyuan"
import * as VoyageAi from "sluice/voyageai"
import * as OpenAi from "sluice/openai"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Address from "../../../src/layers/configuration/Address.ts"
import * as ConfigCredentials from "../../../src/layers/configuration/ConfigCredentials.ts"
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

/** Provides the credentials of a provider from the given environment variables. */
const credentialsIn = (record: Record<string, string>) =>
  Layer.provideMerge(ConfigCredentials.layer, environment(record))

/** The address of a chat with the model `m`, with the base URL in the options or in a variable. */
const addressOf = (id: string, baseUrl: string, record: Record<string, string> = {}, variable?: string) =>
  Effect.gen(function*() {
    const definition = KnownProviders.definitions.find((known) => known.id === id)
    if (definition === undefined) return assert.fail(`there is no ${id}`)
    const provider = yield* Configure.configure(definition, {
      apiKey: Redacted.make("sk-1"),
      ...(variable === undefined ? { baseUrl } : {})
    })
    const binding = yield* Effect.fromResult(Address.bindingOf(provider, "m"))
    return yield* Effect.fromResult(Address.of(provider, binding, "m"))
  }).pipe(
    Effect.provide(credentialsIn(variable === undefined ? record : { ...record, [variable]: baseUrl }))
  )

describe("the address of an operation", () => {
  it.effect.each<readonly [string, string, string]>([
    [
      "azure",
      "https://r.services.ai.azure.com/openai/v1/responses",
      "https://r.services.ai.azure.com/openai/v1/responses"
    ],
    ["azure", "https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1/responses"],
    [
      "azure",
      "https://r.openai.azure.com/openai/v1/chat/completions",
      "https://r.openai.azure.com/openai/v1/responses"
    ],
    [
      "azure",
      "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
      "https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21"
    ],
    [
      "azure",
      "https://r.openai.azure.com/openai/deployments/d/embeddings?api-version=2024-10-21&tier=a",
      "https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21&tier=a"
    ],
    [
      "azure",
      "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
      "https://r.openai.azure.com/openai/deployments/m/chat/completions?api-version=2024-10-21"
    ],
    [
      "azure",
      "https://r.openai.azure.com/openai/responses?api-version=preview",
      "https://r.openai.azure.com/openai/v1/responses?api-version=preview"
    ],
    ["azure", "https://r.openai.azure.com?api-version=", "https://r.openai.azure.com/openai/v1/responses"],
    ["openai", "https://host/v1/embeddings", "https://host/v1/responses"],
    ["openai", "https://host/v1/audio/transcriptions", "https://host/v1/responses"],
    ["openai", "https://host/proxy//v1/chat/completions", "https://host/proxy//v1/responses"],
    ["anthropic", "https://host/anthropic/v1/messages", "https://host/anthropic/v1/messages"],
    [
      "gemini",
      "https://host/v1beta/models/gemini-9:generateContent?alt=sse",
      "https://host/v1beta/models/m:streamGenerateContent?alt=sse"
    ],
    [
      "bedrock",
      "https://bedrock-runtime.eu-west-1.amazonaws.com/model/eu.amazon.nova-1%3A0/converse",
      "https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse-stream"
    ],
    [
      "vertexai",
      "https://host/v1/projects/p1/locations/eu/publishers/google/models/gemini-9:generateContent",
      "https://host/v1/projects/p1/locations/eu/publishers/google/models/m:streamGenerateContent?alt=sse"
    ],
    [
      "vertexai",
      "https://host/v1/projects/p1/locations/eu",
      "https://host/v1/projects/p1/locations/eu/publishers/google/models/m:streamGenerateContent?alt=sse"
    ],
    ["moonshot", "https://host/anthropic/v1/messages", "https://host/v1/chat/completions"],
    ["mistral", "https://host/v1/fim/completions", "https://host/v1/chat/completions"],
    ["ollama", "'localhost:1234/api/chat'", "http://localhost:1234/api/chat"]
  ])(
    "of %s, %s, is taken apart: %s",
    ([id, given, expected]) => Effect.map(addressOf(id, given), (url) => assert.strictEqual(url, expected))
  )

  it.effect("has its API version before one of the environment, and behind one of the options", () =>
    Effect.gen(function*() {
      const given = "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
      const url = yield* addressOf("azure", given, { AZURE_OPENAI_API_VERSION: "2023-05-15" }, "AZURE_OPENAI_ENDPOINT")
      assert.strictEqual(url, given.replace("/d/", "/m/"))
      const found = yield* Configure.configure(Azure.definition, {
        apiKey: Redacted.make("sk-1"),
        baseUrl: given,
        variables: { apiVersion: "2025-01-01" }
      }).pipe(Effect.provide(credentialsIn({})))
      assert.strictEqual(found.variables["apiVersion"], "2025-01-01")
    }))
})

describe("a variable of an SDK", () => {
  it.effect.each<readonly [string, string, string, string]>([
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host/anthropic", "https://host/anthropic/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host/anthropic/", "https://host/anthropic/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host/anthropic/v1", "https://host/anthropic/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host/anthropic/v1/messages", "https://host/anthropic/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host", "https://host/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "https://host/v1", "https://host/v1/messages"],
    ["anthropic", "ANTHROPIC_BASE_URL", "\"https://host/anthropic\"", "https://host/anthropic/v1/messages"],
    ["azure", "AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com/", "https://r.openai.azure.com/openai/v1/responses"],
    ["azure", "AZURE_OPENAI_ENDPOINT", "https://gateway/team", "https://gateway/team/openai/v1/responses"],
    ["azure", "AZURE_OPENAI_BASE_URL", "https://gateway/team", "https://gateway/team/v1/responses"],
    ["groq", "GROQ_BASE_URL", "https://host", "https://host/openai/v1/chat/completions"],
    ["groq", "GROQ_BASE_URL", "https://host/team", "https://host/team/openai/v1/chat/completions"],
    ["groq", "GROQ_BASE_URL", "https://host/openai/v1/", "https://host/openai/v1/chat/completions"],
    [
      "gemini",
      "GOOGLE_GEMINI_BASE_URL",
      "https://host/team",
      "https://host/team/v1beta/models/m:streamGenerateContent?alt=sse"
    ],
    ["gemini", "GEMINI_BASE_URL", "https://host/team", "https://host/team/models/m:streamGenerateContent?alt=sse"],
    ["ollama", "OLLAMA_HOST", "\"gpu:1234\"", "http://gpu:1234/api/chat"],
    ["ollama", "OLLAMA_HOST", " '0.0.0.0' ", "http://localhost:11434/api/chat"]
  ])(
    "of %s, %s=%s, means what it means to it: %s",
    ([id, variable, given, expected]) =>
      Effect.map(addressOf(id, given, {}, variable), (url) => assert.strictEqual(url, expected))
  )

  it.effect("means the base URL itself where the options give it", () =>
    Effect.map(
      addressOf("anthropic", "https://host/anthropic"),
      (url) => assert.strictEqual(url, "https://host/anthropic/messages")
    ))
})

describe("the host of Voyage AI", () => {
  const hostOf = (options: Configure.ProviderSettings, record: Record<string, string> = {}) =>
    Effect.map(Configure.configure(VoyageAi.definition, options), ({ baseUrl }) => new URL(baseUrl).host).pipe(
      Effect.provide(credentialsIn(record))
    )

  it.effect.each<readonly [string, string]>([
    ["pa-1", "api.voyageai.com"],
    ["al-1", "ai.mongodb.com"],
    ["Bearer al-1", "ai.mongodb.com"],
    ["'al-1'", "ai.mongodb.com"],
    ["xal-1", "api.voyageai.com"]
  ])("follows from the key %s: %s", ([key, host]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* hostOf({ apiKey: Redacted.make(key) }), host)
      assert.strictEqual(yield* hostOf({}, { VOYAGE_API_KEY: key }), host)
    }))

  it.effect("may be given, and is the usual one for a key that is fetched or missing", () =>
    Effect.gen(function*() {
      const apiKey = Redacted.make("al-1")
      assert.strictEqual(yield* hostOf({ apiKey, variables: { host: "h.test" } }), "h.test")
      assert.strictEqual(yield* hostOf({ apiKey, baseUrl: "https://proxy.test/v1" }), "proxy.test")
      assert.strictEqual(yield* hostOf({ apiKey: Effect.succeed(apiKey) }), "api.voyageai.com")
      assert.strictEqual(yield* hostOf({}), "api.voyageai.com")
    }))
})

describe("a host that has ended", () => {
  it.effect.each<readonly [string, number]>([
    ["https://api.hunyuan.cloud.tencent.com/v1", 1],
    ["https://tokenhub.tencentmaas.com/v1", 0]
  ])("is warned about: %s", ([baseUrl, count]) =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const logger = Logger.make(({ message }) => void lines.push(String(message)))
      yield* Configure.configure(Hunyuan.definition, { apiKey: Redacted.make("sk"), baseUrl }).pipe(
        Effect.provide([ConfigCredentials.layer, Logger.layer([logger]), environment({})])
      )
      assert.lengthOf(lines, count)
      for (const line of lines) assert.match(line, /api\.hunyuan\.cloud\.tencent\.com .* 2026-09-30/)
    }))
})

describe("a key", () => {
  const sent = (key: string, options: Configure.ProviderSettings = {}) =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const failure = yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.flip,
        Effect.catchCause(() => Effect.succeed(undefined)),
        Effect.provide(OpenAi.layer(options).pipe(Layer.provide([layer, environment({ OPENAI_API_KEY: key })])))
      )
      return { failure, headers: requests[0]?.headers }
    })

  it.effect.each([
    "sk-1",
    " sk-1\n",
    "\"sk-1\"",
    "'sk-1'",
    "`sk-1`",
    "\u201csk-1\u201d",
    "Bearer sk-1",
    "bearer  sk-1",
    "\"Bearer sk-1\"",
    "Bearer \"sk-1\"",
    "Authorization: Bearer sk-1"
  ])("is sent alone when it was pasted as %s", (key) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* sent(key)).headers?.["authorization"], "Bearer sk-1")
      const { headers } = yield* sent("", { apiKey: Redacted.make(key) })
      assert.strictEqual(headers?.["authorization"], "Bearer sk-1")
    }))

  it.effect.each<readonly [string, RegExp]>([
    ["\"\"", /empty/],
    ["Bearer ", /only the word Bearer/],
    ["sk-canary OPENAI_ORG=1", /white space/],
    ["sk-canary\nsk-2", /no HTTP header/]
  ])(
    "that cannot be one, %j, is a ConfigurationError without it",
    ([key, reason]) =>
      Effect.map(sent(key), ({ failure, headers }) => {
        assert.instanceOf(failure, ConfigurationError)
        assert.match(failure.message, reason)
        assert.notInclude(failure.message, "canary")
        assert.strictEqual(failure.setting, "OPENAI_API_KEY")
        assert.isUndefined(headers)
      })
  )

  it.effect("keeps its scheme where it is the whole header of that name", () =>
    Effect.map(
      sent("Bearer sk-1", { auth: { type: "header", name: "Authorization" } }),
      ({ headers }) => assert.strictEqual(headers?.["authorization"], "Bearer sk-1")
    ))

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
