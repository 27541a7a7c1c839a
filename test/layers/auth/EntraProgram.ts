/**
 * Gets tokens of Entra ID from a simulator behind TLS and prints what came of it as JSON: a process apart, because what
 * node trusts is decided when a process starts, and an authority must speak https.
 */
import { ConfigProvider, Duration, Effect, Layer, Redacted, type Scope } from "effect"
import { readFileSync } from "node:fs"
import * as Http from "node:http"
import * as Https from "node:https"
import * as EntraIdentityLayer from "../../../src/layers/auth/EntraIdentity.ts"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"
import { Simulator } from "../../../src/testing/simulator/Simulator.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { EntraIdentity } from "../../../src/services/Identities.ts"
import * as SluiceConfig from "../../../src/services/SluiceConfig.ts"
import * as Environment from "../../support/Environment.ts"
import * as Files from "../../support/Files.ts"

const pem = (name: string) => readFileSync(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url))

/** Passes every request on to the simulator, and its response back. */
const front = (url: string) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const { hostname, port } = new URL(url)
      const server = Https.createServer({ key: pem("key"), cert: pem("cert") }, (request, response) => {
        const headers = { ...request.headers, "x-forwarded-proto": "https" }
        const { method, url: path } = request
        const onward = Http.request({ hostname, port, method, path, headers }, (received) => {
          response.writeHead(received.statusCode ?? 500, received.headers)
          received.pipe(response)
        })
        onward.on("error", () => response.destroy())
        request.pipe(onward)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(Effect.succeed({
          port: typeof address === "object" && address !== null ? address.port : 0,
          close: () => {
            server.closeAllConnections()
            server.close()
          }
        }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const tenantId = "11111111-1111-1111-1111-111111111111"
const clientId = "22222222-2222-2222-2222-222222222222"
const secret = "the-client-secret"
const assertion = "the-federated-assertion"
const request = { provider: "azure", scope: "https://cognitiveservices.azure.com/.default" }

const entra = { tenantId, clientId, clientSecret: secret, assertion, identityHeader: "the-header" }
const variables = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret }

type Variables = Readonly<Record<string, string>>

const token = Effect.flatMap(EntraIdentity, (service) => service.token(request))

/** What tests check: the beginning of a token, or the fields of an error. */
const shown = Effect.match(token, {
  onSuccess: ({ token }) => ({ token: Redacted.value(token).slice(0, 16) }),
  onFailure: (error) => ({ ...error, message: error.message, isRetryable: error.isRetryable })
})

const run = <A, E>(
  test: Effect.Effect<A, E, EntraIdentity | Simulator | Scope.Scope>,
  given: Variables,
  scenario: Scenario = { identity: { entra } },
  options: EntraIdentityLayer.Options = {}
) =>
  Effect.gen(function*() {
    const simulator = yield* Simulator
    const { port } = yield* front(simulator.url)
    const result = yield* Effect.provide(
      test,
      EntraIdentityLayer.layer({ isPrivateCloud: true, ...options }).pipe(
        Layer.provide(SluiceConfig.layer({ tokenTimeout: Duration.seconds(3) })),
        Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({
          AZURE_AUTHORITY_HOST: `https://localhost:${port}`,
          ...given
        })))
      )
    )
    const requests = yield* simulator.requests
    return { result, fetches: requests.filter(({ path }) => /\/token\/?$/.test(path)).length }
  }).pipe(Effect.provide(SimulatorServer.layer({ scenario }), { local: true }), Effect.scoped)

const faulty = (...faults: NonNullable<NonNullable<Scenario["identity"]>["faults"]>): Scenario => ({
  identity: { entra, faults }
})

const application = Effect.gen(function*() {
  const file = yield* Files.make({ assertion: `${assertion}\n` })
  return yield* Effect.all({
    secret: run(shown, variables),
    options: run(shown, {}, undefined, { tenantId, clientId, clientSecret: Redacted.make(secret) }),
    government: run(
      shown,
      variables,
      { identity: { entra: { ...entra, scope: "https://cognitiveservices.azure.us/.default" } } },
      { scope: "https://cognitiveservices.azure.us/.default" }
    ),
    foundry: run(
      shown,
      variables,
      { identity: { entra: { ...entra, scope: "https://ai.azure.com/.default" } } },
      { scope: "https://ai.azure.com/.default" }
    ),
    wrongScope: run(shown, variables, {
      identity: { entra: { ...entra, scope: "https://cognitiveservices.azure.us/.default" } }
    }),
    workload: run(shown, {
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_FEDERATED_TOKEN_FILE: file("assertion")
    }),
    together: run(
      Effect.all(Array.from({ length: 200 }, () => token), { concurrency: "unbounded" }).pipe(
        Effect.map((tokens) => new Set(tokens.map(({ token }) => Redacted.value(token))).size)
      ),
      variables,
      faulty({ _tag: "Delay", millis: 100 })
    ),
    renewed: run(
      Effect.gen(function*() {
        const service = yield* EntraIdentity
        const first = yield* service.token(request)
        yield* service.forget(first)
        return Redacted.value((yield* service.token(request)).token) !== Redacted.value(first.token)
      }),
      variables
    ),
    wrongSecret: run(shown, { ...variables, AZURE_CLIENT_SECRET: "another-client-secret" }),
    wrongTenant: run(shown, { ...variables, AZURE_TENANT_ID: "33333333-3333-3333-3333-333333333333" }),
    slow: run(shown, variables, faulty({ _tag: "Delay" })),
    failing: run(shown, variables, faulty({ _tag: "Status", status: 503, body: "no" })),
    limited: run(shown, variables, faulty({ _tag: "Status", status: 429, body: { error: "temporarily_unavailable" } })),
    reset: run(shown, variables, faulty({ _tag: "Reset" })),
    insecure: run(shown, { ...variables, AZURE_AUTHORITY_HOST: "http://localhost:1" })
  })
})

/** A machine whose identity the library finds in the environment, which it looks at once in the life of a process. */
const machine = (set: (url: string) => Readonly<Record<string, string>>, options: EntraIdentityLayer.Options) =>
  Effect.gen(function*() {
    const { url } = yield* Simulator
    yield* Environment.set(set(url))
    return yield* shown
  }).pipe((test) => run(test, {}, undefined, options))

const appService = (header: string) => (url: string) => ({
  IDENTITY_ENDPOINT: `${url}/msi/token`,
  IDENTITY_HEADER: header
})

const programs = {
  application,
  instance: machine((url) => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: url }), { managedIdentity: true, clientId }),
  "app-service": machine(appService("the-header"), { managedIdentity: true }),
  "by-itself": machine(appService("the-header"), {}),
  unknown: machine(appService("another-header"), { managedIdentity: true }),
  nobody: machine(() => ({ AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential" }), {})
}

const program: Effect.Effect<unknown, unknown, Scope.Scope> | undefined = Object.entries(programs).find(([name]) =>
  name === process.argv[2]
)?.[1]
process.stdout.write(JSON.stringify(await Effect.runPromise(Effect.scoped(program ?? Effect.die("no such program")))))
