/**
 * Our model on Gemini, over real sockets against the simulator, which checks each request as Google would.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Schema, Stream } from "effect"
import { Prompt, Tool } from "effect/ai"
import {
  ChatModel,
  type Completion,
  type CompletionRequest,
  type ProtocolBinding,
  type ProviderDefinition,
  Replay,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import * as Gemini from "sluice/gemini"
import * as VertexAi from "sluice/vertexai"
import { type Fault, Scenario, type ScriptedCompletion, SimulatorServer } from "sluice/testing"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import { long } from "../../support/Conversing.ts"
import * as Failing from "../../support/Failing.ts"

const flash = "gemini-2.5-flash"
const pro = "gemini-3-pro-preview"

const network = (explicit: Partial<SluiceConfig.Settings> = {}) =>
  Layer.provideMerge(
    UndiciHttpClient.layer,
    SluiceConfig.layer({
      proxy: "none",
      retryBase: Duration.millis(1),
      idleTimeout: Duration.seconds(3),
      ...explicit
    })
  )

const model = (url: string, explicit: Partial<SluiceConfig.Settings> = {}) =>
  Gemini.layer({ apiKey: Redacted.make("g-key"), baseUrl: `${url}/v1beta` }).pipe(
    Layer.provide(network(explicit)),
    Layer.orDie
  )

/** Gemini with something about it changed. */
const changed = (
  url: string,
  change: Partial<ProviderDefinition>,
  explicit: Partial<SluiceConfig.Settings> = {}
) =>
  SingleProvider.layer({ ...Gemini.definition, ...change })({
    apiKey: Redacted.make("g-key"),
    baseUrl: `${url}/v1beta`
  }).pipe(Layer.provide(network(explicit)), Layer.orDie)

const bound = (more: Partial<ProtocolBinding>): readonly [ProtocolBinding] => [{
  protocol: "gemini",
  path: "/models/{model}:streamGenerateContent?alt=sse",
  wholePath: "/models/{model}:generateContent",
  ...more
}]

const rich: ScriptedCompletion.ScriptedCompletion = {
  parts: [
    Scenario.reasoning("Let me think.", { signature: "c2ln" }),
    Scenario.text("Hello there"),
    Scenario.toolCall("weather", { city: "Oslo", days: [1, { wet: true }] }),
    Scenario.toolCall("time", {})
  ],
  usage: { input: 100, cached: 60, output: 20, reasoning: 5 },
  responseId: "id_1"
}

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})
const time = Tool.make("time")

const request: CompletionRequest.CompletionRequestInput = {
  model: flash,
  prompt: "Hi",
  tools: [weather, time],
  reasoning: { effort: "low", summary: "auto" }
}

const facts = (completion: Completion.Completion) => ({
  text: completion.text,
  reasoning: completion.reasoning,
  toolCalls: completion.toolCalls.map(({ arguments: value, name }) => [name, value]),
  finishReason: completion.finishReason,
  finishReasonRaw: completion.finishReasonRaw,
  usage: completion.usage,
  responseId: completion.responseId
})

const expected = {
  text: "Hello there",
  reasoning: "Let me think.",
  toolCalls: [["weather", { city: "Oslo", days: [1, { wet: true }] }], ["time", {}]],
  finishReason: "tool-calls",
  finishReasonRaw: "STOP",
  usage: {
    inputTokens: 100,
    cachedInputTokens: 60,
    cacheWriteInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 5,
    totalTokens: 120
  },
  responseId: "id_1"
}

describe("a model on Gemini", () => {
  it.live("completes streamed and not", () =>
    Effect.gen(function*() {
      const scenario: Scenario.Scenario = { completions: [rich], requireKey: "g-key" }
      const simulator = yield* SimulatorServer.serve({ scenario })
      const [streamed, whole] = yield* Effect.all([
        ChatModel.complete(request, { transport: "stream" }),
        ChatModel.complete(request, { transport: "whole" })
      ]).pipe(Effect.provide(model(simulator.url)))
      assert.deepStrictEqual<unknown>(facts(streamed), expected)
      assert.deepStrictEqual<unknown>(facts(whole), expected)
      assert.deepStrictEqual(
        (yield* simulator.requests).map(({ method, path, protocol }) => [method, path, protocol]),
        ["streamGenerateContent", "generateContent"].map((name) => [
          "POST",
          `/v1beta/models/${flash}:${name}`,
          "gemini"
        ])
      )
    }), 5000)

  it.live("reads the growing array of a server that knows no events, in any chunks", () =>
    Effect.gen(function*() {
      for (const chunking of ["events", "bytes", "whole", { size: 7 }] as const) {
        const simulator = yield* SimulatorServer.serve({ scenario: { completions: [rich], chunking } })
        const layer = changed(simulator.url, { protocols: bound({ path: "/models/{model}:streamGenerateContent" }) })
        const completion = yield* Effect.provide(ChatModel.complete(request, { transport: "stream" }), layer)
        assert.deepStrictEqual<unknown>(facts(completion), expected)
      }
    }), 10_000)

  it.live("reads arguments in pieces, where it requests them", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [rich] } })
      const layer = changed(simulator.url, { protocols: bound({ quirks: { streamArguments: true } }) })
      const events = yield* Stream.runCollect(ChatModel.stream({ ...request, model: pro })).pipe(Effect.provide(layer))
      const deltas = events.flatMap((event) => (event._tag === "ToolCallArgumentsDelta" ? [event] : []))
      assert.isAbove(deltas.length, 4)
      const [first] = deltas
      assert.strictEqual(
        deltas.filter(({ id }) => id === first?.id).map(({ delta }) => delta).join(""),
        "{\"city\":\"Oslo\",\"days\":[1,{\"wet\":true}]}"
      )
    }), 5000)

  it.live(
    "sends its key as a query parameter where required, and never prints it",
    () =>
      Effect.gen(function*() {
        const simulator = yield* SimulatorServer.serve({ scenario: { requireKey: "other-key" } })
        const layer = changed(simulator.url, { auth: { type: "query", name: "key" } })
        const failure = yield* Effect.flip(ChatModel.complete(request)).pipe(Effect.provide(layer))
        assert.strictEqual(failure._tag, "AuthenticationError")
        assert.notInclude(JSON.stringify(failure), "g-key")
        yield* simulator.setScenario({ requireKey: "g-key", completions: [{ parts: [Scenario.text("Hi")] }] })
        assert.strictEqual((yield* Effect.provide(ChatModel.complete(request), layer)).text, "Hi")
      }),
    5000
  )

  /** Sends a request, and another one with the results of its tool calls. */
  const loop = Effect.fnUntraced(function*(first: Completion.Completion, name: string) {
    const prompt = [
      Prompt.make("Hi"),
      Replay.toPrompt(first.items),
      // In another order than the calls.
      ...first.toolCalls.toReversed().map((call) => Replay.toolResult(call, { said: call.name }))
    ].reduce((before, next) => Prompt.concat(before, next))
    // Through JSON, as a conversation that was kept.
    const stored = Schema.decodeUnknownSync(Prompt.Prompt)(
      JSON.parse(JSON.stringify(Schema.encodeSync(Prompt.Prompt)(prompt)))
    )
    return yield* ChatModel.complete({ ...request, model: name, prompt: stored })
  })

  it.live(
    "continues after its tool results, with each signature on its part",
    () =>
      Effect.gen(function*() {
        const simulator = yield* SimulatorServer.serve({
          scenario: { completions: [rich, { parts: [Scenario.text("Sunny.")] }] }
        })
        const second = yield* Effect.gen(function*() {
          return yield* loop(yield* ChatModel.complete({ ...request, model: pro }), pro)
        }).pipe(Effect.provide(model(simulator.url)))
        assert.strictEqual(second.text, "Sunny.")
        const body = (yield* simulator.requests)[1]?.body
        const contents = Schema.decodeUnknownSync(Schema.Struct({ contents: Schema.Array(Schema.Json) }))(body).contents
        assert.deepStrictEqual(contents, [
          { role: "user", parts: [{ text: "Hi" }] },
          {
            role: "model",
            parts: [
              { text: "Hello there" },
              {
                functionCall: { name: "weather", args: { city: "Oslo", days: [1, { wet: true }] } },
                thoughtSignature: "c2ln"
              },
              { functionCall: { name: "time", args: {} } }
            ]
          },
          {
            role: "user",
            parts: [
              { functionResponse: { name: "weather", response: { output: { said: "weather" } } } },
              { functionResponse: { name: "time", response: { output: { said: "time" } } } }
            ]
          }
        ])
      }),
    5000
  )

  it.live("takes over a conversation that another model began", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [
            { when: { protocol: "openai-chat" }, ...rich },
            { when: { protocol: "gemini" }, parts: [Scenario.text("Sunny.")] }
          ]
        }
      })
      const chat = changed(simulator.url, {
        protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
        auth: { type: "bearer" }
      })
      const first = yield* Effect.provide(ChatModel.complete({ ...request, model: "gpt-4o" }), chat)
      assert.strictEqual(first.toolCalls.length, 2)
      const second = yield* Effect.provide(loop(first, pro), model(simulator.url))
      assert.strictEqual(second.text, "Sunny.")
      assert.include(JSON.stringify((yield* simulator.requests)[1]?.body), "skip_thought_signature_validator")
    }), 5000)

  it.live("completes by a schema, in Gemini's dialect", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{ parts: [Scenario.text("{\"shape\":{\"_tag\":\"Circle\",\"radius\":1},\"at\":null}")] }]
        }
      })
      const Shape = Schema.Union([
        Schema.TaggedStruct("Circle", { radius: Schema.Finite.check(Schema.isGreaterThan(0)) }),
        Schema.TaggedStruct("Square", { side: Schema.Finite, tags: Schema.Array(Schema.Literals(["a", "b"])) })
      ]).annotate({ identifier: "Shape" })
      const schema = Schema.Struct({ shape: Shape, at: Schema.NullOr(Schema.Tuple([Schema.Int, Schema.Int])) })
      const completion = yield* ChatModel.complete({ model: flash, prompt: "Draw", outputSchema: { schema } }).pipe(
        Effect.provide(model(simulator.url))
      )
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.fromJsonString(schema))(completion.text), {
        shape: { _tag: "Circle", radius: 1 },
        at: null
      })
    }), 5000)

  it.live("cites its sources", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{
            parts: [
              { _tag: "WebSearch", query: "oslo", results: [{ url: "https://a.test/", title: "A" }] },
              Scenario.text("Größe: groß.", [{ url: "https://b.test/", title: "B", start: 7, end: 11 }])
            ]
          }]
        }
      })
      const completion = yield* Effect.provide(ChatModel.complete({ model: flash, prompt: "Hi" }), model(simulator.url))
      const [message, search] = completion.items
      const citations = message?._tag === "Message" && message.content[0]?._tag === "OutputText"
        ? message.content[0].citations.map(({ native: _, ...citation }) => citation)
        : []
      assert.deepStrictEqual(citations, [
        { url: "https://b.test/", title: "B", startIndex: 7, endIndex: 11 },
        { url: "https://a.test/", title: "A" }
      ])
      assert.deepInclude(search, { _tag: "ServerToolCall", type: "groundingMetadata" })
    }), 5000)

  it.live("finds models by name, with and without what Google puts before it", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { models: [flash], completions: [{ parts: [Scenario.text("Hi")] }] }
      })
      const complete = (name: string) => ChatModel.complete({ model: name, prompt: "Hi" })
      const layer = model(simulator.url)
      for (const name of [flash, `models/${flash}`, `gemini/${flash}`]) {
        assert.strictEqual((yield* Effect.provide(complete(name), layer)).text, "Hi", name)
      }
      const failure = yield* Effect.flip(Effect.provide(complete("gemini-99"), layer))
      assert.strictEqual(failure._tag, "ModelNotFoundError")
    }), 5000)

  const midway: ReadonlyArray<readonly [string, ReadonlyArray<Fault.Fault>, string]> = [
    ["a cut connection", [{ _tag: "Cut", after: 1500, how: "reset" }], "IncompleteStreamError"],
    ["a body that ends in an event", [{ _tag: "Cut", after: 1500, how: "end" }], "IncompleteStreamError"],
    ["a body without a finish reason", [{ _tag: "OmitFinish" }], "IncompleteStreamError"],
    ["an event that is not JSON", [{ _tag: "MalformedEvent", event: 6, data: "{nope}" }], "MalformedStreamError"],
    ["an error", [{ _tag: "ErrorEvent", event: 6, kind: "overloaded" }], "OverloadedError"],
    ["idle timeout", [{ _tag: "Stall", after: 1500 }], "StreamIdleTimeoutError"]
  ]

  it.live.each(
    (["?alt=sse", ""] as const).flatMap((query) =>
      midway.map(([name, faults, tag]) => [query, name, faults, tag] as const)
    )
  )("with %j fails once for %s", ([query, , faults, tag]) => {
    const protocols = bound({ path: `/models/{model}:streamGenerateContent${query}` })
    return Failing.brokenOff(faults, tag, flash, ({ url }, settings) => changed(url, { protocols }, settings))
  }, 5000)

  it.live.each(Failing.refusals)(
    "maps an error response for %s to a %s, after %i attempts",
    (response) =>
      Effect.forEach(
        ["stream", "whole"] as const,
        (transport) => Failing.refused(response, flash, ({ url }, settings) => model(url, settings), transport)
      ),
    5000
  )

  it.live("waits for the hint of the provider before it retries", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{
            ...long,
            faults: [{ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 30, on: [1] }]
          }]
        }
      })
      const completion = yield* Effect.provide(ChatModel.complete({ model: flash, prompt: "Hi" }), model(simulator.url))
      assert.match(completion.text, /^0 1 .* 59 $/)
      const [first, second] = yield* simulator.requests
      assert.isAtLeast((second?.receivedAt ?? 0) - (first?.receivedAt ?? 0), 28)
    }), 5000)
})

describe("a model on Vertex AI", () => {
  it.live("completes at its own address, with a key in express mode", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [rich], requireKey: "v-key" } })
      const layer = VertexAi.layer({ apiKey: Redacted.make("v-key"), baseUrl: simulator.url }).pipe(
        Layer.provide(network()),
        Layer.orDie
      )
      const completion = yield* Effect.provide(ChatModel.complete({ ...request, metadata: { team: "a" } }), layer)
      assert.deepStrictEqual<unknown>(facts(completion), expected)
      const [received] = yield* simulator.requests
      assert.match(
        received?.path ?? "",
        /^\/v1\/.*publishers\/google\/models\/gemini-2\.5-flash:streamGenerateContent$/
      )
      assert.deepInclude(received?.body, { labels: { team: "a" } })
    }), 5000)
})
