/**
 * Failures of what was asked, or of the right to ask it: asking again unchanged does not help.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/**
 * The request could not be made from what is configured: a missing key, a bad base URL, an unknown provider, protocol
 * or model name. `nearest` lists known names close to an unknown one. Nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>()("ConfigurationError", {
  reason: Schema.String,
  setting: Schema.optionalKey(Schema.String),
  nearest: Schema.optionalKey(Schema.Array(Schema.String))
}) {
  readonly isRetryable = false

  override get message(): string {
    const nearest = this.nearest === undefined || this.nearest.length === 0
      ? ""
      : ` Did you mean ${this.nearest.join(", ")}?`
    return `${this.reason}${nearest}`
  }
}

/**
 * The provider does not accept the credentials (401).
 *
 * @category errors
 * @since 0.1.0
 */
export class AuthenticationError
  extends discreet(Schema.TaggedError<AuthenticationError>()("AuthenticationError", errorContext))
{
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }

  override get message(): string {
    return sentence(
      this,
      "does not accept the credentials",
      "Check the key or identity, and which account it belongs to."
    )
  }
}

/**
 * The credentials are right but do not allow this (403): a region, a model, a project.
 *
 * @category errors
 * @since 0.1.0
 */
export class PermissionDeniedError
  extends discreet(Schema.TaggedError<PermissionDeniedError>()("PermissionDeniedError", errorContext))
{
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }

  override get message(): string {
    return sentence(this, "does not allow this request", "Check what the key, its project and its region may use.")
  }
}

/**
 * The provider does not know the model or the deployment.
 *
 * @category errors
 * @since 0.1.0
 */
export class ModelNotFoundError
  extends discreet(Schema.TaggedError<ModelNotFoundError>()("ModelNotFoundError", errorContext))
{
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }

  override get message(): string {
    return sentence(this, "does not know this model or address", "Check the model's name and the base URL.")
  }
}

/**
 * The request is not one the provider can serve (400, 405, 409, 413, 422), or one that could not be written in its
 * protocol, in which case there is no `status` and nothing was sent. `parameter` names the culprit where known.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRequestError extends discreet(
  Schema.TaggedError<InvalidRequestError>()("InvalidRequestError", {
    ...errorContext,
    parameter: Schema.optionalKey(Schema.String)
  })
) {
  get isRetryable(): boolean {
    // 409 is a conflict with another request: the one failure of this class that passes by itself.
    return this.shouldRetry ?? this.status === 409
  }

  override get message(): string {
    const parameter = this.parameter === undefined ? "the request" : `the request's ${this.parameter}`
    return this.status === undefined
      ? sentence(this, `cannot be sent ${parameter}`, "Change the request; nothing was sent.")
      : sentence(this, `refuses ${parameter}`, "Change the request before sending it again.")
  }
}

/**
 * Prompt and answer together are longer than the model's context.
 *
 * @category errors
 * @since 0.1.0
 */
export class ContextLengthExceededError
  extends discreet(Schema.TaggedError<ContextLengthExceededError>()("ContextLengthExceededError", errorContext))
{
  readonly isRetryable = false

  override get message(): string {
    return sentence(
      this,
      "finds the prompt too long for the model",
      "Shorten it or take a model with a larger context."
    )
  }
}

/**
 * The provider's content filter refuses the prompt or stopped the answer.
 *
 * @category errors
 * @since 0.1.0
 */
export class ContentFilteredError
  extends discreet(Schema.TaggedError<ContentFilteredError>()("ContentFilteredError", errorContext))
{
  readonly isRetryable = false

  override get message(): string {
    return sentence(this, "filtered the content", "Change the prompt; the same one is refused again.")
  }
}
