/**
 * Adds the credentials to a request, and returns how to keep them out of every text.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { CompletionError } from "../../domain/CompletionError.ts"
import * as Secrets from "../../domain/Secrets.ts"
import type { Authorization, KeyChoice, Outgoing, Provider } from "../../services/Provider.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"

/** Whether a call has had its one attempt with renewed credentials. */
export interface Renewal {
  /** Whether it has. */
  isSpent: boolean
}

/** A request with its credentials. */
export interface Authorized {
  /** The request. */
  readonly request: HttpClientRequest.HttpClientRequest
  /** Removes the credentials of the request from a text. */
  readonly scrub: (text: string) => string
  /** Replaces fetched credentials that were refused; `undefined` for a key. */
  readonly renew: Authorization["renew"]
}

const noBytes = new Uint8Array()

/**
 * Adds the id of the call and the credentials: the given key, or what the provider chooses. A body that is streamed
 * cannot be signed.
 */
export const authorize = (
  prepared: PreparedRequest,
  requestId: string,
  key: KeyChoice | undefined
): Effect.Effect<Authorized, CompletionError> => {
  const { auth, provider } = prepared
  const request = prepared.request.headers["x-request-id"] === requestId
    ? prepared.request
    : HttpClientRequest.setHeader(prepared.request, "x-request-id", requestId)
  const outgoing: Outgoing = {
    method: request.method === "GET" ? "GET" : "POST",
    url: request.url,
    headers: request.headers,
    body: request.body._tag === "Uint8Array" ? request.body.body : noBytes,
    auth
  }
  return Effect.map((key ?? provider.authorizer).authorize(outgoing), ({ headers, query, renew, secrets }) => {
    const signed = HttpClientRequest.setHeaders(request, headers)
    const authorized = query === undefined ? signed : HttpClientRequest.appendUrlParams(signed, query)
    return { request: authorized, scrub: scrubberOf(prepared, secrets, authorized), renew }
  })
}

/** The scrubber of each provider's last request: the next one nearly always has the same secrets. */
const scrubbers = new WeakMap<Provider, { readonly secrets: string; readonly scrub: (text: string) => string }>()

const scrubberOf = (
  { hasOwnHeaders, provider }: PreparedRequest,
  secrets: ReadonlyArray<string>,
  request: HttpClientRequest.HttpClientRequest
): (text: string) => string => {
  const all = () => [...secrets, ...Secrets.fromRequest(request.headers, request.url)]
  // Headers of the caller's own may hold secrets of their own.
  const own = hasOwnHeaders ? all() : undefined
  const together = (own ?? secrets).join("\n")
  const last = scrubbers.get(provider)
  if (last?.secrets === together) return last.scrub
  const scrub = Secrets.scrubber(own ?? all())
  scrubbers.set(provider, { secrets: together, scrub })
  return scrub
}
