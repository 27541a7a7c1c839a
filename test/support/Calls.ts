/**
 * Calls without a provider, for tests of policies: the attempts are scripted, and time is the test's.
 */
import { Channel, Effect, Scope, Stream } from "effect"
import { BudgetAccount } from "../../src/domain/BudgetAccount.ts"
import type { CompletionError } from "../../src/domain/CompletionError.ts"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import { run } from "../../src/layers/call/Run.ts"
import type { Attempt, Call, Open, Policy } from "../../src/layers/resilience/Policy.ts"

export const target = { provider: "openai", model: "gpt-test" }

/** A call with the id `request-1` and a budget without limits. */
export const make = (options: Partial<Call<ResponseEvent>> = {}): Call<ResponseEvent> => ({
  operation: "chat",
  requestId: "request-1",
  targets: [target],
  isRepeatable: true,
  isPrelude: ({ _tag }) => _tag === "Created" || _tag === "RateLimits",
  isBeforeContent: ({ _tag }) => _tag === "Created" || _tag === "RateLimits",
  usageOf: (event) => (event._tag === "Completed" ? event.usage : undefined),
  tokenBound: () => Effect.succeed({ input: 0, output: 0 }),
  destination: () => Effect.succeed({ host: "api.openai.test", key: { name: "OPENAI_API_KEY", fingerprint: 1 } }),
  keys: () => Effect.succeed({ host: "api.openai.test", owner: target, choices: [] }),
  account: new BudgetAccount({}, undefined, false),
  deadline: undefined,
  withAttempts: (event, attempts) => event._tag === "Completed" ? { ...event, attempts: attempts(event.usage) } : event,
  record: { attempts: 0, failed: [], current: undefined, prelude: [], lastFailure: undefined },
  ...options
})

/** Opens scripted attempts: each gets the attempt, and its number from 1. */
export const scripted = (
  call: Call<ResponseEvent>,
  attempt: (number: number, attempt: Attempt) => Stream.Stream<ResponseEvent, CompletionError>
): Open<ResponseEvent> =>
(opened, scope) => Effect.suspend(() => Scope.provide(Stream.toPull(attempt(++call.record.attempts, opened)), scope))

/** The events of a call, through a policy and scripted attempts. */
export const events = (
  call: Call<ResponseEvent>,
  policy: Policy,
  open: Open<ResponseEvent>
): Stream.Stream<ResponseEvent, CompletionError> =>
  Stream.fromChannel(Channel.fromTransform((_, scope) => run(call, policy(call, open), scope)))
