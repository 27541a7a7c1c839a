/**
 * Sends an authorized request and waits for the head of its response.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import type * as Scope from "effect/Scope"
import { amend, type CompletionError, type ProviderError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Authorization, KeyChoice } from "../../services/Provider.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import * as DispatchHttpClient from "../http/DispatchHttpClient.ts"
import * as ProxyName from "../http/ProxyName.ts"
import * as Watch from "../http/Watch.ts"
import * as Clocks from "../resilience/Clocks.ts"
import type { AttemptTimer } from "./AttemptTimer.ts"
import { authorize, type Authorized, type Renewal } from "./Authorize.ts"
import * as ClientDefect from "./ClientDefect.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"
import * as TransportFailure from "./TransportFailure.ts"

/** What the transport needs of its environment. */
export interface Environment {
  /** Sends requests. */
  readonly client: HttpClient.HttpClient
  /** Limits and defaults. */
  readonly settings: Settings
  /** Watches the time limits. */
  readonly watch: Watch.Watch
}

/** Reads the environment. */
export const environment: Effect.Effect<Environment, never, HttpClient.HttpClient | Scope.Scope> = Effect.gen(
  function*() {
    const client = yield* HttpClient.HttpClient
    const settings = yield* SluiceConfig
    return { client, settings, watch: yield* Watch.make(Clocks.tickOf(settings)) }
  }
)

/** The head of a response. */
export interface Sent {
  /** The response. */
  readonly response: HttpClientResponse.HttpClientResponse
  /** Removes the credentials of the request from a text. */
  readonly scrub: (text: string) => string
  /** Replaces fetched credentials that were refused; `undefined` for a key. */
  readonly renew: Authorization["renew"]
}

/** What is sent, and under which limits. */
export interface Sending {
  /** The request without its credentials. */
  readonly prepared: PreparedRequest
  /** The key that a policy has chosen. Default: none; an identity of the provider. */
  readonly key: KeyChoice | undefined
  /** Whether the call has renewed its credentials. */
  readonly renewal: Renewal
  /** The id of the call. */
  readonly requestId: string
  /** The time limits. */
  readonly timer: AttemptTimer
  /** Is called immediately before the request is sent. An error refuses it. */
  readonly onSend: () => CompletionError | undefined
}

const respond = (
  { client, settings, watch }: Environment,
  { request, scrub }: Authorized,
  { onSend, timer }: Sending,
  scope: Scope.Scope
): Effect.Effect<HttpClientResponse.HttpClientResponse, CompletionError> =>
  Effect.clockWith((clock) => {
    const since = clock.currentTimeMillisUnsafe()
    const sent = DispatchHttpClient.execute<CompletionError>(client, request, scope, {
      watch,
      onSend,
      connectionLimit: (now) => timer.connectionLimit(now),
      headersLimit: (now) => timer.headersLimit(now),
      onHeaders: (waited) => timer.recordWait(waited)
    }, settings)
    return Effect.catch(sent, (error) => {
      if (error._tag !== "HttpClientError") return Effect.fail(error)
      // An address that is not a URL is a `TypeError` too.
      const defect = error.reason._tag === "InvalidUrlError" ? undefined : ClientDefect.of(error)
      if (defect !== undefined) return Effect.die(ClientDefect.scrubbed(defect, scrub))
      const waited = clock.currentTimeMillisUnsafe() - since
      return Effect.flatMap(ProxyName.find(settings.proxy, request.url), (proxy) =>
        Effect.fail(
          TransportFailure.classify(error, timer.context, {
            connectTimeout: settings.connectTimeout,
            waited,
            scrub,
            proxy
          })
        ))
    })
  })

/** Sends a request. Its connection is closed with the scope. */
export const send = (
  environment: Environment,
  sending: Sending,
  scope: Scope.Scope
): Effect.Effect<Sent, CompletionError> =>
  Effect.flatMap(authorize(sending.prepared, sending.requestId, sending.key), (authorized) =>
    Effect.map(
      respond(environment, authorized, sending, scope),
      (response) => ({ response, scrub: authorized.scrub, renew: authorized.renew })
    ))

/** Returns what errors say of a response. */
export const contextOf = (
  request: ErrorContext,
  { response: { headers, status }, scrub }: Sent,
  requestIdHeader: string
): ErrorContext => {
  const id = headers[requestIdHeader]
  return id === undefined ? { ...request, status } : { ...request, status, providerRequestId: scrub(id) }
}

/**
 * Fails with an error response. Refused credentials may only have been too old: they are renewed, and once a call this
 * makes the request worth another attempt. `headers` are those of the error response.
 */
export const failWith = Effect.fnUntraced(function*(
  error: ProviderError,
  renew: Authorization["renew"],
  headers: Readonly<Record<string, string>>,
  renewal: Renewal
): Effect.fn.Return<never, ProviderError> {
  if (renew === undefined || error._tag !== "AuthenticationError") return yield* Effect.fail(error)
  const hasNew = yield* renew(headers)
  if (!hasNew || renewal.isSpent) return yield* Effect.fail(error)
  renewal.isSpent = true
  return yield* Effect.fail(amend(error, { shouldRetry: true }))
})
