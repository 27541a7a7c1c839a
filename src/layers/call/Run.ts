/**
 * Runs a call through its composed policies: within its deadline, and with what is recorded of earlier attempts.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { amend, type CompletionError, isProviderError } from "../../domain/CompletionError.ts"
import * as Admissions from "../resilience/Admissions.ts"
import * as Attempts from "../resilience/Attempts.ts"
import * as Deadlines from "../resilience/Deadlines.ts"
import type { Attempt, Call, Open, RequestChange, Values } from "../resilience/Policy.ts"

const noChange: RequestChange = {}

/** Adds all attempts to the error of the last one. */
const withAttempts = <A>({ record }: Call<A>, error: CompletionError, now: number): CompletionError =>
  record.failed.length > 0 && isProviderError(error)
    ? amend(error, { attempts: [...record.failed, Attempts.failed(record, error, now)] })
    : error

/** Adds all attempts to what comes of the last one. */
const recorded = <A>(call: Call<A>, values: Values<A>): Values<A> =>
  Effect.clockWith((clock) =>
    Effect.matchEffect(values, {
      onSuccess: (array): Values<A> =>
        Effect.succeed(Arr.map(array, (value) =>
          call.withAttempts(
            value,
            (usage) => Attempts.succeeded(call.record, usage, clock.currentTimeMillisUnsafe())
          ))),
      onFailure: (error): Values<A> =>
        Effect.fail(Cause.isDone(error) ? error : withAttempts(call, error, clock.currentTimeMillisUnsafe()))
    })
  )

/** Emits the prelude of the last failed attempt before its error. */
const failing = <A>(call: Call<A>, error: CompletionError, now: number): Effect.Effect<Values<A>, CompletionError> => {
  const failure = withAttempts(call, error, now)
  const { prelude } = call.record
  if (!Arr.isReadonlyArrayNonEmpty(prelude)) return Effect.fail(failure)
  let isEmitted = false
  return Effect.succeed(Effect.suspend((): Values<A> => {
    if (isEmitted) return Effect.fail(failure)
    isEmitted = true
    return Effect.succeed(prelude)
  }))
}

/**
 * Ends the opening of a call at its deadline, whatever it is waiting for. A response that has begun ends by its own
 * clocks, whose error has what arrived.
 */
const within = <A>(
  call: Call<A>,
  opened: Effect.Effect<Values<A>, CompletionError>
): Effect.Effect<Values<A>, CompletionError> => {
  const { deadline, record, requestId, targets: [{ model, provider }] } = call
  if (deadline === undefined) return opened
  const context = { provider, ...(model === undefined ? {} : { model }), requestId }
  return Effect.clockWith((clock) => {
    const fail = Effect.suspend(() =>
      record.current?.hasBegun === true && record.current.failure === undefined
        ? Effect.never
        : Effect.fail(Deadlines.exceeded(deadline, clock.currentTimeMillisUnsafe(), context, record.lastFailure))
    )
    const left = deadline.at - clock.currentTimeMillisUnsafe()
    return left <= 0 ? fail : Effect.raceFirst(opened, Effect.delay(fail, left))
  })
}

/** Opens a call. What it holds is released with the scope. */
export const run = <A>(
  call: Call<A>,
  open: Open<A>,
  scope: Scope.Scope
): Effect.Effect<Values<A>, CompletionError> => {
  const attempt: Attempt = { target: call.targets[0], change: noChange, targetsLeft: 0, admit: Admissions.always }
  return Effect.matchEffect(within(call, open(attempt, scope)), {
    onSuccess: (values) => Effect.succeed(call.record.failed.length === 0 ? values : recorded(call, values)),
    onFailure: (error) => Effect.clockWith((clock) => failing(call, error, clock.currentTimeMillisUnsafe()))
  })
}
