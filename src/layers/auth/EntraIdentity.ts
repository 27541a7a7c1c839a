/**
 * Fetches access tokens of Microsoft Entra ID through `@azure/identity`.
 *
 * The identity comes, in this order, from an application's secret (`AZURE_TENANT_ID`, `AZURE_CLIENT_ID`,
 * `AZURE_CLIENT_SECRET`) or certificate (`AZURE_CLIENT_CERTIFICATE_PATH`), from a workload identity
 * (`AZURE_FEDERATED_TOKEN_FILE`), and from where the library's `DefaultAzureCredential` looks by itself: managed
 * identities, the Azure command line and other tools. The library reads `IDENTITY_ENDPOINT`,
 * `AZURE_POD_IDENTITY_AUTHORITY_HOST`, `AZURE_TOKEN_CREDENTIALS`, `HTTPS_PROXY` and the like from the environment
 * itself.
 *
 * The machine that issues a managed identity's token caches it, so a token that was rejected may come again until it
 * expires.
 *
 * @see https://learn.microsoft.com/javascript/api/overview/azure/identity-readme
 */
import type * as AzureIdentity from "@azure/identity"
import type { TokenCredential, TokenCredentialOptions } from "@azure/identity"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type AccessToken, EntraIdentity } from "../../services/Identities.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"
import type { Lease } from "./TokenCache.ts"
import * as Tokens from "./Tokens.ts"
import { unlessProvided } from "./UnlessProvided.ts"
import * as Variables from "./Variables.ts"

/**
 * Options of the Entra ID identity. What is left out comes from the configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The id of the tenant. Default: `AZURE_TENANT_ID`. */
  readonly tenantId?: string | undefined
  /** The id of the application, or of a user-assigned managed identity. Default: `AZURE_CLIENT_ID`. */
  readonly clientId?: string | undefined
  /** The secret of the application. Default: `AZURE_CLIENT_SECRET`. */
  readonly clientSecret?: Redacted.Redacted | undefined
  /** Whether only a managed identity is tried. Default: `false`. */
  readonly managedIdentity?: boolean | undefined
  /**
   * The URL of the authority, for national and private clouds. Default: `AZURE_AUTHORITY_HOST`, else the public one.
   */
  readonly authorityHost?: string | undefined
  /**
   * The scope of the tokens, for other clouds and audiences: `https://cognitiveservices.azure.us/.default` in Azure
   * Government (with `authorityHost: "https://login.microsoftonline.us"`), `https://ai.azure.com/.default` for Foundry.
   * Default: the provider's.
   */
  readonly scope?: string | undefined
  /** Whether the authority is one that the public cloud does not list. Default: `false`. */
  readonly isPrivateCloud?: boolean | undefined
}

interface Source {
  readonly setting: string
  readonly secrets: ReadonlyArray<string>
  readonly credential: (observed?: Observed) => TokenCredential
}

/** The last error response of the authority. The library's own errors keep only its message. */
interface Observed {
  failure: unknown
}

const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.JsonObject))

/** Records error responses, and switches the library's own retries off: the policies of the call retry. */
const observing = (observed: Observed | undefined): TokenCredentialOptions => ({
  retryOptions: { maxRetries: 0 },
  additionalPolicies: observed === undefined ? [] : [{
    position: "perRetry",
    policy: {
      name: "sluice",
      sendRequest: (request, next) =>
        next(request).then((response) => {
          const { status } = response
          const data = Option.getOrUndefined(parse(response.bodyAsText))
          observed.failure = status < 400 ? undefined : { response: { status, data } }
          return response
        }, (error) => {
          observed.failure = error
          return Promise.reject(error)
        })
    }
  }]
})

const find = Effect.fnUntraced(function*(
  options: Options,
  variables: Variables.Variables
): Effect.fn.Return<Source, AuthFailure.AuthFailure> {
  const library = yield* OptionalLibrary.load<typeof AzureIdentity>("@azure/identity")
  const authorityHost = options.authorityHost ?? (yield* variables.text("AZURE_AUTHORITY_HOST"))
  const tenantId = options.tenantId ?? (yield* variables.text("AZURE_TENANT_ID"))
  const clientId = options.clientId ?? (yield* variables.text("AZURE_CLIENT_ID"))
  const settings: TokenCredentialOptions & { readonly disableInstanceDiscovery: boolean } = {
    disableInstanceDiscovery: options.isPrivateCloud ?? false,
    ...(authorityHost === undefined ? {} : { authorityHost })
  }
  if (options.managedIdentity === true) {
    return {
      setting: "managedIdentity",
      secrets: [],
      credential: () =>
        new library.ManagedIdentityCredential({ ...settings, ...(clientId === undefined ? {} : { clientId }) })
    }
  }
  if (tenantId !== undefined && clientId !== undefined) {
    const secret = options.clientSecret ?? (yield* variables.secret("AZURE_CLIENT_SECRET"))
    if (secret !== undefined) {
      const value = Redacted.value(secret)
      return {
        setting: "AZURE_CLIENT_SECRET",
        secrets: [value],
        credential: (observed) =>
          new library.ClientSecretCredential(tenantId, clientId, value, { ...settings, ...observing(observed) })
      }
    }
    const certificatePath = yield* variables.text("AZURE_CLIENT_CERTIFICATE_PATH")
    if (certificatePath !== undefined) {
      const password = yield* variables.secret("AZURE_CLIENT_CERTIFICATE_PASSWORD")
      const certificatePassword = password === undefined ? {} : { certificatePassword: Redacted.value(password) }
      return {
        setting: "AZURE_CLIENT_CERTIFICATE_PATH",
        secrets: Object.values(certificatePassword),
        credential: (observed) =>
          new library.ClientCertificateCredential(tenantId, clientId, { certificatePath, ...certificatePassword }, {
            ...settings,
            ...observing(observed)
          })
      }
    }
    const tokenFilePath = yield* variables.text("AZURE_FEDERATED_TOKEN_FILE")
    if (tokenFilePath !== undefined) {
      return {
        setting: "AZURE_FEDERATED_TOKEN_FILE",
        secrets: [],
        credential: (observed) =>
          new library.WorkloadIdentityCredential({
            ...settings,
            ...observing(observed),
            tenantId,
            clientId,
            tokenFilePath
          })
      }
    }
  }
  return {
    setting: "AZURE_CLIENT_ID",
    secrets: [],
    credential: () =>
      new library.DefaultAzureCredential({
        ...settings,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(clientId === undefined ? {} : { managedIdentityClientId: clientId })
      })
  }
})

const fetchWith = Effect.fnUntraced(function*(
  options: Options,
  variables: Variables.Variables,
  provider: string,
  scope: string
): Effect.fn.Return<Lease<AccessToken>, AuthFailure.AuthFailure> {
  const { credential, secrets, setting } = yield* find(options, variables)
  const request: AuthFailure.TokenRequest = {
    provider,
    credential: "token from Entra ID",
    setting,
    remedy: setting === "AZURE_CLIENT_ID"
      ? "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run where there is a managed identity"
      : `check ${setting}`,
    secrets
  }
  const observed: Observed = { failure: undefined }
  const found = yield* Effect.tryPromise({
    // A new credential each time: it caches tokens itself, also those that were rejected.
    try: (abortSignal) => credential(observed).getToken(scope, { abortSignal }),
    catch: (error) => AuthFailure.classify(observed.failure ?? error, request)
  })
  if (found === null || found.token === "") return yield* AuthFailure.withoutToken(request)
  return { value: { token: Redacted.make(found.token) }, expiresAt: found.expiresOnTimestamp }
})

/**
 * Layer that provides `EntraIdentity`. The library is loaded, and a token fetched, when the first request needs one.
 */
export const layer = (options: Options = {}): Layer.Layer<EntraIdentity> =>
  Layer.effect(
    EntraIdentity,
    Effect.gen(function*() {
      const variables = yield* Variables.make
      const tokens = yield* Tokens.make<AccessToken>()
      return {
        token: ({ provider, scope: usual }) => {
          const scope = options.scope ?? usual
          return tokens.get(
            { provider, credential: "token from Entra ID", key: scope },
            fetchWith(options, variables, provider, scope)
          )
        },
        forget: tokens.forget
      }
    })
  )

/** Layer that provides the `EntraIdentity` of the context or, where there is none, the one of the configuration. */
export const fallback: Layer.Layer<EntraIdentity> = unlessProvided(EntraIdentity, layer())
