/**
 * A completion that one Claude begins and another one finishes, and the request after it, over real sockets against the
 * simulator, which refuses what Anthropic, Amazon and Google refuse.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import { ChatModel, Replay, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as Bedrock from "sluice/bedrock"
import { Scenario, type ScriptedCompletion, SimulatorServer } from "sluice/testing"

const client = Layer.provideMerge(
  UndiciHttpClient.layer,
  SluiceConfig.layer({ proxy: "none", retryBase: Duration.millis(1) })
)

const anthropic = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  Anthropic.layer({ apiKey: Redacted.make("key"), baseUrl: `${url}/v1`, headers }).pipe(
    Layer.provide(client),
    Layer.orDie
  )

const bedrock = (url: string) =>
  Bedrock.layer({ apiKey: Redacted.make("key"), baseUrl: url, protocol: "anthropic-messages" }).pipe(
    Layer.provide(client),
    Layer.orDie
  )

const changed: ScriptedCompletion.ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Hm.", { signature: "b25l" }),
    Scenario.text("Well, "),
    Scenario.toolCall("f", { a: "1" }, "call_1"),
    Scenario.reasoning("So.", { signature: "dHdv" }),
    Scenario.text("here."),
    Scenario.toolCall("f", { a: "2" }, "call_2")
  ],
  fallback: { to: "claude-opus-4-8", after: 3 }
}

const next: ScriptedCompletion.ScriptedCompletion = { parts: [Scenario.text("Done.")] }

const tools = [Tool.make("f", { parameters: Schema.Struct({ a: Schema.String }) })]
const beta = "server-side-fallback-2026-07-01"
const request = {
  model: "claude-opus-5",
  prompt: "Hi",
  tools,
  providerOptions: { anthropic: { fallbacks: "default" } }
}

const serve = SimulatorServer.serve({ scenario: { completions: [changed, next] } })

const after = (items: Parameters<typeof Replay.toPrompt>[0]) =>
  [Replay.toPrompt(items), Replay.toolResult({ id: "call_2", name: "f" }, "ok")].reduce(
    (before, message) => Prompt.concat(before, message),
    Prompt.make("Hi")
  )

describe("a completion that another model finishes", () => {
  it.live.each(["stream", "whole"] as const)(
    "goes on with the beta, and with the caller's (%s)",
    (transport) =>
      Effect.gen(function*() {
        const simulator = yield* serve
        const { first, second } = yield* Effect.gen(function*() {
          const first = yield* ChatModel.complete(request, { transport })
          // Without the caller's fallbacks, the block alone needs the beta.
          const { providerOptions: _, ...plain } = request
          const second = yield* ChatModel.complete({
            ...plain,
            prompt: after(first.items),
            headers: { "Anthropic-Beta": "own-2026-01-01" }
          }, { transport })
          return { first, second }
        }).pipe(Effect.provide(anthropic(simulator.url, { "anthropic-beta": "layer-2026-01-01" })))
        assert.strictEqual(first.model, "claude-opus-4-8")
        assert.strictEqual(first.text, transport === "stream" ? "Well, here." : "here.")
        assert.deepStrictEqual(first.toolCalls.map(({ id }) => id), ["call_2"])
        assert.deepStrictEqual(first.invalidToolCalls.map(({ id }) => id), transport === "stream" ? ["call_1"] : [])
        assert.strictEqual(second.text, "Done.")
        const received = yield* simulator.requests
        assert.deepStrictEqual(
          received.map(({ headers }) => headers["anthropic-beta"]),
          [`layer-2026-01-01,${beta}`, `own-2026-01-01,${beta}`]
        )
        const sent = JSON.stringify(received[1]?.body)
        assert.include(sent, "\"type\":\"fallback\"")
        assert.include(sent, "dHdv")
        assert.notInclude(sent, "b25l")
        assert.notInclude(sent, "call_1")
      }).pipe(Effect.scoped)
  )

  it.live("goes on at Amazon, which knows neither the block nor the beta, with a warning", () =>
    Effect.gen(function*() {
      const simulator = yield* serve
      const first = yield* ChatModel.complete(request).pipe(Effect.provide(anthropic(simulator.url)))
      const second = yield* ChatModel.complete({
        model: "us.anthropic.claude-opus-5",
        prompt: after(first.items),
        tools
      }).pipe(Effect.provide(bedrock(simulator.url)))
      assert.strictEqual(second.text, "Done.")
      assert.deepStrictEqual(second.warnings?.map(({ parameter }) => parameter), ["prompt"])
      const { body } = (yield* simulator.requests)[1] ?? {}
      assert.notInclude(JSON.stringify(body), "fallback")
    }).pipe(Effect.scoped))
})
