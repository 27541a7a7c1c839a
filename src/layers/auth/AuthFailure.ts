/**
 * Why a cloud gave no token, out of what its library throws.
 *
 * Of a foreign error only codes, statuses and the endpoint's own sentence are read. The error itself is never kept: it holds
 * the request, and the request holds what the program proves itself with.
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

/** Every class in which a token can be missing. */
export type AuthFailure =
  | AuthenticationError
  | ConfigurationError
  | ConnectionError
  | PermissionDeniedError
  | RateLimitedError
  | RequestTimeoutError
  | ServerError

/**
 * Who asked for what: `provider` is who it is for, `what` it is and who gives it ("token from Google"), `setting` is what to
 * look at and `todo` what to do where nobody is found, and `secrets` are what no error may repeat.
 */
export interface Asked {
  readonly provider: string
  readonly what: string
  readonly setting: string
  readonly todo: string
  readonly secrets: ReadonlyArray<string>
}

interface Facts {
  readonly status: number | undefined
  readonly code: string | undefined
  readonly detail: string | undefined
  readonly system: string | undefined
  readonly isNobody: boolean
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

/** An error, what it was caused by, and the first of what it gathers. */
const chain = (error: unknown): ReadonlyArray<unknown> => {
  const found: Array<unknown> = []
  let current: unknown = error
  for (let depth = 0; depth < 8 && Predicate.isObject(current); depth++) {
    found.push(current)
    const gathered = get(current, "errors")
    const causes = Array.isArray(gathered) ? gathered : []
    // Of the ways that were tried, one that was there and failed says more than those that are not there.
    current = causes.find((cause) => text(cause, "name") !== "CredentialUnavailableError") ?? causes[0] ??
      get(current, "cause")
  }
  return found
}

/** That there is nobody to be found says a library with these, whatever else it has tried. */
const nobody = new Set(["CredentialsProviderError", "AggregateAuthenticationError"])

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
    isNobody: nobody.has(text(errors[0], "name") ?? "")
  }
}

/** Microsoft's library puts the endpoint's sentence between times and ids. */
const microsoft = /^.*- Description: (.+?) - Correlation ID: .*$/

/** What a program proves itself with may be signed anew each time, and so be none of the secrets that are known. */
const webToken = /\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g

/** The longest sentence that is looked at. */
const mostWords = 8192

const shortened = (detail: string, secrets: ReadonlyArray<string>): string => {
  // Secrets are looked for as they are: a private key has many lines, any of which is too much.
  const all = secrets.flatMap((secret) => [secret, ...secret.split(/\s+|\\n/)])
  const clean = Secrets.scrub(Secrets.redactText(detail.slice(0, mostWords).replace(webToken, Secrets.mask)), all)
  return clean.replace(/\s+/g, " ").trim().replace(microsoft, "$1").slice(0, 300)
}

const isOfFiles = /^E(NOENT|ACCES|ISDIR|NOTDIR)$/

/** Classifies what a library throws when it gets no token. */
export const classify = (error: unknown, asked: Asked): AuthFailure => {
  const { code, detail, isNobody, status, system } = factsOf(error)
  const words = detail === undefined ? "" : shortened(detail, asked.secrets)
  const fields: ErrorContext = {
    provider: asked.provider,
    ...(status === undefined ? {} : { status }),
    ...(code === undefined && system === undefined ? {} : { code: shortened(code ?? system ?? "", asked.secrets) }),
    detail: `no ${asked.what}${words === "" ? "" : `: ${words}`}`
  }
  if (!isNobody) {
    if (status !== undefined) return byStatus(status, fields)
    if (system === "ETIMEDOUT") return new RequestTimeoutError(fields)
    if (code === "network_error" || system !== undefined && !isOfFiles.test(system)) return new ConnectionError(fields)
    if (code !== undefined) return new AuthenticationError(fields)
  }
  return new ConfigurationError({
    reason: `${asked.provider} gets no ${asked.what}: ${asked.todo}${words === "" ? "" : ` (${words})`}`,
    setting: asked.setting
  })
}

const byStatus = (status: number, fields: ErrorContext): AuthFailure => {
  if (status === 403) return new PermissionDeniedError(fields)
  if (status === 408 || status === 504) return new RequestTimeoutError(fields)
  if (status === 429) return new RateLimitedError(fields)
  return status >= 500 ? new ServerError(fields) : new AuthenticationError(fields)
}

/** The failure of an endpoint that takes too long. */
export const late = (asked: Pick<Asked, "provider" | "what">, limit: Duration.Duration): AuthFailure =>
  new RequestTimeoutError({
    provider: asked.provider,
    detail: `no ${asked.what}`,
    limit,
    waited: limit
  })

/** The failure of an endpoint that answers without a token. */
export const empty = ({ provider, what }: Pick<Asked, "provider" | "what">): AuthFailure =>
  new ServerError({ provider, detail: `no ${what}: its answer has none` })
