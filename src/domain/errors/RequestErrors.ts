/**
 * Failures of a request, or of the permission to send it. Sending the same request again does not help.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/**
 * The configuration does not allow the request: a missing key, an invalid base URL, or an unknown name of a provider,
 * protocol or model. Nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConfigurationError extends Schema.TaggedError<ConfigurationError>()("ConfigurationError", {
  /** What is wrong, and what to set: the message, without the nearest names. */
  reason: Schema.String,
  /** The name of the setting, option or environment variable. */
  setting: Schema.optionalKey(Schema.String),
  /** The known names that are closest to an unknown one, the closest first. */
  nearest: Schema.optionalKey(Schema.Array(Schema.String))
}) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const nearest = this.nearest === undefined || this.nearest.length === 0
      ? ""
      : ` Did you mean ${this.nearest.join(", ")}?`
    return `${this.reason}${nearest}`
  }
}

/**
 * The provider rejects the credentials (401).
 *
 * @category errors
 * @since 0.1.0
 */
export class AuthenticationError
  extends discreet(Schema.TaggedError<AuthenticationError>()("AuthenticationError", errorContext))
{
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `false`. */
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }

  override get message(): string {
    return sentence(
      this,
      "rejects the credentials",
      "Check the key or identity, and which account it belongs to."
    )
  }
}

/**
 * The credentials are valid but do not allow the request (403): a region, a model, a project.
 *
 * @category errors
 * @since 0.1.0
 */
export class PermissionDeniedError
  extends discreet(Schema.TaggedError<PermissionDeniedError>()("PermissionDeniedError", errorContext))
{
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `false`. */
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
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `false`. */
  get isRetryable(): boolean {
    return this.shouldRetry ?? false
  }

  override get message(): string {
    return sentence(this, "does not know this model or address", "Check the model's name and the base URL.")
  }
}

/**
 * The request is invalid: the provider rejects it (400, 405, 409, 413, 422), or its protocol cannot express it. In the
 * second case there is no `status`, and nothing was sent.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidRequestError extends discreet(
  Schema.TaggedError<InvalidRequestError>()("InvalidRequestError", {
    ...errorContext,
    /** The field of the request that is invalid, where it is known. */
    parameter: Schema.optionalKey(Schema.String)
  })
) {
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `true` for status 409. */
  get isRetryable(): boolean {
    // 409 is a conflict with another request: the only failure of this class that ends by itself.
    return this.shouldRetry ?? this.status === 409
  }

  override get message(): string {
    const parameter = this.parameter === undefined ? "the request" : `the request's ${this.parameter}`
    return this.status === undefined
      ? sentence(this, `cannot be sent ${parameter}`, "Change the request; nothing was sent.")
      : sentence(this, `rejects ${parameter}`, "Change the request before sending it again.")
  }
}

/**
 * The prompt, or the prompt and the requested output together, are longer than the model's context window.
 *
 * @category errors
 * @since 0.1.0
 */
export class ContextLengthExceededError
  extends discreet(Schema.TaggedError<ContextLengthExceededError>()("ContextLengthExceededError", errorContext))
{
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    return sentence(
      this,
      "rejects the prompt as too long for the model",
      "Shorten it, or use a model with a larger context window."
    )
  }
}

/**
 * The provider's content filter rejected the prompt, or stopped the completion.
 *
 * @category errors
 * @since 0.1.0
 */
export class ContentFilteredError
  extends discreet(Schema.TaggedError<ContentFilteredError>()("ContentFilteredError", errorContext))
{
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    return sentence(this, "filtered the content", "Change the prompt; the same one would be filtered again.")
  }
}
