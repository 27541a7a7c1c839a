/**
 * A program that is retried once, with the default loggers: `Logs.test.ts` reads what it writes where.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Redacted } from "effect"
import { ChatModel, SluiceConfig } from "sluice"
import * as OpenAi from "sluice/openai"
import { SimulatorHttpClient } from "sluice/testing"

const program = Effect.gen(function*() {
  yield* ChatModel.complete({ model: "gpt-6-luna", prompt: "a secret prompt" })
  yield* Console.log("the output")
  yield* Effect.logInfo("a line of the program")
})

const Live = Layer.merge(
  OpenAi.layer({ apiKey: Redacted.make("sk-canary-4411") }).pipe(
    Layer.provide(SimulatorHttpClient.layer({
      scenario: { faults: [{ _tag: "ProviderError", kind: "overloaded", on: [1] }] }
    }))
  ),
  SluiceConfig.layer({ retryBase: "1 millis" })
)

NodeRuntime.runMain(Effect.provide(program, Live))
