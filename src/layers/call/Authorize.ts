/**
 * Puts what authorizes a request into it, and answers how to keep that out of every text.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import * as Secrets from "../../domain/Secrets.ts"
import type { Authorization, Outgoing, Provider } from "../../services/Provider.ts"

/**
 * A request that only lacks its key.
 *
 * **Details**
 *
 * `hasOwnHeaders` when the caller added headers to it, which may hold secrets. `renewal` remembers whether this call has had
 * its second try with something new to authorize it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unauthorized {
  readonly provider: Provider
  readonly auth: AuthStyle | undefined
  readonly hasOwnHeaders: boolean
  readonly renewal: { isSpent: boolean }
  readonly request: HttpClientRequest.HttpClientRequest
}

/**
 * A request with its key, what removes the request's secrets from a text, and what renews that which authorized it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorized {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly scrub: (text: string) => string
  readonly renew: Authorization["renew"]
}

const noBytes = new Uint8Array()

/**
 * Puts the key into a request, where its provider wants it. A body that is streamed cannot be signed.
 *
 * @category combinators
 * @since 0.1.0
 */
export const authorize = (unauthorized: Unauthorized): Effect.Effect<Authorized, CompletionError> => {
  const { auth, provider, request } = unauthorized
  const outgoing: Outgoing = {
    method: request.method === "GET" ? "GET" : "POST",
    url: request.url,
    headers: request.headers,
    body: request.body._tag === "Uint8Array" ? request.body.body : noBytes,
    auth
  }
  return Effect.map(provider.authorizer.authorize(outgoing), ({ headers, query, renew, secrets }) => {
    const signed = HttpClientRequest.setHeaders(request, headers)
    const authorized = query === undefined ? signed : HttpClientRequest.appendUrlParams(signed, query)
    return { request: authorized, scrub: scrubberOf(unauthorized, secrets, authorized), renew }
  })
}

/** The scrubber of each provider's last request: the next one nearly always has the same secrets. */
const scrubbers = new WeakMap<Provider, { readonly secrets: string; readonly scrub: (text: string) => string }>()

const scrubberOf = (
  { hasOwnHeaders, provider }: Unauthorized,
  secrets: ReadonlyArray<string>,
  request: HttpClientRequest.HttpClientRequest
): (text: string) => string => {
  const make = () => Secrets.scrubber([...secrets, ...Secrets.fromRequest(request.headers, request.url)])
  // Headers of the caller's own may hold secrets of their own.
  if (hasOwnHeaders) return make()
  const together = secrets.join("\n")
  const last = scrubbers.get(provider)
  if (last?.secrets === together) return last.scrub
  const scrub = make()
  scrubbers.set(provider, { secrets: together, scrub })
  return scrub
}
