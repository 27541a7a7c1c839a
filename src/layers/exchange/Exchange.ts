/**
 * Plain exchanges with a provider: a request, its authorization, its clocks, its retries, and every way in which it can be
 * refused told apart from an answer. What is no completion goes this way: embeddings, rankings, sound, lists of models.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import * as RetryPolicy from "../../services/RetryPolicy.ts"
import * as JsonBody from "../../streams/protocols/JsonBody.ts"
import type { DecodeContext } from "../../streams/protocols/Protocol.ts"
import { classify as classifyRefusal } from "../../streams/protocols/Refusal.ts"
import * as RetryWhole from "../resilience/RetryWhole.ts"
import type { Unauthorized } from "../transport/Authorized.ts"
import { notWhole, readText } from "../transport/Body.ts"
import * as RequestId from "../transport/RequestId.ts"
import * as ResponseBytes from "../transport/ResponseBytes.ts"
import { contextOf, makeMeans, type Means, refused, send } from "../transport/Send.ts"
import { Silence } from "../transport/Silence.ts"
import type { Ask } from "./Ask.ts"

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
 * What asks.
 *
 * **Details**
 *
 * `open` runs `take` on the response, and retries both; what `take` answers may go on reading until the scope is closed, and
 * is not retried. `json` reads a whole body of JSON; `decode` says in a sentence what is wrong with one that is no answer, and
 * is given the headers. `text` reads a whole body as it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface Exchange {
  readonly open: <A>(
    ask: Ask,
    take: (answer: Answer) => Effect.Effect<A, CompletionError, Scope.Scope>
  ) => Effect.Effect<A, CompletionError, Scope.Scope>
  readonly json: <A>(
    ask: Ask,
    decode: (value: Schema.Json, answer: Answer) => Result.Result<A, string>
  ) => Effect.Effect<A, ExchangeError>
  readonly text: (ask: Ask) => Effect.Effect<string, ExchangeError>
}

/** How much of a refusal is read: enough for any error object. */
const maxRefusalBytes = 256 * 1024

interface Attempt {
  readonly means: Means
  readonly ask: Ask & Unauthorized
  readonly requestId: string
  readonly attempt: number
}

const exchange = Effect.fnUntraced(function*(
  { ask, means, requestId }: Attempt
): Effect.fn.Return<Answer, CompletionError, Scope.Scope> {
  const { provider } = ask
  const { clocks, settings, watch } = means
  const scope = yield* Effect.scope
  const known: ErrorContext = {
    provider: provider.definition.id,
    ...(ask.model === undefined ? {} : { model: ask.model }),
    requestId
  }
  const sent = yield* send(means, ask, known, scope)
  const { renew, response, scrub } = sent
  yield* Effect.annotateCurrentSpan("http.response.status_code", response.status)
  const error = contextOf(known, sent, provider.definition.requestIdHeader)
  const context: DecodeContext = {
    error,
    headers: response.headers,
    now: yield* Clock.currentTimeMillis,
    quirks: ask.quirks,
    limits: settings,
    scrub
  }
  const silence = new Silence(error, clocks)
  const bytes = yield* ResponseBytes.open(response, silence, watch, scope)
  if (response.status < 200 || response.status > 299) {
    const refusal = yield* readText(bytes, maxRefusalBytes, settings.silenceTimeout)
    return yield* refused(classifyRefusal(response.status, refusal.text, context), renew, response.headers, ask)
  }
  return { status: response.status, headers: response.headers, context, bytes, silence }
})

const traced = <A, E, R>({ ask, attempt, requestId }: Attempt, effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(
    Effect.makeSpanScoped("sluice.attempt", {
      kind: "client",
      attributes: {
        "gen_ai.operation.name": ask.operation,
        "gen_ai.provider.name": ask.provider.definition.id,
        ...(ask.model === undefined ? {} : { "gen_ai.request.model": ask.model }),
        "server.address": new URL(ask.request.url).host,
        "sluice.request_id": requestId,
        "sluice.attempt": attempt
      }
    }),
    (span) => Effect.withParentSpan(effect, span, { captureStackTrace: false })
  )

/**
 * Reads the whole body of an answer as text.
 *
 * @category accessors
 * @since 0.1.0
 */
export const bodyOf = (answer: Answer, limit: number): Effect.Effect<string, CompletionError> =>
  Effect.flatMap(readText(answer.bytes, limit), (body) => {
    const failure = notWhole(body, answer.context, limit)
    return failure === undefined ? Effect.succeed(body.text) : Effect.fail(failure)
  })

/**
 * The errors of whole bodies: where nothing is streamed, no stream is malformed.
 *
 * @category combinators
 * @since 0.1.0
 */
export const ofWhole = <A, R>(effect: Effect.Effect<A, CompletionError, R>): Effect.Effect<A, ExchangeError, R> =>
  Effect.catchTag(effect, "MalformedStreamError", Effect.die)

/**
 * Makes what asks, with the client, the settings and the policy in its context. A `RetryPolicy` that is provided to a single
 * call goes before that one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.gen(function*() {
  const means = yield* makeMeans
  const { settings } = means
  const layerPolicy = (yield* RetryPolicy.RetryPolicy) ?? RetryPolicy.make(settings)

  const open: Exchange["open"] = Effect.fnUntraced(function*(given, take) {
    const { explain } = given
    const own = given.request.headers["x-request-id"]
    const requestId = own ?? (yield* RequestId.make)
    const ask = {
      ...given,
      renewal: { isSpent: false },
      request: HttpClientRequest.setHeader(given.request, "x-request-id", requestId)
    }
    const once = (attempt: number) => {
      const options = { means, ask, requestId, attempt }
      const attempted = Effect.flatMap(exchange(options), take)
      return traced(options, explain === undefined ? attempted : Effect.mapError(attempted, explain))
    }
    const policy = (yield* RetryPolicy.RetryPolicy) ?? layerPolicy
    return yield* ask.once ? once(1) : RetryWhole.run(policy, requestId, once)
  })

  const json: Exchange["json"] = (ask, decode) =>
    Effect.scoped(open(ask, (answer) =>
      Effect.flatMap(readText(answer.bytes, settings.maxResponseBytes), (body) => {
        const read = JsonBody.read(body.text, answer.context, (value) => decode(value, answer))
        if (read._tag === "Success") return Effect.succeed(read.success)
        // What came of a body that broke off is malformed because of that.
        const cut = read.failure._tag === "MalformedResponseError"
          ? notWhole(body, answer.context, settings.maxResponseBytes)
          : undefined
        return Effect.fail(cut ?? read.failure)
      }))).pipe(ofWhole)

  const exchanges: Exchange = {
    open,
    json,
    text: (ask) => ofWhole(Effect.scoped(open(ask, (answer) => bodyOf(answer, settings.maxResponseBytes))))
  }
  return exchanges
})
