/**
 * Makes calls of every operation: composes the policies of the context around the transport.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as HttpClient from "effect/http/HttpClient"
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { ofOneRequest } from "../../domain/BudgetAccount.ts"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ModelInfo } from "../../domain/ModelInfo.ts"
import type { ExchangeError } from "../../domain/OperationError.ts"
import * as RetrySettings from "../../domain/RetrySettings.ts"
import type { Timeouts } from "../../domain/Timeouts.ts"
import type { TokenBound } from "../../domain/TokenBound.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { Budget } from "../../services/Budget.ts"
import { CircuitBreakers } from "../../services/CircuitBreakers.ts"
import { ModelRegistry } from "../../services/ModelRegistry.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { RateLimitManager } from "../../services/RateLimitManager.ts"
import * as RetryPolicy from "../../services/RetryPolicy.ts"
import type { Settings } from "../../services/SluiceConfig.ts"
import * as BreakerPolicy from "../resilience/BreakerPolicy.ts"
import * as BudgetPolicy from "../resilience/BudgetPolicy.ts"
import * as Deadlines from "../resilience/Deadlines.ts"
import * as KeyPolicy from "../resilience/KeyPolicy.ts"
import { Policies } from "../resilience/Policies.ts"
import type { Attempt, Call, Open, Policy, RequestChange, Target, Values } from "../resilience/Policy.ts"
import * as RateLimitPolicy from "../resilience/RateLimitPolicy.ts"
import * as Retry from "../resilience/Retry.ts"
import { type CallPlace, CallPlaces } from "./CallPlaces.ts"
import * as Destinations from "./Destinations.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"
import * as RequestId from "./RequestId.ts"
import { run } from "./Run.ts"
import { environment } from "./Send.ts"
import * as Transport from "./Transport.ts"

/** One call, before any of its attempts. */
export interface CallOptions<A, P extends PreparedRequest> extends Transport.Codec<A, P> {
  /** The name of the operation in spans (OpenTelemetry's `gen_ai.operation.name`). */
  readonly operation: string
  /** Where it goes unless a policy chooses another target. */
  readonly target: Target
  /** The caller's headers, of which `x-request-id` is the id of the call. Default: a random id. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The caller's time limits. */
  readonly timeouts?: Timeouts | undefined
  /** The caller's rules for retries, over all others. Default: those of the context. */
  readonly retry?: "none" | RetrySettings.RetrySettings | undefined
  /** Whether the request can be sent more than once. Default true. */
  readonly isRepeatable?: boolean | undefined
  /** Whether a value comes before anything that a caller could act on. Default: none does. */
  readonly isPrelude?: ((value: A) => boolean) | undefined
  /** Whether a value comes before the first content. Default: as `isPrelude`. */
  readonly isBeforeContent?: ((value: A) => boolean) | undefined
  /** The usage that a value reports, which only the last one of a response does. Default: none. */
  readonly usageOf?: ((value: A) => TokenUsage | null | undefined) | undefined
  /** Adds the attempts of the call to a value that reports them. Default: none does. */
  readonly withAttempts?: Call<A>["withAttempts"] | undefined
  /** An upper bound of the tokens of an attempt. Default: none are used, as for lists and checks. */
  readonly tokenBound?: ((attempt: Attempt) => Effect.Effect<TokenBound, CompletionError>) | undefined
}

/** Makes calls. */
export interface Caller {
  /** The settings of a call of the running fiber. */
  readonly settings: Effect.Effect<Settings>
  /**
   * Opens a call: succeeds when there is content, and fails when no attempt has any. What it holds is released with the
   * scope.
   */
  readonly pull: <A, P extends PreparedRequest>(
    options: CallOptions<A, P>,
    scope: Scope.Scope
  ) => Effect.Effect<Values<A>, CompletionError>
  /** Makes a call of which the first value is the whole response. */
  readonly one: <A, P extends PreparedRequest>(options: CallOptions<A, P>) => Effect.Effect<A, CompletionError>
}

/** Narrows the errors of whole bodies: where nothing is streamed, no stream is malformed. */
export const ofWhole = <A, R>(effect: Effect.Effect<A, CompletionError, R>): Effect.Effect<A, ExchangeError, R> =>
  Effect.catchTag(effect, "MalformedStreamError", Effect.die)

const noTokens: Effect.Effect<TokenBound> = Effect.succeed({ input: 0, output: 0 })
const never = () => false
const nothing = () => undefined

const ownId = (headers: Readonly<Record<string, string>> | undefined): string | undefined =>
  headers === undefined
    ? undefined
    : Object.entries(headers).find(([name]) => name.toLowerCase() === "x-request-id")?.[1]

/** Keeps the prepared request of each target and change, so that repeated attempts do not encode it again. */
const memoized = <P>(
  prepare: (target: Target, change: RequestChange) => Effect.Effect<P, CompletionError>
): typeof prepare => {
  const known: Array<{ readonly target: Target; readonly change: RequestChange; readonly prepared: P }> = []
  return (target, change) => {
    const found = known.find((entry) =>
      entry.target.provider === target.provider && entry.target.model === target.model &&
      entry.change.maxOutputTokens === change.maxOutputTokens
    )
    if (found !== undefined) return Effect.succeed(found.prepared)
    return Effect.map(prepare(target, change), (prepared) => {
      known.push({ target, change, prepared })
      return prepared
    })
  }
}

const makeCall = <A, P extends PreparedRequest>(
  options: CallOptions<A, P>,
  settings: Settings,
  fiber: Fiber.Fiber<unknown, unknown>,
  now: number
): Transport.TransportCall<A, P> => {
  const budget = fiber.getRef(Budget)
  const prepare = memoized(options.prepare)
  const destinations = Destinations.make(prepare, options.explain)
  return {
    operation: options.operation,
    requestId: ownId(options.headers) ?? RequestId.makeUnsafe(fiber.getRef(Random.Random)),
    targets: [options.target],
    isRepeatable: options.isRepeatable ?? true,
    isPrelude: options.isPrelude ?? never,
    isBeforeContent: options.isBeforeContent ?? options.isPrelude ?? never,
    usageOf: options.usageOf ?? nothing,
    withAttempts: options.withAttempts ?? identity,
    tokenBound: options.tokenBound ?? (() => noTokens),
    destination: destinations.find,
    keys: destinations.keys,
    account: ofOneRequest(budget?.account),
    deadline: Deadlines.earliest(options.timeouts?.deadline ?? settings.deadline, budget, now),
    record: { attempts: 0, failed: [], current: undefined, prelude: [], lastFailure: undefined },
    codec: {
      prepare,
      decode: options.decode,
      warn: options.warn,
      explain: options.explain
    },
    timeouts: options.timeouts,
    renewal: { isSpent: false }
  }
}

/** Returns the policy that the request sets; `undefined` where it sets none. */
const policyOf = (
  retry: "none" | RetrySettings.RetrySettings | undefined,
  settings: Settings
): RetryPolicy.RetryPolicy | undefined => {
  if (retry === undefined) return undefined
  return retry === "none" ? RetryPolicy.none : RetryPolicy.make(RetrySettings.over(settings, retry))
}

/** Composes policies, outermost first. */
const compose = (policies: ReadonlyArray<Policy>): Policy => (call, open) =>
  policies.reduceRight((inner, policy) => policy(call, inner), open)

/**
 * Makes the caller of a layer, with the client, the settings and the policies in its context. What is provided to a
 * single call takes the place of the layer's.
 */
export const make: Effect.Effect<Caller, never, HttpClient.HttpClient | ProviderRegistry | Scope.Scope> = Effect.gen(
  function*() {
    const transport = yield* environment
    const places = new CallPlaces(transport, yield* RetryPolicy.RetryPolicy, yield* ProviderRegistry)
    const layerPolicies = yield* Policies
    const findModel = yield* makeFindModel
    const budgets = BudgetPolicy.make(findModel)
    const layerLimits = Option.getOrUndefined(yield* Effect.serviceOption(RateLimitManager))
    const layerBreakers = Option.getOrUndefined(yield* Effect.serviceOption(CircuitBreakers))

    const open = <A, P extends PreparedRequest>(
      call: Transport.TransportCall<A, P>,
      { environment, retry: given }: CallPlace,
      retry: "none" | RetrySettings.RetrySettings | undefined,
      fiber: Fiber.Fiber<unknown, unknown>
    ): Open<A> => {
      const retries = Retry.make({ ...given, policy: policyOf(retry, environment.settings) ?? given.policy })
      const own = fiber.getRef(Policies)
      const breakers = Context.getOrUndefined(fiber.context, CircuitBreakers) ?? layerBreakers
      const limits = Context.getOrUndefined(fiber.context, RateLimitManager) ?? layerLimits
      const { logLevel } = environment.settings
      const sending: Array<Policy> = []
      if (limits !== undefined) sending.push(RateLimitPolicy.make(limits, findModel, logLevel))
      if (breakers !== undefined) sending.push(BreakerPolicy.make(breakers, logLevel))
      const transport = Transport.make(environment, call)
      const attempts = sending.length === 0 ? transport : compose(sending)(call, transport)
      const inner = retries(call, KeyPolicy.make(limits, logLevel)(call, budgets(call, attempts)))
      const around = own.length === 0 ? layerPolicies : own
      return around.length === 0 ? inner : compose(around)(call, inner)
    }

    const pull: Caller["pull"] = (options, scope) =>
      Effect.withFiber((fiber) =>
        Effect.clockWith((clock) => {
          const place = places.of(fiber)
          const call = makeCall(options, place.environment.settings, fiber, clock.currentTimeMillisUnsafe())
          return run(call, open(call, place, options.retry, fiber), scope)
        })
      )

    return {
      settings: Effect.withFiber((fiber) => Effect.succeed(places.of(fiber).environment.settings)),
      pull,
      one: (options) =>
        Effect.scoped(
          Effect.flatMap(Effect.scope, (scope) =>
            Effect.flatMap(pull(options, scope), (values) =>
              Effect.map(
                Effect.catchIf(values, Cause.isDone, () => Effect.die(new Error("a response was decoded to nothing"))),
                ([value]) => value
              )))
        )
    }
  }
)

/** Finds a model in the `ModelRegistry` of the context, or in the models of the provider registry. */
const makeFindModel: Effect.Effect<BudgetPolicy.FindModel, never, ProviderRegistry> = Effect.gen(function*() {
  const given = yield* Effect.serviceOption(ModelRegistry)
  const { models } = yield* ProviderRegistry
  const registry = Option.isSome(given) ? Effect.succeed(given.value) : models
  return ({ model, provider }: Target): Effect.Effect<ModelInfo | undefined> =>
    model === undefined || registry === undefined
      ? Effect.undefined
      : Effect.flatMap(registry, ({ find }) => find({ provider, model }))
})
