/**
 * One attempt, at whatever is asked: a request sent, and every way in which it can be refused told apart from an answer.
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
import type { Quirks } from "../../domain/Quirks.ts"
import type { DecodeContext } from "../../streams/response/StreamDecoder.ts"
import { classify as classifyRefusal } from "../../streams/response/ErrorClassifier.ts"
import type { Unauthorized } from "./Authorize.ts"
import { readText } from "./Body.ts"
import * as ResponseBytes from "./ResponseBytes.ts"
import { contextOf, type Means, refused, send } from "./Send.ts"
import { Silence } from "./IdleTimer.ts"

/**
 * What is asked, as often as it takes. `operation` is its name in spans (OpenTelemetry's `gen_ai.operation.name`).
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked extends Unauthorized {
  readonly operation: string
  readonly model: string | undefined
  readonly quirks: Quirks
  readonly requestId: string
  readonly assemble?: boolean | undefined
}

/**
 * The response to a request that was not refused, its body not yet read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly context: DecodeContext
  readonly bytes: ResponseBytes.ResponseBytes
  readonly silence: Silence
}

/**
 * What an attempt needs. `attempt` is its number, from 1; `take` is what is done with an answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<A, R> {
  readonly means: Means
  readonly asked: Asked
  readonly attempt: number
  readonly take: (answer: Answer) => Effect.Effect<A, CompletionError, R>
}

/** How much of a refusal is read: enough for any error object. */
const maxRefusalBytes = 256 * 1024

const exchange = <A, R>(
  { asked, means, take }: Options<A, R>,
  scope: Scope.Scope,
  span: Tracer.Span | undefined
): Effect.Effect<A, CompletionError, R> => {
  const { model, provider, requestId } = asked
  const { clocks, settings, watch } = means
  const known: ErrorContext = { provider: provider.definition.id, ...(model === undefined ? {} : { model }), requestId }
  return Effect.flatMap(send(means, asked, known, scope), (sent) =>
    Effect.clockWith((clock) => {
      const { renew, response: { headers, status }, response, scrub } = sent
      span?.attribute("http.response.status_code", status)
      const error = contextOf(known, sent, provider.definition.requestIdHeader)
      const context: DecodeContext = {
        error,
        headers,
        now: clock.currentTimeMillisUnsafe(),
        quirks: asked.quirks,
        limits: settings,
        assemble: asked.assemble,
        scrub
      }
      const silence = new Silence(error, clocks)
      return Effect.flatMap(ResponseBytes.open(response, silence, error, watch, scope), (bytes) =>
        status >= 200 && status <= 299
          ? take({ status, headers, context, bytes, silence })
          // The status has said it: what else there is must not keep the caller waiting, drop by drop.
          : Effect.flatMap(
            readText(bytes, maxRefusalBytes, settings.silenceTimeout),
            ({ text }) =>
              refused(classifyRefusal(status, text, context), renew, headers, asked)
          ))
    }))
}

const traced = <A, R>(options: Options<A, R>, scope: Scope.Scope): Effect.Effect<A, CompletionError, R> => {
  const { asked: { model, operation, provider, request, requestId }, attempt } = options
  return Effect.flatMap(
    Scope.provide(
      Effect.makeSpanScoped("sluice.attempt", {
        kind: "client",
        attributes: {
          "gen_ai.operation.name": operation,
          "gen_ai.provider.name": provider.definition.id,
          ...(model === undefined ? {} : { "gen_ai.request.model": model }),
          "server.address": new URL(request.url).host,
          "sluice.request_id": requestId,
          "sluice.attempt": attempt
        }
      }),
      scope
    ),
    (span) => Effect.withParentSpan(exchange(options, scope, span), span, { captureStackTrace: false })
  )
}

/**
 * Makes an attempt: takes its answer once the response's headers say that there is one. The connection is closed with the
 * scope. There is a span of it where there is a tracer: without one, nobody would ever see it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = <A, R = never>(
  options: Options<A, R>,
  scope: Scope.Scope
): Effect.Effect<A, CompletionError, R> =>
  Effect.withFiber((fiber) =>
    fiber.cache.tracer === undefined ? exchange(options, scope, undefined) : traced(options, scope)
  )
