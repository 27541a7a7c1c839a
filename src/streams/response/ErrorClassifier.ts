/**
 * Makes the errors of error responses and reported failures of every provider.
 */
import * as Duration from "effect/Duration"
import {
  AuthenticationError,
  ContentFilteredError,
  ContextLengthExceededError,
  InvalidRequestError,
  MalformedResponseError,
  ModelNotFoundError,
  OverloadedError,
  PermissionDeniedError,
  type ProviderError,
  RateLimitedError,
  RequestTimeoutError,
  ServerError,
  StreamFailedError,
  UsageLimitReachedError
} from "../../domain/CompletionError.ts"
import type { ErrorCategory } from "../../domain/ErrorCategory.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import * as ErrorBody from "./ErrorBody.ts"
import { categorize, isLongLimit } from "./ErrorRules.ts"
import { isObject, parse } from "../json/Json.ts"
import type { DecodeContext } from "./StreamDecoder.ts"
import * as Redirect from "./Redirect.ts"
import * as RateLimitHeaders from "./RateLimitHeaders.ts"
import * as RetryHints from "./RetryHints.ts"

const maxDetail = 300

const noReason = "it gave no reason"

/** Returns whether an error says nothing but that the response failed. */
export const isUnexplained = (error: ProviderError): boolean =>
  error._tag === "StreamFailedError" && error.code === undefined && error.detail === noReason

/** Returns how long the provider says to wait: in headers, in the body, in the message. */
const hintOf = (report: ErrorBody.ErrorReport | undefined, { headers, now }: DecodeContext) =>
  RetryHints.fromHeaders(headers, now) ?? RetryHints.fromHeaders(report?.headers ?? {}, now) ?? report?.retryAfter ??
    RetryHints.fromMessage(report?.message ?? "")

/** Returns when a quota is available again, in seconds since 1970. */
const resetsAtOf = (
  report: ErrorBody.ErrorReport | undefined,
  hint: Duration.Duration | undefined,
  now: number
): number | undefined => {
  if (report?.resetsAt !== undefined) return report.resetsAt
  // Google's delay is one of seconds, whatever the quota is; its days end at midnight in California.
  if (report?.quotas.some((quota) => /perday/i.test(quota)) === true) return RetryHints.endOfDay(now) / 1000
  return hint === undefined ? undefined : Math.ceil((now + Duration.toMillis(hint)) / 1000)
}

const makeError = (
  category: ErrorCategory | undefined,
  report: ErrorBody.ErrorReport | undefined,
  context: DecodeContext,
  given: Duration.Duration | undefined,
  more: Partial<ErrorContext>
): ProviderError => {
  const code = report?.codes[0]
  const detail = report?.message === undefined ? undefined : context.scrub(report.message).slice(0, maxDetail)
  const shouldRetry = RetryHints.shouldRetry(context.headers)
  // Most send it in a header as well.
  const requestId = context.error.providerRequestId === undefined ? report?.requestId : undefined
  const fields = {
    ...context.error,
    ...(requestId === undefined ? {} : { providerRequestId: context.scrub(requestId).slice(0, 100) }),
    ...(code === undefined ? {} : { code: context.scrub(code).slice(0, 100) }),
    ...(detail === undefined ? {} : { detail }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...more
  }
  const limits = { ...context.headers, ...report?.headers }
  const isLimit = category === "rate-limit" || (category === "quota" && isLongLimit(report, given))
  // Waiting does not help where a quota is zero, though Google names a delay.
  const hint = report?.hasNoQuota === true
    ? undefined
    : given ?? RetryHints.fromLimits(isLimit ? limits : (report?.headers ?? {}), context.now)
  const retryAfter = hint === undefined ? {} : { retryAfter: hint }
  const snapshot = RateLimitHeaders.snapshot(limits, context.now)
  const rateLimits = snapshot === undefined ? {} : { rateLimits: snapshot }
  switch (category) {
    case "authentication":
      return new AuthenticationError(fields)
    case "permission":
      return new PermissionDeniedError(fields)
    case "not-found":
      return new ModelNotFoundError(fields)
    case "invalid":
      return new InvalidRequestError({
        ...fields,
        ...(report?.parameter === undefined ? {} : { parameter: context.scrub(report.parameter).slice(0, 100) })
      })
    case "context-length":
      return new ContextLengthExceededError(fields)
    case "content-filter":
      return new ContentFilteredError(fields)
    case "rate-limit":
      return new RateLimitedError({
        ...fields,
        ...retryAfter,
        ...rateLimits,
        // A request over the whole limit of a minute fails after any wait.
        ...(/request too large/i.test(report?.message ?? "") ? { shouldRetry: false } : {})
      })
    case "quota": {
      const resetsAt = report?.hasNoQuota === true ? undefined : resetsAtOf(report, hint, context.now)
      return new UsageLimitReachedError({
        ...fields,
        ...retryAfter,
        ...rateLimits,
        ...(report?.planType === undefined ? {} : { planType: context.scrub(report.planType).slice(0, 100) }),
        ...(resetsAt === undefined ? {} : { resetsAt })
      })
    }
    case "overloaded":
      return new OverloadedError({ ...fields, ...retryAfter })
    case "server":
      return new ServerError({ ...fields, ...retryAfter })
    case "timeout":
      return new RequestTimeoutError({ ...fields, ...retryAfter })
    case undefined:
      return new StreamFailedError({
        ...fields,
        ...(code === undefined && detail === undefined ? { detail: noReason } : {}),
        ...retryAfter
      })
  }
}

const maxExcerpt = 500

/** Classifies a response whose status is not 2xx. `body` is its text; it need not be JSON. */
export const classify = (status: number, body: string, context: DecodeContext): ProviderError => {
  const value = parse(body)
  // AWS names the class in a header: `ValidationException:http://…`.
  const headerCode = context.headers["x-amzn-errortype"]?.split(":")[0]
  const read = ErrorBody.read(value)
  const plain = body.trim()
  const report: ErrorBody.ErrorReport | undefined = read === undefined && plain === "" && headerCode === undefined
    ? undefined
    : {
      message: read?.message ?? (isObject(value) || plain === "" || plain.startsWith("<") ? undefined : plain),
      codes: [...(headerCode === undefined ? [] : [headerCode]), ...(read?.codes ?? [])],
      quotas: read?.quotas ?? [],
      hasNoQuota: read?.hasNoQuota ?? false,
      headers: read?.headers ?? {},
      parameter: read?.parameter,
      planType: read?.planType,
      resetsAt: read?.resetsAt,
      requestId: read?.requestId,
      retryAfter: read?.retryAfter,
      upstream: read?.upstream,
      generation: read?.generation
    }
  const hint = hintOf(report, context)
  const category = categorize(report, status, context.quirks, hint)
  const scrubbed = context.scrub(plain).slice(0, maxExcerpt)
  const excerpt = scrubbed === "" ? {} : { excerpt: scrubbed }
  // A redirect or an informational status that was not followed is no response of the protocol.
  if (category === undefined) {
    return new MalformedResponseError({
      ...context.error,
      status,
      ...excerpt,
      detail: context.scrub(Redirect.describe(status, context.headers["location"])).slice(0, maxDetail)
    })
  }
  return makeError(category, report, context, hint, { status, ...excerpt })
}

/**
 * Classifies a failure that is reported inside a 200: an error object in place of an event or of a whole response.
 * `more` adds what the caller knows (what had arrived).
 */
export const classifyReported = (
  value: unknown,
  context: DecodeContext,
  more: Partial<ErrorContext> = {}
): ProviderError => {
  const report = ErrorBody.read(value)
  // The model's output that could not be used is all that there is of the completion.
  const excerpt = report?.generation === undefined
    ? {}
    : { excerpt: context.scrub(report.generation).slice(0, maxExcerpt) }
  const hint = hintOf(report, context)
  const category = categorize(report, undefined, context.quirks, hint)
  return makeError(category, report, context, hint, { ...excerpt, ...more })
}

/** Returns the failure that a whole body reports; `undefined` if it reports none. */
export const failureInBody = (value: unknown, context: DecodeContext): ProviderError | undefined =>
  ErrorBody.reportsFailure(value) ? classifyReported(value, context) : undefined
