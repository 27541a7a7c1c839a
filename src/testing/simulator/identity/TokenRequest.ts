/**
 * A request for a token, and the answer to one: what the endpoints of all clouds have in common.
 *
 * @since 0.1.0
 */
import type { JsonObject } from "../Json.ts"
import type { SimulatedIdentity } from "./SimulatedIdentity.ts"
import type { Issuer } from "./Issuer.ts"

/**
 * A request for a token. `now` is the server's time in milliseconds, and `origin` the address under which the client knows the
 * server.
 *
 * @category models
 * @since 0.1.0
 */
export interface TokenRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly form: URLSearchParams
  readonly origin: string
  readonly now: number
  readonly identity: SimulatedIdentity
  readonly issuer: Issuer
}

/**
 * @category models
 * @since 0.1.0
 */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * An endpoint. It answers nothing where the scenario has no such cloud. Those that are only on the way to a token are
 * `quiet`: they are not counted, and have no faults.
 *
 * @category models
 * @since 0.1.0
 */
export interface Route {
  readonly method: "GET" | "POST" | "PUT"
  readonly path: RegExp
  readonly quiet?: boolean
  readonly answer: (request: TokenRequest) => Reply | undefined
}

/**
 * Creates an answer in JSON.
 *
 * @category constructors
 * @since 0.1.0
 */
export const json = (status: number, body: JsonObject, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body)
})

/**
 * Creates an answer in plain text.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body
})

/**
 * Creates the refusal of an OAuth 2 endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusal = (status: number, error: string, description: string): Reply =>
  json(status, { error, error_description: description })
