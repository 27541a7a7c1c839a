/**
 * Fields of every error, and the making of its one-line message.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { AttemptRecord } from "../AttemptRecord.ts"
import { EmbeddedPart } from "../EmbeddedPart.ts"
import { ResponsePartial } from "../ResponsePartial.ts"

/**
 * The fields of every error. Credentials are removed from all of them.
 *
 * `excerpt`, `partial` and `embedded` may hold prompts or completions, so they are not printed with the error.
 */
export const errorContext = {
  /** The id of the provider. */
  provider: Schema.String,
  /** The provider's own name of the model, where the request is for one. */
  model: Schema.optionalKey(Schema.String),
  /** Our id of the request, which is sent as `X-Request-ID`. */
  requestId: Schema.optionalKey(Schema.String),
  /** The provider's id of the request. */
  providerRequestId: Schema.optionalKey(Schema.String),
  /** The HTTP status, where there was a response. */
  status: Schema.optionalKey(Schema.Int),
  /** The provider's code or type of the error, or the system's (`ECONNRESET`). */
  code: Schema.optionalKey(Schema.String),
  /** The provider's or the system's own description. */
  detail: Schema.optionalKey(Schema.String),
  /** The beginning of the body. Not printed with the error. */
  excerpt: Schema.optionalKey(Schema.String),
  /** What the provider's `x-should-retry` says. */
  shouldRetry: Schema.optionalKey(Schema.Boolean),
  /** The part of the completion that arrived. Not printed with the error. */
  partial: Schema.optionalKey(ResponsePartial),
  /** The positions of the inputs for embeddings that failed: of one request, or all that are too long. */
  inputs: Schema.optionalKey(Schema.Array(Schema.Int)),
  /** The embeddings that were made before. Not printed with the error. */
  embedded: Schema.optionalKey(EmbeddedPart),
  /** All attempts of the call, in order, where there were several. The last one is that of this error. */
  attempts: Schema.optionalKey(Schema.Array(AttemptRecord))
}

/** The field for how long the provider says to wait. */
export const retryAfter = Schema.optionalKey(Schema.DurationFromMillis)

const Context = Schema.Struct(errorContext)

/** The fields of every error, as a value. */
export type ErrorContext = typeof Context.Type

/** The most positions that a message lists. */
const mostPositions = 10

const positions = (inputs: ReadonlyArray<number> | undefined): string => {
  const first = inputs?.[0]
  const last = inputs?.at(-1)
  if (inputs === undefined || first === undefined || last === undefined) return ""
  if (first === last) return `input ${first}`
  if (last - first + 1 === inputs.length) return `inputs ${first} to ${last}`
  const more = inputs.length - mostPositions
  return `inputs ${inputs.slice(0, mostPositions).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

/** Returns what to do where a retry may help: after the wait that the provider names, if it names one. */
export const tryAgain = (wait: Duration.Duration | undefined, otherwise = ""): string => {
  const when = wait === undefined ? otherwise : `after ${Duration.toMillis(wait) / 1000} s`
  return when === "" ? "Try again" : `Try again ${when}`
}

/** Creates a message: the model, what happened, the facts, the description of the provider, and what to do. */
export const sentence = (context: ErrorContext, what: string, remedy: string): string => {
  const subject = context.model === undefined ? context.provider : `${context.provider}/${context.model}`
  const facts = [
    context.status === undefined ? "" : `HTTP ${context.status}`,
    // Some codes are the status again.
    context.code === undefined || context.code === String(context.status) ? "" : context.code,
    positions(context.inputs),
    context.providerRequestId === undefined ? "" : `request ${context.providerRequestId}`,
    context.attempts === undefined ? "" : `after ${context.attempts.length} attempts`
  ].filter((fact) => fact !== "")
  const detail = context.detail === undefined || context.detail === "" ? "" : `: ${context.detail.replace(/\s+/g, " ")}`
  return `${subject} ${what}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}${detail}${
    /[.!?]$/.test(detail) ? " " : ". "
  }${remedy}`
}

/** The fields that may hold prompts or completions. */
const content: ReadonlyArray<string> = ["excerpt", "partial", "embedded", "completion"]

/**
 * Makes the content fields of an error class not enumerable. They can be read and encoded, and nothing that prints an
 * error prints them, not even Node's report of an uncaught one, which ignores `toJSON` and `inspect.custom`.
 */
export const discreet = <Class extends object>(base: Class): Class =>
  new Proxy(base, {
    construct: (target, fields, newTarget) => {
      const error: object = Reflect.construct(Object(target), fields, newTarget)
      for (const field of content) {
        if (Object.hasOwn(error, field)) Object.defineProperty(error, field, { enumerable: false })
      }
      // Effect's `toJSON` shows the fields that the error was made from.
      Object.defineProperty(error, "toJSON", { enumerable: false, value: () => ({ ...error }) })
      return error
    }
  })
