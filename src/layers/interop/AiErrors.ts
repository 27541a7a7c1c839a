/**
 * Converts the errors of Sluice to the `AiError` of `effect/ai`, for the services of that module.
 *
 * **Example** (A service of `effect/ai` over a chat model)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { AiErrors, ChatModel, type CompletionRequest } from "sluice"
 *
 * export const generateText = (request: CompletionRequest.CompletionRequestInput) =>
 *   ChatModel.complete(request).pipe(Effect.mapError((error) => AiErrors.from(error, "generateText")))
 * ```
 *
 * @since 0.2.0
 */
import * as AiError from "effect/ai/AiError"
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { CompletionError } from "../../domain/CompletionError.ts"

const reset = (seconds: number | undefined): DateTime.Utc | undefined =>
  seconds === undefined ? undefined : Option.getOrUndefined(DateTime.make(seconds * 1000))

const reason = (error: CompletionError): AiError.AiErrorReason => {
  const description = error.message
  switch (error._tag) {
    case "ConfigurationError":
      return new AiError.InvalidUserInputError({ description })
    case "AuthenticationError":
      return new AiError.AuthenticationError({ kind: "InvalidKey", description })
    case "PermissionDeniedError":
      return new AiError.AuthenticationError({ kind: "InsufficientPermissions", description })
    case "RateLimitedError":
      return new AiError.RateLimitError({ retryAfter: error.retryAfter })
    case "UsageLimitReachedError":
      return new AiError.QuotaExhaustedError({ resetAt: reset(error.resetsAt) })
    case "ContentFilteredError":
      return new AiError.ContentPolicyError({ description })
    case "InvalidRequestError":
      return new AiError.InvalidRequestError({ parameter: error.parameter, description })
    case "ModelNotFoundError":
    case "BudgetExceededError":
    case "ContextLengthExceededError":
      return new AiError.InvalidRequestError({ description })
    case "MalformedResponseError":
    case "MalformedStreamError":
      return new AiError.InvalidResponseError({ description })
    case "OverloadedError":
    case "ServerError":
    case "StreamFailedError":
    // A NetworkError needs the method and URL, which these errors do not have: a URL may hold a key.
    case "ConnectionError":
    case "ConnectTimeoutError":
    case "ConnectionWaitTimeoutError":
    case "RequestTimeoutError":
    case "FirstEventTimeoutError":
    case "StreamIdleTimeoutError":
    case "MinimumRateError":
    case "DeadlineExceededError":
    case "IncompleteStreamError":
      return new AiError.InternalProviderError({ description })
  }
}

/**
 * Converts an error to an `AiError` with the nearest reason and the same message. `method` is the name of the method
 * that failed.
 *
 * @category constructors
 * @since 0.2.0
 */
export const from = (error: CompletionError, method: string): AiError.AiError =>
  AiError.make({ module: "sluice", method, reason: reason(error) })
