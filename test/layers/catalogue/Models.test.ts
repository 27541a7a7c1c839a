/**
 * What the registry of models returns: names, prices, filters, and the facts of programs and providers.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { KnownProviders, type ModelInfo, ModelRegistry, Models, type TokenUsage } from "sluice"
import * as ModelList from "../../support/ModelList.ts"

const info = (name: string, facts: Partial<ModelInfo.ModelFacts> = {}): ModelInfo.ModelFacts => {
  const slash = name.indexOf("/")
  return { provider: name.slice(0, slash), id: name.slice(slash + 1), ...facts }
}

const own = [
  info("openai/gpt-5", { kind: "chat", contextWindow: 400_000, capabilities: { tools: true, vision: true } }),
  info("openai/gpt-5-mini", { kind: "chat", capabilities: { tools: true, vision: false } }),
  info("openai/o3-2025-04-16", { aliases: ["o3"] }),
  info("openai/o3-2025-06-10"),
  info("openai/text-embedding-3-small", { kind: "embedding" }),
  info("anthropic/claude-3-5-sonnet-20240620"),
  info("anthropic/claude-3-5-sonnet-20241022"),
  info("anthropic/claude-haiku-4-5"),
  info("anthropic/claude-haiku-4-5-20251001"),
  info("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"),
  info("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
  info("bedrock/deepseek.v3-v1:0"),
  info("vertexai/claude-opus-4-1@20250805"),
  info("vertexai/gemini-2.5-pro"),
  info("ollama/llama3.2:latest"),
  info("together/meta-llama/Llama-3.3-70B-Instruct-Turbo"),
  info("openrouter/openai/gpt-5"),
  info("openrouter/meta-llama/llama-3.3-70b-instruct-turbo"),
  info("mine/gpt-5")
]

const only = (models: ReadonlyArray<ModelInfo.ModelFacts>) => Models.layer({ catalogue: false, models })

const nameOf = (
  model: ModelInfo.ModelInfo | undefined
) => (model === undefined ? undefined : `${model.provider}/${model.id}`)

const registry = <A, E>(
  use: (registry: ModelRegistry["Service"]) => Effect.Effect<A, E>,
  layer: Layer.Layer<ModelRegistry, unknown> = only(own)
) => Effect.provide(ModelRegistry.use(use), Layer.orDie(layer))

describe("a model", () => {
  it.effect.each<readonly [string, string]>([
    // As it is listed.
    ["openai/gpt-5", "openai/gpt-5"],
    ["gpt/gpt-5-mini", "openai/gpt-5-mini"],
    ["mine/gpt-5", "mine/gpt-5"],
    ["  OpenAI/gpt-5 ", "openai/gpt-5"],
    // By its name alone: the first provider that has it.
    ["gpt-5", "openai/gpt-5"],
    ["text-embedding-3-small", "openai/text-embedding-3-small"],
    // By an alias, before any snapshot of that name.
    ["openai/o3", "openai/o3-2025-04-16"],
    // A snapshot, or the model that it is one of.
    ["claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet-20241022"],
    ["claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5-20251001"],
    ["claude-haiku-4-5-20990101", "anthropic/claude-haiku-4-5"],
    ["claude-haiku-4-5-latest", "anthropic/claude-haiku-4-5"],
    ["openai/gpt-5-2025-08-07", "openai/gpt-5"],
    // The ways of the clouds.
    ["bedrock/claude-sonnet-4-5", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["bedrock/apac.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"],
    [
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"
    ],
    ["vertexai/claude-opus-4-1", "vertexai/claude-opus-4-1@20250805"],
    ["vertexai/claude-opus-4-1-20250805", "vertexai/claude-opus-4-1@20250805"],
    ["vertexai/publishers/google/models/gemini-2.5-pro", "vertexai/gemini-2.5-pro"],
    ["models/gemini-2.5-pro", "vertexai/gemini-2.5-pro"],
    ["ollama/llama3.2", "ollama/llama3.2:latest"],
    // Without its maker, in another case, or with a maker that the list does not have.
    ["together/llama-3.3-70b-instruct-turbo", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"],
    ["vertexai/google/gemini-2.5-pro", "vertexai/gemini-2.5-pro"],
    ["openrouter/gpt-5", "openrouter/openai/gpt-5"],
    // By the end of its name.
    ["haiku-4-5", "anthropic/claude-haiku-4-5"]
  ])(
    "is found as %s",
    ([name, expected]) =>
      registry(({ find }) => Effect.map(find(name), (found) => assert.strictEqual(nameOf(found), expected)))
  )

  it.effect("is found by a value, which may have the provider's alias", () =>
    registry(({ find }) =>
      Effect.gen(function*() {
        assert.strictEqual(nameOf(yield* find({ provider: "gpt", model: "gpt-5" })), "openai/gpt-5")
        // The name of a model at a router is not the name of another provider's model.
        assert.strictEqual(
          nameOf(yield* find({ provider: "openrouter", model: "openai/gpt-5" })),
          "openrouter/openai/gpt-5"
        )
        assert.isUndefined(yield* find({ provider: "nobody", model: "gpt-5" }))
      })
    ))

  it.effect.each<readonly [string, ReadonlyArray<string>]>([
    // Several could be meant.
    ["claude-3-5-sonnet", ["anthropic/claude-3-5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20241022"]],
    [
      "Llama-3.3-70B-Instruct-Turbo",
      ["together/meta-llama/Llama-3.3-70B-Instruct-Turbo", "openrouter/meta-llama/llama-3.3-70b-instruct-turbo"]
    ],
    // Another snapshot is another model.
    ["claude-3-5-sonnet-20990101", ["anthropic/claude-3-5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20241022"]],
    // Another size is another model.
    ["ollama/llama3.2:3b", ["ollama/llama3.2:latest"]],
    // A typing mistake.
    ["openai/gpt5-mini", ["openai/gpt-5-mini"]],
    // At another provider.
    ["anthropic/gpt-5", ["openai/gpt-5", "mine/gpt-5"]],
    ["something else entirely", []],
    ["", []],
    ["openai/", []]
  ])(
    "is not known as %j, and the nearest are named",
    ([name, nearest]) =>
      registry(({ find, get }) =>
        Effect.gen(function*() {
          assert.isUndefined(yield* find(name))
          const error = yield* Effect.flip(get(name))
          assert.strictEqual(error._tag, "ConfigurationError")
          assert.strictEqual(error.setting, "model")
          assert.include(error.message, `The model "${name}" is not one that is known`)
          assert.deepStrictEqual([...(error.nearest ?? [])], [...nearest])
        })
      )
  )

  it.effect("by its id alone is that of the first provider in the order of the known ones, not of the catalogue's lines", () =>
    registry(({ find, list }) =>
      Effect.gen(function*() {
        assert.strictEqual(nameOf(yield* find("gpt-4o")), "openai/gpt-4o")
        const models = yield* list()
        const providers = [...new Set(models.map(({ provider }) => provider))]
        assert.deepStrictEqual(
          providers,
          KnownProviders.definitions.map(({ id }) => id).filter((id) => providers.includes(id))
        )
        assert.deepStrictEqual(models, providers.flatMap((id) => models.filter(({ provider }) => provider === id)))
      }), Models.layer()))

  it.effect.skipIf(!ModelList.isPresent)(
    ModelList.isPresent ? "of the list is found under its own name, each of them" : ModelList.missing,
    () =>
      registry(({ find }) =>
        Effect.gen(function*() {
          for (const { id, provider } of ModelList.models()) {
            assert.strictEqual(nameOf(yield* find(`${provider}/${id}`)), `${provider}/${id}`)
            assert.strictEqual(nameOf(yield* find({ provider, model: id })), `${provider}/${id}`)
          }
        }), Models.layer())
  )
})

describe("a list of models", () => {
  const names = (filter: Parameters<ModelRegistry["Service"]["list"]>[0]) =>
    registry(({ list }) => Effect.map(list(filter), (models) => models.map(nameOf)))

  it.effect("is that of a provider, of a kind, or of those that are known to be able", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* names({ provider: "claude" }), own.slice(5, 9).map(({ id }) => `anthropic/${id}`))
      assert.deepStrictEqual(yield* names({ kind: "embedding" }), ["openai/text-embedding-3-small"])
      assert.deepStrictEqual(yield* names({ capable: "tools" }), ["openai/gpt-5", "openai/gpt-5-mini"])
      assert.deepStrictEqual(yield* names({ capable: ["tools", "vision"] }), ["openai/gpt-5"])
      assert.deepStrictEqual(yield* names({ provider: "nobody" }), [])
      assert.lengthOf(yield* names({}), own.length)
    }))

  it.effect("has what a program knows better in it, where its model stands", () =>
    registry(
      ({ find, list }) =>
        Effect.gen(function*() {
          const known = yield* find("openai/gpt-4o")
          assert.deepStrictEqual(known?.prices, { input: 99, output: 10, cachedInput: 1.25 })
          assert.isTrue(known?.capabilities.vision)
          assert.isFalse(known?.capabilities.tools)
          assert.deepStrictEqual(known?.aliases, ["house-model"])
          assert.strictEqual(nameOf(yield* find("openai/house-model")), "openai/gpt-4o")
          const added = yield* find("openai/gpt-99")
          assert.strictEqual(added?.contextWindow, 1)
          const openai = yield* list({ provider: "openai" })
          assert.strictEqual(openai.at(-1)?.id, "gpt-99")
          assert.strictEqual(openai.filter(({ id }) => id === "gpt-4o").length, 1)
          assert.strictEqual(nameOf(yield* find("house/one")), "house/one")
        }),
      Models.layer({
        models: [
          info("openai/gpt-4o", { prices: { input: 99 }, capabilities: { tools: false }, aliases: ["house-model"] }),
          info("openai/gpt-99", { contextWindow: 1 }),
          info("house/one", { kind: "chat" })
        ]
      })
    ))

  const configured = (text: string) =>
    Models.layerConfig({ catalogue: false, models: own }).pipe(
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ SLUICE_MODELS: text })))
    )

  it.effect("takes what is better known from the configuration", () =>
    registry(({ find }) =>
      Effect.gen(function*() {
        assert.strictEqual((yield* find("openai/gpt-5"))?.prices.input, 2)
        assert.strictEqual((yield* find("openai/gpt-5"))?.contextWindow, 400_000)
      }), configured(`[{"provider": "openai", "id": "gpt-5", "prices": {"input": 2}}]`)))

  it.effect.each([
    "not json",
    "{}",
    `[{"provider": "openai"}]`,
    `[{"provider": "p", "id": "i", "prices": {"input": -1}}]`
  ])(
    "is not made from a configuration like %j",
    (text) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Effect.provide(ModelRegistry.use(Effect.succeed), configured(text)))
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.strictEqual(error.setting, "SLUICE_MODELS")
      })
  )
})

describe("the list of a provider", () => {
  it.effect("is put over what was known, and what it does not name is not available", () =>
    registry(({ find, merge }) =>
      Effect.gen(function*() {
        const merged = yield* merge("gpt", [
          { provider: "openai", id: "gpt-5", contextWindow: 500_000 },
          { provider: "openai", id: "gpt-5-mini-2025-08-07" },
          { provider: "openai", id: "gpt-6", aliases: ["gpt-6-latest"] }
        ])
        assert.deepStrictEqual(merged.map(({ available, id }) => [id, available]), [
          ["gpt-5", true],
          // It may well be another name of the one that is there.
          ["gpt-5-mini", undefined],
          ["o3-2025-04-16", false],
          ["o3-2025-06-10", false],
          ["text-embedding-3-small", false],
          ["gpt-5-mini-2025-08-07", true],
          ["gpt-6", true]
        ])
        const known = yield* find("openai/gpt-5")
        assert.strictEqual(known?.contextWindow, 500_000)
        assert.isTrue(known?.capabilities.tools)
        assert.strictEqual(nameOf(yield* find("gpt-6-latest")), "openai/gpt-6")
        assert.isUndefined((yield* find("anthropic/claude-haiku-4-5"))?.available)
      })
    ))
})

describe("the cost of a completion", () => {
  const priced = only([
    info("p/all", { prices: { input: 2, cachedInput: 0.5, cacheWriteInput: 2.5, output: 10 } }),
    info("p/plain", { prices: { input: 2, output: 10 } }),
    info("p/free", { prices: { input: 0, output: 0 } }),
    info("p/embeds", { prices: { input: 1 } }),
    info("p/unknown")
  ])
  const usage = (counts: Partial<TokenUsage.TokenUsage>): TokenUsage.TokenUsage => ({
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    totalTokens: 0,
    ...counts
  })
  const cost = (counts: Partial<TokenUsage.TokenUsage>, model: string) =>
    registry(({ cost }) => cost(usage(counts), model), priced)
  const all = {
    inputTokens: 1_000_000,
    cachedInputTokens: 400_000,
    cacheWriteInputTokens: 100_000,
    outputTokens: 50_000,
    reasoningOutputTokens: 20_000
  }

  it.effect("counts what was cached and what was written to the cache once, each at its price", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* cost(all, "p/all"), {
        total: 1 + 0.2 + 0.25 + 0.5,
        input: 1,
        cachedInput: 0.2,
        cacheWriteInput: 0.25,
        output: 0.5,
        assumed: []
      })
    }))

  it.effect("counts them as input where their price is not known, and reports it", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* cost(all, "p/plain"), {
        total: 2.5,
        input: 1,
        cachedInput: 0.8,
        cacheWriteInput: 0.2,
        output: 0.5,
        assumed: ["cachedInput", "cacheWriteInput"]
      })
      assert.deepStrictEqual((yield* cost({ inputTokens: 10 }, "p/plain"))?.assumed, [])
    }))

  it.effect("is nothing where nothing is paid, and unknown where a price is", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* cost(all, "p/free"))?.total, 0)
      assert.strictEqual((yield* cost({ inputTokens: 2_000_000 }, "p/embeds"))?.total, 2)
      assert.isUndefined(yield* cost({ inputTokens: 1, outputTokens: 1 }, "p/embeds"))
      assert.isUndefined(yield* cost(all, "p/unknown"))
      assert.isUndefined(yield* cost(all, "p/nobody"))
    }))
})
