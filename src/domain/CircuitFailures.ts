/**
 * Which errors count as failures of a provider.
 */
import type { CompletionError } from "./CompletionError.ts"

type Rules = { readonly [E in CompletionError as E["_tag"]]: boolean | ((error: E) => boolean) }

/** A fault of the request, of the program or of the account says nothing about the provider. */
const rules: Rules = {
  ConfigurationError: false,
  AuthenticationError: false,
  PermissionDeniedError: false,
  ModelNotFoundError: false,
  InvalidRequestError: false,
  ContextLengthExceededError: false,
  ContentFilteredError: false,
  RateLimitedError: false,
  RateLimitQueueFullError: false,
  UsageLimitReachedError: false,
  ConnectionWaitTimeoutError: false,
  DeadlineExceededError: false,
  BudgetExceededError: false,
  CircuitOpenError: false,
  // A 429 for a lack of capacity is of this class too.
  OverloadedError: true,
  // 424 and 499 are of this class.
  ServerError: ({ status }) => status === undefined || status >= 500,
  // A certificate that is not accepted is a fault of the configuration.
  ConnectionError: ({ isRetryable }) => isRetryable,
  ConnectTimeoutError: true,
  RequestTimeoutError: true,
  FirstEventTimeoutError: true,
  StreamIdleTimeoutError: true,
  MinimumRateError: true,
  IncompleteStreamError: true,
  StreamFailedError: true,
  MalformedStreamError: true,
  // A redirect is a fault of the configuration.
  MalformedResponseError: ({ status }) => status === undefined || status < 300
}

/** Returns whether an error counts as a failure of its provider. */
export const isFailure = (error: CompletionError): boolean => {
  const rule: boolean | ((error: never) => boolean) = rules[error._tag]
  return typeof rule === "boolean" ? rule : rule(error as never)
}
