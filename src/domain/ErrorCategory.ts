/**
 * Categories of failures, which providers' error codes are mapped to.
 *
 * @since 0.1.0
 */

/**
 * The categories of failures that a provider can report. Each becomes one error class.
 *
 * **Details**
 *
 * - `authentication`: `AuthenticationError`
 * - `permission`: `PermissionDeniedError`
 * - `not-found`: `ModelNotFoundError`
 * - `invalid`: `InvalidRequestError`
 * - `context-length`: `ContextLengthExceededError`
 * - `content-filter`: `ContentFilteredError`
 * - `rate-limit`: `RateLimitedError`
 * - `quota`: `UsageLimitReachedError`
 * - `overloaded`: `OverloadedError`
 * - `server`: `ServerError`
 * - `timeout`: `RequestTimeoutError`
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorCategory =
  | "authentication"
  | "permission"
  | "not-found"
  | "invalid"
  | "context-length"
  | "content-filter"
  | "rate-limit"
  | "quota"
  | "overloaded"
  | "server"
  | "timeout"
