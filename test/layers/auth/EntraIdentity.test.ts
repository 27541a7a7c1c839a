/**
 * Identities of Entra ID, through Microsoft's own library, against token endpoints on loopback.
 *
 * Applications call an authority, which must speak https: those run in a process of their own, which trusts the
 * fixture's certificate (`NODE_EXTRA_CA_CERTS`). Managed identities are requested over http, each in a process of its
 * own too: the library looks once in the life of a process whose machine it is on.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

interface Seen {
  readonly result: unknown
  readonly fetches: number
}

const nobody = {
  IDENTITY_ENDPOINT: undefined,
  IDENTITY_HEADER: undefined,
  AZURE_POD_IDENTITY_AUTHORITY_HOST: undefined,
  AZURE_CLIENT_ID: undefined,
  AZURE_TENANT_ID: undefined,
  AZURE_CLIENT_SECRET: undefined,
  AZURE_TOKEN_CREDENTIALS: undefined
}

const run = <A = Seen>(how: string) =>
  Effect.callback<A, string>((resume) => {
    const certificate = fileURLToPath(new URL("../../fixtures/tls/localhost.cert.pem", import.meta.url))
    const child = spawn(process.execPath, [fileURLToPath(new URL("./EntraProgram.ts", import.meta.url)), how], {
      env: { ...process.env, ...nobody, NODE_EXTRA_CA_CERTS: certificate }
    })
    let output = ""
    let errors = ""
    child.stdout.on("data", (bytes) => output += String(bytes))
    child.stderr.on("data", (bytes) => errors += String(bytes))
    child.on("close", (code) => {
      if (code !== 0) return resume(Effect.fail(errors))
      const seen: A = JSON.parse(output)
      return resume(Effect.succeed(seen))
    })
    return Effect.sync(() => child.kill())
  })

/** All that an application goes through, once for all tests. */
const seen = Effect.runSync(Effect.cached(run<Readonly<Record<string, Seen>>>("application")))

const resultOf = (name: string) => Effect.map(seen, (all) => all[name] ?? { result: "not run", fetches: -1 })

const good = { result: { token: "eyJ0eXAiOiJKV1Qi" }, fetches: 1 }

describe("EntraIdentity of an application", () => {
  it.live.each([
    { name: "secret", title: "its secret in AZURE_CLIENT_SECRET" },
    { name: "options", title: "its secret in the options" },
    { name: "government", title: "its secret and the scope of Azure Government" },
    { name: "foundry", title: "its secret and the scope of Foundry" },
    { name: "workload", title: "the assertion in the file that AZURE_FEDERATED_TOKEN_FILE names" }
  ])("gets a token for $title", ({ name }) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* resultOf(name), good)
    }), 30_000)

  it.live("gets no token for the usual scope where the cloud has another", () =>
    Effect.gen(function*() {
      const { result } = yield* resultOf("wrongScope")
      assert.include(JSON.stringify(result), "AADSTS500011")
    }), 30_000)

  it.live("fetches once for two hundred requests at once", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* resultOf("together"), { result: 1, fetches: 1 })
    }), 30_000)

  it.live("returns another token after one was rejected", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* resultOf("renewed"), { result: true, fetches: 2 })
    }), 30_000)

  it.live("reports Entra's reason, and nothing of its secret", () =>
    Effect.gen(function*() {
      const { result } = yield* resultOf("wrongSecret")
      assert.deepStrictEqual(result, {
        _tag: "AuthenticationError",
        provider: "azure",
        status: 401,
        code: "invalid_client",
        detail: "no token from Entra ID: AADSTS7000215: Invalid client secret provided.",
        isRetryable: false,
        message: "azure rejects the credentials (HTTP 401, invalid_client): no token from Entra ID: "
          + "AADSTS7000215: Invalid client secret provided. Check the key or identity, and which account it belongs to."
      })
      assert.notInclude(JSON.stringify(yield* seen), "another-client-secret")
    }), 30_000)

  it.live.each([
    { name: "wrongTenant", title: "does not know the tenant", error: "AuthenticationError", isRetryable: false },
    { name: "slow", title: "is slow", error: "RequestTimeoutError", isRetryable: true },
    { name: "failing", title: "fails", error: "ServerError", isRetryable: true },
    { name: "limited", title: "limits requests", error: "RateLimitedError", isRetryable: true },
    { name: "reset", title: "breaks the connection", error: "ConnectionError", isRetryable: true },
    { name: "insecure", title: "does not speak https", error: "ConfigurationError", isRetryable: false }
  ])("fails with $error when the authority $title", ({ error, isRetryable, name }) =>
    Effect.gen(function*() {
      const { result } = yield* resultOf(name)
      assert.include(result, { _tag: error, isRetryable })
    }), 30_000)
})

describe("EntraIdentity of a machine", () => {
  it.live.each([
    { name: "instance", title: "calls the metadata service of Azure's machines, for an identity that a user assigned" },
    { name: "app-service", title: "calls the endpoint of App Service" },
    { name: "by-itself", title: "finds an identity without any setting" }
  ])("$title", ({ name }) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* run(name), good)
    }), 30_000)

  it.live("reports an endpoint that does not know the identity", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* run("unknown"), {
        result: {
          _tag: "AuthenticationError",
          provider: "azure",
          status: 401,
          code: "invalid_request",
          detail: "no token from Entra ID: Required metadata header not specified",
          isRetryable: false,
          message: "azure rejects the credentials (HTTP 401, invalid_request): no token from Entra ID: "
            + "Required metadata header not specified. Check the key or identity, and which account it belongs to."
        },
        fetches: 1
      })
    }), 30_000)

  it.live("reports that no identity is found", () =>
    Effect.gen(function*() {
      const { result } = yield* run("nobody")
      assert.include(result, { _tag: "ConfigurationError", setting: "AZURE_CLIENT_ID", isRetryable: false })
    }), 30_000)
})
