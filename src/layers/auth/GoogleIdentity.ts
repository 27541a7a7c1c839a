/**
 * Fetches access tokens of Google Cloud through `google-auth-library`.
 *
 * The identity comes, in this order, from the options, from the file in `GOOGLE_APPLICATION_CREDENTIALS`, from
 * `GOOGLE_CLIENT_EMAIL` with `GOOGLE_PRIVATE_KEY`, and from where the library looks by itself: the file that `gcloud
 * auth application-default login` writes, and the metadata server of Google's machines. A file may be that of a service
 * account, of a user, of a workload identity federation (`external_account`) or of an impersonation. The library reads
 * `CLOUDSDK_CONFIG`, `GCE_METADATA_HOST`, `HTTPS_PROXY` and the like from the environment itself.
 *
 * @see https://cloud.google.com/docs/authentication/application-default-credentials
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as GoogleLibrary from "google-auth-library"
import type { AuthClient, GoogleAuthOptions } from "google-auth-library"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import { type AccessToken, GoogleIdentity } from "../../services/Identities.ts"
import * as SettingsPlaces from "../../services/SettingsPlaces.ts"
import { SluiceConfig } from "../../services/SluiceConfig.ts"
import * as Redirect from "../../streams/response/Redirect.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as LocalFile from "./LocalFile.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"
import type { Lease } from "./TokenCache.ts"
import * as Tokens from "./Tokens.ts"
import { unlessProvided } from "./UnlessProvided.ts"
import * as Variables from "./Variables.ts"

/**
 * Options of the Google identity. What is left out comes from the configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The text of a credentials file. Default: none. */
  readonly credentials?: Redacted.Redacted | undefined
  /** The path of a credentials file. Default: `GOOGLE_APPLICATION_CREDENTIALS`. */
  readonly keyFile?: string | undefined
  /**
   * The URL that tokens are fetched from. Default: the file's `token_uri`, else `https://oauth2.googleapis.com/token`.
   */
  readonly tokenUrl?: string | undefined
}

/** Where the identity comes from. Without `json` the library searches for it. */
interface Source {
  readonly json: Schema.JsonObject | undefined
  readonly setting: string
}

const tokenUrl = "https://oauth2.googleapis.com/token"

const types = [
  "service_account",
  "authorized_user",
  "external_account",
  "external_account_authorized_user",
  "impersonated_service_account",
  "gdch_service_account"
]

const invalid = (setting: string, problem: string) =>
  new ConfigurationError({ reason: `${setting} ${problem}`, setting })

const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.JsonObject))

const sourceOf = (text: string, setting: string): Effect.Effect<Source, ConfigurationError> => {
  // The parser's message repeats the text, and the text is a key.
  const json = parse(text)
  if (Result.isFailure(json)) return Effect.fail(invalid(setting, "is not the JSON of a Google credentials file"))
  const type = json.success["type"] ?? (json.success["client_email"] === undefined ? undefined : "service_account")
  return typeof type === "string" && types.includes(type)
    ? Effect.succeed({ json: { ...json.success, type }, setting })
    : Effect.fail(
      invalid(
        setting,
        `is not a credentials file that Google's libraries know: its type is not one of ${types.join(", ")}`
      )
    )
}

const fromFile = (path: string, setting: string): Effect.Effect<Source, ConfigurationError> =>
  Effect.flatMap(
    Effect.mapError(LocalFile.readText(path), (code) => invalid(setting, `names a file that cannot be read (${code})`)),
    (text) => sourceOf(text, setting)
  )

const find = Effect.fnUntraced(function*(
  options: Options,
  variables: Variables.Variables
): Effect.fn.Return<Source, ConfigurationError> {
  if (options.credentials !== undefined) return yield* sourceOf(Redacted.value(options.credentials), "credentials")
  if (options.keyFile !== undefined) return yield* fromFile(options.keyFile, "keyFile")
  const file = yield* variables.text("GOOGLE_APPLICATION_CREDENTIALS")
  // On platforms without files, the variable often holds the file's text.
  if (file?.startsWith("{") === true) return yield* sourceOf(file, "GOOGLE_APPLICATION_CREDENTIALS")
  if (file !== undefined) return yield* fromFile(file, "GOOGLE_APPLICATION_CREDENTIALS")
  const email = yield* variables.text("GOOGLE_CLIENT_EMAIL")
  const key = yield* variables.secret("GOOGLE_PRIVATE_KEY")
  if (email === undefined || key === undefined) return { json: undefined, setting: "GOOGLE_APPLICATION_CREDENTIALS" }
  const keyId = yield* variables.text("GOOGLE_PRIVATE_KEY_ID")
  return {
    json: {
      type: "service_account",
      client_email: email,
      // In a variable, the line breaks of a key are often written as they are in JSON.
      private_key: Redacted.value(key).replaceAll("\\n", "\n"),
      ...(keyId === undefined ? {} : { private_key_id: keyId })
    },
    setting: "GOOGLE_PRIVATE_KEY"
  }
})

const secretsOf = (json: Schema.JsonObject | undefined): ReadonlyArray<string> =>
  ["private_key", "client_secret", "refresh_token"].flatMap((name) => {
    const value = json?.[name]
    return typeof value === "string" ? [value] : []
  })

type Adapter = NonNullable<AuthClient["transporter"]["defaults"]["adapter"]>

/**
 * Sends each request of the library once, to the endpoint that was configured. A redirect is not followed, since the
 * request holds the credentials or what they signed; and the library's own repetitions would multiply those of a call.
 */
const sendOnce = (endpoint: string): Adapter => (request, send) => {
  request.redirect = "manual"
  request.retryConfig = { ...request.retryConfig, retry: 0 }
  if (String(request.url) === tokenUrl) request.url = new URL(endpoint)
  return send(request).then((response) => {
    if (response.status < 300 || response.status > 399) return response
    throw new Error(Redirect.describe(response.status, response.headers.get("location") ?? undefined))
  })
}

const fetchWith = Effect.fnUntraced(function*(
  options: Options,
  variables: Variables.Variables,
  provider: string,
  scopes: ReadonlyArray<string>,
  timeout: Duration.Duration
): Effect.fn.Return<Lease<AccessToken>, AuthFailure.AuthFailure> {
  const { json, setting } = yield* find(options, variables)
  const { GoogleAuth } = yield* OptionalLibrary.load<typeof GoogleLibrary>("google-auth-library")
  const endpoint = options.tokenUrl ?? (typeof json?.["token_uri"] === "string" ? json["token_uri"] : tokenUrl)
  const interrupted = new AbortController()
  const settings: GoogleAuthOptions = {
    scopes: [...scopes],
    // Without a project it would run `gcloud` to find one, which no token needs.
    projectId: "unknown",
    clientOptions: {
      transporterOptions: {
        // Nothing else would close the connection to an endpoint that does not respond.
        timeout: Duration.toMillis(timeout),
        signal: interrupted.signal,
        adapter: sendOnce(endpoint)
      }
    },
    ...(json === undefined ? {} : { credentials: json })
  }
  const quotaProject = yield* variables.text("GOOGLE_CLOUD_QUOTA_PROJECT")
  const request: AuthFailure.TokenRequest = {
    provider,
    credential: "token from Google",
    setting,
    remedy: json === undefined
      ? "set GOOGLE_APPLICATION_CREDENTIALS to a credentials file, or run `gcloud auth application-default login`"
      : `check ${setting}`,
    secrets: secretsOf(json)
  }
  const run = <A>(promise: () => Promise<A>) =>
    Effect.tryPromise({
      try: (signal) => {
        signal.addEventListener("abort", () => interrupted.abort(), { once: true })
        return promise()
      },
      catch: (error) => AuthFailure.classify(error, request)
    })
  // A new client each time: it caches tokens itself, also those that were rejected.
  const client = yield* run(() => new GoogleAuth(settings).getClient())
  const { token } = yield* run(() => client.getAccessToken())
  if (token === undefined || token === null || token === "") return yield* AuthFailure.withoutToken(request)
  const project = quotaProject ?? client.quotaProjectId
  return {
    value: {
      token: Redacted.make(token),
      ...(project === undefined ? {} : { headers: { "x-goog-user-project": project } })
    },
    expiresAt: client.credentials.expiry_date ?? undefined
  }
})

/**
 * Layer that provides `GoogleIdentity`. The library is loaded, and a token fetched, when the first request needs one.
 */
export const layer = (options: Options = {}): Layer.Layer<GoogleIdentity> =>
  Layer.effect(
    GoogleIdentity,
    Effect.gen(function*() {
      const settings = SettingsPlaces.current(yield* SluiceConfig, SluiceConfig)
      const variables = yield* Variables.make
      const tokens = yield* Tokens.make<AccessToken>()
      return {
        token: ({ provider, scopes }) =>
          tokens.get(
            { provider, credential: "token from Google", key: scopes.join(" ") },
            Effect.flatMap(
              settings,
              ({ tokenTimeout }) => fetchWith(options, variables, provider, scopes, tokenTimeout)
            )
          ),
        forget: tokens.forget
      }
    })
  )

/** Layer that provides the `GoogleIdentity` of the context or, where there is none, the one of the configuration. */
export const fallback: Layer.Layer<GoogleIdentity> = unlessProvided(GoogleIdentity, layer())
