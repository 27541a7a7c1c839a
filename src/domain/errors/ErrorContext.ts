/**
 * What every failure carries, and how its one-line message is put together.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { EmbeddedPart } from "../EmbeddedPart.ts"
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
 * beginning of the body; both have credentials removed. An excerpt may hold a prompt or a completion, so it is
 * not printed with the error: read the field to see it. `shouldRetry` is the provider's `x-should-retry`. `partial` is
 * what had arrived. Of embeddings, `inputs` are the places of those that the failed request was about, and `embedded` is what
 * had been done. `attempts` are the earlier attempts, when retries ran out.
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
  inputs: Schema.optionalKey(Schema.Array(Schema.Int)),
  embedded: Schema.optionalKey(EmbeddedPart),
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

const places = (inputs: ReadonlyArray<number> | undefined): string => {
  const first = inputs?.[0]
  const last = inputs?.at(-1)
  if (first === undefined || last === undefined) return ""
  return first === last ? `input ${first}` : `inputs ${first} to ${last}`
}

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
    // Some codes are the status again.
    context.code === undefined || context.code === String(context.status) ? "" : context.code,
    places(context.inputs),
    context.providerRequestId === undefined ? "" : `request ${context.providerRequestId}`,
    context.attempts === undefined ? "" : `after ${context.attempts.length + 1} attempts`
  ].filter((fact) => fact !== "")
  const words = context.detail === undefined || context.detail === "" ? "" : `: ${context.detail.replace(/\s+/g, " ")}`
  return `${who} ${what}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}${words}${
    /[.!?]$/.test(words) ? " " : ". "
  }${todo}`
}

/** The fields that may hold what was asked or answered. */
const content: ReadonlyArray<keyof ErrorContext> = ["excerpt", "partial", "embedded"]

/**
 * Makes the instances of an error class keep their content to themselves: `excerpt`, `partial` and `embedded` are there for
 * whoever reads them and for the schema, and are not enumerable. Whatever prints an error, down to node's report of an
 * uncaught one, which ignores `toJSON` and `inspect.custom`, does not print them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const discreet = <Class extends object>(base: Class): Class =>
  new Proxy(base, {
    construct: (target, fields, newTarget) => {
      const error: object = Reflect.construct(Object(target), fields, newTarget)
      for (const field of content) {
        if (Object.hasOwn(error, field)) Object.defineProperty(error, field, { enumerable: false })
      }
      // Effect's own shows what the error was made from.
      Object.defineProperty(error, "toJSON", { enumerable: false, value: () => ({ ...error }) })
      return error
    }
  })
