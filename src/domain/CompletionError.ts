/**
 * Every class a completion can fail with, so that a caller catches exactly those it can do something about and the rest
 * stay in the type.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { BudgetExceededError } from "./errors/BudgetErrors.ts"
import type { ErrorContext } from "./errors/ErrorContext.ts"
import { OverloadedError, RateLimitedError, ServerError, UsageLimitReachedError } from "./errors/LimitErrors.ts"
import { ConnectionError } from "./errors/NetworkErrors.ts"
import {
  AuthenticationError,
  ConfigurationError,
  ContentFilteredError,
  ContextLengthExceededError,
  InvalidRequestError,
  ModelNotFoundError,
  PermissionDeniedError
} from "./errors/RequestErrors.ts"
import {
  IncompleteStreamError,
  MalformedResponseError,
  MalformedStreamError,
  StreamFailedError
} from "./errors/StreamErrors.ts"
import {
  ConnectionWaitTimeoutError,
  ConnectTimeoutError,
  DeadlineExceededError,
  FirstEventTimeoutError,
  MinimumRateError,
  RequestTimeoutError,
  StreamIdleTimeoutError
} from "./errors/TimeoutErrors.ts"

export {
  AuthenticationError,
  BudgetExceededError,
  ConfigurationError,
  ConnectionError,
  ConnectionWaitTimeoutError,
  ConnectTimeoutError,
  ContentFilteredError,
  ContextLengthExceededError,
  DeadlineExceededError,
  FirstEventTimeoutError,
  IncompleteStreamError,
  InvalidRequestError,
  MalformedResponseError,
  MalformedStreamError,
  MinimumRateError,
  ModelNotFoundError,
  OverloadedError,
  PermissionDeniedError,
  RateLimitedError,
  RequestTimeoutError,
  ServerError,
  StreamFailedError,
  StreamIdleTimeoutError,
  UsageLimitReachedError
}

/**
 * Schema for the failures of an exchange with a provider.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ProviderError = Schema.Union([
  AuthenticationError,
  PermissionDeniedError,
  ModelNotFoundError,
  InvalidRequestError,
  ContextLengthExceededError,
  ContentFilteredError,
  RateLimitedError,
  UsageLimitReachedError,
  OverloadedError,
  ServerError,
  ConnectionError,
  ConnectTimeoutError,
  ConnectionWaitTimeoutError,
  RequestTimeoutError,
  FirstEventTimeoutError,
  StreamIdleTimeoutError,
  MinimumRateError,
  DeadlineExceededError,
  BudgetExceededError,
  IncompleteStreamError,
  StreamFailedError,
  MalformedStreamError,
  MalformedResponseError
])

/**
 * A failure of an exchange with a provider. All of these carry the fields of `ErrorContext`.
 *
 * @category errors
 * @since 0.1.0
 */
export type ProviderError = typeof ProviderError.Type

/**
 * Whether an error is one of an exchange with a provider, and so carries the fields of `ErrorContext`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isProviderError: (u: unknown) => u is ProviderError = Schema.is(ProviderError)

/**
 * The same error with further facts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const amend = <E extends ProviderError>(error: E, facts: Partial<ErrorContext>): E => {
  const { _tag: _, ...fields } = error
  // These are not enumerable, and so not among the fields.
  const { embedded, excerpt, partial } = error
  // The type of a class is not known from its instance, though each of ours is made from its own fields.
  const Class = error.constructor as new(fields: object) => E
  return new Class({
    ...fields,
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(partial === undefined ? {} : { partial }),
    ...(embedded === undefined ? {} : { embedded }),
    ...facts
  })
}

/**
 * Schema for every class a completion can fail with.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CompletionError = Schema.Union([ConfigurationError, ...ProviderError.members])

/**
 * Every class a completion can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type CompletionError = typeof CompletionError.Type
