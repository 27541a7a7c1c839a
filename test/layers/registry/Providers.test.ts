/**
 * Which provider a name means, where its key, address and headers come from, and in which order.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { ChatModel, type Configure, ProviderRegistry, Providers } from "sluice"
import * as Ai21 from "sluice/ai21"
import * as Anthropic from "sluice/anthropic"
import * as OpenAi from "sluice/openai"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Vllm from "sluice/vllm"
import { environment, recorder } from "../../support/Recorder.ts"

/** Returns the part of a resolution that identifies it. */
const resolve = (name: Parameters<ProviderRegistry["Service"]["resolve"]>[0]) =>
  ProviderRegistry.use((registry) => registry.resolve(name)).pipe(
    Effect.map(({ model, provider }) => [provider.definition.id, model])
  )

const offered = ProviderRegistry.use((registry) =>
  Effect.succeed(registry.offered.map(({ definition }) => definition.id))
)

const withEnvironment =
  (record: Record<string, string>, options: Providers.ProvidersOptions = {}) =>
  <A, E>(effect: Effect.Effect<A, E, ProviderRegistry | ChatModel>) =>
    Effect.flatMap(
      recorder,
      ({ layer }) => Effect.provide(effect, Providers.layer(options).pipe(Layer.provide([layer, environment(record)])))
    )

const both = { OPENAI_API_KEY: "sk-openai", ANTHROPIC_API_KEY: "sk-anthropic" }

describe("a model's name", () => {
  it.effect.each<readonly [string, Parameters<ProviderRegistry["Service"]["resolve"]>[0], ReadonlyArray<string>]>([
    ["an id", "openai/gpt-5", ["openai", "gpt-5"]],
    ["an alias", "claude/opus", ["anthropic", "opus"]],
    ["an id in another case", "OpenAI/gpt-5", ["openai", "gpt-5"]],
    ["white space around it", "  openai/gpt-5 ", ["openai", "gpt-5"]],
    ["slashes in the model", "openai/org/model/v2", ["openai", "org/model/v2"]],
    ["a value", { provider: "anthropic", model: "openai/odd" }, ["anthropic", "openai/odd"]],
    ["a value with an alias", { provider: "gpt", model: "m" }, ["openai", "m"]]
  ])("is found among several providers by %s", ([, name, expected]) =>
    resolve(name).pipe(
      Effect.map((found) => assert.deepStrictEqual(found, [...expected])),
      withEnvironment(both)
    ))

  it.effect.each<readonly [string, ReadonlyArray<string>]>([
    ["gpt-5", ["openai", "gpt-5"]],
    ["org/model", ["openai", "org/model"]],
    ["openai/gpt-5", ["openai", "gpt-5"]],
    ["/odd", ["openai", "/odd"]]
  ])("means the only provider there is: %s", ([name, expected]) =>
    resolve(name).pipe(
      Effect.map((found) => assert.deepStrictEqual(found, [...expected])),
      withEnvironment({ OPENAI_API_KEY: "sk" })
    ))

  it.effect("resolves to the only configured provider, next to a token that serves other programs", () =>
    resolve("gpt-5").pipe(
      Effect.map((found) => assert.deepStrictEqual(found, ["openai", "gpt-5"])),
      withEnvironment({ OPENAI_API_KEY: "sk", GITHUB_TOKEN: "ghs" })
    ))

  it.effect.each<readonly [string, string, Record<string, string>]>([
    ["gpt-5", `"gpt-5" does not say which provider it is of: name it openai/gpt-5 or anthropic/gpt-5.`, both],
    ["vllm/m", "vllm is not configured: set VLLM_BASE_URL or HOSTED_VLLM_API_BASE.", both],
    [
      "anthropic/m",
      "anthropic is not configured: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN or ANTHROPIC_OAUTH_TOKEN.",
      { OPENAI_API_KEY: "sk" }
    ],
    [
      "azure/m",
      "azure is not configured: set AZURE_OPENAI_RESOURCE_NAME or AZURE_RESOURCE_NAME.",
      { AZURE_API_KEY: "sk" }
    ],
    [
      "anthropc/m",
      `There is no provider "anthropc". Did you mean anthropic?`,
      both
    ],
    [
      "gpt-5",
      "No provider is configured: set a key, such as OPENAI_API_KEY or ANTHROPIC_API_KEY or AZURE_OPENAI_API_KEY.",
      {}
    ]
  ])("%s fails with %s", ([name, message, record]) =>
    Effect.flip(resolve(name)).pipe(
      Effect.map((error) => assert.strictEqual(error.message, message)),
      withEnvironment(record)
    ))
})

describe("a provider that ended", () => {
  it.effect.each<readonly [string, Record<string, string>, RegExp]>([
    ["github/m", { GITHUB_TOKEN: "sk", OPENAI_API_KEY: "sk" }, /GitHub Models ended on 2026-07-30: .*azure/],
    ["github/m", { OPENAI_API_KEY: "sk" }, /GitHub Models ended on 2026-07-30/],
    ["ai21/m", { AI21_API_KEY: "sk" }, /AI21 ended on 2026-08-09: .*vllm.* baseUrl or AI21_API_BASE/],
    ["m", { AI21_API_KEY: "sk" }, /AI21 ended on 2026-08-09/],
    ["ai21/m", { AI21_API_KEY: "sk", AI21_API_BASE: "https://API.ai21.com/studio/v1" }, /AI21 ended on 2026-08-09/]
  ])("is not called: %s with %j", ([name, record, message]) =>
    Effect.map(Effect.flip(resolve(name)), (error) => {
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.match(error.message, message)
    }).pipe(withEnvironment(record)))

  it.effect("is not named where only a token of other programs is set", () =>
    Effect.map(
      Effect.flip(resolve("m")),
      (error) => assert.match(error.message, /No provider is configured/)
    ).pipe(withEnvironment({ GITHUB_TOKEN: "sk" })))

  it.effect("fails when its layer is built", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const error = yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.provide(Ai21.layer({ apiKey: Redacted.make("sk") }).pipe(Layer.provide([layer, environment({})]))),
        Effect.flip
      )
      assert.match(error.message, /ended on 2026-08-09/)
      assert.lengthOf(requests, 0)
    }))

  it.effect("is called at another address", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const given = { apiKey: Redacted.make("sk"), baseUrl: "http://jamba.test/v1" }
      yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.provide(Ai21.layer(given).pipe(Layer.provide([layer, environment({})])))
      )
      assert.deepStrictEqual(requests.map(({ url }) => url), ["http://jamba.test/v1/chat/completions"])
    }))
})

describe("the environment", () => {
  it.effect.each<readonly [Record<string, string>, ReadonlyArray<string>]>([
    [{}, []],
    [{ OPENAI_API_KEY: "sk" }, ["openai"]],
    [{ OPENAI_API_KEY: " " }, []],
    [both, ["openai", "anthropic"]],
    [{ VLLM_API_KEY: "sk" }, ["vllm"]],
    [{ AZURE_API_KEY: "sk" }, []],
    [{ AZURE_API_KEY: "sk", AZURE_RESOURCE_NAME: "mine" }, ["azure"]],
    [{ CLOUDFLARE_API_TOKEN: "sk" }, []],
    [{ GH_TOKEN: "sk", MISTRAL_API_KEY: "sk" }, ["mistral"]],
    [{ GH_TOKEN: "sk", GITHUB_API_BASE: "http://models.test/inference", MISTRAL_API_KEY: "sk" }, ["github", "mistral"]],
    [{ AI21_API_KEY: "sk", MISTRAL_API_KEY: "sk" }, ["mistral"]],
    [{ VLLM_BASE_URL: "http://gpu:8000" }, ["vllm"]],
    [{ HOSTED_VLLM_API_BASE: "http://gpu:8000" }, ["vllm"]],
    [{ OPENAI_COMPATIBLE_BASE_URL: "http://host/v1", OPENAI_API_KEY: "sk" }, ["openai", "openai-compatible"]]
  ])("%j offers %j", ([record, expected]) =>
    offered.pipe(
      Effect.map((ids) => assert.deepStrictEqual(ids, [...expected])),
      withEnvironment(record)
    ))

  it.effect("may be any configuration", () =>
    Effect.gen(function*() {
      const { layer } = yield* recorder
      const ids = yield* offered.pipe(Effect.provide(
        Providers.layerConfig.pipe(
          Layer.provide([layer, ConfigProvider.layer(ConfigProvider.fromUnknown({ ANTHROPIC_API_KEY: "sk" }))])
        )
      ))
      assert.deepStrictEqual(ids, ["anthropic"])
    }))

  it.effect("gives way to what is explicit", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const record = {
        OPENAI_API_KEY: "sk-environment",
        OPENAI_BASE_URL: "http://environment.test/v1",
        OPENAI_ORG_ID: "org-environment",
        OPENAI_PROJECT_ID: "project-environment"
      }
      const attempt = (options: Configure.ProviderSettings) =>
        ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
          Effect.provide(
            OpenAi.layer({ protocol: "openai-chat", ...options }).pipe(
              Layer.provide([layer, environment(record)])
            )
          )
        )
      yield* attempt({})
      yield* attempt({
        apiKey: Redacted.make(" sk-explicit\n"),
        baseUrl: "http://explicit.test/v1",
        headers: { "OpenAI-Organization": "org-explicit" }
      })
      assert.deepStrictEqual(
        requests.map(({ headers, url }) => [
          url,
          headers["authorization"],
          headers["openai-organization"],
          headers["openai-project"]
        ]),
        [
          [
            "http://environment.test/v1/chat/completions",
            "Bearer sk-environment",
            "org-environment",
            "project-environment"
          ],
          ["http://explicit.test/v1/chat/completions", "Bearer sk-explicit", "org-explicit", "project-environment"]
        ]
      )
    }))

  it.effect("offers a provider under its alias with the options given there", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      yield* ChatModel.complete({ model: "gpt/m", prompt: "hi" }).pipe(
        Effect.provide(
          Providers.layer({
            providers: { GPT: { apiKey: Redacted.make("sk-alias"), protocol: "openai-chat" }, vllm: {} }
          }).pipe(Layer.provide([layer, environment({})]))
        )
      )
      assert.deepStrictEqual(requests.map(({ headers }) => headers["authorization"]), ["Bearer sk-alias"])
    }))

  it.effect("fails for options of a provider that is not known", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(withEnvironment(both, { providers: { antropic: {} } })(offered))
      assert.deepStrictEqual(error.nearest, ["anthropic"])
    }))

  it.effect("reports a missing key only when it is needed", () =>
    Effect.gen(function*() {
      const { layer } = yield* recorder
      const error = yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.flip,
        Effect.provide(Anthropic.layerConfig.pipe(Layer.provide([layer, environment({})])))
      )
      assert.strictEqual(
        error.message,
        "There is no API key for anthropic: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN or ANTHROPIC_OAUTH_TOKEN, or give apiKey"
      )
    }))

  it.effect("needs no key for a server of one's own", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      yield* ChatModel.complete({ model: "m", prompt: "hi" }).pipe(
        Effect.provide(Vllm.layerConfig.pipe(Layer.provide([layer, environment({})])))
      )
      assert.deepStrictEqual(requests.map(({ headers, url }) => [url, headers["authorization"]]), [
        ["http://localhost:8000/v1/chat/completions", undefined]
      ])
    }))
})

describe("a provider of one's own", () => {
  const acme = OpenAiCompatible.define({
    id: "Acme",
    baseUrl: "https://api.acme.test/v2",
    keyEnv: ["ACME_KEY"],
    aliases: ["am"],
    headers: { "x-acme": "1" },
    headerEnv: { "x-acme-team": ["ACME_TEAM"] }
  })

  it.effect("is found, called and offered like the known ones", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const record = { ACME_KEY: "sk-acme", ACME_TEAM: "team-7", OPENAI_API_KEY: "sk" }
      const ids = yield* Effect.gen(function*() {
        yield* ChatModel.complete({ model: "acme/m", prompt: "hi" })
        yield* ChatModel.complete({ model: "am/m", prompt: "hi" })
        return yield* offered
      }).pipe(
        Effect.provide(Providers.layer({ definitions: [acme] }).pipe(Layer.provide([layer, environment(record)])))
      )
      assert.deepStrictEqual(ids, ["Acme", "openai"])
      const { headers, url } = requests[0] ?? assert.fail("nothing was sent")
      assert.deepStrictEqual(
        [url, headers["authorization"], headers["x-acme"], headers["x-acme-team"]],
        ["https://api.acme.test/v2/chat/completions", "Bearer sk-acme", "1", "team-7"]
      )
      assert.strictEqual(requests.length, 2)
    }))

  it.effect("has its peculiarities, and those that a program adds or corrects", () =>
    Effect.gen(function*() {
      const { layer } = yield* recorder
      const definition = OpenAiCompatible.define({
        id: "odd",
        baseUrl: "https://odd.test/v1",
        keyEnv: [],
        keyOptional: true,
        quirks: { maxTokensField: "max_tokens", topK: true }
      })
      const quirks = yield* ProviderRegistry.use((registry) => registry.resolve("odd/m")).pipe(
        Effect.map(({ provider }) => provider.quirks),
        Effect.provide(
          Providers.layer({
            definitions: [definition],
            providers: { odd: { quirks: { topK: false, seedField: "seed" } } }
          })
            .pipe(Layer.provide([layer, environment({})]))
        )
      )
      assert.deepInclude(quirks, { maxTokensField: "max_tokens", topK: false, seedField: "seed" })
    }))

  it.effect("takes the place of a known one", () =>
    Effect.gen(function*() {
      const { layer, requests } = yield* recorder
      const mine = { ...OpenAi.definition, baseUrl: "https://mine.test/v1" }
      const ids = yield* Effect.andThen(ChatModel.complete({ model: "openai/m", prompt: "hi" }), offered).pipe(
        Effect.provide(
          Providers.layer({ definitions: [mine], providers: { openai: { protocol: "openai-chat" } } }).pipe(
            Layer.provide([layer, environment({ OPENAI_API_KEY: "sk" })])
          )
        )
      )
      assert.deepStrictEqual(ids, ["openai"])
      assert.deepStrictEqual(requests.map(({ url }) => url), ["https://mine.test/v1/chat/completions"])
    }))
})
