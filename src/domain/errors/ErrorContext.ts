/**
 * What every failure carries, and how its one-line message is put together.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ResponsePartial } from "../ResponsePartial.ts"

/**
 * Schema for one attempt that failed before the error that a caller finally sees.
 *
 * **Details**
 *
 * `error` is the class, `delay` how long was waited after it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FailedAttempt = Schema.Struct({
  attempt: Schema.Int,
  error: Schema.String,
  status: Schema.optionalKey(Schema.Int),
  delay: Schema.DurationFromMillis
})

/**
 * One attempt that failed before the error that a caller finally sees.
 *
 * @category models
 * @since 0.1.0
 */
export type FailedAttempt = typeof FailedAttempt.Type

/**
 * Fields of every error.
 *
 * **Details**
 *
 * `requestId` is ours (sent as `X-Request-ID`), `providerRequestId` the provider's own. `code` is the provider's code
 * or type, or the system's (`ECONNRESET`). `detail` is the provider's or the system's own sentence and `excerpt` the
 * beginning of the body; both have credentials removed. An excerpt may hold a prompt or a completion, so printing an
 * error shows its length only: read the field to see it. `shouldRetry` is the provider's `x-should-retry`. `partial` is
 * what had arrived. `attempts` are the earlier attempts, when retries ran out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const errorContext = {
  provider: Schema.String,
  model: Schema.optionalKey(Schema.String),
  requestId: Schema.optionalKey(Schema.String),
  providerRequestId: Schema.optionalKey(Schema.String),
  status: Schema.optionalKey(Schema.Int),
  code: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
  excerpt: Schema.optionalKey(Schema.String),
  shouldRetry: Schema.optionalKey(Schema.Boolean),
  partial: Schema.optionalKey(ResponsePartial),
  attempts: Schema.optionalKey(Schema.Array(FailedAttempt))
}

/**
 * Field of the errors that can know when to come back.
 *
 * @category schemas
 * @since 0.1.0
 */
export const retryAfter = Schema.optionalKey(Schema.DurationFromMillis)

const Context = Schema.Struct(errorContext)

/**
 * The fields of every error, as a value.
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorContext = typeof Context.Type

/**
 * Puts a message together: who, what happened, in whose words, under which id, and what to do.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sentence = (context: ErrorContext, what: string, todo: string): string => {
  const who = context.model === undefined ? context.provider : `${context.provider}/${context.model}`
  const facts = [
    context.status === undefined ? "" : `HTTP ${context.status}`,
    context.code ?? "",
    context.providerRequestId === undefined ? "" : `request ${context.providerRequestId}`,
    context.attempts === undefined ? "" : `after ${context.attempts.length + 1} attempts`
  ].filter((fact) => fact !== "")
  const words = context.detail === undefined || context.detail === "" ? "" : `: ${context.detail.replace(/\s+/g, " ")}`
  return `${who} ${what}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}${words}${
    /[.!?]$/.test(words) ? " " : ". "
  }${todo}`
}

/**
 * What printing an error shows: all but the excerpt.
 *
 * @category redacting
 * @since 0.1.0
 */
export const printed = (error: ErrorContext): unknown => {
  const { excerpt, ...fields } = error
  return excerpt === undefined ? fields : { ...fields, excerptLength: excerpt.length }
}
