/**
 * Our model on Google's Interactions API, over real sockets against the simulator, which checks each request.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Schema, Stream } from "effect"
import { Prompt, Tool } from "effect/ai"
import { ChatModel, type Completion, type CompletionRequest, Replay, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Gemini from "sluice/gemini"
import { Scenario, type ScriptedCompletion, SimulatorServer } from "sluice/testing"

const network = Layer.provideMerge(
  UndiciHttpClient.layer,
  SluiceConfig.layer({ proxy: "none", retryBase: Duration.millis(1), idleTimeout: Duration.seconds(3) })
)

const model = (url: string) =>
  Gemini.layer({ apiKey: Redacted.make("g-key"), baseUrl: `${url}/v1beta`, protocol: "gemini-interactions" }).pipe(
    Layer.provide(network),
    Layer.orDie
  )

const rich: ScriptedCompletion.ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Let me think.", { signature: "c2ln" }),
    Scenario.text("Hé there", [{ url: "https://a.test/", title: "A", start: 3, end: 8 }]),
    Scenario.toolCall("weather", { city: "Oslo", days: [1, { wet: true }] }, "c1")
  ],
  usage: { input: 100, cached: 60, output: 20, reasoning: 5 },
  responseId: "v1_a"
}

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })

const request: CompletionRequest.CompletionRequestInput = {
  model: "gemini-3.5-flash-lite",
  prompt: "Hi",
  tools: [weather],
  reasoning: { effort: "low", summary: "auto" }
}

const facts = (completion: Completion.Completion) => ({
  text: completion.text,
  reasoning: completion.reasoning,
  toolCalls: completion.toolCalls.map(({ arguments: value, id, name }) => [id, name, value]),
  citations: completion.items.flatMap((item) =>
    item._tag === "Message"
      ? item.content.flatMap((part) =>
        part._tag === "OutputText"
          ? part.citations.map(({ endIndex, startIndex, url }) => [url, startIndex, endIndex])
          : []
      )
      : []
  ),
  finishReason: completion.finishReason,
  usage: completion.usage,
  responseId: completion.responseId
})

const expected = {
  text: "Hé there",
  reasoning: "Let me think.",
  toolCalls: [["c1", "weather", { city: "Oslo", days: [1, { wet: true }] }]],
  citations: [["https://a.test/", 3, 8]],
  finishReason: "tool-calls",
  usage: {
    inputTokens: 100,
    cachedInputTokens: 60,
    cacheWriteInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 5,
    totalTokens: 120
  },
  responseId: "v1_a"
}

describe("a model on the Interactions API", () => {
  it.live("completes streamed and not, in any chunks", () =>
    Effect.gen(function*() {
      for (const chunking of ["events", "bytes", "whole", { size: 7 }] as const) {
        const simulator = yield* SimulatorServer.serve({
          scenario: { completions: [rich], requireKey: "g-key", chunking }
        })
        const [streamed, whole] = yield* Effect.all([
          ChatModel.complete(request, { transport: "stream" }),
          ChatModel.complete(request, { transport: "whole" })
        ]).pipe(Effect.provide(model(simulator.url)))
        assert.deepStrictEqual<unknown>(facts(streamed), expected)
        assert.deepStrictEqual<unknown>(facts(whole), expected)
        const sent = yield* simulator.requests
        assert.deepStrictEqual(
          sent.map(({ headers, method, path, protocol }) => [method, path, protocol, headers["api-revision"]]),
          [1, 2].map(() => ["POST", "/v1beta/interactions", "gemini-interactions", "2026-05-20"])
        )
      }
    }))

  it.live("finishes a tool round trip, and sends its own steps back", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [rich, { parts: [Scenario.text("Sunny.")] }] }
      })
      const completion = yield* Effect.gen(function*() {
        const first = yield* ChatModel.complete(request)
        const prompt = Prompt.concat(
          Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(first.items)),
          Prompt.make([{
            role: "tool",
            content: [{ type: "tool-result", id: "c1", name: "weather", result: "sun", isFailure: false }]
          }])
        )
        return yield* ChatModel.complete({ ...request, prompt })
      }).pipe(Effect.provide(model(simulator.url)))
      assert.strictEqual(completion.text, "Sunny.")
      const [, second] = yield* simulator.requests
      const sent = second?.body as { readonly input: ReadonlyArray<{ readonly type: string }> } | undefined
      assert.deepStrictEqual(sent?.input.map(({ type }) => type), [
        "user_input",
        "thought",
        "model_output",
        "function_call",
        "function_result"
      ])
    }))

  it.live("fails where the stream is cut, and where it reports an error", () =>
    Effect.gen(function*() {
      const tagOf = (fault: Scenario.Scenario["faults"]) =>
        Effect.gen(function*() {
          const simulator = yield* SimulatorServer.serve({
            scenario: { completions: [rich], ...(fault === undefined ? {} : { faults: fault }) }
          })
          const failure = yield* ChatModel.stream(request).pipe(
            Stream.runDrain,
            Effect.flip,
            Effect.provide(model(simulator.url))
          )
          return failure._tag
        })
      assert.strictEqual(yield* tagOf([{ _tag: "Cut", after: 1200 }]), "IncompleteStreamError")
      assert.strictEqual(
        yield* tagOf([{ _tag: "ErrorEvent", kind: "overloaded", event: 6 }]),
        "OverloadedError"
      )
    }))
})
