/**
 * Google's identities, through its own library, against token endpoints on loopback that verify what they are sent.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { GoogleIdentity, SluiceConfig } from "sluice"
import { type Scenario, Simulator, SimulatorServer } from "sluice/testing"
import * as GoogleIdentityLayer from "../../../src/layers/auth/GoogleIdentity.ts"
import * as Environment from "../../support/Environment.ts"
import * as Files from "../../support/Files.ts"
import * as RawServer from "../../support/RawServer.ts"

const pair = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  })

const { privateKey, publicKey } = pair()

const email = "service@project.iam.gserviceaccount.com"
const user = { clientId: "the-client", clientSecret: "the-client-secret", refreshToken: "the-refresh-token" }
const subjectToken = "the-subject-token"

const scenario: Scenario.Scenario = {
  identity: { google: { clientEmail: email, publicKey, user, subjectToken } }
}

const withFault = (
  faults: NonNullable<NonNullable<Scenario.Scenario["identity"]>["faults"]>
): Scenario.Scenario => ({ identity: { ...scenario.identity, faults } })

const serviceAccount = (url: string, more: object = {}) =>
  JSON.stringify({
    type: "service_account",
    project_id: "p",
    private_key_id: "k1",
    private_key: privateKey,
    client_email: email,
    token_uri: `${url}/token`,
    ...more
  })

/** The file of a user. */
const refreshing = JSON.stringify({
  type: "authorized_user",
  client_id: user.clientId,
  client_secret: user.clientSecret,
  refresh_token: user.refreshToken
})

const request = { provider: "vertexai", scopes: ["https://www.googleapis.com/auth/cloud-platform"] }
const token = GoogleIdentity.use((google) => google.token(request))
const text = Effect.map(token, (found) => Redacted.value(found.token))

/** No variable of this machine. */
const nobody = ConfigProvider.layer(ConfigProvider.fromUnknown({}))
const variables = (record: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromUnknown(record))

const quick = SluiceConfig.layer({ tokenTimeout: Duration.seconds(2) })

const identity = (options: GoogleIdentityLayer.Options, config: Layer.Layer<never> = nobody) =>
  GoogleIdentityLayer.layer(options).pipe(Layer.provide(quick), Layer.provide(config))

const requests = Effect.flatMap(Simulator, (simulator) => simulator.requests)

/** Runs a test with a simulator, and the layer that is made for its address. */
const on = <A, E>(
  test: Effect.Effect<A, E, GoogleIdentity | Simulator>,
  make: (url: string) => ReturnType<typeof identity>,
  first: Scenario.Scenario = scenario
) =>
  Effect.gen(function*() {
    const { url } = yield* Simulator
    return yield* Effect.provide(test, make(url))
  }).pipe(Effect.provide(SimulatorServer.layer({ scenario: first })))

const withAccount = (more: object = {}) => (url: string) =>
  identity({ credentials: Redacted.make(serviceAccount(url, more)) })

/** Where the library finds nobody by itself. */
const alone = Environment.set({
  CLOUDSDK_CONFIG: "/nonexistent",
  GOOGLE_APPLICATION_CREDENTIALS: undefined,
  METADATA_SERVER_DETECTION: "none",
  GCE_METADATA_HOST: undefined
})

describe("GoogleIdentity", () => {
  it.live("gets a token for a service account, whose assertion the endpoint verifies, and keeps it", () =>
    on(
      Effect.gen(function*() {
        const first = yield* text
        assert.match(first, /^ya29\.c\./)
        assert.strictEqual(yield* text, first)
        assert.deepStrictEqual((yield* requests).map(({ method, path, status }) => ({ method, path, status })), [
          { method: "POST", path: "/token", status: 200 }
        ])
      }),
      withAccount()
    ))

  it.live("takes the credentials file that GOOGLE_APPLICATION_CREDENTIALS names", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      const file = yield* Files.make({ "key.json": serviceAccount(url) })
      const config = variables({
        GOOGLE_APPLICATION_CREDENTIALS: file("key.json"),
        GOOGLE_CLIENT_EMAIL: "somebody@else"
      })
      assert.match(yield* Effect.provide(text, identity({}, config)), /^ya29\./)
    }).pipe(Effect.provide(SimulatorServer.layer({ scenario }))))

  it.live("takes credentials that GOOGLE_APPLICATION_CREDENTIALS has itself", () =>
    on(
      Effect.map(text, (found) => assert.match(found, /^ya29\./)),
      (url) => identity({}, variables({ GOOGLE_APPLICATION_CREDENTIALS: serviceAccount(url) }))
    ))

  it.live("takes GOOGLE_CLIENT_EMAIL and GOOGLE_PRIVATE_KEY, with its line breaks as they are in JSON", () =>
    on(
      Effect.map(text, (found) => assert.match(found, /^ya29\./)),
      (url) =>
        identity(
          { tokenUrl: `${url}/token` },
          variables({ GOOGLE_CLIENT_EMAIL: email, GOOGLE_PRIVATE_KEY: privateKey.replaceAll("\n", "\\n") })
        )
    ))

  it.live("sends the refresh token of a user, and who pays", () =>
    on(
      Effect.gen(function*() {
        const found = yield* token
        assert.match(Redacted.value(found.token), /^ya29\./)
        assert.deepStrictEqual(found.headers, { "x-goog-user-project": "the-payer" })
      }),
      (url) =>
        identity({
          tokenUrl: `${url}/token`,
          credentials: Redacted.make(JSON.stringify({
            type: "authorized_user",
            client_id: user.clientId,
            client_secret: user.clientSecret,
            refresh_token: user.refreshToken,
            quota_project_id: "the-payer"
          }))
        })
    ))

  it.live("finds what gcloud wrote by itself", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      const file = yield* Files.make({
        "application_default_credentials.json": JSON.stringify({
          type: "authorized_user",
          client_id: user.clientId,
          client_secret: user.clientSecret,
          refresh_token: user.refreshToken
        })
      })
      yield* alone
      yield* Environment.set({ CLOUDSDK_CONFIG: file(".") })
      assert.match(yield* Effect.provide(text, identity({ tokenUrl: `${url}/token` })), /^ya29\./)
    }).pipe(Effect.provide(SimulatorServer.layer({ scenario }))))

  it.live("exchanges the token of a workload identity, and reads it anew each time", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      const file = yield* Files.make({ "subject.txt": subjectToken })
      const credentials = Redacted.make(JSON.stringify({
        type: "external_account",
        audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/p",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        token_url: `${url}/v1/token`,
        credential_source: { file: file("subject.txt") }
      }))
      assert.match(yield* Effect.provide(text, identity({ credentials })), /^ya29\./)
      assert.deepStrictEqual((yield* requests).map(({ path, status }) => [path, status]), [["/v1/token", 200]])
    }).pipe(Effect.provide(SimulatorServer.layer({ scenario }))))

  it.live("calls the metadata server of Google's machines", () =>
    Effect.gen(function*() {
      const { url } = yield* Simulator
      yield* alone
      yield* Environment.set({ METADATA_SERVER_DETECTION: "assume-present", GCE_METADATA_HOST: new URL(url).host })
      assert.match(yield* Effect.provide(text, identity({})), /^ya29\./)
      assert.deepStrictEqual((yield* requests).map(({ path, status }) => [path, status]), [
        ["/computeMetadata/v1/instance/service-accounts/default/token", 200]
      ])
    }).pipe(Effect.provide(SimulatorServer.layer({ scenario }))))

  it.live("fetches once for two hundred requests at once", () =>
    on(
      Effect.gen(function*() {
        const tokens = yield* Effect.all(Array.from({ length: 200 }, () => text), { concurrency: "unbounded" })
        assert.strictEqual(new Set(tokens).size, 1)
        assert.strictEqual((yield* requests).length, 1)
      }),
      withAccount(),
      withFault([{ _tag: "Delay", millis: 100 }])
    ))

  it.live("returns another token after one was rejected", () =>
    on(
      Effect.gen(function*() {
        const google = yield* GoogleIdentity
        const first = yield* google.token(request)
        yield* google.forget(first)
        const second = yield* google.token(request)
        assert.notStrictEqual(Redacted.value(second.token), Redacted.value(first.token))
        yield* google.forget(first)
        assert.strictEqual(yield* google.token(request), second)
      }),
      withAccount()
    ))

  it.live("has a token for each scope", () =>
    on(
      Effect.gen(function*() {
        const google = yield* GoogleIdentity
        const one = yield* google.token(request)
        const other = yield* google.token({ ...request, scopes: ["another"] })
        assert.notStrictEqual(Redacted.value(other.token), Redacted.value(one.token))
        assert.strictEqual(yield* google.token(request), one)
      }),
      withAccount()
    ))

  it.live("reports Google's reason for a rejected account, and nothing of its key", () =>
    on(
      Effect.gen(function*() {
        const error = yield* Effect.flip(token)
        assert.deepStrictEqual<unknown>({ ...error }, {
          _tag: "AuthenticationError",
          provider: "vertexai",
          status: 400,
          code: "invalid_grant",
          detail: "no token from Google: Invalid JWT Signature."
        })
        assert.isFalse("isRetryable" in error && error.isRetryable)
      }),
      withAccount({ private_key: pair().privateKey })
    ))

  it.live("repeats nothing that the endpoint repeats of its secrets", () =>
    on(
      Effect.gen(function*() {
        const error = yield* Effect.flip(token)
        assert.strictEqual(
          error.message,
          "vertexai rejects the credentials (HTTP 400, invalid_grant): no token from Google: bad REDACTED, "
            + "REDACTED. Check the key or identity, and which account it belongs to."
        )
      }),
      (url) =>
        identity({
          tokenUrl: `${url}/token`,
          credentials: Redacted.make(JSON.stringify({
            type: "authorized_user",
            client_id: user.clientId,
            client_secret: user.clientSecret,
            refresh_token: user.refreshToken
          }))
        }),
      withFault([{
        _tag: "Status",
        status: 400,
        body: {
          error: "invalid_grant",
          error_description: `bad ${user.refreshToken}, eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtZSJ9.c2lnbmF0dXJl`
        }
      }])
    ))

  it.live("is refused when this machine's clock is an hour slow", () =>
    on(
      Effect.gen(function*() {
        const error = yield* Effect.flip(token)
        assert.strictEqual(error._tag, "AuthenticationError")
        assert.include(error.message, "Check your iat and exp values")
      }),
      withAccount(),
      { identity: { ...scenario.identity, clockSkewMillis: 7_200_000 } }
    ))

  it.live("fails in time when the endpoint is slow, and can be tried again", () =>
    on(
      Effect.gen(function*() {
        const error = yield* Effect.flip(token)
        assert.deepStrictEqual([error._tag, error.isRetryable], ["RequestTimeoutError", true])
        assert.include(error.message, "no token from Google")
        assert.match(yield* text, /^ya29\./)
      }),
      withAccount(),
      withFault([{ _tag: "Delay", on: [1] }])
    ))

  it.live.each([
    { status: 403, error: "PermissionDeniedError", isRetryable: false },
    { status: 404, error: "AuthenticationError", isRetryable: false }
  ])("classifies an error response with $status", ({ error, isRetryable, status }) =>
    on(
      Effect.map(Effect.flip(token), (found) =>
        assert.deepStrictEqual([found._tag, found.isRetryable], [error, isRetryable])),
      withAccount(),
      withFault([{ _tag: "Status", status, body: { error: "some_error" } }])
    ))

  it.live("can be retried when the endpoint itself fails", () =>
    on(
      Effect.map(Effect.flip(token), (found) =>
        assert.deepStrictEqual([found._tag, found.isRetryable], ["ServerError", true])),
      (url) =>
        GoogleIdentityLayer.layer({ credentials: Redacted.make(serviceAccount(url)) }).pipe(Layer.provide(nobody)),
      withFault([{ _tag: "Status", status: 503, body: "no" }])
    ), 20_000)

  it.live.each([429, 500, 503])(
    "sends one request for a token, also when the endpoint responds with %i",
    (status) =>
      Effect.gen(function*() {
        const server = yield* RawServer.serve(({ socket }) => socket.write(RawServer.response(status, "{}")))
        for (const credentials of [serviceAccount(server.url), refreshing]) {
          const before = server.exchanges.length
          const google = identity({ credentials: Redacted.make(credentials), tokenUrl: `${server.url}/token` })
          assert.isTrue((yield* Effect.flip(Effect.provide(text, google))).isRetryable)
          assert.lengthOf(server.exchanges, before + 1)
        }
      })
  )

  it.live.each([301, 302, 303, 307, 308])(
    "does not follow a redirect with %i, which would take the assertion",
    (status) =>
      Effect.gen(function*() {
        const other = yield* RawServer.serve(({ socket }) =>
          socket.write(RawServer.response(200, JSON.stringify({ access_token: "stolen", expires_in: 3600 })))
        )
        const location = `http://127.0.0.1:${other.port}/steal?secret=1`
        const server = yield* RawServer.serve(({ socket }) =>
          socket.write(RawServer.response(status, "", { location }))
        )
        for (const credentials of [serviceAccount(server.url), refreshing]) {
          const google = identity({ credentials: Redacted.make(credentials), tokenUrl: `${server.url}/token` })
          const error = yield* Effect.flip(Effect.provide(text, google))
          assert.deepStrictEqual([error._tag, error.isRetryable], ["ConfigurationError", false])
          assert.include(error.message, `status ${status} redirects to http://127.0.0.1:${other.port}, `)
          assert.notInclude(error.message, "secret=1")
        }
        assert.lengthOf(other.exchanges, 0)
      })
  )

  it.live("fails when the response has no token", () =>
    on(
      Effect.map(Effect.flip(token), (found) => assert.strictEqual(found._tag, "ConfigurationError")),
      withAccount(),
      withFault([{ _tag: "Status", status: 200, body: {} }])
    ))

  it.live("reports an endpoint that is not there", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(token)
      assert.deepStrictEqual([error._tag, error.isRetryable], ["ConnectionError", true])
    }).pipe(Effect.provide(identity({ credentials: Redacted.make(serviceAccount("http://127.0.0.1:9")) }))))

  it.live.each([
    { what: "no JSON", text: "{\"private_key\": \"-----BEGIN PRIVATE KEY-----abc", words: "is not the JSON" },
    {
      what: "another kind of file",
      text: "{\"installed\": {\"client_secret\": \"hush-hush-hush\"}}",
      words: "its type is not one of"
    },
    {
      what: "a key that is none",
      text: serviceAccount("http://127.0.0.1:9", { private_key: "hush-hush-hush" }),
      words: "vertexai gets no token from Google"
    }
  ])(
    "reports the problem of credentials that are $what, and repeats nothing of them",
    ({ text, words }) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(token)
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.include(error.message, words)
        assert.notInclude(error.message, "hush-hush")
        assert.notInclude(error.message, "BEGIN")
      }).pipe(Effect.provide(identity({ credentials: Redacted.make(text) })))
  )

  it.live("reports the variable that names a missing file", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(token)
      assert.strictEqual(
        error.message,
        "GOOGLE_APPLICATION_CREDENTIALS names a file that cannot be read (ENOENT)"
      )
    }).pipe(Effect.provide(identity({}, variables({ GOOGLE_APPLICATION_CREDENTIALS: "/nonexistent/key.json" })))))

  it.live("reports what to do where no identity is found", () =>
    Effect.gen(function*() {
      yield* alone
      const error = yield* Effect.flip(token)
      assert.deepStrictEqual([error._tag, error.isRetryable], ["ConfigurationError", false])
      assert.include(error.message, "vertexai gets no token from Google")
    }).pipe(Effect.provide(identity({}))))

  it.live("closes its connection when whoever has it is interrupted", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(() => {})
      const patient = GoogleIdentityLayer.layer({ credentials: Redacted.make(serviceAccount(server.url)) }).pipe(
        Layer.provide(SluiceConfig.layer({ tokenTimeout: Duration.minutes(1) })),
        Layer.provide(nobody)
      )
      const fiber = yield* Effect.forkChild(Effect.provide(token, patient), { startImmediately: true })
      yield* Effect.repeat(Effect.sleep(10), { until: () => server.exchanges.length > 0 })
      assert.strictEqual(server.open(), 1)
      yield* Fiber.interrupt(fiber)
      yield* Effect.timeout(Effect.repeat(Effect.sleep(10), { until: () => server.open() === 0 }), "3 seconds")
      assert.lengthOf(server.exchanges, 1)
    }), 20_000)

  it.live("stops waiting for a token when it is interrupted", () =>
    on(
      Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(token, { startImmediately: true })
        yield* Effect.sleep(50)
        yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      }),
      withAccount(),
      withFault([{ _tag: "Delay" }])
    ))
})
