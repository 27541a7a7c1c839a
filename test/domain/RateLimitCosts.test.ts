/**
 * What a request counts for at each provider.
 */
import { assert, describe, it } from "@effect/vitest"
import * as RateLimitCosts from "../../src/domain/RateLimitCosts.ts"
import * as TokenUsage from "../../src/domain/TokenUsage.ts"

const usage = { ...TokenUsage.of(1000, 200), cachedInputTokens: 600 }

/** Of 800 estimated tokens and an output limit of 4,000; then 1,000 read, 600 of them cached, and 200 written. */
const cases: ReadonlyArray<readonly [string, string, tokens: number, settled: number, input: number, output: number]> =
  [
    ["openai", "gpt-5.4", 4000, 4000, 1000, 200],
    ["azure", "gpt-5.4", 4800, 5000, 1000, 200],
    ["anthropic", "claude-opus-4-5", 800, 600, 400, 200],
    ["bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", 4800, 1400, 400, 200],
    ["bedrock", "amazon.nova-pro-v1:0", 4800, 600, 400, 200],
    ["gemini", "gemini-3-flash", 800, 1000, 1000, 200],
    ["groq", "llama-3.3-70b-versatile", 4800, 600, 400, 200],
    ["cerebras", "m", 4800, 5000, 1000, 200],
    ["moonshot", "m", 4800, 5000, 1000, 200],
    ["deepseek", "m", 800, 1200, 1000, 200],
    ["unknown", "m", 4800, 1200, 1000, 200]
  ]

describe("RateLimitCosts", () => {
  it.each(cases)(
    "of %s/%s reserve %i tokens, and settle with %i",
    (provider, model, tokens, settled, input, output) => {
      const rules = RateLimitCosts.rulesOf(provider)
      const estimate = { input: 800, output: 4000, modelOutput: undefined }
      const reserved = RateLimitCosts.reserve(rules, estimate)
      assert.deepInclude(reserved, { requests: 1, tokens, inputTokens: 800 })
      assert.strictEqual(reserved.outputTokens, provider === "anthropic" ? 0 : 4000)
      assert.deepStrictEqual(RateLimitCosts.settle(rules, estimate, usage, model), {
        requests: 1,
        tokens: settled,
        inputTokens: input,
        outputTokens: output
      })
    }
  )

  it.each<readonly [string, number | undefined, number]>([
    ["openai", 64_000, 800],
    ["azure", 64_000, 64_800],
    ["azure", undefined, 4896]
  ])("of %s without an output limit reserve that of the model: %s", (provider, modelOutput, tokens) => {
    const rules = RateLimitCosts.rulesOf(provider)
    assert.strictEqual(RateLimitCosts.reserve(rules, { input: 800, output: undefined, modelOutput }).tokens, tokens)
  })

  it.each<readonly [string, string, string]>([
    ["anthropic", "claude-opus-4-1-20250805", "4-opus"],
    ["anthropic", "claude-opus-4-5", "4-opus"],
    ["anthropic", "claude-3-5-haiku-20241022", "3-haiku"],
    ["anthropic", "claude-fable-5", "claude-fable-5"],
    ["moonshot", "kimi-k2", "*"],
    ["openai", "gpt-5.4", "gpt-5.4"]
  ])("of %s are those of a group of models: %s", (provider, model, group) => {
    assert.strictEqual(RateLimitCosts.groupOf(RateLimitCosts.rulesOf(provider), model), group)
  })
})
