/**
 * One attempt: a request sent, and every way in which it can be refused told apart from an answer.
 *
 * What happens around an attempt (retry now; limits, breakers, fallback as they come) is the business of
 * `layers/resilience`.
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
import type { DecodeContext } from "../../streams/protocols/Protocol.ts"
import { classify as classifyRefusal } from "../../streams/protocols/Refusal.ts"
import * as DispatchHttpClient from "../http/DispatchHttpClient.ts"
import { withPrivacy } from "../http/Privacy.ts"
import * as TransportFailure from "../http/TransportFailure.ts"
import { decodeStream, decodeWhole, type Events, readText } from "./Body.ts"
import { authorize, type PreparedRequest } from "./PreparedRequest.ts"
import * as ResponseBytes from "./ResponseBytes.ts"
import { Silence } from "./Silence.ts"
import type { Watch } from "./Watch.ts"

/** How much of a refusal is read: enough for any error object. */
const maxRefusalBytes = 256 * 1024

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(contentType)

const send = Effect.fnUntraced(function*(
  { client, prepared, settings, watch }: Options,
  known: ErrorContext
): Effect.fn.Return<
  {
    readonly response: HttpClientResponse.HttpClientResponse
    readonly scrub: (text: string) => string
    readonly renew: Authorization["renew"]
  },
  CompletionError,
  Scope.Scope
> {
  const { renew, request, scrub } = yield* authorize(prepared)
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
 * What an attempt needs. `attempt` is its number, from 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly client: HttpClient.HttpClient
  readonly prepared: PreparedRequest
  readonly settings: Settings
  readonly watch: Watch
  readonly attempt: number
}

/**
 * Makes an attempt: answers its events once the response's headers say that there is an answer. The connection is closed
 * with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (options: Options): Effect.Effect<Events, CompletionError, Scope.Scope> =>
  Effect.flatMap(
    Effect.makeSpanScoped("sluice.attempt", {
      kind: "client",
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": options.prepared.provider.definition.id,
        "gen_ai.request.model": options.prepared.model,
        "server.address": new URL(options.prepared.provider.baseUrl).host,
        "sluice.request_id": options.prepared.requestId,
        "sluice.attempt": options.attempt
      }
    }),
    (span) => Effect.withParentSpan(exchange(options), span, { captureStackTrace: false })
  )

/**
 * A refused token may only have been too old: what authorizes gets a new one, and once a call that makes the request worth
 * another try.
 */
const renewed = Effect.fnUntraced(function*(
  error: ProviderError,
  renew: Authorization["renew"],
  refusal: Readonly<Record<string, string>>,
  { renewal }: PreparedRequest
): Effect.fn.Return<never, ProviderError> {
  if (renew === undefined || error._tag !== "AuthenticationError") return yield* Effect.fail(error)
  const hasNew = yield* renew(refusal)
  if (!hasNew || renewal.isSpent) return yield* Effect.fail(error)
  renewal.isSpent = true
  return yield* Effect.fail(amend(error, { shouldRetry: true }))
})

const exchange = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Events, CompletionError, Scope.Scope> {
  const { prepared, settings } = options
  const known: ErrorContext = {
    provider: prepared.provider.definition.id,
    model: prepared.model,
    requestId: prepared.requestId
  }
  const { renew, response, scrub } = yield* send(options, known)
  yield* Effect.annotateCurrentSpan("http.response.status_code", response.status)
  const providerRequestId = response.headers[prepared.provider.definition.requestIdHeader]
  const error: ErrorContext = {
    ...known,
    status: response.status,
    ...(providerRequestId === undefined ? {} : { providerRequestId: scrub(providerRequestId) })
  }
  const context: DecodeContext = {
    error,
    headers: response.headers,
    now: yield* Clock.currentTimeMillis,
    quirks: prepared.quirks,
    limits: settings,
    scrub
  }
  const silence = new Silence(error, settings)
  const bytes = yield* ResponseBytes.open(response, silence, options.watch)
  if (response.status < 200 || response.status > 299) {
    // The status has said it: what else there is must not keep the caller waiting, drop by drop.
    const refusal = yield* readText(bytes, maxRefusalBytes, settings.silenceTimeout)
    const refused = classifyRefusal(response.status, refusal.text, context)
    return yield* renewed(refused, renew, response.headers, prepared)
  }
  // Some servers answer a request for a stream with an error, or with the whole answer, as plain JSON.
  if (!prepared.streamed || isJson(response.headers["content-type"])) {
    const body = yield* readText(bytes, settings.maxResponseBytes)
    return decodeWhole(prepared.protocol, body, context, settings.maxResponseBytes)
  }
  return yield* decodeStream(bytes, prepared.protocol.stream(context), silence)
})
