/**
 * A model whose provider refuses, or breaks off: what is the same of every provider, over real sockets with the simulator.
 */
import { assert } from "@effect/vitest"
import { Duration, Effect, type Layer, Stream } from "effect"
import { ChatModel, type SluiceConfig } from "sluice"
import { type Fault, type Simulator, SimulatorServer } from "sluice/testing"
import { long, longText } from "./Conversing.ts"

/** Makes a model that asks a simulator. */
export type At = (
  simulator: Simulator["Service"],
  settings: Partial<SluiceConfig.Settings>
) => Layer.Layer<ChatModel>

/** What a provider refuses, what that is to us, and how often it is asked when it may be asked twice. */
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

/** Asks for what is refused, and answers the failure. */
export const refused = Effect.fnUntraced(function*(
  [kind, tag, times]: typeof refusals[number],
  model: string,
  at: At,
  transport: "stream" | "whole" = "stream"
) {
  const simulator = yield* SimulatorServer.serve({
    scenario: { answers: [long], faults: [{ _tag: "ProviderError", kind }] }
  })
  const failure = yield* Effect.flip(ChatModel.complete({ model, prompt: "Hi" }, { transport })).pipe(
    Effect.provide(at(simulator, { maxRetries: 1 }))
  )
  assert.strictEqual(failure._tag, tag)
  assert.strictEqual((yield* simulator.requests).length, times)
  return failure
})

/** Asks for an answer that goes wrong when some of it was told, and answers the failure, which has just that with it. */
export const brokenOff = Effect.fnUntraced(function*(
  faults: ReadonlyArray<Fault.Fault>,
  tag: string,
  model: string,
  at: At
) {
  const simulator = yield* SimulatorServer.serve({ scenario: { answers: [long], faults } })
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
