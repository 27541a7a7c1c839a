/**
 * Runs a call through its composed policies: within its deadline, and with what is recorded of earlier attempts.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { amend, type CompletionError, isProviderError } from "../../domain/CompletionError.ts"
import * as Admissions from "../resilience/Admissions.ts"
import * as Deadlines from "../resilience/Deadlines.ts"
import type { Attempt, Call, Open, RequestChange, Values } from "../resilience/Policy.ts"

const noChange: RequestChange = {}

/** Adds the earlier attempts to an error. */
const withAttempts = <A>({ record: { failed } }: Call<A>, error: CompletionError): CompletionError =>
  failed.length > 0 && isProviderError(error) ? amend(error, { attempts: [...failed] }) : error

/** Emits the prelude of the last failed attempt before its error. */
const failing = <A>(call: Call<A>, error: CompletionError): Effect.Effect<Values<A>, CompletionError> => {
  const failure = withAttempts(call, error)
  const { prelude } = call.record
  if (!Arr.isReadonlyArrayNonEmpty(prelude)) return Effect.fail(failure)
  let isEmitted = false
  return Effect.succeed(Effect.suspend((): Values<A> => {
    if (isEmitted) return Effect.fail(failure)
    isEmitted = true
    return Effect.succeed(prelude)
  }))
}

/** Ends the opening of a call at its deadline, whatever it is waiting for. */
const within = <A>(
  call: Call<A>,
  opened: Effect.Effect<Values<A>, CompletionError>
): Effect.Effect<Values<A>, CompletionError> => {
  const { deadline, record, requestId, targets: [{ model, provider }] } = call
  if (deadline === undefined) return opened
  const context = { provider, ...(model === undefined ? {} : { model }), requestId }
  return Effect.clockWith((clock) => {
    const fail = () =>
      Effect.failSync(() => Deadlines.exceeded(deadline, clock.currentTimeMillisUnsafe(), context, record.lastFailure))
    const left = deadline.at - clock.currentTimeMillisUnsafe()
    return left <= 0 ? fail() : Effect.timeoutOrElse(opened, { duration: left, orElse: fail })
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
    onSuccess: (values) =>
      Effect.succeed(
        call.record.failed.length === 0
          ? values
          : Effect.mapError(values, (error) => Cause.isDone(error) ? error : withAttempts(call, error))
      ),
    onFailure: (error) => failing(call, error)
  })
}
