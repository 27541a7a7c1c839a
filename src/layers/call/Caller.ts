/**
 * Plain exchanges with a provider: a request, its authorization, its clocks, its retries, and every way in which it can be
 * refused told apart from an answer. What is no completion goes this way: embeddings, rankings, sound, lists of models.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import * as RetryPolicy from "../../services/RetryPolicy.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import * as RetryWhole from "../resilience/RetryWhole.ts"
import * as Attempt from "./Transport.ts"
import { notWhole, readText } from "./Body.ts"
import * as RequestId from "./RequestId.ts"
import { makeMeans } from "./Send.ts"
import type { Ask } from "./PlainRequest.ts"

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
    take: (answer: Attempt.Answer) => Effect.Effect<A, CompletionError, Scope.Scope>
  ) => Effect.Effect<A, CompletionError, Scope.Scope>
  readonly json: <A>(
    ask: Ask,
    decode: (value: Schema.Json, answer: Attempt.Answer) => Result.Result<A, string>
  ) => Effect.Effect<A, ExchangeError>
  readonly text: (ask: Ask) => Effect.Effect<string, ExchangeError>
}

/**
 * Reads the whole body of an answer as text.
 *
 * @category accessors
 * @since 0.1.0
 */
export const bodyOf = (answer: Attempt.Answer, limit: number): Effect.Effect<string, CompletionError> =>
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
    const asked: Attempt.Asked = {
      ...given,
      requestId,
      renewal: { isSpent: false },
      request: HttpClientRequest.setHeader(given.request, "x-request-id", requestId)
    }
    const once = (attempt: number) => {
      const attempted = Effect.flatMap(
        Effect.scope,
        (scope) => Attempt.open({ means, asked, attempt, take }, scope)
      )
      return explain === undefined ? attempted : Effect.mapError(attempted, explain)
    }
    const policy = (yield* RetryPolicy.RetryPolicy) ?? layerPolicy
    return yield* given.once ? once(1) : RetryWhole.run(policy, requestId, once)
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
