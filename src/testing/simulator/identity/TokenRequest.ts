/**
 * A request for a token and its response: what the token endpoints of all clouds have in common.
 */
import type { JsonObject } from "../Json.ts"
import type { Issuer } from "./Issuer.ts"
import type { SimulatedIdentity } from "./SimulatedIdentity.ts"

/** A request for a token. */
export interface TokenRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** The body, read as a form. */
  readonly form: URLSearchParams
  /** The address under which the client knows the server. */
  readonly origin: string
  /** The server's time, in milliseconds. */
  readonly now: number
  readonly identity: SimulatedIdentity
  readonly issuer: Issuer
}

/** The response to a request for a token. */
export interface TokenResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A token endpoint. */
export interface TokenRoute {
  readonly method: "GET" | "POST" | "PUT"
  readonly path: RegExp
  /** Whether the request only prepares a request for a token. Such requests are not counted and have no faults. */
  readonly isPreliminary?: boolean
  /** Responds to a request; returns `undefined` where the scenario does not have the cloud. */
  readonly respond: (request: TokenRequest) => TokenResponse | undefined
}

/** Creates a JSON response. */
export const json = (
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {}
): TokenResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body)
})

/** Creates a plain text response. */
export const text = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {}
): TokenResponse => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body
})

/**
 * Creates the error response of an OAuth 2 endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export const oauthError = (status: number, error: string, description: string): TokenResponse =>
  json(status, { error, error_description: description })
