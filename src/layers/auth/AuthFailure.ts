/**
 * Classifies the errors that a cloud's library throws when it returns no token.
 *
 * Only codes, statuses and the endpoint's own message are read from a foreign error. The error itself is never kept: it
 * holds the request, and the request holds the program's credentials.
 */
import type * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import {
  AuthenticationError,
  ConfigurationError,
  ConnectionError,
  PermissionDeniedError,
  RateLimitedError,
  RequestTimeoutError,
  ServerError
} from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import * as Secrets from "../../domain/Secrets.ts"

/** Every error with which fetching a token can fail. */
export type AuthFailure =
  | AuthenticationError
  | ConfigurationError
  | ConnectionError
  | PermissionDeniedError
  | RateLimitedError
  | RequestTimeoutError
  | ServerError

/** A request for a token, as its errors describe it. */
export interface TokenRequest {
  /** The id of the provider that needs the token. */
  readonly provider: string
  /** What is requested, and from whom: "token from Google". */
  readonly credential: string
  /** The setting to check when no identity is found. */
  readonly setting: string
  /** What to do when no identity is found, as an imperative clause. */
  readonly remedy: string
  /** Texts that no error may repeat. */
  readonly secrets: ReadonlyArray<string>
}

interface Facts {
  readonly status: number | undefined
  readonly code: string | undefined
  readonly detail: string | undefined
  readonly system: string | undefined
  readonly hasNoIdentity: boolean
}

const get = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((at, key) => (Predicate.hasProperty(at, key) ? at[key] : undefined), value)

const text = (value: unknown, ...path: ReadonlyArray<string>): string | undefined => {
  const found = get(value, ...path)
  return typeof found === "string" && found.trim() !== "" ? found : undefined
}

const number = (value: unknown, ...path: ReadonlyArray<string>): number | undefined => {
  const found = Number(get(value, ...path) ?? Number.NaN)
  return Number.isInteger(found) && found >= 100 && found <= 599 ? found : undefined
}

const first = <A>(...values: ReadonlyArray<A | undefined>): A | undefined => values.find((value) => value !== undefined)

/** Returns an error and its causes. Of an error that collects several, one is followed. */
const chain = (error: unknown): ReadonlyArray<unknown> => {
  const found: Array<unknown> = []
  let current: unknown = error
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    found.push(current)
    const collected = get(current, "errors")
    const causes = Array.isArray(collected) ? collected : []
    // A source that was available and failed is more useful than those that are not available.
    current = causes.find((cause) => text(cause, "name") !== "CredentialUnavailableError") ?? causes[0] ??
      get(current, "cause")
  }
  return found
}

/** The names of errors with which a library reports that it found no identity, whatever else it has tried. */
const noIdentityErrors = new Set(["CredentialsProviderError", "AggregateAuthenticationError"])

const isSystem = (code: string | undefined): code is string => code !== undefined && /^(E[A-Z]{3,}|UND_ERR)/.test(code)

const factsOf = (error: unknown): Facts => {
  const errors = chain(error)
  const of = <A>(read: (error: unknown) => A | undefined): A | undefined => first(...errors.map(read))
  return {
    status: of((error) =>
      first(
        number(error, "response", "status"),
        number(error, "$metadata", "httpStatusCode"),
        number(error, "statusCode"),
        number(error, "status")
      )
    ),
    code: of((error) =>
      first(
        text(error, "response", "data", "error"),
        text(error, "response", "data", "error", "status"),
        text(error, "errorResponse", "error"),
        text(error, "errorCode"),
        get(error, "$metadata") === undefined ? undefined : text(error, "name")
      )
    ),
    detail: of((error) =>
      first(
        text(error, "response", "data", "error_description"),
        text(error, "response", "data", "error", "message"),
        text(error, "errorResponse", "errorDescription"),
        text(error, "errorMessage"),
        text(error, "message")
      )
    ),
    system: of((error) => {
      const code = text(error, "code")
      return isSystem(code) ? code : undefined
    }),
    hasNoIdentity: noIdentityErrors.has(text(errors[0], "name") ?? "")
  }
}

/** Microsoft's library puts the endpoint's message between times and ids. */
const microsoftMessage = /^.*- Description: (.+?) - Correlation ID: .*$/

/** A JSON web token, which may be signed anew for each request and is then none of the known secrets. */
const webToken = /\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g

/** How many characters of a message are read. */
const maxDetail = 8192

const shortened = (detail: string, secrets: ReadonlyArray<string>): string => {
  // A private key has many lines, and none of them may be printed.
  const all = secrets.flatMap((secret) => [secret, ...secret.split(/\s+|\\n/)])
  const clean = Secrets.scrub(Secrets.redactText(detail.slice(0, maxDetail).replace(webToken, Secrets.mask)), all)
  return clean.replace(/\s+/g, " ").trim().replace(microsoftMessage, "$1").slice(0, 300)
}

const fileErrors = /^E(NOENT|ACCES|ISDIR|NOTDIR)$/

/** Classifies the error of a library that returned no token. */
export const classify = (error: unknown, request: TokenRequest): AuthFailure => {
  const { code, detail, hasNoIdentity, status, system } = factsOf(error)
  const message = detail === undefined ? "" : shortened(detail, request.secrets)
  const fields: ErrorContext = {
    provider: request.provider,
    ...(status === undefined ? {} : { status }),
    ...(code === undefined && system === undefined ? {} : { code: shortened(code ?? system ?? "", request.secrets) }),
    detail: `no ${request.credential}${message === "" ? "" : `: ${message}`}`
  }
  if (!hasNoIdentity) {
    if (status !== undefined) return byStatus(status, fields)
    if (system === "ETIMEDOUT") return new RequestTimeoutError(fields)
    if (code === "network_error" || system !== undefined && !fileErrors.test(system)) return new ConnectionError(fields)
    if (code !== undefined) return new AuthenticationError(fields)
  }
  return new ConfigurationError({
    reason: `${request.provider} gets no ${request.credential}: ${request.remedy}${
      message === "" ? "" : ` (${message})`
    }`,
    setting: request.setting
  })
}

const byStatus = (status: number, fields: ErrorContext): AuthFailure => {
  if (status === 403) return new PermissionDeniedError(fields)
  if (status === 408 || status === 504) return new RequestTimeoutError(fields)
  if (status === 429) return new RateLimitedError(fields)
  return status >= 500 ? new ServerError(fields) : new AuthenticationError(fields)
}

/** Creates the error of an endpoint that takes too long. */
export const timedOut = (
  request: Pick<TokenRequest, "provider" | "credential">,
  limit: Duration.Duration
): AuthFailure =>
  new RequestTimeoutError({
    provider: request.provider,
    detail: `no ${request.credential}`,
    limit,
    waited: limit
  })

/** Creates the error of an endpoint whose response has no token. */
export const withoutToken = (
  { credential, provider }: Pick<TokenRequest, "provider" | "credential">
): AuthFailure => new ServerError({ provider, detail: `no ${credential}: the response has none` })
