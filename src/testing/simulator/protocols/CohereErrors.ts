/**
 * Cohere's error responses and response headers.
 *
 * @see https://docs.cohere.com/reference/errors
 */
import type { RateLimits } from "../scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import { type ErrorResponse, type Problem, retryAfter } from "../WireProtocol.ts"

/** The provider's default error for a kind of problem. */
interface ErrorTemplate {
  readonly status: number
  readonly message: string
  readonly errorType?: string
}

const templates: Readonly<Record<ErrorKind, ErrorTemplate>> = {
  "rate-limit": {
    status: 429,
    message: "You are using a Trial key, which is limited to 20 API calls / minute. Please wait and try again later."
  },
  quota: {
    status: 402,
    message: "Please add or update your payment method at https://dashboard.cohere.com/billing to continue."
  },
  overloaded: { status: 503, message: "The service is overloaded, please try again later." },
  "server-error": { status: 500, message: "internal server error, this has been reported to our developers" },
  timeout: { status: 504, message: "the request took too long and was cancelled" },
  authentication: { status: 401, message: "Incorrect API key provided." },
  permission: { status: 403, message: "this key may not use this endpoint" },
  "model-not-found": {
    status: 404,
    message: "model not found, make sure the correct model ID was used and that you have access to the model."
  },
  "not-found": { status: 404, message: "page not found" },
  "invalid-request": { status: 400, message: "invalid request: the request is not valid" },
  "context-length": {
    status: 400,
    message:
      "too many tokens: size limit exceeded by 1 tokens. Try using shorter or fewer inputs. The limit for this model is 288000 tokens.",
    errorType: "TOO_MANY_TOKENS"
  },
  "content-filter": { status: 400, message: "blocked input: please adjust your prompt and try again, content filter" },
  "too-large": { status: 413, message: "request body too large" }
}

/** Returns Cohere's message for a problem. */
export const messageOf = (problem: Problem): string => problem.message ?? templates[problem.kind].message

/** Creates the error response of a problem. */
export const errorResponse = (problem: Problem, requestId: string): ErrorResponse => {
  const { errorType, status } = templates[problem.kind]
  return {
    status: problem.status ?? status,
    headers: retryAfter(problem),
    body: { id: requestId, message: messageOf(problem), ...(errorType === undefined ? {} : { error_type: errorType }) }
  }
}

/** Returns the headers of every response. */
export const responseHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  "x-debug-trace-id": requestId
})

/** Returns the rate-limit headers, which only trial keys have. */
export const rateLimitHeaders = ({ requests }: RateLimits): Readonly<Record<string, string>> =>
  requests === undefined ? {} : {
    "x-trial-endpoint-call-limit": String(requests.limit),
    "x-trial-endpoint-call-remaining": String(requests.remaining)
  }
