/**
 * One attempt: a request sent, and every way in which it can be refused told apart from an answer.
 *
 * What happens around an attempt (retry now; limits, breakers, fallback as they come) is the business of
 * `layers/resilience`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { DecodeContext } from "../../streams/protocols/Protocol.ts"
import { classify as classifyRefusal } from "../../streams/protocols/Refusal.ts"
import { readText } from "../transport/Body.ts"
import * as ResponseBytes from "../transport/ResponseBytes.ts"
import { contextOf, type Means, refused, send, type Sent } from "../transport/Send.ts"
import { Silence } from "../transport/Silence.ts"
import { decodeStream, decodeWhole, type Events } from "./Events.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"

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

const read = Effect.fnUntraced(function*(
  { prepared, settings }: Options,
  { renew, response }: Sent,
  bytes: ResponseBytes.ResponseBytes,
  context: DecodeContext
): Effect.fn.Return<Events, CompletionError> {
  if (response.status < 200 || response.status > 299) {
    // The status has said it: what else there is must not keep the caller waiting, drop by drop.
    const refusal = yield* readText(bytes, maxRefusalBytes, settings.silenceTimeout)
    return yield* refused(classifyRefusal(response.status, refusal.text, context), renew, response.headers, prepared)
  }
  const body = yield* readText(bytes, settings.maxResponseBytes)
  return decodeWhole(prepared.protocol, body, context, settings.maxResponseBytes)
})

const answer = (
  options: Options,
  sent: Sent,
  known: ErrorContext,
  scope: Scope.Scope
): Effect.Effect<Events, CompletionError> =>
  Effect.clockWith((clock) => {
    const { clocks, prepared, settings, watch } = options
    const { response, scrub } = sent
    const error = contextOf(known, sent, prepared.provider.definition.requestIdHeader)
    const context: DecodeContext = {
      error,
      headers: response.headers,
      now: clock.currentTimeMillisUnsafe(),
      quirks: prepared.quirks,
      limits: settings,
      assemble: prepared.assemble,
      scrub
    }
    const silence = new Silence(error, clocks)
    const isAnswer = response.status >= 200 && response.status <= 299
    // Some servers answer a request for a stream with an error, or with the whole answer, as plain JSON.
    const mayBeStream = prepared.protocol.streamsJson === true || !isJson(response.headers["content-type"])
    const isStream = isAnswer && prepared.streamed && mayBeStream
    return Effect.flatMap(
      ResponseBytes.open(response, silence, watch, scope),
      (bytes) =>
        isStream
          ? Effect.succeed(decodeStream(bytes, prepared.protocol.stream(context), silence))
          : read(options, sent, bytes, context)
    )
  })

const exchange = (
  options: Options,
  scope: Scope.Scope,
  span: Tracer.Span | undefined
): Effect.Effect<Events, CompletionError> => {
  const { prepared } = options
  const known: ErrorContext = {
    provider: prepared.provider.definition.id,
    model: prepared.model,
    requestId: prepared.requestId
  }
  return Effect.flatMap(send(options, prepared, known, scope), (sent) => {
    span?.attribute("http.response.status_code", sent.response.status)
    return answer(options, sent, known, scope)
  })
}

const traced = (options: Options, scope: Scope.Scope): Effect.Effect<Events, CompletionError> =>
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
    (span) => Effect.withParentSpan(exchange(options, scope, span), span, { captureStackTrace: false })
  ).pipe(Scope.provide(scope))

/**
 * Makes an attempt: answers its events once the response's headers say that there is an answer. The connection is closed
 * with the scope. There is a span of it where there is a tracer: without one, nobody would ever see it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = (options: Options, scope: Scope.Scope): Effect.Effect<Events, CompletionError> =>
  Effect.withFiber((fiber) =>
    fiber.cache.tracer === undefined ? exchange(options, scope, undefined) : traced(options, scope)
  )
