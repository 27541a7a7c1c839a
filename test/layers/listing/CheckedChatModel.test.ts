/**
 * Which requests fail before they are sent: those that certainly fail, and with `strict` those that fail by the
 * catalogue.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { Prompt, Tool } from "effect/ai"
import {
  ChatModel,
  CheckedChatModel,
  type CompletionRequest,
  ConfigurationError,
  type Model,
  type ModelInfo,
  ModelRegistry,
  Models,
  type Provider,
  ProviderRegistry
} from "sluice"
import { definitions } from "../../../src/domain/KnownProviders.ts"

type Input = CompletionRequest.CompletionRequestInput

const listed: ReadonlyArray<ModelInfo.ModelFacts> = [
  {
    provider: "openai",
    id: "plain",
    kind: "chat",
    maxOutputTokens: 100,
    capabilities: { tools: false, vision: false, structuredOutput: false }
  },
  {
    provider: "openai",
    id: "able",
    kind: "chat",
    maxOutputTokens: 100,
    capabilities: { tools: true, vision: true, structuredOutput: true }
  },
  { provider: "openai", id: "unknown" },
  { provider: "openai", id: "embeds", kind: "embedding", aliases: ["vectors"] },
  { provider: "openai", id: "ranks", kind: "rerank" },
  { provider: "openai", id: "listens", kind: "transcription" },
  { provider: "openai", id: "speaks", kind: "speech" },
  { provider: "openai", id: "judges", kind: "moderation" },
  { provider: "openai", id: "paints", kind: "image" },
  { provider: "openai", id: "hearsay", kind: "embedding", unverified: ["everything"] }
]

interface Setting {
  readonly strict?: boolean
  readonly provider?: Partial<Provider>
  readonly deployments?: boolean
  readonly models?: Layer.Layer<ModelRegistry>
}

/** Makes a chat model that accepts everything, with the check before it. All names resolve to `provider`. */
const checked = ({ deployments = false, models, provider = {}, strict = false }: Setting = {}) => {
  let sent = 0
  const inner = ChatModel.of({
    stream: () =>
      Stream.suspend(() => {
        sent++
        return Stream.empty
      }),
    complete: () => Effect.sync(() => void sent++ as never)
  })
  const providers = ProviderRegistry.of({
    offered: [],
    provider: () => Effect.die("not asked"),
    resolve: (name) => {
      const { model, provider: id }: Model.Model = typeof name === "string" ? { provider: "openai", model: name } : name
      const definition = definitions.find((definition) => definition.id === id)
      if (id === "nobody") return Effect.fail(new ConfigurationError({ reason: "There is no such provider" }))
      return Effect.succeed({
        model,
        provider: {
          definition: { ...definition, id, deployments } as never,
          hasOwnBaseUrl: false,
          ...provider
        } as Provider
      })
    }
  })
  const layer = CheckedChatModel.layer({ strict }).pipe(
    Layer.provide([
      Layer.succeed(ChatModel, inner),
      models ?? Models.layer({ catalogue: false, models: listed }),
      Layer.succeed(ProviderRegistry, providers)
    ])
  )
  return { layer, sent: () => sent }
}

const attempt = (input: Partial<Input>, setting: Setting = {}) => {
  const { sent, layer } = checked(setting)
  const request: Input = { model: "plain", prompt: "hi", ...input }
  return ChatModel.stream(request).pipe(
    Stream.runDrain,
    Effect.flip,
    Effect.match({
      onSuccess: (error) => {
        assert.strictEqual(sent(), 0)
        return error._tag === "InvalidRequestError" ? [error.parameter, error.detail, error.status] : error
      },
      onFailure: () => sent()
    }),
    Effect.provide(layer)
  )
}

const sent = 1
const tool = Tool.make("look", { description: "looks" })
const image = Prompt.make([{
  role: "user",
  content: [{ type: "file", mediaType: "image/png", data: new Uint8Array([1]) }]
}])

describe("a model of another kind", () => {
  it.effect.each<readonly [string, string]>([
    ["embeds", "makes embeddings"],
    ["vectors", "makes embeddings"],
    ["ranks", "ranks documents"],
    ["listens", "transcribes recordings"],
    ["speaks", "makes speech"],
    ["judges", "moderates texts"]
  ])("is not sent: %s", ([model, does]) =>
    Effect.gen(function*() {
      const name = model === "vectors" ? "embeds" : model
      assert.deepStrictEqual(yield* attempt({ model }), [
        "model",
        `${name} ${does} and completes no prompts`,
        undefined
      ])
    }))

  it.effect("is not sent for a whole response either", () => {
    const { sent, layer } = checked()
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete({ model: "embeds", prompt: "hi" }))
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.strictEqual(sent(), 0)
      yield* ChatModel.complete({ model: "plain", prompt: "hi" })
      assert.strictEqual(sent(), 1)
    }).pipe(Effect.provide(layer))
  })

  it.effect.each(["plain", "unknown", "paints", "hearsay", "nobody-knows-it", "Embeds", "embeds-2025-01-01"])(
    "is not certain of %s",
    (model) => Effect.map(attempt({ model }), (result) => assert.strictEqual(result, sent))
  )

  it.effect("is not certain where names are given by others: at another address, and of deployments", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* attempt({ model: "embeds" }, { provider: { hasOwnBaseUrl: true } }), sent)
      assert.strictEqual(yield* attempt({ model: "embeds" }, { deployments: true }), sent)
    }))

  it.effect("is left to the chat model when its name resolves to no provider", () =>
    Effect.map(
      attempt({ model: { provider: "nobody", model: "embeds" } }),
      (result) => assert.strictEqual(result, sent)
    ))

  it.effect("is the only check of the whole catalogue: every chat model passes", () =>
    Effect.gen(function*() {
      const models = yield* Layer.build(Models.layer())
      const setting = { models: Layer.succeedContext(models) }
      const chats = yield* Effect.provide(ModelRegistry.list({ kind: "chat" }), models)
      assert.isAbove(chats.length, 500)
      for (const { id, provider } of chats) {
        const result = yield* attempt({ model: { provider, model: id }, maxOutputTokens: 1 }, setting)
        assert.strictEqual(result, sent, `${provider}/${id}`)
      }
    }))
})

const demanding: ReadonlyArray<readonly [string, Partial<Input>, ReadonlyArray<string>]> = [
  ["tools", { tools: [tool] }, ["tools", "plain has no tools"]],
  ["images", { prompt: image }, ["prompt", "plain reads no images"]],
  ["a schema", { outputSchema: { schema: { type: "object" } } }, ["outputSchema", "plain has no structured output"]],
  ["more than it can write", { maxOutputTokens: 101 }, ["maxOutputTokens", "plain writes at most 100 tokens"]]
]

describe("what a model is listed not to do", () => {
  it.effect.each(demanding)("fails only when strict: %s", ([, input, problem]) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* attempt(input, { strict: true }), [...problem, undefined])
      assert.strictEqual(yield* attempt(input), sent)
    }))

  it.effect.each(demanding)(
    "is not refused to a model that can, and that nothing is known of: %s",
    ([, input]) =>
      Effect.gen(function*() {
        const less = { ...input, ...(input.maxOutputTokens === undefined ? {} : { maxOutputTokens: 100 }) }
        assert.strictEqual(yield* attempt({ ...less, model: "able" }, { strict: true }), sent)
        assert.strictEqual(yield* attempt({ ...input, model: "unknown" }, { strict: true }), sent)
        assert.strictEqual(yield* attempt({ ...input, model: "nobody-knows-it" }, { strict: true }), sent)
      })
  )

  it.effect.each<readonly [string, Partial<Input>]>([
    ["tools that must not be called", { tools: [tool], toolChoice: "none" }],
    ["an empty list of tools", { tools: [] }],
    ["JSON without a schema", { outputSchema: "json" }],
    ["as much as it can write", { maxOutputTokens: 100 }]
  ])(
    "is not %s",
    ([, input]) => Effect.map(attempt(input, { strict: true }), (result) => assert.strictEqual(result, sent))
  )
})
