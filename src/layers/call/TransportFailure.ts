/**
 * Classifies what went wrong between here and the provider, from the error of an HTTP client.
 */
import * as Duration from "effect/Duration"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import {
  ConfigurationError,
  ConnectionError,
  ConnectTimeoutError,
  InvalidRequestError
} from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"

/** The code and the sentence of the system for a failure, from the innermost of its causes. */
export interface Reason {
  /** The code, such as `ECONNRESET`. */
  readonly code: string | undefined
  /** The sentence. */
  readonly detail: string | undefined
}

const text = (value: unknown, key: string): string | undefined => {
  const found = Predicate.hasProperty(value, key) ? value[key] : undefined
  return typeof found === "string" && found !== "" ? found : undefined
}

/**
 * Finds the innermost code and the sentence beside it. Causes are read and never kept: they hold requests, and requests
 * hold keys.
 */
export const reasonOf = (error: unknown): Reason => {
  let code: string | undefined
  let detail: string | undefined
  let current: unknown = error
  for (let depth = 0; depth < 8 && current !== undefined && current !== null; depth++) {
    const found = text(current, "code")
    if (found !== undefined) {
      code = found
      detail = text(current, "message") ?? detail
    } else if (code === undefined && current instanceof Error && !Predicate.hasProperty(current, "request")) {
      detail = text(current, "message") ?? detail
    }
    // Happy Eyeballs reports one error an address; the first will do.
    const errors = Predicate.hasProperty(current, "errors") ? current.errors : undefined
    current = Array.isArray(errors) && errors.length > 0
      ? errors[0]
      : Predicate.hasProperty(current, "cause")
      ? current.cause
      : Predicate.hasProperty(current, "reason")
      ? current.reason
      : undefined
  }
  return { code, detail }
}

const connectTimeouts = new Set(["UND_ERR_CONNECT_TIMEOUT", "ETIMEDOUT"])

/** A header that only the client may set, like `transfer-encoding`, and one that it does not support (`expect`). */
const refusals = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"])

/** The sentences with which undici reports what a proxy responded. */
const proxyStatus = /^Proxy (?:response|Authentication Required) \((\d{3})\)/

/** Statuses below 500 with which a proxy may connect later. */
const temporary = new Set([408, 425, 429])

/** Creates the error of a proxy that refuses a request. `proxy` is its address, where it is known. */
export const refusedByProxy = (status: number, proxy: string | undefined, provider: string): ConfigurationError => {
  const subject = proxy === undefined ? `A proxy in front of ${provider}` : `The proxy ${proxy}`
  return new ConfigurationError({
    reason: status === 407
      ? `${subject} requires authentication (407): ` +
        "give its URL a valid user name and password, like http://user:password@host:3128"
      : `${subject} refuses a connection to ${provider} (${status}): allow it there, or name the host in NO_PROXY`,
    setting: "proxy"
  })
}

const isConfigurationError = Schema.is(ConfigurationError)

/** Classifies a request that got no response. */
export const classify = (
  error: HttpClientError.HttpClientError,
  context: ErrorContext,
  options: {
    readonly connectTimeout: Duration.Duration
    /** Milliseconds since the request was handed to the client. */
    readonly waited: number
    readonly scrub: (text: string) => string
    /** The address of the proxy, where there is one. */
    readonly proxy: string | undefined
  }
): ConnectionError | ConnectTimeoutError | ConfigurationError | InvalidRequestError => {
  if (isConfigurationError(error.cause)) return error.cause
  const { code, detail } = reasonOf(error)
  if (error.reason._tag === "InvalidUrlError") {
    return new ConfigurationError({
      reason: `The base URL of ${context.provider} is not a URL: give one like https://host/v1`,
      setting: "baseUrl"
    })
  }
  const refusal = Number(proxyStatus.exec(detail ?? "")?.[1] ?? 0)
  if (refusal >= 400 && refusal < 500 && !temporary.has(refusal)) {
    return refusedByProxy(refusal, options.proxy, context.provider)
  }
  const fields = {
    ...context,
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail: options.scrub(detail).slice(0, 300) })
  }
  if (code !== undefined && refusals.has(code)) return new InvalidRequestError({ ...fields, parameter: "headers" })
  return code !== undefined && connectTimeouts.has(code)
    ? new ConnectTimeoutError({ ...fields, limit: options.connectTimeout, waited: Duration.millis(options.waited) })
    : new ConnectionError(fields)
}
