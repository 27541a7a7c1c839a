/**
 * A cut response of `complete` is requested again, over every protocol: its caller has seen nothing of it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Logger, Redacted, Stream } from "effect"
import {
  Budget,
  ChatModel,
  type CompletionError,
  isProviderError,
  type ProviderDefinition,
  RetryPolicy,
  SluiceConfig
} from "sluice"
import { type Fault, type ScriptedCompletion, Simulator, SimulatorHttpClient } from "sluice/testing"
import { definition as anthropic } from "../../../src/domain/providers/Anthropic.ts"
import { definition as bedrock } from "../../../src/domain/providers/Bedrock.ts"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as gemini } from "../../../src/domain/providers/Gemini.ts"
import { definition as ollama } from "../../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as perplexity } from "../../../src/domain/providers/Perplexity.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"

type Row = readonly [protocol: ProtocolName, provider: ProviderDefinition]

const protocols: ReadonlyArray<Row> = [
  ["openai-chat", openAi],
  ["openai-responses", openAi],
  ["openai-completions", openAi],
  ["anthropic-messages", anthropic],
  ["bedrock-converse", bedrock],
  ["cohere", cohere],
  ["ollama", ollama],
  ["gemini", gemini],
  ["gemini-interactions", gemini]
]

const deltas = Array.from({ length: 250 }, (_, index) => `${index} `)
const answer = deltas.join("")
const scripted: ScriptedCompletion.ScriptedCompletion = {
  parts: [{ _tag: "Text", deltas }],
  usage: { input: 12, output: 8 }
}

/** Cuts a stream after some of its text. Without `on`, every one. */
const cut = (on: ReadonlyArray<number> | undefined, after = 4000): Fault.Fault => ({
  _tag: "Cut",
  after,
  ...(on === undefined ? {} : { on: [...on] })
})

const layer = (
  [protocol, provider]: Row,
  faults: ReadonlyArray<Fault.Fault>,
  { completion = scripted, settings = {} }: {
    readonly completion?: ScriptedCompletion.ScriptedCompletion
    readonly settings?: Partial<SluiceConfig.Settings>
  } = {}
) =>
  SingleProvider.layer(provider)({ apiKey: Redacted.make("key-1"), protocol, variables: { region: "us-east-1" } }).pipe(
    Layer.provideMerge(SimulatorHttpClient.layer({ scenario: { completions: [completion], faults } })),
    Layer.provide(SluiceConfig.layer({ retryBase: Duration.millis(1), maxRetries: 2, ...settings })),
    Layer.provideMerge(Logger.layer([])),
    Layer.orDie
  )

const request = { model: "m", prompt: "Why is the sky blue?" }
const requests = Effect.flatMap(Simulator, (simulator) => simulator.requests)

describe("a cut response of complete", () => {
  it.live.each(protocols)("is requested again, and both attempts are recorded: $0", (row) =>
    Effect.gen(function*() {
      const completion = yield* ChatModel.complete(request)
      assert.strictEqual(completion.text, answer)
      assert.strictEqual((yield* requests).length, 2)
      const [first, second, ...others] = completion.attempts ?? []
      assert.deepStrictEqual(others, [])
      const target = { provider: row[1].id, model: "m" }
      assert.deepInclude(first, { ...target, number: 1, outcome: "IncompleteStreamError" })
      assert.isAtLeast(first?.delay ?? 0, 1)
      assert.deepInclude(second, { ...target, number: 2, outcome: "success" })
      assert.deepStrictEqual(second?.usage ?? null, completion.usage)
      assert.isUndefined(second?.delay)
      // What a provider reports at the beginning is recorded of the cut attempt too.
      if (row[0] === "anthropic-messages") assert.strictEqual(first?.usage?.inputTokens, 12)
      for (const attempt of [first, second]) assert.isAtLeast(attempt?.millis ?? -1, 0)
    }).pipe(Effect.provide(layer(row, [cut([1])]))))

  it.live.each(protocols)("is requested again where it was not streamed: $0", (row) =>
    Effect.gen(function*() {
      const completion = yield* ChatModel.complete(request, { transport: "whole" })
      assert.strictEqual(completion.text, answer)
      assert.strictEqual(completion.attempts?.length, 2)
    }).pipe(Effect.provide(layer(row, [cut([1], 400)]))))

  it.live.each(protocols)("of a stream that delivered content is not: $0", (row) =>
    Effect.gen(function*() {
      let seen = ""
      const error = yield* Effect.flip(Stream.runForEach(ChatModel.stream(request), (event) =>
        Effect.sync(() => {
          if (event._tag === "OutputTextDelta") seen += event.delta
        })))
      assert.strictEqual(error._tag, "IncompleteStreamError")
      assert.isAbove(seen.length, 0)
      assert.isTrue(answer.startsWith(seen))
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer(row, [cut([1])]))))

  it.live.each(protocols)("fails with every attempt where all are cut: $0", (row) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete(request))
      assert(error._tag === "IncompleteStreamError")
      assert.deepStrictEqual(error.attempts?.map(({ number, outcome }) => [number, outcome]), [
        [1, "IncompleteStreamError"],
        [2, "IncompleteStreamError"],
        [3, "IncompleteStreamError"]
      ])
      assert.isAbove(error.partial?.text.length ?? 0, 0)
      assert.include(error.message, "after 3 attempts")
    }).pipe(Effect.provide(layer(row, [cut(undefined)]))))
})

describe("a completion that was cut", () => {
  const row: Row = ["openai-responses", openAi]

  it.live("counts every attempt for the budget", () =>
    Effect.gen(function*() {
      const completion = yield* ChatModel.complete(request)
      assert.strictEqual(completion.attempts?.length, 3)
      const [spent] = yield* Budget.spent
      assert.strictEqual(spent?.attempts, 3)
      const error = yield* Effect.flip(ChatModel.complete(request))
      assert.strictEqual(error._tag, "BudgetExceededError")
    }).pipe(Budget.within({ attempts: 3 }), Effect.provide(layer(row, [cut([1, 2])]))))

  it.live("is not requested again where the budget allows one attempt", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete(request))
      assert(error._tag === "BudgetExceededError")
      assert.strictEqual(error.lastFailure, "IncompleteStreamError")
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Budget.within({ attempts: 1 }), Effect.provide(layer(row, [cut([1])]))))

  it.live.each<readonly [string, Effect.Effect<unknown, CompletionError, ChatModel>, Partial<SluiceConfig.Settings>]>([
    [
      "RetryPolicy.none",
      Effect.provideService(ChatModel.complete(request), RetryPolicy.RetryPolicy, RetryPolicy.none),
      {}
    ],
    ["`retry` of the request", ChatModel.complete({ ...request, retry: "none" }), {}],
    ["the settings", ChatModel.complete(request), { maxRetries: 0 }]
  ])("is not requested again with %s", ([, call, settings]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call)
      assert.strictEqual(error._tag, "IncompleteStreamError")
      assert.isTrue(isProviderError(error) && error.attempts === undefined)
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer(row, [cut([1])], { settings }))))

  it.live("keeps what arrived in the error of a deadline", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete({ ...request, timeouts: { deadline: "300 millis" } }))
      assert(error._tag === "DeadlineExceededError")
      assert.isAbove(error.partial?.text.length ?? 0, 0)
    }).pipe(Effect.provide(layer(row, [{ _tag: "Stall", after: 4000 }]))))

  it.live("stops where its caller leaves", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.timeout(ChatModel.complete(request), "200 millis"))
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer(row, [{ _tag: "Stall", after: 4000 }]))))
})

describe("a completion that was cut after the provider ran a tool", () => {
  const search = { _tag: "WebSearch" as const, query: "blue sky", results: [{ url: "https://a.test/", title: "A" }] }
  const searching: ReadonlyArray<Row> = protocols.filter(([protocol]) =>
    ["openai-responses", "anthropic-messages", "bedrock-converse", "gemini-interactions"].includes(protocol)
  )

  it.live.each(searching)("is not requested again: $0", (row) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete(request))
      assert.strictEqual(error._tag, "IncompleteStreamError")
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(Effect.provide(layer(row, [cut([1])], { completion: { parts: [search, ...scripted.parts ?? []] } }))))

  it.live("is not where only a citation shows it", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete({ ...request, model: "sonar" }))
      assert.strictEqual(error._tag, "IncompleteStreamError")
      assert.strictEqual((yield* requests).length, 1)
    }).pipe(
      Effect.provide(layer(["openai-chat", perplexity], [cut([1], 30_000)], {
        completion: {
          parts: [{ _tag: "Text", deltas, citations: [{ url: "https://a.test/", title: "A" }] }],
          quirks: { citations: "search-results", usage: "every" }
        }
      }))
    ))
})
