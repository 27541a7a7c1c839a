/**
 * The rules by which error responses and reported failures of every provider become categories.
 *
 * The code in the body decides first, by the provider's own table (`quirks.errorCodes`) or the common one, then the
 * sentence, then the type, then the status: types and statuses are used loosely (OpenAI has `invalid_request_error` for
 * a wrong key, xAI status 400).
 */
import * as Duration from "effect/Duration"
import type { ErrorCategory } from "../../domain/ErrorCategory.ts"
import type { Quirks } from "../../domain/Quirks.ts"
import type { ErrorReport } from "./ErrorBody.ts"

const table = (rows: Readonly<Partial<Record<ErrorCategory, string>>>): ReadonlyMap<string, ErrorCategory> => {
  const map = new Map<string, ErrorCategory>()
  for (const [category, codes] of Object.entries(rows) as ReadonlyArray<[ErrorCategory, string]>) {
    for (const code of codes.split(/\s+/)) if (code !== "") map.set(code.toLowerCase(), category)
  }
  return map
}

/** Codes that say exactly what happened. */
const specific = table({
  authentication: `invalid_api_key invalid_authentication_error API_KEY_INVALID UNAUTHENTICATED
    UnrecognizedClientException InvalidSignatureException ExpiredTokenException MissingAuthenticationTokenException
    IncompleteSignatureException InvalidClientTokenId RequestExpired invalid_iam_token InvalidApiKey AuthFailure`,
  permission:
    "permission_error permission_denied_error PERMISSION_DENIED AccessDeniedException forbidden UnauthorizedOperation",
  "not-found": `model_not_found not_found_error resource_not_found_error NOT_FOUND NotFoundError
    ResourceNotFoundException UnknownOperationException invalid_model DeploymentNotFound previous_response_not_found
    ModelNotFound`,
  "context-length": `context_length_exceeded exceed_context_size_error model_context_window_exceeded
    context_window_exceeded tokens_limit_reached TOO_MANY_TOKENS`,
  "content-filter": `content_filter content_policy_violation ResponsibleAIPolicyViolation data_inspection_failed
    DataInspectionFailed cyber_policy bio_policy flagged_input`,
  quota: `insufficient_quota usage_limit_reached usage_not_included billing_error enforced_spend_limit_reached
    exceeded_current_quota_error ServiceQuotaExceededException Arrearage insufficient_balance payment_required
    InArrears LowBalance ResourcePackExhausted`,
  "rate-limit": `rate_limit_exceeded rate_limit_error rate_limit_reached_error RESOURCE_EXHAUSTED ThrottlingException
    RateLimitReached rpm_rate_limit_exceeded tpm_rate_limit_exceeded too_many_requests Throttling
    RequestLimitExceeded LimitExceeded`,
  overloaded: `overloaded_error server_is_overloaded slow_down UNAVAILABLE ServiceUnavailableException
    ModelNotReadyException engine_overloaded_error capacity_exceeded ResourceUnavailable overloaded`,
  server: `server_error api_error INTERNAL InternalServerException internal_server_error internal_error
    InternalFailure ModelErrorException modelStreamErrorException unexpected_output FailedOperation InternalError
    generation incomplete_generation`,
  timeout: "timeout_error DEADLINE_EXCEEDED ModelTimeoutException TIMEOUT"
})

/** Types that are too general to decide before the sentence. */
const filed = table({
  authentication: "authentication_error",
  invalid:
    `invalid_request_error invalid_value unknown_parameter INVALID_ARGUMENT FAILED_PRECONDITION ValidationException
    invalid_prompt invalid_request request_too_large BadRequestError invalid-argument invalid_request_prompt invalid_request_invalid_args
    tool_use_failed json_validate_failed unsupported_file invalid_image_file conflict_error invalid_parameter_error
    InvalidParameter InvalidParameterValue validation template_error tool_error`
})

interface Pattern {
  readonly category: ErrorCategory
  readonly pattern: RegExp
  /** Statuses at which the same words mean something else. */
  readonly notAt?: ReadonlyArray<number>
  /** A code, in lower case, beside which the same words mean something else. */
  readonly notWith?: string
}

const patterns: ReadonlyArray<Pattern> = [
  {
    category: "quota",
    pattern:
      /insufficient (balance|credits?|funds|quota)|credit balance is too low|billing hard limit|out of credits|credits are depleted|spending cap|monthly included credits|used up your .{0,40}(allocation|quota|credits)|account .{0,200}suspended/i
  },
  // Google has this sentence for the limits of a minute, too.
  { category: "quota", notWith: "resource_exhausted", pattern: /exceeded your current quota/i },
  {
    category: "context-length",
    notAt: [429],
    pattern:
      /prompt is too long|prompt too long|input is too long for requested model|exceeds the context window|input token count.{0,200}exceeds the maximum|maximum prompt length is \d+|reduce the length of the messages|maximum context length|max context length|exceeds the available context size|(greater than|exceeds) the context length|context window exceeds limit|exceeded model token limit|too large for model with \d+ maximum context length|context[_ ]length[_ ]exceeded|too many tokens|token limit exceeded|exceeds? context limit|max_new_tokens`? must be <=|`inputs` must have less than/i
  },
  {
    category: "authentication",
    pattern:
      /(incorrect|invalid|missing|no) (x-)?api[ -]?key|api key (provided is |is )?(not valid|invalid|missing)|authentication fails|missing authentication|authentication token|invalid x-api-key|not authenticated|unauthorized/i
  },
  { category: "permission", pattern: /country, region, or territory not supported/i },
  {
    category: "not-found",
    pattern:
      /model[^.]{0,120}(does not exist|not found)|is not found for api version|invalid model\b|is not a valid model id|supported api model names are|the provided model identifier is invalid|model \S+ is not supported|was removed on|no such model/i
  },
  {
    category: "content-filter",
    pattern: /content management policy|inappropriate content|flagged (as|by|for)|content[ _-]filter/i
  },
  { category: "permission", pattern: /\b(does|do) not have access\b/i },
  { category: "rate-limit", pattern: /rate[ -]?limit|too many requests/i },
  {
    category: "overloaded",
    pattern: /overloaded|high demand|at capacity|currently unavailable|temporarily unable to process/i
  }
]

const byStatus = (status: number): ErrorCategory | undefined => {
  switch (status) {
    case 401:
      return "authentication"
    case 402:
      return "quota"
    case 403:
      return "permission"
    case 404:
      return "not-found"
    case 408:
    case 504:
    case 524:
      return "timeout"
    // Bedrock: the model behind the service has failed. Cohere, Groq: a part of the service gave up on the request.
    case 424:
    case 499:
      return "server"
    case 429:
      return "rate-limit"
    case 498:
    case 503:
    case 529:
      return "overloaded"
    default:
      return status >= 500 ? "server" : status >= 400 ? "invalid" : undefined
  }
}

/** Quotas too long to wait for. Those of a minute are rate limits, though the sentence is the same (Google). */
const longQuota = /per(day|week|month)/i

/** How many characters of a text are searched. No error needs more. */
const mostWords = 16 * 1024

/** Returns all sentences of a report. xAI has sentences for codes, too. */
const wordsOf = (report: ErrorReport | undefined): string =>
  [report?.message ?? "", report?.upstream ?? "", ...(report?.codes ?? []).filter((code) => code.includes(" "))]
    .map((text) => text.slice(0, mostWords)).join("\n").slice(0, 2 * mostWords)

/** Sentences about such quotas (Bedrock, GitHub, Groq, OpenAI, OpenRouter). */
const longLimit = /\bper[- ](day|week|month)\b|\b[RT]PD\b|\bUserByDay\b|\bdaily (limit|quota|cap|allowance)\b/i

/** Sentences about the limit of a minute, which may mention the one of a day as well. */
const shortLimit = /\bper[- ]min|\b[RT]PM\b/i

/** The longest wait for a limit of a day: where the end of such a limit is this near, it is a rate limit. */
const nearEnd = Duration.minutes(1)

/** Returns whether a failure is a limit of a day or longer, by its details, or else by its sentence. */
export const isLongLimit = (report: ErrorReport | undefined, hint: Duration.Duration | undefined): boolean => {
  const quotas = report?.quotas ?? []
  if (quotas.length > 0) return quotas.some((quota) => longQuota.test(quota))
  const words = wordsOf(report)
  return longLimit.test(words) && !shortLimit.test(words) &&
    (hint === undefined || Duration.isGreaterThan(hint, nearEnd))
}

/** Returns what a limit is: details decide before sentences. */
const limitCategory = (
  report: ErrorReport | undefined,
  status: number | undefined,
  bySentence: ErrorCategory | undefined,
  hint: Duration.Duration | undefined
): ErrorCategory => {
  if (report?.hasNoQuota === true || isLongLimit(report, hint)) return "quota"
  if (report !== undefined && report.quotas.length > 0) return "rate-limit"
  // A balance that is spent is often reported as a rate limit, and so is a lack of capacity (Azure).
  if (bySentence === "quota" || status === 402) return "quota"
  return bySentence === "overloaded" ? "overloaded" : "rate-limit"
}

const isGeneric5xx = (category: ErrorCategory | undefined): boolean => category === "server"

/** Adds the parts of codes such as `AuthFailure.TokenFailure`: the second part decides before the first. */
const withParts = (codes: ReadonlyArray<string>): ReadonlyArray<string> =>
  codes.flatMap((code) => {
    const [, first, second] = /^([a-z]+)\.([a-z.]+)$/i.exec(code) ?? []
    return first === undefined || second === undefined ? [code] : [code, second, first]
  })

/** Returns the category of a failure; `undefined` where nothing says what it is. */
export const categorize = (
  report: ErrorReport | undefined,
  status: number | undefined,
  { errorCodes = {} }: Quirks,
  hint: Duration.Duration | undefined
): ErrorCategory | undefined => {
  const given = report?.codes ?? []
  const codes = withParts(given).map((code) => code.toLowerCase())
  const words = wordsOf(report)
  const bySentence = patterns.find((entry) =>
    entry.pattern.test(words) && !(status !== undefined && entry.notAt?.includes(status) === true) &&
    !(entry.notWith !== undefined && codes.includes(entry.notWith))
  )?.category
  const own = given.find((code) => Object.hasOwn(errorCodes, code))
  if (own !== undefined) {
    const category = errorCodes[own]
    // One code for all that is wrong with a request, and one for all limits of tokens, of a minute or of the model
    // (MiniMax).
    const isVague = category === "invalid" || (category === "context-length" && bySentence === "rate-limit")
    return isVague ? (bySentence ?? category) : category
  }
  const ofStatus = status === undefined ? undefined : (errorCodes[String(status)] ?? byStatus(status))
  // A body over the size limit is always rejected, whatever its code is (Groq: rate_limit_exceeded).
  if (
    status === 413 && bySentence !== "context-length" && codes.every((code) => specific.get(code) !== "context-length")
  ) {
    return "invalid"
  }
  for (const code of codes) {
    const category = specific.get(code)
    if (category === undefined) continue
    if (category === "rate-limit") return limitCategory(report, status, bySentence, hint)
    // An overload is often reported as a plain server error.
    if (isGeneric5xx(category) && status !== undefined && status !== 500) break
    return category
  }
  if (status === 402) return "quota"
  if (bySentence === "rate-limit" || (status === 429 && bySentence === undefined)) {
    if (status === undefined || status < 500) return limitCategory(report, status, bySentence, hint)
  }
  if (bySentence !== undefined && !(status !== undefined && status >= 500)) return bySentence
  if (status === undefined) {
    for (const code of codes) {
      const numeric = /^[45]\d\d$/.test(code) ? (errorCodes[code] ?? byStatus(Number(code))) : undefined
      if (numeric !== undefined) return numeric
    }
  }
  for (const code of codes) {
    const category = filed.get(code)
    if (category !== undefined && (status === undefined || (status >= 400 && status < 500))) {
      return status === undefined ? category : (ofStatus ?? category)
    }
  }
  return ofStatus
}
