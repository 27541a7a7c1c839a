/**
 * What an error body says, whichever of the providers' dozen shapes it has.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, nonEmpty, number, object } from "./Json.ts"
import { goDuration } from "./RetryHints.ts"

/**
 * The facts of an error body. `codes` holds every code, type and status it names, the most specific first.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorReport {
  readonly message: string | undefined
  readonly codes: ReadonlyArray<string>
  readonly parameter: string | undefined
  readonly planType: string | undefined
  readonly resetsAt: number | undefined
  readonly retryAfter: Duration.Duration | undefined
}

const code = (value: unknown): string | undefined =>
  nonEmpty(value) ?? (typeof value === "number" ? String(value) : undefined)

/** FastAPI's validation errors: `[{loc, msg, type}]`. */
const joined = (list: ReadonlyArray<Schema.Json> | undefined): string | undefined => {
  const messages = (list ?? []).flatMap((entry) =>
    nonEmpty(object(entry)?.msg) ?? nonEmpty(object(entry)?.message) ?? []
  )
  return messages.length === 0 ? undefined : messages.join("; ")
}

const messageOf = (body: JsonObject, error: JsonObject | undefined): string | undefined => {
  const detail = body.detail
  return nonEmpty(error?.message) ??
    nonEmpty(body.error) ??
    nonEmpty(body.message) ??
    nonEmpty(body.Message) ??
    joined(array(object(body.message)?.detail)) ??
    nonEmpty(detail) ??
    nonEmpty(object(detail)?.error) ??
    nonEmpty(object(detail)?.message) ??
    joined(array(detail)) ??
    joined(array(body.errors)) ??
    nonEmpty(object(body.base_resp)?.status_msg)
}

const codesOf = (body: JsonObject, error: JsonObject | undefined): ReadonlyArray<string> => {
  const found: Array<string | undefined> = []
  // google.rpc.ErrorInfo names the reason in the details.
  for (const detail of array(error?.details) ?? []) found.push(code(object(detail)?.reason))
  found.push(code(object(error?.details)?.error_code), code(object(error?.innererror)?.code))
  found.push(code(error?.code), code(error?.type), code(error?.status))
  found.push(code(body.code), code(body.__type), code(object(body.base_resp)?.status_code))
  if (body.type !== "error") found.push(code(body.type))
  found.push(code(object(array(body.errors)?.[0])?.code))
  return [...new Set(found.filter((entry) => entry !== undefined))]
}

const retryAfterOf = (error: JsonObject | undefined): Duration.Duration | undefined => {
  for (const detail of array(error?.details) ?? []) {
    const delay = nonEmpty(object(detail)?.retryDelay)
    const milliseconds = delay === undefined ? undefined : goDuration(delay)
    if (milliseconds !== undefined) return Duration.millis(milliseconds)
  }
  return undefined
}

/**
 * Reads an error body. `undefined` when the value is no object.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (value: unknown): ErrorReport | undefined => {
  // Vertex wraps errors of unstreamed calls in an array.
  const body = Array.isArray(value) ? value[0] : value
  if (!isObject(body)) return undefined
  const error = object(body.error)
  return {
    message: messageOf(body, error),
    codes: codesOf(body, error),
    parameter: nonEmpty(error?.param) ?? nonEmpty(body.param),
    planType: nonEmpty(error?.plan_type),
    resetsAt: number(error?.resets_at),
    retryAfter: retryAfterOf(error)
  }
}

/**
 * Whether a body that came with a 2xx status, or an event of a stream, reports a failure.
 *
 * **Details**
 *
 * `{error: …}` (most), `{type: "error"}` (Anthropic, Responses), `{object: "error"}` (Mistral, old vLLM),
 * `{base_resp: {status_code ≠ 0}}` (MiniMax), `{success: false, errors}` (Cloudflare), `{detail}` and `{code, message}`
 * alone.
 *
 * @category guards
 * @since 0.1.0
 */
export const reportsFailure = (value: unknown): boolean => {
  const body = Array.isArray(value) ? value[0] : value
  if (!isObject(body)) return false
  if (body.error !== undefined && body.error !== null && body.error !== "" && body.error !== false) return true
  if (body.type === "error" || body.object === "error" || body.success === false) return true
  const status = number(object(body.base_resp)?.status_code)
  if (status !== undefined && status !== 0) return true
  const isAnswer = body.choices !== undefined || body.output !== undefined || body.content !== undefined ||
    body.id !== undefined || body.type !== undefined
  return !isAnswer && (body.detail !== undefined || body.message !== undefined)
}
