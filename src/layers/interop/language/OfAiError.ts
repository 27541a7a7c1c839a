/**
 * Converts the errors of `effect/ai` to those of completions.
 */
import type * as AiError from "effect/ai/AiError"
import * as DateTime from "effect/DateTime"
import {
  AuthenticationError,
  type CompletionError,
  ConnectionError,
  ContentFilteredError,
  InvalidRequestError,
  MalformedResponseError,
  PermissionDeniedError,
  RateLimitedError,
  ServerError,
  StreamFailedError,
  UsageLimitReachedError
} from "../../../domain/CompletionError.ts"
import type { ResponsePartial } from "../../../domain/ResponsePartial.ts"
import * as AiErrors from "../AiErrors.ts"

/** What is known of a request when it fails. */
export interface Failing {
  /** The provider of the request's model. */
  readonly provider: string
  /** The request's model. */
  readonly model: string
  /** What had arrived; absent where nothing had. */
  readonly partial?: ResponsePartial
}

const contextOf = (reason: AiError.AiErrorReason, failing: Failing) => {
  const http = "http" in reason ? reason.http : undefined
  const detail = "description" in reason ? reason.description : undefined
  return {
    ...failing,
    ...(http?.response === undefined ? {} : { status: http.response.status }),
    ...(detail === undefined ? {} : { detail })
  }
}

/** Converts an error. One that Sluice made is returned as it was. */
export const convert = (error: AiError.AiError, failing: Failing): CompletionError => {
  const own = AiErrors.errorOf(error)
  if (own !== undefined) return own
  const { reason } = error
  const context = contextOf(reason, failing)
  switch (reason._tag) {
    case "AuthenticationError":
      return reason.kind === "InsufficientPermissions"
        ? new PermissionDeniedError(context)
        : new AuthenticationError(context)
    case "RateLimitError":
      return new RateLimitedError({
        ...context,
        ...(reason.retryAfter === undefined ? {} : { retryAfter: reason.retryAfter })
      })
    case "QuotaExhaustedError":
      return new UsageLimitReachedError({
        ...context,
        ...(reason.resetAt === undefined ? {} : { resetsAt: DateTime.toEpochMillis(reason.resetAt) / 1000 })
      })
    case "ContentPolicyError":
      return new ContentFilteredError(context)
    case "InvalidRequestError":
      // Without a status the message would say that nothing was sent.
      return new InvalidRequestError({
        ...context,
        status: context.status ?? 400,
        ...(reason.parameter === undefined ? {} : { parameter: reason.parameter })
      })
    case "UnsupportedSchemaError":
      return new InvalidRequestError({ ...context, parameter: "outputSchema" })
    case "InvalidUserInputError":
      return new InvalidRequestError({ ...context, parameter: "prompt" })
    case "ToolConfigurationError":
    case "ToolkitRequiredError":
      return new InvalidRequestError({ ...context, parameter: "tools" })
    case "InternalProviderError":
      return new ServerError(context)
    case "NetworkError":
      return new ConnectionError(context)
    case "UnknownError":
      return new StreamFailedError(context)
    // Their descriptions repeat what the model wrote.
    case "InvalidResponseError":
    case "InvalidOutputError":
    case "StructuredOutputError":
    case "ToolNotFoundError":
    case "ToolParameterValidationError":
    case "InvalidToolResultError":
    case "ToolResultEncodingError":
      return new MalformedResponseError({
        ...failing,
        ...("responseText" in reason && reason.responseText !== "" ? { excerpt: reason.responseText } : {})
      })
  }
}
