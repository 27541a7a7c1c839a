/**
 * Records the attempts of a call, for its completion and its errors.
 */
import * as Duration from "effect/Duration"
import type { AttemptRecord } from "../../domain/AttemptRecord.ts"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { CallRecord, Target } from "./Policy.ts"

/** Returns the usage that an error reports of its attempt. */
export const usageIn = (error: CompletionError): TokenUsage | undefined =>
  ("partial" in error ? error.partial?.usage : undefined) ?? undefined

/** Records that an attempt begins. */
export const begin = <A>(record: CallRecord<A>, target: Target, now: number): void => {
  record.current = { target, since: now, hasBegun: false, failure: undefined }
}

const recordOf = <A>(
  { attempts, current }: CallRecord<A>,
  outcome: string,
  usage: TokenUsage | null | undefined,
  now: number
): AttemptRecord => ({
  provider: current?.target.provider ?? "",
  ...(current?.target.model === undefined ? {} : { model: current.target.model }),
  number: attempts,
  outcome,
  millis: Math.max(0, now - (current?.since ?? now)),
  ...(usage === undefined || usage === null ? {} : { usage })
})

/**
 * Returns the record of the current attempt, which failed. `error` is that of the call: another one than the attempt's
 * where a budget or a deadline forbade the next one.
 */
export const failed = <A>(
  record: CallRecord<A>,
  error: CompletionError,
  now: number,
  delay?: Duration.Duration
): AttemptRecord => {
  const failure = record.current?.failure ?? error
  return {
    ...recordOf(record, failure._tag, usageIn(failure), now),
    ...("status" in failure && failure.status !== undefined ? { status: failure.status } : {}),
    ...(delay === undefined ? {} : { delay: Duration.toMillis(delay) })
  }
}

/** Returns the records of all attempts, of which the current one succeeded. */
export const succeeded = <A>(
  record: CallRecord<A>,
  usage: TokenUsage | null | undefined,
  now: number
): ReadonlyArray<AttemptRecord> => [...record.failed, recordOf(record, "success", usage, now)]
