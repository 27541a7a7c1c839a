/**
 * What an error body says, whichever of the providers' dozen shapes it has.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, nonEmpty, number, object, objects } from "../json/Json.ts"
import { goDuration } from "./RetryHints.ts"

/**
 * The facts of an error body.
 *
 * **Details**
 *
 * `codes` holds every code, type and status it names, the most specific first, `quotas` the names of the quotas that are
 * used up. `upstream` is what a gateway quotes of the
 * provider behind it, and `generation` what a model wrote that could not be used.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorReport {
  readonly message: string | undefined
  readonly codes: ReadonlyArray<string>
  readonly quotas: ReadonlyArray<string>
  readonly parameter: string | undefined
  readonly planType: string | undefined
  readonly resetsAt: number | undefined
  readonly requestId: string | undefined
  readonly retryAfter: Duration.Duration | undefined
  readonly upstream?: string | undefined
  readonly generation?: string | undefined
}

const code = (value: unknown): string | undefined =>
  nonEmpty(value) ?? (typeof value === "number" ? String(value) : undefined)

/** FastAPI's validation errors, `[{loc, msg, type}]`, and other lists of messages. */
const joined = (list: ReadonlyArray<Schema.Json> | undefined): string | undefined => {
  const messages = (list ?? []).flatMap((entry) =>
    nonEmpty(entry) ?? nonEmpty(object(entry)?.msg) ?? nonEmpty(object(entry)?.message) ?? []
  )
  return messages.length === 0 ? undefined : messages.join("; ")
}

/** The error of a body: `error` with most, `Response.Error` in Tencent's clouds. */
const errorOf = (body: JsonObject): JsonObject | undefined => object(body.error) ?? object(object(body.Response)?.Error)

const messageOf = (body: JsonObject, error: JsonObject | undefined): string | undefined => {
  const detail = body.detail
  return nonEmpty(error?.message) ??
    nonEmpty(error?.Message) ??
    nonEmpty(body.error) ??
    joined(array(body.error)) ??
    nonEmpty(body.message) ??
    nonEmpty(body.error_message) ??
    nonEmpty(body.error_msg) ??
    nonEmpty(body.Message) ??
    joined(array(object(body.message)?.detail)) ??
    nonEmpty(detail) ??
    nonEmpty(object(detail)?.error) ??
    nonEmpty(object(object(detail)?.error)?.message) ??
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
  const metadata = object(error?.metadata)
  // OpenRouter: which of its limits it was, and that it was its moderation that refused.
  found.push(code(metadata?.limit_source), metadata?.flagged_input === undefined ? undefined : "flagged_input")
  // A number beside a name is the status again (Google, Perplexity, llama.cpp).
  found.push(nonEmpty(error?.code), code(error?.Code), code(error?.type), code(error?.status), code(error?.code))
  found.push(code(body.code), code(body.__type), code(object(body.base_resp)?.status_code))
  // Cohere, text-generation-inference; ERNIE.
  found.push(code(body.error_type), code(body.error_code))
  if (body.type !== "error") found.push(code(body.type))
  for (const entry of array(body.errors) ?? []) found.push(code(object(entry)?.code))
  return [...new Set(found.filter((entry) => entry !== undefined))]
}

/** google.rpc.QuotaFailure names the quotas (`GenerateContentInputTokensPerModelPerMinute`). */
const quotasOf = (error: JsonObject | undefined): ReadonlyArray<string> =>
  objects(error?.details).flatMap((detail) =>
    objects(detail.violations).flatMap((violation) =>
      nonEmpty(violation.quotaId) ?? nonEmpty(violation.quotaMetric) ?? []
    )
  )

const retryAfterOf = (error: JsonObject | undefined): Duration.Duration | undefined => {
  for (const detail of array(error?.details) ?? []) {
    const delay = nonEmpty(object(detail)?.retryDelay)
    const milliseconds = delay === undefined ? undefined : goDuration(delay)
    if (milliseconds !== undefined) return Duration.millis(milliseconds)
  }
  return undefined
}

/** What OpenRouter tells of the provider behind it: its body, as text or not, and the reasons of its moderation. */
const upstreamOf = (error: JsonObject | undefined): string | undefined => {
  const metadata = object(error?.metadata)
  if (metadata === undefined) return undefined
  const { raw, reasons } = metadata
  const told = [raw, reasons].flatMap((value) =>
    value === undefined || value === null ? [] : typeof value === "string" ? value : JSON.stringify(value)
  )
  return told.length === 0 ? undefined : told.join("\n")
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
  const error = errorOf(body)
  return {
    message: messageOf(body, error),
    codes: codesOf(body, error),
    quotas: quotasOf(error),
    parameter: nonEmpty(error?.param) ?? nonEmpty(body.param),
    planType: nonEmpty(error?.plan_type),
    resetsAt: number(error?.resets_at),
    // Anthropic and Qianwen name it, Cohere has nothing else with an id.
    requestId: nonEmpty(body.request_id) ?? (typeof body.message === "string" ? nonEmpty(body.id) : undefined),
    retryAfter: retryAfterOf(error),
    upstream: upstreamOf(error),
    generation: nonEmpty(error?.failed_generation)
  }
}

/**
 * Whether a body that came with a 2xx status, or an event of a stream, reports a failure.
 *
 * **Details**
 *
 * `{error: …}` (most), `{type: "error"}` (Anthropic, Responses), `{object: "error"}` (Mistral, old vLLM),
 * `{base_resp: {status_code ≠ 0}}` (MiniMax), `{success: false, errors}` (Cloudflare), `{Response: {Error}}` (Tencent),
 * `{error_type, error_message}` beside `choices: null` (proxies), `{detail}` and `{code, message}` alone.
 *
 * @category guards
 * @since 0.1.0
 */
export const reportsFailure = (value: unknown): boolean => {
  const body = Array.isArray(value) ? value[0] : value
  if (!isObject(body)) return false
  if (body.error !== undefined && body.error !== null && body.error !== "" && body.error !== false) return true
  if (body.type === "error" || body.object === "error" || body.success === false) return true
  if (nonEmpty(body.error_message) !== undefined || nonEmpty(body.error_type) !== undefined) return true
  if (isObject(object(body.Response)?.Error)) return true
  const status = number(object(body.base_resp)?.status_code)
  if (status !== undefined && status !== 0) return true
  if (nonEmpty(body.error_msg) !== undefined) return true
  // A chunk of Chat Completions without choices is no response, though it has an id.
  const isResponse = body.choices !== null && (body.choices !== undefined || body.output !== undefined ||
    body.content !== undefined || body.id !== undefined || body.type !== undefined || body.done !== undefined)
  return !isResponse && (body.detail !== undefined || body.message !== undefined)
}
