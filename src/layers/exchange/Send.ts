/**
 * Sends an authorized request and waits for the head of its response: what every exchange with a provider begins with.
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Scope from "effect/Scope"
import { amend, type CompletionError, type ProviderError, RequestTimeoutError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Authorization } from "../../services/Provider.ts"
import type { Settings } from "../../services/SluiceConfig.ts"
import type { Watch } from "../completion/Watch.ts"
import * as DispatchHttpClient from "../http/DispatchHttpClient.ts"
import { withPrivacy } from "../http/Privacy.ts"
import * as TransportFailure from "../http/TransportFailure.ts"
import { authorize, type Unauthorized } from "./Authorized.ts"

/**
 * What sending needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Means {
  readonly client: HttpClient.HttpClient
  readonly settings: Settings
  readonly watch: Watch
}

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

/**
 * Sends a request. Its connection is closed with the scope.
 *
 * @category accessors
 * @since 0.1.0
 */
export const send = Effect.fnUntraced(function*(
  { client, settings, watch }: Means,
  unauthorized: Unauthorized,
  known: ErrorContext
): Effect.fn.Return<Sent, CompletionError, Scope.Scope> {
  const { renew, request, scrub } = yield* authorize(unauthorized)
  const deadline = (yield* Clock.currentTimeMillis) + Duration.toMillis(settings.headersTimeout)
  const limit: DispatchHttpClient.TimeLimit = {
    duration: settings.headersTimeout,
    watch: (isOver, expire) => watch.add({ isOver, expire, left: (now) => deadline - now })
  }
  const response = yield* DispatchHttpClient.execute(client, request, limit).pipe(
    withPrivacy,
    Effect.mapError((error) =>
      Cause.isTimeoutError(error)
        ? new RequestTimeoutError({ ...known, after: settings.headersTimeout })
        : TransportFailure.classify(error, known, { connectTimeout: settings.connectTimeout, scrub })
    )
  )
  return { response, scrub, renew }
})

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
