/**
 * How lists of models are requested: over real sockets, page by page, once for many callers, cached.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import {
  type CompletionError,
  ConfigurationError,
  type Configure,
  HttpModelListing,
  LiveModels,
  type ModelInfo,
  ModelListing,
  ModelRegistry,
  type ProviderDefinition,
  Providers
} from "sluice"
import { SimulatorServer } from "sluice/testing"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import { hosted } from "../../support/Hosted.ts"
import * as Support from "../../support/Providers.ts"
import * as RawServer from "../../support/RawServer.ts"

const quick = { maxRetries: 1, retryBase: Duration.millis(1), retryJitter: 0 }

const listing = (
  provider: string,
  options: Configure.ProviderSettings & { readonly baseUrl: string },
  http: Layer.Layer<HttpClient.HttpClient, ConfigurationError> = Support.sockets(quick)
) =>
  HttpModelListing.layer().pipe(
    Layer.provide(Providers.layer({
      providers: { [provider]: { apiKey: Redacted.make(Support.key), ...options } }
    })),
    Layer.provide(http),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ CLOUDFLARE_ACCOUNT_ID: "acc" }))),
    Layer.orDie
  )

const list = (provider: string) => ModelListing.use((models) => models.list(provider))

const ids = (models: ReadonlyArray<ModelInfo.ModelFacts>) => models.map(({ id }) => id)

const busy = { _tag: "ProviderError", kind: "overloaded" } as const

/** Returns whether a list has more than names. Groq's has, in OpenAI's wire format. */
const hasFacts = ({ id, models }: ProviderDefinition) =>
  id === "groq" || !["openai", "anthropic", "ollama", "bedrock"].includes(models?.wireFormat ?? "")

const paged: ReadonlySet<string> = new Set(["anthropic", "gemini", "cohere", "cloudflare"])

/** Makes a server that responds with some bodies one after the other, and then always with the last. */
const bodies = (...all: ReadonlyArray<unknown>) => {
  let next = 0
  return RawServer.serve(({ socket }) => {
    const body = all[Math.min(next++, all.length - 1)]
    socket.write(RawServer.response(200, JSON.stringify(body)))
  })
}

const target = (exchange: RawServer.Exchange | undefined) => exchange?.head.split(" ")[1]

describe("the models of a provider", () => {
  it.live("are requested with its key, and are those of all pages", () =>
    Effect.gen(function*() {
      const page = (id: string, more: boolean) => ({ data: [{ id, type: "model" }], has_more: more, last_id: id })
      const server = yield* bodies(page("claude-1", true), page("claude-2", true), page("claude-3", false))
      const models = yield* Effect.provide(list("claude"), listing("anthropic", { baseUrl: server.url }))
      assert.deepStrictEqual(ids(models), ["claude-1", "claude-2", "claude-3"])
      assert.deepStrictEqual(server.exchanges.map(target), [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=claude-1",
        "/v1/models?limit=1000&after_id=claude-2"
      ])
      assert.strictEqual(server.exchanges[2]?.header("x-api-key"), Support.key)
      const [first] = models
      assert.deepInclude(first, { provider: "anthropic", id: "claude-1", available: true })
      assert.match(first?.dates?.listed ?? "", /^\d{4}-\d\d-\d\d$/)
    }))

  it.live("have no end when there is always another page", () =>
    Effect.gen(function*() {
      const pages = Array.from({ length: 101 }, (_, page) => ({ data: [{ id: `m-${page}` }], has_more: true }))
      const server = yield* bodies(...pages)
      const error = yield* Effect.flip(
        Effect.provide(list("anthropic"), listing("anthropic", { baseUrl: server.url }))
      )
      assert.strictEqual(error._tag, "MalformedResponseError")
      assert.include(error.message, "no end")
      assert.strictEqual(server.exchanges.length, 100)
    }))

  it.live.each<readonly [string, string]>([["anthropic", "after_id"], ["openai", "after"], ["mistral", "after"]])(
    "of %s go on after the last entry where the page has no cursor",
    ([provider, parameter]) =>
      Effect.gen(function*() {
        const server = yield* bodies(
          { data: [{ id: "a" }, { id: "b" }], has_more: true },
          { data: [{ id: "c" }], has_more: true, last_id: null },
          { data: [{ id: "d" }], has_more: false }
        )
        const models = yield* Effect.provide(list(provider), listing(provider, { baseUrl: server.url }))
        assert.deepStrictEqual(ids(models), ["a", "b", "c", "d"])
        const queries = server.exchanges.map((exchange) =>
          new URL(target(exchange) ?? "", server.url).searchParams.get(parameter)
        )
        assert.deepStrictEqual(queries, [null, "b", "c"])
      })
  )

  it.live.each<readonly [string, object, string]>([
    ["anthropic", { data: [{}], has_more: true }, "nothing in it says where"],
    ["openai", { data: [], has_more: true, last_id: 5 }, "nothing in it says where"],
    ["gemini", { models: [{ name: "models/a" }], nextPageToken: { page: 2 } }, "nothing in it says where"],
    ["cohere", { models: [{ name: "a" }], next_page_token: true }, "nothing in it says where"],
    ["cloudflare", { result: [{ name: "a" }], result_info: { total_count: 2 } }, "nothing in it says where"],
    ["anthropic", { data: [{ id: "a" }], has_more: true, last_id: "a" }, "was just read"],
    ["gemini", { models: [{ name: "models/a" }], nextPageToken: "more" }, "was just read"]
  ])(
    "of %s fail for a list that is cut, %j, and nothing is called unavailable",
    ([provider, body, detail]) =>
      Effect.gen(function*() {
        const server = yield* bodies(body)
        const lists = listing(provider, { baseUrl: server.url })
        const error = yield* Effect.flip(Effect.provide(list(provider), lists))
        assert.strictEqual(error._tag, "MalformedResponseError")
        assert.include(error.message, detail)
        assert.isAtMost(server.exchanges.length, 2)
        const known = yield* ModelRegistry.use((models) => models.list({ provider })).pipe(
          Effect.provide(Layer.provide(LiveModels.layer(), lists))
        )
        assert.deepStrictEqual(known.filter(({ available }) => available === false), [])
      })
  )

  const listed = definitions.filter(({ models }) => models !== undefined)

  const simulated = (definition: ProviderDefinition, url: string, key: string) =>
    HttpModelListing.layer().pipe(
      Layer.provide(
        SingleProvider.registry(hosted(definition, url))({
          apiKey: Redacted.make(key),
          variables: { account: "acc-1" }
        })
      ),
      Layer.provide(Support.sockets(quick)),
      Layer.orDie
    )

  it.live.each(listed.map((definition) => [definition.id, definition] as const))(
    "are those that the simulator offers, of %s",
    ([provider, definition]) =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.serve({
          // The second request finds the provider busy, and is made again.
          scenario: { requireKey: "sk-right", models: ["m-1", "a/m-2"], faults: [{ ...busy, on: [2] }] }
        })
        const right = simulated(definition, url, "sk-right")
        const models = yield* Effect.provide(list(provider), right)
        assert.deepStrictEqual(ids(models), ["m-1", "a/m-2"])
        assert.isAtLeast(models[0]?.contextWindow ?? 0, hasFacts(definition) ? 100_000 : 0)
        assert.lengthOf(yield* Effect.provide(list(provider), right), 2)
        const error = yield* Effect.flip(Effect.provide(list(provider), simulated(definition, url, "sk-wrong")))
        assert.strictEqual(error._tag, "AuthenticationError", error.message)
        assert.notInclude(error.message, "sk-wrong")
      })
  )

  it.live.each(
    listed.filter(({ models }) => paged.has(models?.wireFormat ?? "")).map((definition) =>
      [definition.id, definition] as const
    )
  )(
    "are all that the simulator has, a page after the other, of %s",
    ([provider, definition]) =>
      Effect.gen(function*() {
        const all = Array.from({ length: 2050 }, (_, index) => `m-${index}`)
        const { requests, url } = yield* SimulatorServer.serve({ scenario: { models: all } })
        const models = yield* Effect.provide(list(provider), simulated(definition, url, "sk-1"))
        assert.deepStrictEqual(ids(models), all)
        assert.lengthOf(yield* requests, definition.models?.wireFormat === "cloudflare" ? 21 : 3)
      })
  )

  it.live("are requested again when the provider is busy, and not when the body is invalid", () =>
    Effect.gen(function*() {
      let times = 0
      const busy = yield* RawServer.serve(({ socket }) =>
        socket.write(
          ++times === 1 ? RawServer.response(503, "{}") : RawServer.response(200, `{"data":[{"id":"there"}]}`)
        )
      )
      assert.deepStrictEqual(
        ids(yield* Effect.provide(list("openai"), listing("openai", { baseUrl: busy.url }))),
        ["there"]
      )
      for (const body of [{}, { data: "x" }, "text"]) {
        const server = yield* bodies(body)
        const error = yield* Effect.flip(Effect.provide(list("openai"), listing("openai", { baseUrl: server.url })))
        assert.strictEqual(error._tag, "MalformedResponseError")
        assert.strictEqual(server.exchanges.length, 1)
      }
    }))

  it.live("are unknown of a provider that has no list, that is not configured, or that nobody knows", () =>
    Effect.gen(function*() {
      const layer = listing("perplexity", { baseUrl: "http://127.0.0.1:9" })
      for (
        const [name, text] of [["perplexity", "no list"], ["openai", "OPENAI_API_KEY"], ["opnai", "openai"]] as const
      ) {
        const error = yield* Effect.flip(Effect.provide(list(name), layer))
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.include(error.message, text)
      }
    }))

  it.effect("are requested once for all callers, and again after an hour, or after a failure", () => {
    let times = 0
    const client = HttpClient.make((request) =>
      Effect.sync(() => {
        times++
        const response = times === 1
          ? new Response("{}", { status: 400 })
          : new Response(`{"data":[{"id":"n${times}"}]}`, { headers: { "content-type": "application/json" } })
        return HttpClientResponse.fromWeb(request, response)
      })
    )
    return Effect.gen(function*() {
      const failed = yield* Effect.flip(list("openai"))
      assert.strictEqual(failed._tag, "InvalidRequestError")
      const all = yield* Effect.all(Array.from({ length: 20 }, () => list("gpt")), { concurrency: "unbounded" })
      assert.deepStrictEqual([...new Set(all.map((models) => ids(models).join()))], ["n2"])
      yield* TestClock.adjust(Duration.minutes(59))
      assert.deepStrictEqual(ids(yield* list("openai")), ["n2"])
      yield* TestClock.adjust(Duration.minutes(1))
      assert.deepStrictEqual(ids(yield* list("openai")), ["n3"])
      assert.strictEqual(times, 3)
    }).pipe(
      Effect.provide(listing(
        "openai",
        { baseUrl: "https://api.test/v1" },
        Layer.succeed(HttpClient.HttpClient, client)
      ))
    )
  })

  it.live("are no longer requested when every caller is interrupted", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(() => {})
      const fiber = yield* Effect.forkChild(
        Effect.provide(list("openai"), listing("openai", { baseUrl: server.url })),
        { startImmediately: true }
      )
      while (server.exchanges.length === 0) yield* Effect.sleep(Duration.millis(1))
      yield* Fiber.interrupt(fiber)
      while (server.open() > 0) yield* Effect.sleep(Duration.millis(1))
      assert.strictEqual(server.exchanges.length, 1)
    }))

  it.each(definitions.filter(({ models }) => models !== undefined).map(({ id, models }) => [id, models] as const))(
    "of %s are listed at an address that its definition can fill",
    (_, endpoint) => {
      assert.match(endpoint?.path ?? "", /^\/[\w/.-]*(\?[\w=&]+)?$/)
      assert.match(endpoint?.baseUrl ?? "https://", /^https:\/\//)
    }
  )
})

describe("a registry with lists of providers", () => {
  const live = (models: () => Effect.Effect<ReadonlyArray<ModelInfo.ModelFacts>, CompletionError>) => {
    const requested: Array<string> = []
    const layer = LiveModels.layer({
      catalogue: false,
      models: [{ provider: "openai", id: "known", prices: { input: 1 } }, { provider: "groq", id: "known" }]
    }).pipe(
      Layer.provide(Layer.succeed(
        ModelListing,
        ModelListing.of({
          list: (provider) => Effect.suspend(() => (requested.push(provider), models()))
        })
      ))
    )
    return { requested, layer }
  }

  it.effect("replaces known facts by those of a provider's list, when a model of that provider is looked up", () => {
    const facts = [{ provider: "openai", id: "new", contextWindow: 5 }, {
      provider: "openai",
      id: "known",
      contextWindow: 7
    }]
    const { requested, layer } = live(() => Effect.succeed(facts))
    return Effect.gen(function*() {
      const registry = yield* ModelRegistry
      assert.strictEqual((yield* registry.find("openai/new"))?.contextWindow, 5)
      const known = yield* registry.get({ provider: "openai", model: "known" })
      assert.deepStrictEqual([known.contextWindow, known.prices.input, known.available], [7, 1, true])
      assert.lengthOf(yield* registry.list({ provider: "openai" }), 2)
      // Without a provider no list is requested.
      yield* registry.find("known")
      yield* registry.list()
      assert.deepStrictEqual([...new Set(requested)], ["openai"])
    }).pipe(Effect.provide(layer))
  })

  it.effect("keeps what it knows when a list cannot be fetched, and does not request it for a minute", () => {
    const { requested, layer } = live(() => Effect.fail(new ConfigurationError({ reason: "down" })))
    return Effect.gen(function*() {
      const registry = yield* ModelRegistry
      assert.strictEqual((yield* registry.find("openai/known"))?.prices.input, 1)
      yield* registry.find("openai/known")
      assert.deepStrictEqual(requested, ["openai"])
      yield* TestClock.adjust(Duration.minutes(1))
      yield* registry.find("openai/known")
      assert.deepStrictEqual(requested, ["openai", "openai"])
    }).pipe(Effect.provide(layer))
  })
})
