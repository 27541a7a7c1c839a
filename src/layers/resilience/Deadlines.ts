/**
 * Finds the deadline of a call and makes its error.
 */
import * as Duration from "effect/Duration"
import { type CompletionError, DeadlineExceededError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Budget } from "../../services/Budget.ts"
import type { Deadline } from "./Policy.ts"

/** Returns the earlier of the call's own deadline, which begins to run now, and that of the budget. */
export const earliest = (
  own: Duration.Input | undefined,
  budget: Budget | undefined,
  now: number
): Deadline | undefined => {
  const at = own === undefined ? Infinity : now + Duration.toMillis(Duration.fromInputUnsafe(own))
  if (budget?.deadline !== undefined && budget.deadline <= at) return { at: budget.deadline, since: budget.since }
  return at === Infinity ? undefined : { at, since: now }
}

/** Creates the error of a deadline that has passed, or that would pass during a wait. */
export const exceeded = (
  { at, since }: Deadline,
  now: number,
  context: ErrorContext,
  lastFailure?: CompletionError
): DeadlineExceededError =>
  new DeadlineExceededError({
    ...context,
    limit: Duration.millis(at - since),
    waited: Duration.millis(Math.max(0, now - since)),
    ...(lastFailure === undefined ? {} : { lastFailure: lastFailure._tag })
  })
