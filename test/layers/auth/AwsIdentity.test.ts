/**
 * AWS keys from wherever the library's chain finds them, and signatures with them, against endpoints on loopback and a
 * server that verifies every signature by itself.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Redacted } from "effect"
import { AwsIdentity, SluiceConfig } from "sluice"
import { type Scenario, Simulator, SimulatorServer } from "sluice/testing"
import * as AwsIdentityLayer from "../../../src/layers/auth/AwsIdentity.ts"
import * as Environment from "../../support/Environment.ts"
import * as Files from "../../support/Files.ts"

type Identity = NonNullable<Scenario.Scenario["identity"]>

const keys = { accessKeyId: "AKIDSTATIC0000000000", secretAccessKey: "the-static-secret-key" }

const scenario = (aws: Identity["aws"], more: Partial<Identity> = {}): Scenario.Scenario => ({
  identity: { require: "aws", aws: { region: "eu-west-1", service: "bedrock", ...aws }, ...more }
})

const scope = { provider: "bedrock", region: "eu-west-1", service: "bedrock" }
const body = new TextEncoder().encode(JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] }))

/** Signs a request to a path with characters that have to be encoded, sends it, and returns the response. */
const send = Effect.fnUntraced(function*(path = "/model/a%3Ab%2Fc%3A0/chat/completions?x=a%20b&flag") {
  const { url } = yield* Simulator
  const aws = yield* AwsIdentity
  const headers = { "content-type": "application/json" }
  const signed = yield* aws.sign({ method: "POST", url: `${url}${path}`, headers, body }, scope)
  const response = yield* Effect.promise(() =>
    fetch(`${url}${path}`, { method: "POST", headers: { ...headers, ...signed.headers }, body })
  )
  const text = yield* Effect.promise(() => response.text())
  return {
    status: response.status,
    type: response.headers.get("x-amzn-errortype"),
    text,
    signed,
    responseHeaders: Object.fromEntries(response.headers)
  }
})

/** Nothing of this machine is found. */
const nothing = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_CONFIG_FILE: "/nonexistent/config",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent/credentials",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: undefined,
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: undefined,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: undefined,
  AWS_WEB_IDENTITY_TOKEN_FILE: undefined,
  AWS_ROLE_ARN: undefined,
  AWS_ENDPOINT_URL_STS: undefined,
  AWS_EC2_METADATA_DISABLED: "true"
}

type Variables = Readonly<Record<string, string | undefined>>

const run = <A, E>(
  test: Effect.Effect<A, E, AwsIdentity | Simulator>,
  first: Scenario.Scenario,
  given: {
    readonly options?: AwsIdentityLayer.Options
    readonly variables?: Variables
    readonly timeout?: Duration.Duration
    readonly environment?: (url: string) => Readonly<Record<string, string | undefined>>
  }
) =>
  Effect.gen(function*() {
    const { url } = yield* Simulator
    yield* Environment.set({ ...nothing, ...given.environment?.(url) })
    return yield* Effect.provide(
      test,
      AwsIdentityLayer.layer(given.options).pipe(
        Layer.provide(SluiceConfig.layer({ tokenTimeout: given.timeout ?? Duration.seconds(2) })),
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(given.variables ?? {})))
      )
    )
  }).pipe(Effect.provide(SimulatorServer.layer({ scenario: first })))

const tokenPaths = Effect.flatMap(
  Simulator,
  ({ requests }) =>
    Effect.map(
      requests,
      (all) =>
        all.filter(({ protocol }) => protocol === undefined).map(({ method, path, status }) => [method, path, status])
    )
)

const container = (url: string) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "the-container-token"
})

const inContainer = (more: Partial<Identity> = {}) => scenario({ authorizationToken: "the-container-token" }, more)

describe("AwsIdentity", () => {
  it.live.each([
    { what: "the options", options: { ...keys, secretAccessKey: Redacted.make(keys.secretAccessKey) }, variables: {} },
    {
      what: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      options: {},
      variables: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey }
    }
  ])("signs with the keys in $what", (given) =>
    run(
      Effect.map(send(), ({ status, text }) => assert.strictEqual(status, 200, text)),
      scenario(keys),
      given
    ))

  it.live("sends the token of a session with its signature", () =>
    run(
      Effect.gen(function*() {
        const { signed, status } = yield* send()
        assert.strictEqual(status, 200)
        assert.strictEqual(signed.headers["x-amz-security-token"], "the-session-token")
        assert.deepStrictEqual(signed.secrets, [
          keys.secretAccessKey,
          "the-session-token",
          signed.headers["authorization"] ?? ""
        ])
      }),
      scenario({ ...keys, sessionToken: "the-session-token" }),
      {
        variables: {
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
          AWS_SESSION_TOKEN: "the-session-token"
        }
      }
    ))

  it.live("takes the keys of a profile before those in variables", () =>
    Effect.gen(function*() {
      const file = yield* Files.make({
        credentials:
          `[mine]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`
      })
      const { status } = yield* run(send(), scenario(keys), {
        variables: { AWS_PROFILE: "mine", AWS_ACCESS_KEY_ID: "another", AWS_SECRET_ACCESS_KEY: "another" },
        environment: () => ({ AWS_SHARED_CREDENTIALS_FILE: file("credentials") })
      })
      assert.strictEqual(status, 200)
    }))

  it.live("calls the instance metadata service, in a session", () =>
    run(
      Effect.gen(function*() {
        const { signed, status } = yield* send()
        assert.strictEqual(status, 200)
        assert.match(signed.headers["x-amz-security-token"] ?? "", /^IQoJ/)
        assert.deepStrictEqual(yield* tokenPaths, [
          ["PUT", "/latest/api/token", 200],
          ["GET", "/latest/meta-data/iam/security-credentials/", 200],
          ["GET", "/latest/meta-data/iam/security-credentials/simulated-role", 200]
        ])
      }),
      scenario({}),
      {
        environment: (url) => ({
          AWS_EC2_METADATA_DISABLED: undefined,
          AWS_EC2_METADATA_SERVICE_ENDPOINT: url
        })
      }
    ))

  it.live("calls the endpoint of a container, with its token", () =>
    run(
      Effect.gen(function*() {
        assert.strictEqual((yield* send()).status, 200)
        assert.deepStrictEqual(yield* tokenPaths, [["GET", "/container/credentials", 200]])
      }),
      inContainer(),
      { environment: container }
    ))

  it.live("exchanges the token of a web identity at STS", () =>
    Effect.gen(function*() {
      const file = yield* Files.make({ token: "the-web-identity" })
      const { paths, status } = yield* run(
        Effect.gen(function*() {
          const { status } = yield* send()
          return { status, paths: yield* tokenPaths }
        }),
        scenario({ webIdentityToken: "the-web-identity" }),
        {
          variables: {
            AWS_WEB_IDENTITY_TOKEN_FILE: file("token"),
            AWS_ROLE_ARN: "arn:aws:iam::000000000000:role/mine",
            AWS_ROLE_SESSION_NAME: "s"
          },
          environment: (url) => ({ AWS_ENDPOINT_URL_STS: url })
        }
      )
      assert.strictEqual(status, 200)
      assert.deepStrictEqual(paths, [["POST", "/", 200]])
    }))

  it.live("fetches once for two hundred requests at once", () =>
    run(
      Effect.gen(function*() {
        const aws = yield* AwsIdentity
        const { url } = yield* Simulator
        const sign = aws.sign({ method: "POST", url, headers: {}, body }, scope)
        const signed = yield* Effect.all(Array.from({ length: 200 }, () => sign), { concurrency: "unbounded" })
        assert.strictEqual(new Set(signed.map(({ headers }) => headers["x-amz-security-token"])).size, 1)
        assert.strictEqual((yield* tokenPaths).length, 1)
      }),
      inContainer({ faults: [{ _tag: "Delay", millis: 100 }] }),
      { environment: container }
    ))

  it.live("reads keys that are set anew for each request", () =>
    Effect.gen(function*() {
      const variables: Record<string, string> = {
        AWS_ACCESS_KEY_ID: "AKIDWRONG",
        AWS_SECRET_ACCESS_KEY: "wrong-secret-key"
      }
      yield* run(
        Effect.gen(function*() {
          assert.strictEqual((yield* send()).type, "UnrecognizedClientException")
          variables["AWS_ACCESS_KEY_ID"] = keys.accessKeyId
          variables["AWS_SECRET_ACCESS_KEY"] = keys.secretAccessKey
          assert.strictEqual((yield* send()).status, 200)
        }),
        scenario(keys),
        { variables }
      )
    }))

  it.live("returns other keys after some were rejected before their expiry", () =>
    run(
      Effect.gen(function*() {
        const first = yield* send()
        assert.deepStrictEqual([first.status, first.type], [403, "ExpiredTokenException"])
        assert.isTrue(yield* first.signed.renew?.(first.responseHeaders) ?? Effect.succeed(false))
        const second = yield* send()
        assert.notStrictEqual(
          second.signed.headers["x-amz-security-token"],
          first.signed.headers["x-amz-security-token"]
        )
      }),
      inContainer({ lifetimeSeconds: 0, statedLifetimeSeconds: 3600 }),
      { environment: container }
    ))

  it.live("returns no other keys after explicit ones were rejected", () =>
    run(
      Effect.gen(function*() {
        const { responseHeaders, signed, type } = yield* send()
        assert.strictEqual(type, "InvalidSignatureException")
        assert.isFalse(yield* signed.renew?.(responseHeaders) ?? Effect.succeed(true))
      }),
      scenario(keys),
      { variables: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: "another-secret-key" } }
    ))

  it.live.each([-3_600_000, 3_600_000])(
    "dates its signatures by AWS's clock once it knows it (%i ms apart)",
    (skew) =>
      run(
        Effect.gen(function*() {
          const first = yield* send()
          assert.deepStrictEqual([first.status, first.type], [403, "InvalidSignatureException"])
          assert.isTrue(yield* first.signed.renew?.(first.responseHeaders) ?? Effect.succeed(false))
          assert.strictEqual((yield* send()).status, 200)
          assert.strictEqual((yield* send()).status, 200)
        }),
        scenario(keys, { clockSkewMillis: skew }),
        { variables: { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey } }
      )
  )

  it.live("keeps keys whose end it reckons by AWS's clock", () =>
    run(
      Effect.gen(function*() {
        const first = yield* send()
        assert.strictEqual(first.status, 403)
        assert.isTrue(yield* first.signed.renew?.(first.responseHeaders) ?? Effect.succeed(false))
        assert.strictEqual((yield* send()).status, 200)
        assert.strictEqual((yield* send()).status, 200)
        assert.isAtMost((yield* tokenPaths).length, 2)
      }),
      inContainer({ clockSkewMillis: -7_200_000 }),
      { environment: container }
    ))

  it.live("reports an endpoint that rejects the program, and nothing of its token", () =>
    run(
      Effect.gen(function*() {
        const error = yield* Effect.flip(send())
        assert.deepStrictEqual([error._tag, error.isRetryable], ["ConfigurationError", false])
        assert.notInclude(error.message, "another-container-token")
      }),
      inContainer(),
      {
        environment: (url) => ({ ...container(url), AWS_CONTAINER_AUTHORIZATION_TOKEN: "another-container-token" }),
        timeout: Duration.seconds(8)
      }
    ))

  it.live("reports STS's reason for a rejected web identity", () =>
    Effect.gen(function*() {
      const file = yield* Files.make({ token: "another-web-identity" })
      const error = yield* run(Effect.flip(send()), scenario({ webIdentityToken: "the-web-identity" }), {
        variables: { AWS_WEB_IDENTITY_TOKEN_FILE: file("token"), AWS_ROLE_ARN: "arn:aws:iam::000000000000:role/mine" },
        environment: (url) => ({ AWS_ENDPOINT_URL_STS: url })
      })
      assert.deepStrictEqual([error._tag, error.isRetryable], ["AuthenticationError", false])
      assert.include(error.message, "InvalidIdentityToken")
      assert.include(error.message, "no keys from AWS: The ID Token provided is not a valid JWT.")
    }))

  it.live("fails in time when an endpoint is slow", () =>
    run(
      Effect.map(Effect.flip(send()), (error) =>
        assert.deepStrictEqual([error._tag, error.isRetryable], ["RequestTimeoutError", true])),
      inContainer({ faults: [{ _tag: "Delay" }] }),
      { environment: container }
    ))

  it.live("reports what to do where there are no keys", () =>
    run(
      Effect.map(Effect.flip(send()), (error) => {
        assert.deepStrictEqual([error._tag, error.isRetryable], ["ConfigurationError", false])
        assert.include(error.message, "bedrock gets no keys from AWS")
      }),
      scenario({}),
      {}
    ))
})
