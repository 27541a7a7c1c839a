/**
 * Our model on Amazon Bedrock: Converse, and Claude by InvokeModel, over real sockets against the simulator.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Result, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import { ChatModel, Replay, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Bedrock from "sluice/bedrock"
import { type Fault, Scenario, type ScriptedCompletion, SimulatorServer } from "sluice/testing"
import { long } from "../../support/Conversing.ts"
import * as Failing from "../../support/Failing.ts"

const claude = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
const profile = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc"

type Protocol = "bedrock-converse" | "anthropic-messages"

const both: ReadonlyArray<Protocol> = ["bedrock-converse", "anthropic-messages"]

const model = (url: string, protocol: Protocol, explicit: Partial<SluiceConfig.Settings> = {}) =>
  Bedrock.layer({ apiKey: Redacted.make("bedrock-key"), baseUrl: url, protocol }).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      retryBase: Duration.millis(1),
      idleTimeout: Duration.seconds(3),
      ...explicit
    })),
    Layer.orDie
  )

const at = (protocol: Protocol): Failing.At => ({ url }, settings) => model(url, protocol, settings)

const rich: ScriptedCompletion.ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Let me think.", { signature: "c2ln" }),
    Scenario.text("Hello there"),
    Scenario.toolCall("weather", { city: "Oslo" }, "call_1"),
    Scenario.toolCall("time", {}, "call_2")
  ],
  usage: { input: 100, cached: 60, cacheWrite: 10, output: 20 },
  finish: "tool-calls",
  responseId: "id_1"
}

const usage = {
  inputTokens: 100,
  cachedInputTokens: 60,
  cacheWriteInputTokens: 10,
  outputTokens: 20,
  reasoningOutputTokens: 0,
  totalTokens: 120
}

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })
const time = Tool.make("time")

const request = { model: claude, prompt: "Hi", tools: [weather, time] }

describe("a model on Bedrock", () => {
  it.live.each(both)("completes streamed and not, by %s", (protocol) =>
    Effect.gen(function*() {
      const scenario: Scenario.Scenario = { completions: [rich], requireKey: "bedrock-key" }
      const simulator = yield* SimulatorServer.serve({ scenario })
      const [streamed, whole] = yield* Effect.all([
        ChatModel.complete(request, { transport: "stream" }),
        Effect.andThen(simulator.setScenario(scenario), ChatModel.complete(request, { transport: "whole" }))
      ]).pipe(Effect.provide(model(simulator.url, protocol)))
      for (const completion of [streamed, whole]) {
        assert.strictEqual(completion.text, "Hello there")
        assert.strictEqual(completion.reasoning, "Let me think.")
        assert.deepStrictEqual(
          completion.toolCalls.map(({ arguments: value, id, name }) => [id, name, value]),
          [["call_1", "weather", { city: "Oslo" }], ["call_2", "time", {}]]
        )
        assert.deepStrictEqual([completion.finishReason, completion.finishReasonRaw], ["tool-calls", "tool_use"])
        assert.deepStrictEqual(completion.usage, usage)
      }
      assert.deepStrictEqual(whole.items, streamed.items)
      const [operation, wholeOperation] = protocol === "bedrock-converse"
        ? ["converse-stream", "converse"]
        : ["invoke-with-response-stream", "invoke"]
      const path = "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0"
      assert.deepStrictEqual(
        (yield* simulator.requests).map((
          { headers, method, path, protocol }
        ) => [method, path, protocol, headers["accept"]]),
        [operation, wholeOperation].map((name) => [
          "POST",
          `${path}/${name}`,
          protocol,
          "application/vnd.amazon.eventstream, application/json"
        ])
      )
    }), 5000)

  it.live.each(both)(
    "continues after a tool result, with the reasoning that led to it, by %s",
    (protocol) =>
      Effect.gen(function*() {
        const simulator = yield* SimulatorServer.serve({
          scenario: { completions: [rich, { parts: [Scenario.text("Sunny.")] }] }
        })
        const text = yield* Effect.gen(function*() {
          const first = yield* ChatModel.complete(request)
          const prompt = [
            Prompt.make("Hi"),
            Replay.toPrompt(first.items),
            ...first.toolCalls.map((call) => Replay.toolResult(call, { said: call.name }))
          ].reduce((before, next) => Prompt.concat(before, next))
          // The simulator checks it as the service would.
          return (yield* ChatModel.complete({ ...request, prompt })).text
        }).pipe(Effect.provide(model(simulator.url, protocol)))
        assert.strictEqual(text, "Sunny.")
        const [, second] = yield* simulator.requests
        assert.include(JSON.stringify(second?.body), "c2ln")
      }),
    5000
  )

  it.live("finds models whose names are addresses themselves", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { models: [profile], completions: [{ parts: [Scenario.text("Hi")] }] }
      })
      const complete = (name: string) => Effect.result(ChatModel.complete({ model: name, prompt: "Hi" }))
      const [found, missing] = yield* Effect.all([complete(`bedrock/${profile}`), complete("amazon.nova-micro-v9:0")])
        .pipe(
          Effect.provide(model(simulator.url, "bedrock-converse"))
        )
      assert.isTrue(Result.isSuccess(found) && found.success.text === "Hi")
      assert.strictEqual(Result.isFailure(missing) ? missing.failure._tag : "", "ModelNotFoundError")
      assert.strictEqual(
        (yield* simulator.requests)[0]?.path,
        "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Aapplication-inference-profile%2Fabc/converse-stream"
      )
    }), 5000)

  const midway: ReadonlyArray<readonly [string, ReadonlyArray<Fault.Fault>, string]> = [
    ["a cut connection", [{ _tag: "Cut", after: 1500, how: "reset" }], "IncompleteStreamError"],
    ["a body that ends in a frame", [{ _tag: "Cut", after: 1500, how: "end" }], "IncompleteStreamError"],
    ["a body without its last event", [{ _tag: "OmitTerminator" }, { _tag: "OmitFinish" }], "IncompleteStreamError"],
    ["a byte that came as another", [{ _tag: "Corrupt", at: 1500, mask: 4 }], "MalformedStreamError"],
    ["an event that is not JSON", [{ _tag: "MalformedEvent", event: 6 }], "MalformedStreamError"],
    ["an exception", [{ _tag: "ErrorEvent", event: 6, kind: "rate-limit" }], "RateLimitedError"],
    ["an exception of the model", [{ _tag: "ErrorEvent", event: 6, kind: "permission" }], "ServerError"],
    ["idle timeout", [{ _tag: "Stall", after: 1500 }], "StreamIdleTimeoutError"]
  ]

  it.live.each(both.flatMap((protocol) => midway.map(([name, faults, tag]) => [protocol, name, faults, tag] as const)))(
    "by %s fails once for %s",
    ([protocol, , faults, tag]) =>
      Effect.gen(function*() {
        const failure = yield* Failing.brokenOff(faults, tag, claude, at(protocol))
        assert.isTrue("providerRequestId" in failure && (failure.providerRequestId ?? "").length === 36)
      }),
    5000
  )

  it.live.each(Failing.refusals.filter(([kind]) => kind !== "content-filter"))(
    "maps an error response for %s to a %s, after %i attempts",
    (response) => Failing.refused(response, claude, at("bedrock-converse")),
    5000
  )

  it.live("retries after an exception that came before anything else", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [long], faults: [{ _tag: "ErrorEvent", event: 1, kind: "overloaded", on: [1] }] }
      })
      const completion = yield* ChatModel.complete({ model: claude, prompt: "Hi" }).pipe(
        Effect.provide(model(simulator.url, "bedrock-converse"))
      )
      assert.match(completion.text, /^0 1 .* 59 $/)
      assert.strictEqual((yield* simulator.requests).length, 2)
    }), 5000)
})
