/**
 * A chat model on a provider without a key, from its layer to a server that verifies every token and every signature.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Logger, Redacted, Stream } from "effect"
import { generateKeyPairSync } from "node:crypto"
import {
  ChatModel,
  type ConfigurationError,
  type Configure,
  GoogleIdentity,
  Identity,
  type ProviderDefinition,
  Providers,
  type ResponseEvent,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import * as Bedrock from "sluice/bedrock"
import * as Azure from "sluice/azure"
import * as OpenAiCompatible from "sluice/openai-compatible"
import { Scenario, Simulator, SimulatorServer } from "sluice/testing"
import * as VertexAi from "sluice/vertexai"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as Environment from "../../support/Environment.ts"
import * as Files from "../../support/Files.ts"

type Identities = NonNullable<Scenario.Scenario["identity"]>

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" }
})
const email = "service@project.iam.gserviceaccount.com"

const withGoogle = (more: Partial<Identities> = {}, rest: Scenario.Scenario = {}): Scenario.Scenario => ({
  ...rest,
  completions: rest.completions ?? [{ parts: [Scenario.text("Hello")] }],
  identity: { require: "google", google: { clientEmail: email, publicKey }, ...more }
})

const cloud = (identity: ProviderDefinition["identity"]): ProviderDefinition =>
  OpenAiCompatible.define({
    id: "cloud",
    baseUrl: undefined,
    baseUrlEnv: ["CLOUD_URL"],
    keyEnv: ["CLOUD_KEY"],
    identity
  })

const google = cloud({
  type: "google",
  env: ["GOOGLE_APPLICATION_CREDENTIALS"],
  scopes: ["https://www.googleapis.com/auth/cloud-platform"]
})

const account = (url: string) =>
  JSON.stringify({ type: "service_account", client_email: email, private_key: privateKey, token_uri: `${url}/token` })

type Given = Readonly<Record<string, string>>

/** The environment of a program: the configuration, the network, quick retries. */
const around = (variables: Given) =>
  UndiciHttpClient.layer.pipe(
    Layer.provideMerge(
      SluiceConfig.layer({ proxy: "none", retryBase: Duration.millis(1), retryCap: Duration.millis(1) })
    ),
    Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromUnknown(variables)))
  )

const read = Stream.runFold(
  ChatModel.stream({ model: "m", prompt: "hi" }),
  () => "",
  (text, event: ResponseEvent.ResponseEvent) => event._tag === "OutputTextDelta" ? text + event.delta : text
)

const summary = Effect.flatMap(Simulator, ({ requests }) =>
  Effect.map(requests, (all) => {
    const of = (isToken: boolean) => all.filter(({ protocol }) => (protocol === undefined) === isToken)
    return { tokens: of(true).length, statuses: of(false).map(({ status }) => status) }
  }))

type Model = Layer.Layer<ChatModel, ConfigurationError>

/** Runs a test with a simulator, and the model that is made for its address. */
const on = <A, E>(
  scenario: Scenario.Scenario,
  model: (url: string) => Model,
  test: Effect.Effect<A, E, ChatModel | Simulator>
) =>
  Effect.gen(function*() {
    const { url } = yield* Simulator
    return yield* Effect.provide(test, model(url))
  }).pipe(Effect.provide([SimulatorServer.layer({ scenario }), Logger.layer([])]))

const onGoogle = (url: string): Model =>
  SingleProvider.layer(google)({ baseUrl: `${url}/v1` }).pipe(
    Layer.provide(Identity.google({ credentials: Redacted.make(account(url)) })),
    Layer.provide(around({}))
  )

describe("a provider without a key", () => {
  it.live("is authorized with a token of Google, which is fetched once", () =>
    on(
      withGoogle(),
      onGoogle,
      Effect.gen(function*() {
        assert.strictEqual(yield* read, "Hello")
        assert.strictEqual(yield* read, "Hello")
        assert.deepStrictEqual(yield* summary, { tokens: 1, statuses: [200, 200] })
      })
    ))

  it.live("needs no more than the file that the environment names", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      const file = yield* Files.make({ "key.json": account(url) })
      const variables = { GOOGLE_APPLICATION_CREDENTIALS: file("key.json"), CLOUD_URL: `${url}/v1` }
      const single = SingleProvider.layer(google)().pipe(Layer.provide(around(variables)))
      assert.strictEqual(yield* Effect.provide(read, single), "Hello")
      const several = Providers.layer({ definitions: [google], providers: { cloud: {} } }).pipe(
        Layer.provide(around(variables))
      )
      const named = Effect.map(ChatModel.complete({ model: "cloud/m", prompt: "hi" }), ({ text }) => text)
      assert.strictEqual(yield* Effect.provide(named, several), "Hello")
    }).pipe(Effect.provide(SimulatorServer.layer({ scenario: withGoogle() }))))

  it.live("uses its key where it has one, and fetches no token", () =>
    on(
      { ...withGoogle(), identity: {}, requireKey: "the-key" },
      (url) =>
        SingleProvider.layer(google)({ baseUrl: `${url}/v1` }).pipe(Layer.provide(around({ CLOUD_KEY: "the-key" }))),
      Effect.gen(function*() {
        assert.strictEqual(yield* read, "Hello")
        assert.deepStrictEqual(yield* summary, { tokens: 0, statuses: [200] })
      })
    ))

  it.live("takes the identity that a program provides before its own", () =>
    on(
      { completions: [{ parts: [Scenario.text("Hello")] }], requireKey: "my-own-token" },
      (url) =>
        SingleProvider.layer(google)({ baseUrl: `${url}/v1` }).pipe(
          Layer.provide(Layer.succeed(GoogleIdentity, {
            token: ({ provider, scopes }) => {
              assert.deepStrictEqual([provider, scopes.length], ["cloud", 1])
              return Effect.succeed({ token: Redacted.make("my-own-token") })
            },
            forget: () => Effect.void
          })),
          Layer.provide(around({}))
        ),
      Effect.map(read, (text) => assert.strictEqual(text, "Hello"))
    ))
})

const complete = (model: string) => Effect.map(ChatModel.complete({ model, prompt: "hi" }), ({ text }) => text)

describe("Vertex AI", () => {
  it.live.each(["gemini-2.5-flash", "meta/llama-3.3"])(
    "is authorized for %s with a token of Google",
    (model) =>
      on(
        withGoogle(),
        (url) =>
          VertexAi.layer({ baseUrl: url, variables: { project: "p", location: "europe-west1" } }).pipe(
            Layer.provide(Identity.google({ credentials: Redacted.make(account(url)) })),
            Layer.provide(around({}))
          ),
        Effect.gen(function*() {
          assert.strictEqual(yield* complete(model), "Hello")
          assert.deepStrictEqual(yield* summary, { tokens: 1, statuses: [200] })
        })
      )
  )
})

describe("Azure", () => {
  it.live("is authorized with a token of Entra ID", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      yield* Environment.set({ IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: "the-header" })
      const model = Azure.layer({ baseUrl: `${url}/openai` }).pipe(
        Layer.provide(Identity.entra({ managedIdentity: true })),
        Layer.provide(around({}))
      )
      assert.strictEqual(yield* Effect.provide(complete("my-deployment"), model), "Hello")
      assert.deepStrictEqual(yield* summary, { tokens: 1, statuses: [200] })
    }).pipe(Effect.provide(SimulatorServer.layer({
      scenario: {
        completions: [{ parts: [Scenario.text("Hello")] }],
        identity: { require: "entra", entra: { tenantId: "t", clientId: "c", identityHeader: "the-header" } }
      }
    }))))
})

const aws = { accessKeyId: "AKIDSTATIC0000000000", secretAccessKey: "the-static-secret-key" }
const awsVariables = {
  AWS_ACCESS_KEY_ID: aws.accessKeyId,
  AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
  AWS_REGION: "eu-west-1"
}

const onBedrock = (variables: Given, settings: Configure.ProviderSettings = {}) => (url: string): Model =>
  Bedrock.layer({ ...settings, baseUrl: url }).pipe(Layer.provide(around(variables)))

const withAws = (more: Partial<Identities> = {}): Scenario.Scenario => ({
  completions: [{ parts: [Scenario.text("Hello")] }],
  identity: { require: "aws", aws: { ...aws, region: "eu-west-1", service: "bedrock" }, ...more }
})

const model = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-sonnet-4-20250514-v1:0"
const readBedrock = Stream.runFold(
  ChatModel.stream({ model, prompt: "hi" }),
  () => "",
  (text, event: ResponseEvent.ResponseEvent) => event._tag === "OutputTextDelta" ? text + event.delta : text
)

describe("Bedrock", () => {
  it.live("is authorized with a signature, whose path has a model's colons and slashes encoded twice", () =>
    on(
      withAws(),
      onBedrock(awsVariables),
      Effect.gen(function*() {
        assert.strictEqual(yield* readBedrock, "Hello")
        assert.deepStrictEqual(yield* summary, { tokens: 0, statuses: [200] })
      })
    ))

  it.live.each(["openai-chat", "openai-responses"] as const)("is authorized with a signature over %s", (protocol) =>
    on(
      withAws(),
      onBedrock(awsVariables, { protocol }),
      Effect.gen(function*() {
        const request = { model: "openai.gpt-oss-120b-1:0", prompt: "hi" }
        assert.strictEqual((yield* ChatModel.complete(request)).text, "Hello")
        assert.deepStrictEqual((yield* summary).statuses, [200])
      })
    ))

  it.live("is called again with AWS's time when this machine's clock is wrong, once for the layer", () =>
    on(
      withAws({ clockSkewMillis: 3_600_000 }),
      onBedrock(awsVariables),
      Effect.gen(function*() {
        assert.strictEqual(yield* readBedrock, "Hello")
        assert.strictEqual(yield* readBedrock, "Hello")
        assert.deepStrictEqual((yield* summary).statuses, [403, 200, 200])
      })
    ))

  it.live("is not called again with invalid keys", () =>
    on(
      withAws(),
      onBedrock({ ...awsVariables, AWS_SECRET_ACCESS_KEY: "another-secret-key" }),
      Effect.gen(function*() {
        const error = yield* Effect.flip(readBedrock)
        assert.strictEqual(error._tag, "AuthenticationError")
        assert.deepStrictEqual((yield* summary).statuses, [403])
        assert.notInclude(JSON.stringify(error) + error.message, "another-secret-key")
      })
    ))

  it.live("is authorized with a key for Bedrock where there is one", () =>
    on(
      { completions: [{ parts: [Scenario.text("Hello")] }], requireKey: "the-bedrock-key" },
      onBedrock({ ...awsVariables, AWS_BEARER_TOKEN_BEDROCK: "the-bedrock-key" }),
      Effect.map(readBedrock, (text) => assert.strictEqual(text, "Hello"))
    ))

  it.live("is authorized with AWS's keys where the key for Bedrock is only white space", () =>
    on(
      withAws(),
      onBedrock({ ...awsVariables, AWS_BEARER_TOKEN_BEDROCK: "  " }),
      Effect.map(readBedrock, (text) => assert.strictEqual(text, "Hello"))
    ))
})

describe("a token that ends", () => {
  // Its expiry is in an hour, but it is rejected earlier.
  const brief = { lifetimeSeconds: 2, statedLifetimeSeconds: 3600 }

  it.live("is fetched anew when it is rejected, and the request is sent again", () =>
    on(
      withGoogle(brief),
      onGoogle,
      Effect.gen(function*() {
        assert.strictEqual(yield* read, "Hello")
        yield* Effect.sleep(2100)
        assert.strictEqual(yield* read, "Hello")
        assert.deepStrictEqual(yield* summary, { tokens: 2, statuses: [200, 401, 200] })
      })
    ))

  it.live("is fetched anew once for a hundred requests that were rejected together", () =>
    on(
      withGoogle(),
      onGoogle,
      Effect.gen(function*() {
        yield* read
        // A new scenario knows no token of the old one.
        yield* Simulator.use(({ setScenario }) => setScenario(withGoogle()))
        const texts = yield* Effect.all(Array.from({ length: 100 }, () => read), { concurrency: "unbounded" })
        assert.isTrue(texts.every((text) => text === "Hello"))
        assert.strictEqual((yield* summary).tokens, 2)
      })
    ))

  it.live("does not disturb a stream that is running", () =>
    on(
      withGoogle(brief, {
        completions: [
          { parts: [Scenario.text("one two three four five six seven eight")], pace: { tokensPerSecond: 2 } },
          { parts: [Scenario.text("Hello")] }
        ]
      }),
      onGoogle,
      Effect.gen(function*() {
        const running = yield* Effect.forkChild(read, { startImmediately: true })
        yield* Effect.sleep(2100)
        assert.isUndefined(running.pollUnsafe())
        assert.strictEqual(yield* read, "Hello")
        assert.strictEqual(yield* Fiber.join(running), "one two three four five six seven eight")
        assert.deepStrictEqual(yield* summary, { tokens: 2, statuses: [200, 401, 200] })
      })
    ))

  it.live("is tried only once more when new ones are rejected as well", () =>
    on(
      withGoogle({ lifetimeSeconds: 0, statedLifetimeSeconds: 3600 }),
      onGoogle,
      Effect.gen(function*() {
        const error = yield* Effect.flip(read)
        assert.strictEqual(error._tag, "AuthenticationError")
        assert.deepStrictEqual(yield* summary, { tokens: 2, statuses: [401, 401] })
      })
    ))
})

describe("an endpoint without a token", () => {
  it.live("fails the request with its own words, which nothing is sent for", () =>
    on(
      withGoogle({
        faults: [{ _tag: "Status", status: 400, body: { error: "invalid_grant", error_description: "No." } }]
      }),
      onGoogle,
      Effect.gen(function*() {
        const error = yield* Effect.flip(read)
        assert.strictEqual(
          error.message,
          "cloud rejects the credentials (HTTP 400, invalid_grant): no token from Google: No. "
            + "Check the key or identity, and which account it belongs to."
        )
        assert.deepStrictEqual(yield* summary, { tokens: 1, statuses: [] })
      })
    ))

  it.live("is requested again after a temporary failure", () =>
    on(
      withGoogle({ faults: [{ _tag: "Reset", on: [1] }] }),
      onGoogle,
      Effect.gen(function*() {
        assert.strictEqual(yield* read, "Hello")
        assert.isAtLeast((yield* summary).tokens, 2)
      })
    ))
})
