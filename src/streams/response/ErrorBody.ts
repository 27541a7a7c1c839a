/**
 * Decodes error bodies in the providers' dozen shapes.
 */
import * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, nonEmpty, number, object, objects, parse, string } from "../json/Json.ts"
import { goDuration } from "./RetryHints.ts"

/** The facts of an error body. */
export interface ErrorReport {
  /** The message, if there is one, and what a gateway reports as its cause. */
  readonly message: string | undefined
  /** Every code, type and status, the most specific first. */
  readonly codes: ReadonlyArray<string>
  /** The names of the quotas that are used up. */
  readonly quotas: ReadonlyArray<string>
  /** Whether a quota is zero: the plan of the account does not have the model. */
  readonly hasNoQuota?: boolean
  /** Headers of the limits that the body repeats, with names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
  /** The parameter of the request that is wrong. */
  readonly parameter: string | undefined
  /** The plan of the account. */
  readonly planType: string | undefined
  /** When the limit resets, in seconds since 1970. */
  readonly resetsAt: number | undefined
  /** The provider's id of the request. */
  readonly requestId: string | undefined
  /** How long to wait before a retry. */
  readonly retryAfter: Duration.Duration | undefined
  /** What a gateway quotes of the provider behind it. */
  readonly upstream?: string | undefined
  /** The model's output that could not be used. */
  readonly generation?: string | undefined
}

const code = (value: unknown): string | undefined =>
  nonEmpty(value) ?? (typeof value === "number" ? String(value) : undefined)

/** Joins the messages of a list: FastAPI's validation errors, `[{loc, msg, type}]`, and others. */
const joined = (list: ReadonlyArray<Schema.Json> | undefined): string | undefined => {
  const messages = (list ?? []).flatMap((entry) =>
    nonEmpty(entry) ?? nonEmpty(object(entry)?.msg) ?? nonEmpty(object(entry)?.message) ?? []
  )
  return messages.length === 0 ? undefined : messages.join("; ")
}

/** Returns the error object of a body: `error` of most providers, `Response.Error` of Tencent's clouds. */
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
  // OpenRouter: which of its limits was reached, the upstream's code, and whether moderation rejected the request.
  found.push(
    code(metadata?.limit_source),
    code(metadata?.provider_code),
    metadata?.flagged_input === undefined ? undefined : "flagged_input"
  )
  // A number beside a name is the status again (Google, Perplexity, llama.cpp).
  found.push(nonEmpty(error?.code), code(error?.Code), code(error?.type), code(error?.status), code(error?.code))
  found.push(code(body.code), code(body.__type), code(object(body.base_resp)?.status_code))
  // Cohere, text-generation-inference; ERNIE.
  found.push(code(body.error_type), code(body.error_code))
  if (body.type !== "error") found.push(code(body.type))
  for (const entry of array(body.errors) ?? []) found.push(code(object(entry)?.code))
  return [...new Set(found.filter((entry) => entry !== undefined))]
}

/** Returns the quotas of a google.rpc.QuotaFailure (`GenerateContentInputTokensPerModelPerMinute`). */
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

/** What OpenRouter reports of the provider behind it. */
interface Upstream {
  /** Its body, as text or not, and the reasons of its moderation. */
  readonly words: string | undefined
  /** Its message, or its body where that is no JSON. */
  readonly cause: string | undefined
  /** What its body says. */
  readonly report: ErrorReport | undefined
}

const upstreamOf = (metadata: JsonObject | undefined): Upstream => {
  const { raw, reasons } = metadata ?? {}
  const words = [raw, reasons].flatMap((value) =>
    value === undefined || value === null ? [] : typeof value === "string" ? value : JSON.stringify(value)
  )
  const text = nonEmpty(raw)
  const report = read(text === undefined ? raw : parse(text))
  const isPage = text?.trimStart().startsWith("<") === true
  return {
    words: words.length === 0 ? undefined : words.join("\n"),
    cause: report === undefined ? (isPage ? undefined : text?.trim()) : report.message,
    report
  }
}

const withCause = (message: string | undefined, cause: string | undefined): string | undefined =>
  cause === undefined || message?.includes(cause) === true
    ? message
    : message === undefined
    ? cause
    : `${message.replace(/\.$/, "")}: ${cause}`

/** Returns the headers that OpenRouter's body repeats: its limits are nowhere else. */
const headersOf = (metadata: JsonObject | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(object(metadata?.headers) ?? {}).flatMap(([name, value]) => {
      const text = string(value) ?? number(value)?.toString()
      return text === undefined ? [] : [[name.toLowerCase(), text]]
    })
  )

/** Returns whether a quota is zero. Protocol buffers leave a zero out, so that it may only be in the message (Google). */
const hasNoQuota = (error: JsonObject | undefined): boolean =>
  objects(error?.details).some((detail) =>
    objects(detail.violations).some(({ quotaValue }) => quotaValue === "0" || quotaValue === 0)
  ) ||
  /quota exceeded for metric: [^\n]{1,300}\blimit: 0(?![\d.])/i.test(nonEmpty(error?.message)?.slice(0, 4096) ?? "")

/** Decodes an error body; `undefined` if the value is no object. */
export const read = (value: unknown): ErrorReport | undefined => {
  // Vertex wraps errors of unstreamed calls in an array.
  const body = Array.isArray(value) ? value[0] : value
  if (!isObject(body)) return undefined
  const error = errorOf(body)
  const metadata = object(error?.metadata)
  const upstream = upstreamOf(metadata)
  return {
    message: withCause(messageOf(body, error), upstream.cause),
    codes: [...new Set([...codesOf(body, error), ...(upstream.report?.codes ?? [])])],
    quotas: [...quotasOf(error), ...(upstream.report?.quotas ?? [])],
    hasNoQuota: hasNoQuota(error) || upstream.report?.hasNoQuota === true,
    headers: headersOf(metadata),
    parameter: nonEmpty(error?.param) ?? nonEmpty(body.param),
    planType: nonEmpty(error?.plan_type),
    resetsAt: number(error?.resets_at),
    // Anthropic and Qianwen name it, Cohere has nothing else with an id.
    requestId: nonEmpty(body.request_id) ?? (typeof body.message === "string" ? nonEmpty(body.id) : undefined),
    retryAfter: retryAfterOf(error) ?? upstream.report?.retryAfter,
    upstream: upstream.words,
    generation: nonEmpty(error?.failed_generation)
  }
}

/**
 * Returns whether a body with a 2xx status, or an event of a stream, reports a failure.
 *
 * **Details**
 *
 * `{error: …}` (most), `{type: "error"}` (Anthropic, Responses), `{object: "error"}` (Mistral, old vLLM),
 * `{base_resp: {status_code ≠ 0}}` (MiniMax), `{success: false, errors}` (Cloudflare), `{Response: {Error}}` (Tencent),
 * `{error_type, error_message}` beside `choices: null` (proxies), `{detail}` and `{code, message}` alone.
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
