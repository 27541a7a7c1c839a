/**
 * The errors of completions, one class for each way to fail.
 *
 * **Example** (Handling some errors by their class)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ChatModel } from "sluice"
 *
 * // The other classes stay in the type of the effect.
 * export const text = ChatModel.complete({ model: "openai/gpt-5.4-mini", prompt: "Why is the sky blue?" }).pipe(
 *   Effect.map((completion) => completion.text),
 *   Effect.catchTag("ContentFilteredError", () => Effect.succeed("This prompt was filtered.")),
 *   Effect.catchTag("IncompleteStreamError", (error) => Effect.succeed(`${error.partial?.text ?? ""} …`))
 * )
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { BudgetExceededError } from "./errors/BudgetErrors.ts"
import { CircuitOpenError } from "./errors/CircuitErrors.ts"
import type { ErrorContext } from "./errors/ErrorContext.ts"
import {
  OverloadedError,
  RateLimitedError,
  RateLimitQueueFullError,
  ServerError,
  UsageLimitReachedError
} from "./errors/LimitErrors.ts"
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
  CircuitOpenError,
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
  RateLimitQueueFullError,
  RequestTimeoutError,
  ServerError,
  StreamFailedError,
  StreamIdleTimeoutError,
  UsageLimitReachedError
}

/**
 * Schema for the errors of an exchange with a provider: all but `ConfigurationError`.
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
  RateLimitQueueFullError,
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
  CircuitOpenError,
  IncompleteStreamError,
  StreamFailedError,
  MalformedStreamError,
  MalformedResponseError
])

/**
 * The errors of an exchange with a provider. All of them have `provider`, `model`, `requestId`, `status` and `detail`.
 *
 * @category errors
 * @since 0.1.0
 */
export type ProviderError =
  | AuthenticationError
  | PermissionDeniedError
  | ModelNotFoundError
  | InvalidRequestError
  | ContextLengthExceededError
  | ContentFilteredError
  | RateLimitedError
  | RateLimitQueueFullError
  | UsageLimitReachedError
  | OverloadedError
  | ServerError
  | ConnectionError
  | ConnectTimeoutError
  | ConnectionWaitTimeoutError
  | RequestTimeoutError
  | FirstEventTimeoutError
  | StreamIdleTimeoutError
  | MinimumRateError
  | DeadlineExceededError
  | BudgetExceededError
  | CircuitOpenError
  | IncompleteStreamError
  | StreamFailedError
  | MalformedStreamError
  | MalformedResponseError

/**
 * Returns whether a value is an error of an exchange with a provider.
 *
 * @category guards
 * @since 0.1.0
 */
export const isProviderError: (u: unknown) => u is ProviderError = Schema.is(ProviderError)

/**
 * Returns the same error with further fields, and without the field that is named.
 *
 * @category constructors
 * @since 0.1.0
 */
export const amend = <E extends ProviderError>(error: E, facts: Partial<ErrorContext>, without?: keyof E): E => {
  const { _tag: _, ...fields } = error
  // These are not enumerable, and therefore not in `fields`.
  const { embedded, excerpt, partial } = error
  // The type of a class cannot be derived from its instance; each class is created from its own fields.
  const Class = error.constructor as new(fields: object) => E
  return new Class({
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => name !== without)),
    ...(excerpt === undefined ? {} : { excerpt }),
    ...(partial === undefined ? {} : { partial }),
    ...(embedded === undefined ? {} : { embedded }),
    ...facts
  })
}

/**
 * Schema for the errors of a completion.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CompletionError = Schema.Union([ConfigurationError, ...ProviderError.members])

/**
 * The errors of a completion.
 *
 * @category errors
 * @since 0.1.0
 */
export type CompletionError = ConfigurationError | ProviderError
