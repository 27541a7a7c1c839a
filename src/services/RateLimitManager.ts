/**
 * Rate limits: attempts wait until the provider would accept them.
 *
 * @since 0.2.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { ConfigurationError } from "../domain/CompletionError.ts"
import * as RateLimitCosts from "../domain/RateLimitCosts.ts"
import { RateLimiter } from "../domain/RateLimiter.ts"
import type { RateLimitRule, RateLimitScope, RateLimitSettings, RateLimitStatus } from "../domain/RateLimitRule.ts"

/**
 * The options of rate limits.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitManagerOptions {
  /**
   * The limits. The first that is for a provider and a model counts; what the provider reports takes its place.
   * Default: none.
   */
  readonly limits?: ReadonlyArray<RateLimitRule> | undefined
  /**
   * The account of each key, by the name of the variable or option that holds it: keys of one account share its limits.
   * Default: each key has an account of its own.
   */
  readonly accounts?: Readonly<Record<string, string>> | undefined
  /**
   * How long an attempt may wait. Default: until the deadline of its call; 30 seconds where a route has another target;
   * without either, as long as it takes.
   */
  readonly maxWait?: Duration.Input | undefined
  /** How many attempts may wait for the limits of one scope. Default 10,000. */
  readonly maxWaiting?: number | undefined
  /** How much longer than a minute a minute is, since requests do not all take as long to arrive. Default 1 second. */
  readonly margin?: Duration.Input | undefined
}

/** A model that is called, and what it is called with. */
export interface LimitedTarget {
  /** Id of the provider. */
  readonly provider: string
  /** The host that requests go to. */
  readonly host: string
  /** The name of the variable or option that holds the key; `undefined` where there is none. */
  readonly key: string | undefined
  /** A number that differs between keys of one name. */
  readonly fingerprint: number | undefined
  /** The provider's own name of the model. */
  readonly model: string | undefined
}

/**
 * Service that keeps calls within the rate limits of their providers.
 *
 * **Example** (A provider that allows 50 requests and 10,000 tokens a minute)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ChatModel, RateLimitManager } from "sluice"
 *
 * const limits = [{ provider: "openai", requestsPerMinute: 50, tokensPerMinute: 10_000 }]
 *
 * export const summaries = (texts: ReadonlyArray<string>) =>
 *   Effect.forEach(
 *     texts,
 *     (text) => ChatModel.complete({ model: "openai/gpt-5.4-mini", prompt: text, maxOutputTokens: 200 }),
 *     { concurrency: "unbounded" }
 *   ).pipe(Effect.provide(RateLimitManager.layer({ limits })))
 * ```
 *
 * @category services
 * @since 0.2.0
 */
export class RateLimitManager extends Context.Service<RateLimitManager, {
  /** Returns the limits of a target. */
  readonly limiter: (target: LimitedTarget, now: number) => RateLimiter
  /** How long an attempt may wait, in milliseconds; `undefined` for the default. */
  readonly maxWait: number | undefined
  /** How many attempts may wait for the limits of one scope. */
  readonly maxWaiting: number
  /** What is known of the limits of each scope that was used. Beyond 1,000 of them, unused ones are forgotten. */
  readonly status: Effect.Effect<ReadonlyArray<RateLimitStatus>>
  /** Emits what is known of a scope whenever its limits change or it is paused, from now on. It does not end. */
  readonly changes: Stream.Stream<RateLimitStatus>
}>()("sluice/services/RateLimitManager") {
  /** What the service in the context knows. Its contract is that of the service's `status`. */
  static readonly status: Effect.Effect<ReadonlyArray<RateLimitStatus>, never, RateLimitManager> = RateLimitManager.use(
    ({ status }) => status
  )

  /** The changes of the service in the context. Its contract is that of the service's `changes`. */
  static readonly changes: Stream.Stream<RateLimitStatus, never, RateLimitManager> = Stream.unwrap(
    RateLimitManager.useSync(({ changes }) => changes)
  )

  /**
   * Layer with rate limits: below the layers of providers, beside them, around a program, or around one call. The
   * innermost one counts. Without it there are none. Fails with a `ConfigurationError` for a limit that cannot be kept.
   */
  static readonly layer = (
    options: RateLimitManagerOptions = {}
  ): Layer.Layer<RateLimitManager, ConfigurationError> => Layer.effect(RateLimitManager, make(options))
}

/** How many scopes are kept, while there are unused ones among them. */
const mostScopes = 1000

const kinds: ReadonlyArray<keyof RateLimitSettings> = [
  "requestsPerMinute",
  "requestsPerDay",
  "tokensPerMinute",
  "tokensPerDay",
  "inputTokensPerMinute",
  "outputTokensPerMinute",
  "concurrency"
]

const problemOf = ({ limits = [], maxWaiting = 0 }: RateLimitManagerOptions): string | undefined => {
  if (!Number.isInteger(maxWaiting) || maxWaiting < 0) return "maxWaiting must be a whole number of at least 0"
  for (const rule of limits) {
    for (const kind of kinds) {
      const limit = rule[kind]
      if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1)) {
        return `${kind} of ${rule.provider} must be a whole number of at least 1`
      }
    }
  }
  return undefined
}

const millis = (duration: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(duration))

/** Returns whether a rule is for a target. */
const isFor = ({ models, provider }: RateLimitRule, target: LimitedTarget): boolean =>
  // `search` does not depend on where the last match ended, as `test` does with the flag `g`.
  provider === target.provider && (models === undefined || (target.model ?? "").search(models) >= 0)

const make = Effect.fnUntraced(function*(options: RateLimitManagerOptions) {
  const { accounts = {}, limits = [], margin = "1 second", maxWait, maxWaiting = 10_000 } = options
  const problem = problemOf(options)
  if (problem !== undefined) {
    return yield* new ConfigurationError({ reason: `The rate limits cannot be kept: ${problem}`, setting: "limits" })
  }
  const published = yield* PubSub.unbounded<RateLimiter>()
  const limiters = new Map<string, RateLimiter>()

  const forget = (now: number): void => {
    for (const [name, limiter] of limiters) {
      if (limiter.isIdle(now)) {
        limiters.delete(name)
        return
      }
    }
  }

  const add = (name: string, scope: RateLimitScope, settings: RateLimitSettings, now: number): RateLimiter => {
    if (limiters.size >= mostScopes) forget(now)
    const made: RateLimiter = new RateLimiter(scope, {
      settings,
      rules: RateLimitCosts.rulesOf(scope.provider),
      margin: millis(margin),
      maxWaiting,
      onChange: () => {
        PubSub.publishUnsafe(published, made)
      }
    })
    limiters.set(name, made)
    return made
  }

  const limiter = (target: LimitedTarget, now: number): RateLimiter => {
    const { fingerprint, host, key, model, provider } = target
    const rule = limits.find((rule) => isFor(rule, target))
    const models = rule?.isShared === true
      ? (rule.models?.source ?? "*")
      : RateLimitCosts.groupOf(RateLimitCosts.rulesOf(provider), model)
    const declared = key === undefined ? undefined : accounts[key]
    const account = declared ?? key
    // Keys of one account share its limits, whatever they are.
    const name = `${provider}\n${host}\n${account ?? ""}\n${declared === undefined ? fingerprint : ""}\n${models}`
    return limiters.get(name) ?? add(name, { provider, host, account, models }, rule ?? {}, now)
  }

  return RateLimitManager.of({
    limiter,
    maxWait: maxWait === undefined ? undefined : millis(maxWait),
    maxWaiting,
    changes: Stream.fromPubSub(published).pipe(
      Stream.mapEffect((limiter) => Effect.map(Clock.currentTimeMillis, (now) => limiter.status(now)))
    ),
    status: Effect.map(
      Clock.currentTimeMillis,
      (now) => Array.from(limiters.values(), (limiter) => limiter.status(now))
    )
  })
})
