/**
 * Makes one attempt: prepares and sends a request, and tells an error response from a successful one.
 *
 * It is the innermost `Open`; what happens around it is the business of the policies in `layers/resilience`.
 */
import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import type * as Tracer from "effect/Tracer"
import { type CompletionError, MalformedResponseError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { Timeouts } from "../../domain/Timeouts.ts"
import { classify } from "../../streams/response/ErrorClassifier.ts"
import type { DecodeContext } from "../../streams/response/StreamDecoder.ts"
import * as ContentEncoding from "../http/ContentEncoding.ts"
import * as Clocks from "../resilience/Clocks.ts"
import type { Attempt, Call, Open, RequestChange, Target, Values } from "../resilience/Policy.ts"
import { AttemptTimer } from "./AttemptTimer.ts"
import type { Renewal } from "./Authorize.ts"
import { readText } from "./Body.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"
import type { Response } from "./Response.ts"
import * as ResponseBytes from "./ResponseBytes.ts"
import { contextOf, type Environment, failWith, send } from "./Send.ts"
import { Settling } from "./Settling.ts"
import * as TransportFailure from "./TransportFailure.ts"

/** What one operation does with its attempts. */
export interface Codec<A, P extends PreparedRequest> {
  /** Resolves a target and encodes the request for it. */
  readonly prepare: (target: Target, change: RequestChange) => Effect.Effect<P, CompletionError>
  /** Decodes a successful response. */
  readonly decode: (response: Response, prepared: P) => Effect.Effect<Values<A>, CompletionError>
  /** Adds the warnings of an attempt to its values. Default: they are dropped. */
  readonly warn?: ((values: Values<A>, warnings: Arr.NonEmptyReadonlyArray<Warning>) => Values<A>) | undefined
  /** Replaces an error by one that the operation knows better. */
  readonly explain?: ((error: CompletionError) => CompletionError) | undefined
}

/** What the transport knows of a call. */
export interface TransportCall<A, P extends PreparedRequest> extends Call<A> {
  /** Encodes and decodes. */
  readonly codec: Codec<A, P>
  /** The time limits of the request. */
  readonly timeouts: Timeouts | undefined
  /** Whether the call has renewed its credentials. */
  readonly renewal: Renewal
}

/** How many bytes of an error response are read: enough for any error object. */
const maxErrorBytes = 256 * 1024

const exchange = <A, P extends PreparedRequest>(
  environment: Environment,
  call: TransportCall<A, P>,
  attempt: Attempt,
  prepared: P,
  scope: Scope.Scope,
  span: Tracer.Span | undefined
): Effect.Effect<Values<A>, CompletionError> => {
  const { requestId } = call
  const { model, provider } = prepared
  const { settings, watch } = environment
  const request: ErrorContext = {
    provider: provider.definition.id,
    ...(model === undefined ? {} : { model }),
    requestId
  }
  const clocks = Clocks.resolve(settings, prepared.traits, call.timeouts, call.deadline)
  const timer = new AttemptTimer(request, clocks)
  const settling = new Settling(call)
  const onSend = (): CompletionError | undefined => {
    const admitted = attempt.admit()
    if (Result.isFailure(admitted)) return admitted.failure
    settling.admitted(admitted.success)
    return undefined
  }
  const opened = Effect.flatMap(
    send(environment, { prepared, key: attempt.key, renewal: call.renewal, requestId, timer, onSend }, scope),
    (sent) =>
      Effect.clockWith((clock) => {
        const { renew, response: { headers, status }, scrub } = sent
        span?.attribute("http.response.status_code", status)
        const isSuccess = status >= 200 && status <= 299
        if (isSuccess) {
          settling.began()
          attempt.onHeaders?.(headers)
        }
        timer.context = contextOf(request, sent, provider.definition.requestIdHeader)
        const context: DecodeContext = {
          error: timer.context,
          headers,
          now: clock.currentTimeMillisUnsafe(),
          quirks: prepared.quirks,
          limits: settings,
          assemble: prepared.assemble,
          logprobs: prepared.logprobs,
          scrub
        }
        if (status === 407) return Effect.fail(TransportFailure.refusedByProxy(status, undefined, request.provider))
        const problem = ContentEncoding.problemOf(headers["content-encoding"])
        if (problem !== undefined) {
          return isSuccess
            ? Effect.fail(new MalformedResponseError({ ...timer.context, detail: scrub(problem) }))
            : failWith(classify(status, "", context), renew, headers, call.renewal)
        }
        return Effect.flatMap(ResponseBytes.open(sent, timer, watch, scope), (bytes) => {
          if (isSuccess) {
            const decoded = call.codec.decode({
              status,
              headers,
              context,
              maxBytes: settings.maxResponseBytes,
              bytes,
              timer
            }, prepared)
            const warnings = [...prepared.warnings ?? [], ...attempt.warnings ?? []]
            const { warn } = call.codec
            return warn !== undefined && Arr.isReadonlyArrayNonEmpty(warnings)
              ? Effect.map(decoded, (values) => warn(values, warnings))
              : decoded
          }
          // The status alone says what failed: the body must not delay the caller for longer than one pause may last.
          return Effect.flatMap(
            readText(bytes, maxErrorBytes, Duration.millis(clocks.idle)),
            ({ text }) => failWith(classify(status, text, context), renew, headers, call.renewal)
          )
        })
      })
  )
  return settling.observe(opened, scope)
}

const traced = <A, P extends PreparedRequest>(
  environment: Environment,
  call: TransportCall<A, P>,
  attempt: Attempt,
  prepared: P,
  scope: Scope.Scope
): Effect.Effect<Values<A>, CompletionError> =>
  Effect.flatMap(
    Scope.provide(
      Effect.makeSpanScoped("sluice.attempt", {
        kind: "client",
        attributes: {
          "gen_ai.operation.name": call.operation,
          "gen_ai.provider.name": prepared.provider.definition.id,
          ...(prepared.model === undefined ? {} : { "gen_ai.request.model": prepared.model }),
          "server.address": new URL(prepared.request.url).host,
          "sluice.request_id": call.requestId,
          "sluice.attempt": call.record.attempts
        }
      }),
      scope
    ),
    (span) =>
      Effect.withParentSpan(exchange(environment, call, attempt, prepared, scope, span), span, {
        captureStackTrace: false
      })
  )

/**
 * Creates the transport of a call. An attempt is opened once the response's headers say that it succeeded; its
 * connection is closed with the scope. There is a span of it where there is a tracer: without one, nobody would see it.
 */
export const make = <A, P extends PreparedRequest>(environment: Environment, call: TransportCall<A, P>): Open<A> => {
  const { explain } = call.codec
  return (attempt, scope) => {
    call.record.attempts++
    const opened = Effect.flatMap(
      call.codec.prepare(attempt.target, attempt.change),
      (prepared) =>
        Effect.withFiber((fiber) =>
          fiber.cache.tracer === undefined
            ? exchange(environment, call, attempt, prepared, scope, undefined)
            : traced(environment, call, attempt, prepared, scope)
        )
    )
    return explain === undefined ? opened : Effect.mapError(opened, explain)
  }
}
