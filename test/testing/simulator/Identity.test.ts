/**
 * The token endpoints and the credential checks of the simulator, in memory and in virtual time.
 *
 * `test/layers/auth` tests them with the clouds' own libraries.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import { createSign, generateKeyPairSync } from "node:crypto"
import { Scenario, Simulator, SimulatorHttpClient } from "sluice/testing"
import * as AwsSignature from "../../../src/layers/auth/AwsSignature.ts"

type Identity = NonNullable<Scenario.Scenario["identity"]>

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" }
})

const url = "http://simulator.invalid"
const now = 1_767_225_600_000

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")

/** Creates the assertion of a service account, with some claims replaced. */
const assertion = (claims: object = {}, key = privateKey) => {
  const input = `${part({ alg: "RS256", typ: "JWT" })}.${
    part({
      iss: "me",
      scope: "s",
      aud: "https://oauth2.googleapis.com/token",
      iat: now / 1000,
      exp: now / 1000 + 3600,
      ...claims
    })
  }`
  return `${input}.${createSign("sha256").update(input).sign(key, "base64url")}`
}

const jwtBearer = (claims?: object, key?: string) => ({
  grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  assertion: assertion(claims, key)
})

interface JsonResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

const object = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.JsonObject))

const send = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function*() {
    const response = yield* HttpClient.execute(request)
    const text = yield* response.text
    const found = object(text)
    const result: JsonResponse = {
      status: response.status,
      headers: response.headers,
      text,
      json: found._tag === "Some" ? found.value : {}
    }
    return result
  })

const form = (path: string, fields: Readonly<Record<string, string>>) =>
  send(HttpClientRequest.post(`${url}${path}`).pipe(HttpClientRequest.bodyUrlParams(fields)))

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  send(HttpClientRequest.get(`${url}${path}`).pipe(HttpClientRequest.setHeaders(headers)))

const body = new TextEncoder().encode(JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] }))

const chat = (headers: Readonly<Record<string, string>>, path = "/v1/chat/completions", content = body) =>
  send(
    HttpClientRequest.post(`${url}${path}`).pipe(
      HttpClientRequest.setHeaders(headers),
      HttpClientRequest.bodyUint8Array(content, "application/json")
    )
  )

const bearer = (response: JsonResponse) => ({ authorization: `Bearer ${String(response.json["access_token"])}` })

const on = (identity: Identity, rest: Scenario.Scenario = {}) =>
  SimulatorHttpClient.layer({ scenario: { ...rest, identity } })

const at = TestClock.setTime(now)

const google: Identity = {
  require: "google",
  google: {
    clientEmail: "me",
    publicKey,
    user: { clientId: "c", clientSecret: "s", refreshToken: "r" },
    subjectToken: "subject"
  }
}

describe("Google's endpoints", () => {
  it.effect("issue a token for an assertion, valid for an hour", () =>
    Effect.gen(function*() {
      yield* at
      const token = yield* form("/token", jwtBearer())
      assert.deepStrictEqual([token.status, token.json["expires_in"], token.json["token_type"]], [200, 3600, "Bearer"])
      assert.strictEqual((yield* chat(bearer(token))).status, 200)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual((yield* chat(bearer(token))).status, 200)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* chat(bearer(token))).status, 401)
    }).pipe(Effect.provide(on(google))))

  it.effect.each([
    { what: "is signed with another key", fields: () => jwtBearer({}, otherKey()), error: "invalid_grant" },
    { what: "is of another account", fields: () => jwtBearer({ iss: "you" }), error: "invalid_grant" },
    {
      what: "is for another audience",
      fields: () => jwtBearer({ aud: "https://example.com" }),
      error: "invalid_grant"
    },
    { what: "has no scope", fields: () => jwtBearer({ scope: undefined }), error: "invalid_scope" },
    { what: "is for two hours", fields: () => jwtBearer({ exp: now / 1000 + 7200 }), error: "invalid_grant" },
    {
      what: "is of yesterday",
      fields: () => jwtBearer({ iat: now / 1000 - 86_400, exp: now / 1000 - 82_800 }),
      error: "invalid_grant"
    },
    { what: "is of no known kind", fields: () => ({ grant_type: "password" }), error: "unsupported_grant_type" }
  ])("reject an assertion that $what", ({ error, fields }) =>
    Effect.gen(function*() {
      yield* at
      const { json, status } = yield* form("/token", fields())
      assert.deepStrictEqual([status, json["error"]], [400, error])
    }).pipe(Effect.provide(on(google))))

  it.effect("issue a token for a refresh token and for a foreign identity, and for no other", () =>
    Effect.gen(function*() {
      const user = { grant_type: "refresh_token", client_id: "c", client_secret: "s", refresh_token: "r" }
      const foreign = { grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: "subject" }
      assert.strictEqual((yield* chat(bearer(yield* form("/token", user)))).status, 200)
      assert.strictEqual((yield* chat(bearer(yield* form("/v1/token", foreign)))).status, 200)
      assert.strictEqual((yield* form("/token", { ...user, client_secret: "another" })).status, 401)
      assert.strictEqual((yield* form("/token", { ...user, refresh_token: "another" })).status, 400)
      assert.strictEqual((yield* form("/v1/token", { ...foreign, subject_token: "another" })).status, 400)
    }).pipe(Effect.provide(on(google))))

  it.effect("issue a token to a machine that sends the metadata header", () =>
    Effect.gen(function*() {
      const path = "/computeMetadata/v1/instance/service-accounts/default/token"
      const token = yield* get(path, { "metadata-flavor": "Google" })
      assert.strictEqual(token.headers["metadata-flavor"], "Google")
      assert.strictEqual((yield* chat(bearer(token))).status, 200)
      assert.strictEqual((yield* get(path)).status, 403)
    }).pipe(Effect.provide(on(google))))
})

const otherKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" }
  }).privateKey

const entra: Identity = {
  require: "entra",
  entra: { tenantId: "t", clientId: "c", clientSecret: "s", assertion: "a", identityHeader: "h" }
}

const application = {
  grant_type: "client_credentials",
  client_id: "c",
  client_secret: "s",
  scope: "https://cognitiveservices.azure.com/.default"
}

const workload = {
  grant_type: "client_credentials",
  client_id: "c",
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: "a",
  scope: application.scope
}

describe("Entra's endpoints", () => {
  it.effect("issue a token for an application's secret and for its assertion", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* chat(bearer(yield* form("/t/oauth2/v2.0/token", application)))).status, 200)
      assert.strictEqual((yield* chat(bearer(yield* form("/t/oauth2/v2.0/token", workload)))).status, 200)
    }).pipe(Effect.provide(on(entra))))

  it.effect.each([
    { what: "another tenant", path: "/u", fields: application, expected: [400, "invalid_request"] },
    {
      what: "another client",
      path: "/t",
      fields: { ...application, client_id: "d" },
      expected: [400, "unauthorized_client"]
    },
    {
      what: "another secret",
      path: "/t",
      fields: { ...application, client_secret: "x" },
      expected: [401, "invalid_client"]
    },
    {
      what: "another assertion",
      path: "/t",
      fields: { ...workload, client_assertion: "x" },
      expected: [401, "invalid_client"]
    },
    {
      what: "a resource as its scope",
      path: "/t",
      fields: { ...application, scope: "https://x/" },
      expected: [400, "invalid_scope"]
    },
    {
      what: "another grant",
      path: "/t",
      fields: { ...application, grant_type: "x" },
      expected: [400, "unsupported_grant_type"]
    }
  ])("reject $what", ({ expected, fields, path }) =>
    Effect.gen(function*() {
      const { json, status } = yield* form(`${path}/oauth2/v2.0/token`, fields)
      assert.deepStrictEqual([status, json["error"]], expected)
    }).pipe(Effect.provide(on(entra))))

  it.effect("issue tokens to machines and to App Service", () =>
    Effect.gen(function*() {
      yield* at
      const query = "?resource=https%3A%2F%2Fcognitiveservices.azure.com"
      const machine = yield* get(`/metadata/identity/oauth2/token${query}`, { metadata: "true" })
      assert.strictEqual(machine.json["expires_on"], String(now / 1000 + 3600))
      assert.strictEqual((yield* chat(bearer(machine))).status, 200)
      const app = yield* get(`/msi/token${query}`, { "x-identity-header": "h" })
      assert.strictEqual((yield* chat(bearer(app))).status, 200)
      assert.strictEqual((yield* get(`/metadata/identity/oauth2/token${query}`)).status, 400)
      assert.strictEqual((yield* get(`/msi/token${query}`, { "x-identity-header": "x" })).status, 401)
      assert.strictEqual((yield* get("/metadata/identity/oauth2/token", { metadata: "true" })).status, 400)
    }).pipe(Effect.provide(on(entra))))
})

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-access-key" }

const aws: Identity = { require: "aws", aws: { ...keys, region: "us-east-1", service: "bedrock" } }

const sign = (
  change: Partial<Parameters<typeof AwsSignature.fromRequest>[0]> = {},
  options: Partial<AwsSignature.Options> = {}
) =>
  AwsSignature.sign(
    AwsSignature.fromRequest({
      method: "POST",
      url: `${url}/v1/chat/completions`,
      headers: { "content-type": "application/json" },
      body,
      ...change
    }),
    { credentials: keys, region: "us-east-1", service: "bedrock", at: now, ...options }
  )

describe("AWS's signatures", () => {
  it.effect("are accepted when they are valid", () =>
    Effect.gen(function*() {
      yield* at
      assert.strictEqual((yield* chat(yield* sign())).status, 200)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* chat(yield* sign())).status, 200)
    }).pipe(Effect.provide(on(aws))))

  it.effect.each([
    {
      what: "of another path",
      headers: sign({ url: `${url}/v2/chat/completions` }),
      type: "InvalidSignatureException"
    },
    {
      what: "of another host",
      headers: sign({ url: "http://x/v1/chat/completions" }),
      type: "InvalidSignatureException"
    },
    {
      what: "of another query",
      headers: sign({ url: `${url}/v1/chat/completions?a` }),
      type: "InvalidSignatureException"
    },
    { what: "of another method", headers: sign({ method: "GET" }), type: "InvalidSignatureException" },
    { what: "of another body", headers: sign({ body: new Uint8Array(1) }), type: "InvalidSignatureException" },
    {
      what: "of another type",
      headers: sign({ headers: { "content-type": "x/y" } }),
      type: "InvalidSignatureException"
    },
    {
      what: "with another secret",
      headers: sign({}, { credentials: { ...keys, secretAccessKey: "another" } }),
      type: "InvalidSignatureException"
    },
    {
      what: "with another key",
      headers: sign({}, { credentials: { ...keys, accessKeyId: "ANOTHER" } }),
      type: "UnrecognizedClientException"
    },
    {
      what: "with a session that is not its key's",
      headers: sign({}, { credentials: { ...keys, sessionToken: "x" } }),
      type: "UnrecognizedClientException"
    },
    { what: "of six minutes ago", headers: sign({}, { at: now - 360_000 }), type: "InvalidSignatureException" },
    { what: "of six minutes from now", headers: sign({}, { at: now + 360_000 }), type: "InvalidSignatureException" },
    { what: "for another region", headers: sign({}, { region: "eu-west-1" }), type: "InvalidSignatureException" },
    { what: "for another service", headers: sign({}, { service: "s3" }), type: "InvalidSignatureException" },
    {
      what: "without its time",
      headers: Effect.map(sign(), ({ authorization }) => ({ authorization: authorization ?? "" })),
      type: "IncompleteSignatureException"
    },
    { what: "that are none", headers: Effect.succeed({}), type: "MissingAuthenticationTokenException" },
    {
      what: "that leave out a header of AWS",
      headers: Effect.map(sign(), (headers) => ({ ...headers, "x-amz-more": "1" })),
      type: "InvalidSignatureException"
    }
  ])("are rejected $what", ({ headers, type }) =>
    Effect.gen(function*() {
      yield* at
      const response = yield* chat(yield* headers)
      assert.deepStrictEqual([response.status, response.headers["x-amzn-errortype"]], [403, type])
    }).pipe(Effect.provide(on(aws))))

  it.effect("are valid with session keys until these expire", () =>
    Effect.gen(function*() {
      yield* at
      const path = "/latest/meta-data/iam/security-credentials/"
      assert.strictEqual((yield* get(path)).status, 401)
      const session = yield* send(
        HttpClientRequest.put(`${url}/latest/api/token`).pipe(
          HttpClientRequest.setHeader("x-aws-ec2-metadata-token-ttl-seconds", "60")
        )
      )
      const within = { "x-aws-ec2-metadata-token": session.text }
      const role = yield* get(path, within)
      const { json } = yield* get(`${path}${role.text}`, within)
      assert.strictEqual(json["Expiration"], "2026-01-01T01:00:00Z")
      const credentials = {
        accessKeyId: String(json["AccessKeyId"]),
        secretAccessKey: String(json["SecretAccessKey"]),
        sessionToken: String(json["Token"])
      }
      assert.strictEqual((yield* chat(yield* sign({}, { credentials }))).status, 200)
      yield* TestClock.adjust("1 hour")
      const late = yield* chat(yield* sign({}, { credentials, at: now + 3_600_000 }))
      assert.strictEqual(late.headers["x-amzn-errortype"], "ExpiredTokenException")
    }).pipe(Effect.provide(on(aws))))
})

describe("a scenario with identities", () => {
  it.effect("has no endpoints for clouds that it does not name", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* form("/token", jwtBearer())).status, 404)
      assert.strictEqual((yield* form("/t/oauth2/v2.0/token", application)).status, 404)
      assert.strictEqual((yield* get("/latest/meta-data/iam/security-credentials/")).status, 404)
    }).pipe(Effect.provide(on({}))))

  it.effect("counts requests for tokens apart from the others", () =>
    Effect.gen(function*() {
      yield* at
      assert.strictEqual((yield* form("/token", jwtBearer())).status, 500)
      const token = yield* form("/token", jwtBearer())
      assert.strictEqual((yield* chat(bearer(token))).status, 503)
      assert.strictEqual((yield* chat(bearer(token))).status, 200)
    }).pipe(Effect.provide(on(
      { ...google, faults: [{ _tag: "Status", on: [1], status: 500 }] },
      { faults: [{ _tag: "Status", on: [1], status: 503 }] }
    ))))

  it.effect("revokes its tokens when another one starts, and repeats them with the same seed", () =>
    Effect.gen(function*() {
      yield* at
      const first = yield* form("/token", jwtBearer())
      yield* Simulator.use((simulator) => simulator.setScenario({ identity: google }))
      assert.strictEqual((yield* chat(bearer(first))).status, 401)
      const again = yield* form("/token", jwtBearer())
      assert.strictEqual(again.text, first.text)
    }).pipe(Effect.provide(on(google))))

  it.effect("sends the time of its own clock", () =>
    Effect.gen(function*() {
      yield* at
      const response = yield* chat({})
      assert.strictEqual(response.headers["date"], "Thu, 01 Jan 2026 01:00:00 GMT")
    }).pipe(Effect.provide(on({ clockSkewMillis: 3_600_000 }))))

  it.effect("keeps no secrets in the recorded headers", () =>
    Effect.gen(function*() {
      yield* at
      yield* chat(yield* sign({}, { credentials: { ...keys, sessionToken: "the-session-token" } }))
      yield* get("/msi/token?resource=r", { "x-identity-header": "the-identity-header" })
      const requests = yield* Simulator.use((simulator) => simulator.requests)
      assert.notMatch(JSON.stringify(requests.map(({ headers }) => headers)), /the-session-token|the-identity-header/)
    }).pipe(Effect.provide(on({ ...aws, entra: { tenantId: "t", clientId: "c" } }))))

  it.effect("is read from JSON", () =>
    Effect.map(
      Scenario.fromJson(JSON.stringify({ identity: { ...aws, faults: [{ _tag: "Delay", millis: 5 }] } })),
      ({ identity }) => assert.deepStrictEqual(identity?.aws, aws.aws)
    ))
})
