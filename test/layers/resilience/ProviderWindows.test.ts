/**
 * How well five hundred callers use the limits of providers that count in different ways, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, RateLimitManager, type RateLimitRule, type TokenUsage } from "sluice"
import { type ProviderLimits, Scenario, Simulator, SimulatorHttpClient } from "sluice/testing"
import * as Scripted from "../../support/Scripted.ts"

const callers = 500
const minutes = 10
const maxOutputTokens = 150

interface Case {
  readonly name: string
  readonly model: string
  readonly limits: ProviderLimits.ProviderLimits
  readonly rule: RateLimitRule
  /** What the provider counts of a request for its limit of tokens. */
  readonly tokensOf: (usage: TokenUsage.TokenUsage) => number
}

const cases: ReadonlyArray<Case> = [
  {
    name: "OpenAI",
    model: "openai/m",
    limits: { rule: "openai", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    rule: { provider: "openai", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    tokensOf: ({ inputTokens }) => Math.max(inputTokens, maxOutputTokens)
  },
  {
    name: "Azure",
    model: "azure/m",
    limits: { rule: "azure", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    rule: { provider: "azure", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    tokensOf: ({ inputTokens }) => inputTokens + maxOutputTokens
  },
  {
    name: "Gemini",
    model: "gemini/m",
    limits: { rule: "gemini", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    rule: { provider: "gemini", requestsPerMinute: 50, tokensPerMinute: 10_000 },
    tokensOf: ({ inputTokens }) => inputTokens
  },
  {
    name: "Anthropic",
    model: "anthropic/claude-opus-4-5",
    limits: { rule: "anthropic", requestsPerMinute: 50, tokensPerMinute: 10_000, outputTokensPerMinute: 4000 },
    rule: {
      provider: "anthropic",
      requestsPerMinute: 50,
      inputTokensPerMinute: 10_000,
      outputTokensPerMinute: 4000
    },
    tokensOf: ({ inputTokens }) => inputTokens
  }
]

/** A simulator that counts the tokens of a request in its own way, with outputs of several lengths. */
const simulator = (limits: ProviderLimits.ProviderLimits) =>
  SimulatorHttpClient.layer({
    maxRecords: 100_000,
    scenario: {
      limits,
      repeat: "cycle",
      completions: [40, 70, 100].map((words) => ({ parts: [Scenario.text("word ".repeat(words).trim())] }))
    }
  })

describe("the limits of a provider that counts in its own way", () => {
  it.effect.each([
    ...cases.map((entry) => [`${entry.name}, configured`, entry, [entry.rule]] as const),
    // Gemini reports nothing, and Azure nothing that says how many requests a minute it allows.
    ...cases.filter(({ name }) => name === "OpenAI" || name === "Anthropic").map((entry) =>
      [`${entry.name}, learned`, entry, []] as const
    )
  ])("are kept and used: %s", ([, { limits: counted, model, tokensOf }, limits]) =>
    Effect.gen(function*() {
      let tokens = 0
      const caller = Effect.gen(function*() {
        for (let round = 0; round < 3; round++) {
          const length = 200 + Math.floor((yield* Random.next) * 1200)
          const prompt = "word ".repeat(length / 5)
          const call = Effect.map(ChatModel.complete({ model, prompt, maxOutputTokens }), ({ usage }) => {
            if (usage !== null) tokens += tokensOf(usage)
          })
          yield* Effect.ignore(call)
        }
      })
      yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust(`${minutes} minutes`)
      const requests = yield* (yield* Simulator).requests
      const refused = requests.filter(({ status }) => status === 429).length
      assert.isAtMost(refused / requests.length, 0.005, `${refused} of ${requests.length} were refused`)
      const used = Math.max(
        (requests.length - refused) / ((counted.requestsPerMinute ?? Infinity) * minutes),
        tokens / ((counted.tokensPerMinute ?? Infinity) * minutes)
      )
      assert.isAtLeast(used, 0.9)
    }).pipe(
      Effect.scoped,
      Random.withSeed("windows"),
      Effect.provide(
        Scripted.layerOver(simulator(counted), {}, ["azure", "gemini"]).pipe(
          Layer.provideMerge(RateLimitManager.layer({ limits })),
          Layer.orDie
        )
      )
    ))
})
