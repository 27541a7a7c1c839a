/**
 * The policy that keeps attempts within the rate limits of their target.
 *
 * An attempt reserves what its provider would count when it is sent, and settles with the usage that is reported.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { type CompletionError, RateLimitedError, RateLimitQueueFullError } from "../../domain/CompletionError.ts"
import * as RateLimitCosts from "../../domain/RateLimitCosts.ts"
import type { Opportunity, RateLimiter, RateReservation } from "../../domain/RateLimiter.ts"
import type { TokenBound } from "../../domain/TokenBound.ts"
import * as RateLimitHeaders from "../../streams/response/RateLimitHeaders.ts"
import * as LogLines from "../../services/LogLines.ts"
import type { RateLimitManager } from "../../services/RateLimitManager.ts"
import * as Admissions from "./Admissions.ts"
import type { FindModel } from "./BudgetPolicy.ts"
import type { Admit, Attempt, Call, Destination, Open, Outcome, Policy, Values } from "./Policy.ts"
import * as RateLimitWait from "./RateLimitWait.ts"

/** How long an attempt waits where a route has another target, in milliseconds. */
const waitBesideTarget = 30_000

/** What the attempts of one call share. */
interface Environment<A> {
  readonly manager: RateLimitManager["Service"]
  readonly findModel: FindModel
  readonly logLevel: LogLevel.LogLevel | undefined
  readonly call: Call<A>
  readonly open: Open<A>
}

/** One attempt, and what it takes of its limits. */
interface Limited {
  readonly attempt: Attempt
  readonly limiter: RateLimiter
  readonly rules: RateLimitCosts.CostRules
  readonly bound: TokenBound
  readonly modelOutput: number | undefined
}

/** Returns what is known of an attempt now: what was learned meanwhile counts. */
const estimateOf = ({ bound, limiter, modelOutput }: Limited): RateLimitCosts.RateEstimate => ({
  input: limiter.estimate(bytesOf(bound)),
  output: bound.output,
  modelOutput
})

/** Returns the bytes of an input, which are an upper bound of its tokens. */
const bytesOf = ({ input, overhead = 0 }: TokenBound): number => Math.max(1, input - overhead)

const costOf = (limited: Limited): RateLimitCosts.RateCost => RateLimitCosts.reserve(limited.rules, estimateOf(limited))

const log = (
  { attempt: { target }, limiter }: Limited,
  { at, reason }: Opportunity,
  now: number,
  { call, logLevel }: Pick<Environment<never>, "logLevel"> & { readonly call: { readonly requestId: string } }
) =>
  LogLines.write("Warn", "waiting for a rate limit", {
    provider: target.provider,
    model: target.model,
    reason,
    waitMs: at === Infinity ? undefined : at - now,
    waiting: limiter.status(now).waiting,
    requestId: call.requestId
  }, logLevel)

const contextOf = <A>({ call: { requestId } }: Environment<A>, { target: { model, provider } }: Attempt) => ({
  provider,
  ...(model === undefined ? {} : { model }),
  requestId
})

/** Returns how long an attempt may wait, in milliseconds. */
const maxWaitOf = <A>({ call: { deadline }, manager }: Environment<A>, attempt: Attempt, now: number): number => {
  const own = manager.maxWait ?? (attempt.targetsLeft > 0 ? waitBesideTarget : Infinity)
  return Math.min(own, deadline === undefined ? Infinity : deadline.at - now)
}

/** Settles what an attempt has reserved, and learns from its end. */
const settle = (limited: Limited, reservation: RateReservation, outcome: Outcome, now: number): void => {
  if (outcome.type === "unsent") return reservation.unsent()
  const { sentAt = now } = reservation
  // Some providers refuse inside a response with status 200.
  if (outcome.error?._tag === "RateLimitedError") limited.limiter.refuse(outcome.error, sentAt, now)
  count(limited, reservation, outcome, now)
}

/** Counts what an attempt that was sent has used. */
const count = (
  limited: Limited,
  reservation: RateReservation,
  outcome: Exclude<Outcome, { readonly type: "unsent" }>,
  now: number
): void => {
  // It counts as a request, also where it is refused.
  if (outcome.type === "refused") return reservation.settle(refused, now)
  const { isFinal, usage } = outcome
  const { attempt: { target: { model } }, bound, limiter, rules } = limited
  if (isFinal && outcome.error === undefined) limiter.accept()
  if (usage === undefined) return reservation.settle(undefined, now)
  limiter.learn(bytesOf(bound), usage.inputTokens)
  const used = RateLimitCosts.settle(rules, estimateOf(limited), usage, model)
  if (isFinal) return reservation.settle(used, now)
  const cost = costOf(limited)
  reservation.settle({
    requests: used.requests,
    tokens: Math.max(cost.tokens, used.tokens),
    inputTokens: Math.max(cost.inputTokens, used.inputTokens),
    outputTokens: Math.max(cost.outputTokens, used.outputTokens)
  }, now)
}

/** What a request counts for that its provider refused. */
const refused: RateLimitCosts.RateCost = { requests: 1, tokens: 0, inputTokens: 0, outputTokens: 0 }

const prepared = <A>(
  environment: Environment<A>,
  attempt: Attempt,
  { host, key }: Destination,
  now: number
): Effect.Effect<Limited, CompletionError> => {
  const { call, findModel, manager } = environment
  const { model, provider } = attempt.target
  const limiter = manager.limiter({ provider, host, key: key?.name, fingerprint: key?.fingerprint, model }, now)
  const rules = RateLimitCosts.rulesOf(provider)
  return Effect.flatMap(call.tokenBound(attempt), (bound) => {
    const limited = (modelOutput: number | undefined): Limited => ({
      attempt,
      limiter,
      rules,
      bound,
      modelOutput
    })
    return rules.shape === "sum" && bound.output === undefined
      ? Effect.map(findModel(attempt.target), (info) => limited(info?.maxOutputTokens))
      : Effect.succeed(limited(undefined))
  })
}

const open = <A>(
  environment: Environment<A>,
  limited: Limited,
  scope: Scope.Scope
): Effect.Effect<Values<A>, CompletionError> => {
  const { attempt, limiter } = limited
  let held: RateReservation | undefined
  // An attempt that is interrupted before it is sent takes nothing.
  const release = Effect.sync(() => held?.release())
  return Effect.andThen(
    Scope.addFinalizer(scope, release),
    Effect.clockWith((clock) =>
      Effect.flatMap(
        RateLimitWait.wait({
          limiter,
          cost: () => costOf(limited),
          maxWait: maxWaitOf(environment, attempt, clock.currentTimeMillisUnsafe()),
          onTaken: (reservation) => {
            held = reservation
          },
          onWait: (opportunity, now) =>
            limiter.shouldLog(now) ? log(limited, opportunity, now, environment) : Effect.void
        }),
        (waited) => {
          if (waited.type !== "taken") return Effect.fail(refusal(environment, attempt, waited))
          const { reservation } = waited
          const admit: Admit = () => {
            reservation.sent(clock.currentTimeMillisUnsafe())
            return Result.succeed({
              needsUsage: true,
              settle: (outcome) => settle(limited, reservation, outcome, clock.currentTimeMillisUnsafe())
            })
          }
          const onHeaders: Attempt["onHeaders"] = (headers) => {
            attempt.onHeaders?.(headers)
            const now = clock.currentTimeMillisUnsafe()
            limiter.report(RateLimitHeaders.snapshot(headers, now), now)
          }
          const observed = { ...attempt, admit: Admissions.both(attempt.admit, admit), onHeaders }
          return Effect.tapError(environment.open(observed, scope), () => release)
        }
      )
    )
  )
}

const refusal = <A>(
  environment: Environment<A>,
  attempt: Attempt,
  waited: Exclude<RateLimitWait.Waited, { readonly type: "taken" }>
): CompletionError =>
  waited.type === "full"
    ? new RateLimitQueueFullError({ ...contextOf(environment, attempt), limit: environment.manager.maxWaiting })
    : new RateLimitedError({
      ...contextOf(environment, attempt),
      local: true,
      ...(waited.left === Infinity ? {} : { retryAfter: Duration.millis(waited.left) })
    })

/**
 * Creates the policy. It stands inside budgets, whose output limit it counts, and around circuit breakers, so that an
 * attempt which has waited is still refused where its provider has failed meanwhile.
 */
export const make = (
  manager: RateLimitManager["Service"],
  findModel: FindModel,
  logLevel: LogLevel.LogLevel | undefined
): Policy =>
(call, inner) => {
  const environment = { manager, findModel, logLevel, call, open: inner }
  return (attempt, scope) =>
    Effect.flatMap(call.destination(attempt), (destination) =>
      Effect.clockWith((clock) =>
        Effect.flatMap(
          prepared(environment, attempt, destination, clock.currentTimeMillisUnsafe()),
          (limited) => open(environment, limited, scope)
        )
      ))
}
