/**
 * One attempt: a request sent, and every way in which it can be refused told apart from an answer.
 *
 * What happens around an attempt (retry now; limits, breakers, fallback as they come) is the business of
 * `layers/resilience`.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { DecodeContext } from "../../streams/protocols/Protocol.ts"
import { classify as classifyRefusal } from "../../streams/protocols/Refusal.ts"
import { type Means, refused, send } from "../exchange/Send.ts"
import { decodeStream, decodeWhole, type Events, readText } from "./Body.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"
import * as ResponseBytes from "./ResponseBytes.ts"
import { Silence } from "./Silence.ts"

/** How much of a refusal is read: enough for any error object. */
const maxRefusalBytes = 256 * 1024

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(contentType)

/**
 * What an attempt needs. `attempt` is its number, from 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Means {
  readonly prepared: PreparedRequest
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

const exchange = Effect.fnUntraced(function*(
  options: Options
): Effect.fn.Return<Events, CompletionError, Scope.Scope> {
  const { prepared, settings } = options
  const known: ErrorContext = {
    provider: prepared.provider.definition.id,
    model: prepared.model,
    requestId: prepared.requestId
  }
  const { renew, response, scrub } = yield* send(options, prepared, known)
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
    return yield* refused(classifyRefusal(response.status, refusal.text, context), renew, response.headers, prepared)
  }
  // Some servers answer a request for a stream with an error, or with the whole answer, as plain JSON.
  if (!prepared.streamed || isJson(response.headers["content-type"])) {
    const body = yield* readText(bytes, settings.maxResponseBytes)
    return decodeWhole(prepared.protocol, body, context, settings.maxResponseBytes)
  }
  return yield* decodeStream(bytes, prepared.protocol.stream(context), silence)
})
