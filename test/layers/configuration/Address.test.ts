/**
 * Where requests go, whatever models and the parts of addresses are called: to the host of the provider's definition,
 * and below its path.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted, Result } from "effect"
import { HttpClient } from "effect/http"
import { type ConfigurationError, Configure, ProviderRegistry, Providers } from "sluice"
import * as Address from "../../../src/layers/configuration/Address.ts"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import * as Credentials from "../../../src/services/Credentials.ts"
import type { Provider } from "../../../src/services/Provider.ts"

const key = Redacted.make("sk-canary-0123456789")

const credentials = Layer.succeed(
  Credentials.Credentials,
  Credentials.Credentials.of({ key: () => Effect.succeed({ key, source: "apiKey" }) })
)

/** Nothing is sent. */
const unreachable = HttpClient.make(() => Effect.die("nothing may be sent"))

const environment = (record: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(record))

const definitionOf = (id: string) => {
  const found = KnownProviders.definitions.find((definition) => definition.id === id)
  if (found === undefined) throw new Error(`there is no ${id}`)
  // Where a service that ended was is an address like every other.
  return { ...found, ended: undefined }
}

const variables = { resource: "mine", account: "a1", project: "p1", apiVersion: "2024-10-21" }

const configured = (id: string, options: Configure.ProviderSettings = {}) =>
  Configure.configure(definitionOf(id), { apiKey: key, ...options }).pipe(
    Effect.provide([credentials, environment({})])
  )

/** Every address that a provider has for a model. */
const addressesOf = (provider: Provider, model: string): ReadonlyArray<Result.Result<string, ConfigurationError>> => {
  const { definition } = provider
  return [
    ...provider.protocols,
    ...provider.protocols.flatMap(({ wholePath, ...binding }) =>
      wholePath === undefined ? [] : [{ ...binding, path: wholePath }]
    ),
    ...definition.embeddings ?? [],
    ...definition.rerank ?? [],
    ...definition.transcription ?? [],
    ...definition.speech ?? []
  ].map((endpoint) => Address.of(provider, endpoint, model))
}

/** Names that would lead elsewhere if they were taken for more than names. */
const hostile = [
  "a/../../../other",
  "..",
  ".",
  "../x",
  "x/..",
  "a?key=b",
  "a#b",
  "a%2F..%2Fb",
  "%2e%2e",
  "a\\..\\b",
  "a\r\nHost: other.test",
  "a b",
  "\u0000",
  "ünï/code🤔",
  "//other.test/x",
  "https://other.test/x",
  "@other.test",
  "a:b@other.test/",
  "{region}",
  "a;b=c&d",
  "\ud800",
  ""
]

describe("an address", () => {
  it.effect.each(KnownProviders.definitions.flatMap(({ baseUrl, id }) => (baseUrl === undefined ? [] : [id])))(
    "of %s is at its own host and below its own path, whatever the model is called",
    (id) =>
      Effect.gen(function*() {
        const provider = yield* configured(id, { variables })
        const usual = addressesOf(provider, "model-name")
        for (const model of hostile) {
          for (const [at, address] of addressesOf(provider, model).entries()) {
            const where = usual[at]
            if (where === undefined || Result.isFailure(where)) return assert.fail(`${id} has no address`)
            if (Result.isFailure(address)) {
              assert.strictEqual(address.failure.setting, "model", model)
              continue
            }
            const [url, expected] = [new URL(address.success), new URL(where.success)]
            const name = JSON.stringify(model)
            assert.strictEqual(url.host, expected.host, name)
            assert.strictEqual(url.username + url.password + url.hash, "", name)
            assert.strictEqual(url.search, expected.search, name)
            const [before = ""] = expected.pathname.split("model-name")
            assert.isTrue(url.pathname.startsWith(before), `${name}: ${url.pathname}`)
            // What is sent is what was meant: nothing in it was resolved away.
            assert.isTrue(address.success.includes(url.pathname), `${name}: ${address.success}`)
          }
        }
      })
  )

  it("keeps the slashes of a model where they belong, and those alone", () => {
    const values = { model: "models/a b/c?d" }
    assert.deepStrictEqual(Address.fill("/{+model}:generate", values), Result.succeed("/models/a%20b/c%3Fd:generate"))
    assert.deepStrictEqual(Address.fill("/m/{model}/x", values), Result.succeed("/m/models%2Fa%20b%2Fc%3Fd/x"))
  })

  it("has no step up the path, written in any way", () => {
    for (const model of ["..", ".", "a/../b", "../a", "a/.", ""]) {
      for (const template of ["/m/{model}/x", "/{+model}:generate"]) {
        assert.deepStrictEqual(
          Address.fill(template, { model }),
          Result.fail({ name: "model", type: "invalid" }),
          model
        )
      }
    }
    // In a query it is no step.
    assert.deepStrictEqual(Address.fill("/m?v={v}", { v: ".." }), Result.succeed("/m?v=.."))
  })

  it.effect.each<readonly [string, string, Record<string, string>]>([
    ["azure", "AZURE_OPENAI_RESOURCE_NAME", { AZURE_OPENAI_RESOURCE_NAME: "https://x.openai.azure.com" }],
    ["azure", "AZURE_OPENAI_RESOURCE_NAME", { AZURE_OPENAI_RESOURCE_NAME: "x.openai.azure.com" }],
    ["azure", "AZURE_OPENAI_RESOURCE_NAME", { AZURE_OPENAI_RESOURCE_NAME: "a@other.test" }],
    ["azure", "AZURE_OPENAI_RESOURCE_NAME", { AZURE_OPENAI_RESOURCE_NAME: "other.test#" }],
    ["azure", "AZURE_OPENAI_RESOURCE_NAME", { AZURE_OPENAI_RESOURCE_NAME: "other.test/x" }],
    ["bedrock", "AWS_REGION", { AWS_REGION: "us east 1" }],
    ["bedrock", "AWS_REGION", { AWS_REGION: "us_east_1" }],
    ["bedrock", "AWS_REGION", { AWS_REGION: "other.test?" }],
    ["vertexai", "GOOGLE_VERTEX_LOCATION", { GOOGLE_VERTEX_LOCATION: "europe-west1/", GOOGLE_CLOUD_PROJECT: "p" }],
    ["cloudflare", "CLOUDFLARE_ACCOUNT_ID", { CLOUDFLARE_ACCOUNT_ID: ".." }]
  ])("of %s is refused where %s is no part of one", ([id, setting, record]) =>
    Effect.gen(function*() {
      const error = yield* Configure.configure(definitionOf(id), { apiKey: key }).pipe(
        Effect.provide([credentials, environment(record)]),
        Effect.flip
      )
      assert.strictEqual(error.setting, setting)
      // It may be a key in the wrong place.
      assert.isFalse(error.message.includes(record[setting] ?? ""), error.message)
    }))

  it.effect("goes on with a slash behind the host, though a path of one's own has none", () =>
    Effect.gen(function*() {
      for (const path of ["@other.test/x", ".other.test/x", ":80/x", "chat"]) {
        const provider = yield* configured("openai-compatible", { baseUrl: "http://gateway.test", path })
        const [address] = addressesOf(provider, "m")
        if (address === undefined || Result.isFailure(address)) return assert.fail("there is no address")
        assert.strictEqual(new URL(address.success).host, "gateway.test", path)
      }
    }))
})

describe("a slip in the environment", () => {
  const broken = { AZURE_OPENAI_API_KEY: "sk-azure", AZURE_OPENAI_RESOURCE_NAME: "https://x.openai.azure.com" }
  const resolve = (name: string, record: Record<string, string>) =>
    ProviderRegistry.use((registry) => registry.resolve(name)).pipe(
      Effect.map(({ provider }) => provider.definition.id),
      Effect.provide(
        Providers.layer().pipe(
          Layer.provide([Layer.succeed(HttpClient.HttpClient, unreachable), environment(record)])
        )
      )
    )

  it.effect("disables its own provider only", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* resolve("openai/gpt-5", { ...broken, OPENAI_API_KEY: "sk" }), "openai")
      const error = yield* Effect.flip(resolve("azure/gpt-5", { ...broken, OPENAI_API_KEY: "sk" }))
      assert.strictEqual(error.setting, "AZURE_OPENAI_RESOURCE_NAME")
    }))

  it.effect("is reported where there is no other provider", () =>
    Effect.map(Effect.flip(resolve("gpt-5", broken)), (error) => {
      assert.strictEqual(error.setting, "AZURE_OPENAI_RESOURCE_NAME")
    }))
})
