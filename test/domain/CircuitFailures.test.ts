/**
 * Which errors count as failures of a provider.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import * as Errors from "../../src/domain/CompletionError.ts"
import * as CircuitFailures from "../../src/domain/CircuitFailures.ts"

const who = { provider: "openai" }
const clock = { limit: Duration.seconds(1), waited: Duration.seconds(1) }

const cases: ReadonlyArray<readonly [boolean, Errors.CompletionError]> = [
  [true, new Errors.ServerError({ ...who, status: 500 })],
  [true, new Errors.ServerError({ ...who, status: 502 })],
  [false, new Errors.ServerError({ ...who, status: 424 })],
  [false, new Errors.ServerError({ ...who, status: 499 })],
  [true, new Errors.OverloadedError({ ...who, status: 529 })],
  [true, new Errors.OverloadedError({ ...who, status: 429 })],
  [true, new Errors.OverloadedError({ ...who, status: 200 })],
  [true, new Errors.RequestTimeoutError({ ...who, status: 408 })],
  [true, new Errors.RequestTimeoutError({ ...who, ...clock })],
  [true, new Errors.ConnectionError({ ...who, code: "ECONNREFUSED" })],
  [false, new Errors.ConnectionError({ ...who, code: "CERT_HAS_EXPIRED" })],
  [true, new Errors.ConnectTimeoutError({ ...who, ...clock })],
  [false, new Errors.ConnectionWaitTimeoutError({ ...who, ...clock })],
  [true, new Errors.FirstEventTimeoutError({ ...who, ...clock })],
  [true, new Errors.StreamIdleTimeoutError({ ...who, ...clock, kind: "bytes" })],
  [true, new Errors.IncompleteStreamError({ ...who, ending: "end-of-body", missing: [], evidence: [] })],
  [true, new Errors.StreamFailedError(who)],
  [true, new Errors.MalformedStreamError({ ...who, position: 1 })],
  [true, new Errors.MalformedResponseError({ ...who, status: 200 })],
  [false, new Errors.MalformedResponseError({ ...who, status: 302 })],
  [false, new Errors.RateLimitedError({ ...who, status: 429 })],
  [false, new Errors.UsageLimitReachedError({ ...who, status: 429 })],
  [false, new Errors.AuthenticationError({ ...who, status: 401 })],
  [false, new Errors.InvalidRequestError({ ...who, status: 400 })],
  [false, new Errors.ContentFilteredError({ ...who, status: 200 })],
  [false, new Errors.DeadlineExceededError({ ...who, ...clock })],
  [false, new Errors.CircuitOpenError({ ...who, retryAt: 0 })],
  [false, new Errors.ConfigurationError({ reason: "no key" })]
]

describe("CircuitFailures", () => {
  it.each(cases.map(([counts, error]) => [error._tag, counts, error] as const))("%s: %s", (_tag, counts, error) => {
    assert.strictEqual(CircuitFailures.isFailure(error), counts)
  })
})
