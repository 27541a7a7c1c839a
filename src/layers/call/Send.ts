/**
 * Sends an authorized request and waits for the head of its response: what every exchange with a provider begins with.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Scope from "effect/Scope"
import { amend, type CompletionError, type ProviderError, RequestTimeoutError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Authorization } from "../../services/Provider.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import * as DispatchHttpClient from "../http/DispatchHttpClient.ts"
import * as Watch from "../http/Watch.ts"
import { authorize, type Authorized, type Unauthorized } from "./Authorize.ts"
import * as Clocks from "../resilience/Clocks.ts"
import * as TransportFailure from "./TransportFailure.ts"

/**
 * What sending needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Means {
  readonly client: HttpClient.HttpClient
  readonly settings: Settings
  readonly clocks: Clocks.Clocks
  readonly watch: Watch.Watch
}

/**
 * Makes what sending needs, with the client and the settings in the context.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeMeans: Effect.Effect<Means, never, HttpClient.HttpClient | Scope.Scope> = Effect.gen(function*() {
  const client = yield* HttpClient.HttpClient
  const settings = yield* SluiceConfig
  const clocks = Clocks.of(settings)
  return { client, settings, clocks, watch: yield* Watch.make(Clocks.tickOf(clocks)) }
})

/**
 * The head of a response, what removes the request's secrets from a text, and what renews that which authorized it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sent {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly scrub: (text: string) => string
  readonly renew: Authorization["renew"]
}

const respond = (
  { client, clocks, settings, watch }: Means,
  { request, scrub }: Authorized,
  known: ErrorContext,
  scope: Scope.Scope
): Effect.Effect<HttpClientResponse.HttpClientResponse, CompletionError> =>
  Effect.mapError(
    DispatchHttpClient.execute(client, request, scope, { millis: clocks.headers, watch }),
    (error) =>
      Cause.isTimeoutError(error)
        ? new RequestTimeoutError({ ...known, after: settings.headersTimeout })
        : TransportFailure.classify(error, known, { connectTimeout: settings.connectTimeout, scrub })
  )

/**
 * Sends a request. Its connection is closed with the scope.
 *
 * @category accessors
 * @since 0.1.0
 */
export const send = (
  means: Means,
  unauthorized: Unauthorized,
  known: ErrorContext,
  scope: Scope.Scope
): Effect.Effect<Sent, CompletionError> =>
  Effect.flatMap(authorize(unauthorized), (authorized) =>
    Effect.map(
      respond(means, authorized, known, scope),
      (response) => ({ response, scrub: authorized.scrub, renew: authorized.renew })
    ))

/**
 * What errors say of a response.
 *
 * @category constructors
 * @since 0.1.0
 */
export const contextOf = (
  known: ErrorContext,
  { response: { headers, status }, scrub }: Sent,
  requestIdHeader: string
): ErrorContext => {
  const id = headers[requestIdHeader]
  return id === undefined ? { ...known, status } : { ...known, status, providerRequestId: scrub(id) }
}

/**
 * Fails with what a request was refused with. A refused token may only have been too old: what authorizes gets a new one, and
 * once a call that makes the request worth another try. `headers` are those of the refusal.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refused = Effect.fnUntraced(function*(
  error: ProviderError,
  renew: Authorization["renew"],
  headers: Readonly<Record<string, string>>,
  { renewal }: Unauthorized
): Effect.fn.Return<never, ProviderError> {
  if (renew === undefined || error._tag !== "AuthenticationError") return yield* Effect.fail(error)
  const hasNew = yield* renew(headers)
  if (!hasNew || renewal.isSpent) return yield* Effect.fail(error)
  renewal.isSpent = true
  return yield* Effect.fail(amend(error, { shouldRetry: true }))
})
