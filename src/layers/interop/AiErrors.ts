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
    case "RateLimitQueueFullError":
      return new AiError.RateLimitError({})
    case "RateLimitedError":
      return new AiError.RateLimitError({ retryAfter: error.retryAfter })
    case "UsageLimitReachedError":
      return new AiError.QuotaExhaustedError({ resetAt: reset(error.resetsAt) })
    case "ContentFilteredError":
      return new AiError.ContentPolicyError({ description })
    case "InvalidRequestError":
      // Without a status it was not sent: the schema cannot be expressed.
      return error.parameter === "outputSchema" && error.status === undefined
        ? new AiError.UnsupportedSchemaError({ description })
        : new AiError.InvalidRequestError({ parameter: error.parameter, description })
    case "ModelNotFoundError":
      return new AiError.InvalidRequestError({ description })
    // After an InvalidRequestError `effect/ai` may send the whole conversation again, which is as long and costs as
    // much.
    case "ContextLengthExceededError":
      return new AiError.InvalidUserInputError({ description })
    case "BudgetExceededError":
      return new AiError.QuotaExhaustedError({})
    case "MalformedResponseError":
    case "MalformedStreamError":
      return new AiError.InvalidResponseError({ description })
    case "CircuitOpenError":
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

/** The key under which a reason has the error that it was made from. It is not enumerable: no log prints it. */
const source: unique symbol = Symbol.for("sluice/AiErrors/source")

/**
 * Converts an error to an `AiError` with the nearest reason. `method` is the name of the method that failed.
 * `errorOf` returns the error again.
 *
 * @category constructors
 * @since 0.2.0
 */
export const from = (error: CompletionError, method: string): AiError.AiError =>
  AiError.make({
    module: "sluice",
    method,
    reason: Object.defineProperty(reason(error), source, { value: error, enumerable: false })
  })

/**
 * Returns the error that an `AiError` was made from, with its class, status and request ids; `undefined` for one that
 * is not from Sluice, or that was stored and read again.
 *
 * **Example** (A fallback for one class of errors)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { LanguageModel } from "effect/ai"
 * import { AiErrors } from "sluice"
 *
 * export const program = LanguageModel.generateText({ prompt: "Why is the sky blue?" }).pipe(
 *   Effect.map(({ text }) => text),
 *   Effect.catchTag("AiError", (error) =>
 *     AiErrors.errorOf(error)?._tag === "IncompleteStreamError" ? Effect.succeed("The response was cut.") : error)
 * )
 * ```
 *
 * @category accessors
 * @since 0.2.0
 */
export const errorOf = (error: AiError.AiError): CompletionError | undefined =>
  (error.reason as { readonly [source]?: CompletionError })[source]
