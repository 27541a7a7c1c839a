/**
 * Error responses and broken streams, which every provider's tests check with the simulator over real sockets.
 */
import { assert } from "@effect/vitest"
import { Duration, Effect, type Layer, Stream } from "effect"
import { ChatModel, type SluiceConfig } from "sluice"
import { type Fault, type Simulator, SimulatorServer } from "sluice/testing"
import { long, longText } from "./Conversing.ts"

/** Creates a model that sends its requests to a simulator. */
export type At = (
  simulator: Simulator["Service"],
  settings: Partial<SluiceConfig.Settings>
) => Layer.Layer<ChatModel>

/** The kinds of error responses, their error class, and the number of attempts where one retry is allowed. */
export const refusals: ReadonlyArray<readonly [Fault.ErrorKind, tag: string, times: number]> = [
  ["rate-limit", "RateLimitedError", 2],
  ["overloaded", "OverloadedError", 2],
  ["server-error", "ServerError", 2],
  ["timeout", "RequestTimeoutError", 2],
  ["quota", "UsageLimitReachedError", 1],
  ["authentication", "AuthenticationError", 1],
  ["permission", "PermissionDeniedError", 1],
  ["model-not-found", "ModelNotFoundError", 1],
  ["invalid-request", "InvalidRequestError", 1],
  ["context-length", "ContextLengthExceededError", 1],
  ["content-filter", "ContentFilteredError", 1],
  ["too-large", "InvalidRequestError", 1]
]

/** Sends a request that gets an error response, checks the failure and the attempts, and returns the failure. */
export const refused = Effect.fnUntraced(function*(
  [kind, tag, times]: typeof refusals[number],
  model: string,
  at: At,
  transport: "stream" | "whole" = "stream"
) {
  const simulator = yield* SimulatorServer.serve({
    scenario: { completions: [long], faults: [{ _tag: "ProviderError", kind }] }
  })
  const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }, { transport })).pipe(
    Effect.provide(at(simulator, { maxRetries: 1 }))
  )
  assert.strictEqual(failure._tag, tag)
  assert.strictEqual((yield* simulator.requests).length, times)
  return failure
})

/** Streams a completion with a fault, checks that the failure has the partial completion, and returns the failure. */
export const brokenOff = Effect.fnUntraced(function*(
  faults: ReadonlyArray<Fault.Fault>,
  tag: string,
  model: string,
  at: At
) {
  const simulator = yield* SimulatorServer.serve({ scenario: { completions: [long], faults } })
  let text = ""
  const failure = yield* ChatModel.stream({ model, prompt: "Hi" }).pipe(
    Stream.runForEach((event) =>
      Effect.sync(() => {
        if (event._tag === "OutputTextDelta") text += event.delta
      })
    ),
    Effect.flip,
    Effect.provide(at(simulator, { idleTimeout: Duration.millis(200) }))
  )
  assert.strictEqual(failure._tag, tag)
  assert.isTrue("partial" in failure && failure.partial?.text === text)
  assert.match(text, /^0 1 /)
  assert.isTrue(longText.startsWith(text), text)
  assert.strictEqual((yield* simulator.requests).length, 1)
  return failure
})
