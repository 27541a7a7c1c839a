/**
 * How a key or an identity gets into a request.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { AwsIdentity, ConfigCredentials, Configure, Credentials, EntraIdentity, type ProviderDefinition } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"

const outgoing = { method: "POST", url: "http://x/v1", headers: {}, body: new Uint8Array() } as const

const define = (rest: Partial<ProviderDefinition>) =>
  OpenAiCompatible.define({ id: "cloud", baseUrl: "http://x/v1", keyEnv: ["CLOUD_KEY"], ...rest })

const variables: Record<string, string> = {}
const configuration = ConfigCredentials.layer.pipe(
  Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromUnknown(variables)))
)

const configured = (rest: Partial<ProviderDefinition>, options: Configure.ProviderSettings = {}) =>
  Effect.map(Configure.configure(define(rest), options), ({ authorizer }) => authorizer.authorize(outgoing))

const withKey = (key: string) => ({ apiKey: Redacted.make(key) })

describe("a key", () => {
  it.effect("is sent as the definition requires, and is reported as a secret", () =>
    Effect.gen(function*() {
      const options = withKey("the-key")
      assert.deepStrictEqual(yield* yield* configured({ auth: { type: "bearer" } }, options), {
        headers: { authorization: "Bearer the-key" },
        secrets: ["the-key"]
      })
      assert.deepStrictEqual(yield* yield* configured({ auth: { type: "header", name: "X-Key" } }, options), {
        headers: { "x-key": "the-key" },
        secrets: ["the-key"]
      })
      assert.deepStrictEqual(yield* yield* configured({ auth: { type: "query", name: "key" } }, options), {
        headers: {},
        query: { key: "the-key" },
        secrets: ["the-key"]
      })
    }).pipe(Effect.provide(configuration)))

  it.effect("of the form id.secret signs a token, which is kept for a while", () =>
    Effect.gen(function*() {
      const authorize = yield* configured({ auth: { type: "signed-token" } }, withKey("the-id.the-secret"))
      const first = yield* authorize
      const [, token = ""] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(first.headers["authorization"] ?? "") ?? []
      assert.deepStrictEqual(first.secrets, ["the-id.the-secret", "the-id", "the-secret", token])
      assert.deepStrictEqual(yield* authorize, first)
      yield* TestClock.adjust("3 minutes")
      assert.notDeepEqual(yield* authorize, first)
    }).pipe(Effect.provide(configuration)))

  it.effect("may be any of those that a service returns, by alias, each sent in its variable's way", () => {
    const credential = (key: string, source: string, alias?: string) => ({ key: Redacted.make(key), source, alias })
    const first = credential("first-key", "CLOUD_KEY", "alice")
    let all = [first, credential("second-key", "OTHER_KEY")]
    const service = Credentials.of({ key: () => Effect.sync(() => all[0]), keys: () => Effect.sync(() => all) })
    return Effect.gen(function*() {
      const definition = define({ byKey: { OTHER_KEY: { auth: { type: "header", name: "x-other" } } } })
      const { authorizer } = yield* Effect.provideService(Configure.configure(definition), Credentials, service)
      const choices = yield* authorizer.keys
      assert.deepStrictEqual(choices.map(({ name }) => name.name), ["alice", "OTHER_KEY"])
      assert.strictEqual(new Set(choices.map(({ name }) => name.fingerprint)).size, 2)
      assert.deepStrictEqual(
        yield* Effect.forEach(choices, ({ authorize }) => Effect.map(authorize(outgoing), ({ headers }) => headers)),
        [{ authorization: "Bearer first-key" }, { "x-other": "second-key" }]
      )
      assert.strictEqual((yield* authorizer.authorize(outgoing)).headers["authorization"], "Bearer first-key")
      all = []
      assert.deepStrictEqual(yield* authorizer.keys, [])
      assert.deepStrictEqual((yield* authorizer.authorize(outgoing)).headers, {})
      // A service that knows of one key alone.
      const single = Credentials.of({ key: () => Effect.succeed(first) })
      const { authorizer: one } = yield* Effect.provideService(Configure.configure(definition), Credentials, single)
      assert.deepStrictEqual((yield* one.keys).map(({ name }) => name.name), ["alice"])
    }).pipe(Effect.provide(configuration))
  })

  it.effect("may change between two requests of the same layer", () =>
    Effect.gen(function*() {
      const authorize = yield* configured({})
      for (const key of ["the-first-key", "the-second-key"]) {
        variables["CLOUD_KEY"] = key
        assert.strictEqual((yield* authorize).headers["authorization"], `Bearer ${key}`)
      }
      let count = 0
      const counted = yield* configured({}, { apiKey: Effect.sync(() => Redacted.make(`key-${++count}`)) })
      assert.strictEqual((yield* counted).headers["authorization"], "Bearer key-1")
      assert.strictEqual((yield* counted).headers["authorization"], "Bearer key-2")
    }).pipe(Effect.ensuring(Effect.sync(() => delete variables["CLOUD_KEY"])), Effect.provide(configuration)))
})

describe("an identity", () => {
  const entra = { type: "entra", scope: "the-scope", env: [] } as const

  it.effect("gives a token, its headers, and a way to have it forgotten", () =>
    Effect.gen(function*() {
      const forgotten: Array<unknown> = []
      const token = { token: Redacted.make("the-token"), headers: { "x-payer": "me" } }
      const authorize = yield* Effect.provideService(configured({ identity: entra }), EntraIdentity, {
        token: (request) => {
          assert.deepStrictEqual(request, { provider: "cloud", scope: "the-scope" })
          return Effect.succeed(token)
        },
        forget: (refused) => Effect.sync(() => forgotten.push(refused))
      })
      const { headers, renew, secrets } = yield* authorize
      assert.deepStrictEqual([headers, secrets], [
        { authorization: "Bearer the-token", "x-payer": "me" },
        ["the-token"]
      ])
      assert.isTrue(yield* renew?.({}) ?? Effect.succeed(false))
      assert.deepStrictEqual(forgotten, [token])
    }).pipe(Effect.provide(configuration)))

  it.effect("signs for the region that the provider is configured for", () =>
    Effect.gen(function*() {
      const authorize = yield* Effect.provideService(
        configured(
          { identity: { type: "aws", service: "bedrock", env: [] }, variables: { region: { env: ["REGION"] } } },
          { variables: { region: "eu-west-1" } }
        ),
        AwsIdentity,
        {
          sign: (request, options) =>
            Effect.succeed({ headers: { signed: JSON.stringify([request.url, options]) }, secrets: [] })
        }
      )
      assert.deepStrictEqual(JSON.parse((yield* authorize).headers["signed"] ?? ""), [
        "http://x/v1",
        { provider: "cloud", service: "bedrock", region: "eu-west-1" }
      ])
    }).pipe(Effect.provide(configuration)))

  it.effect("is not used where there is a key", () =>
    Effect.gen(function*() {
      const authorize = yield* Effect.provideService(
        configured({ identity: entra }, withKey("the-key")),
        EntraIdentity,
        { token: () => Effect.die("used"), forget: () => Effect.void }
      )
      assert.strictEqual((yield* authorize).headers["authorization"], "Bearer the-key")
    }).pipe(Effect.provide(configuration)))

  it.effect("that nobody provides is missed by name", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(yield* configured({ identity: entra }))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, "CLOUD_KEY")
      assert.include(error.message, "EntraIdentity")
    }).pipe(Effect.provide(configuration)))
})
