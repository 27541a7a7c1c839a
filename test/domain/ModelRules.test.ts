/**
 * The table of what models accept: a new fact is a new row here and there.
 */
import { assert, describe, it } from "@effect/vitest"
import * as KnownProviders from "../../src/domain/KnownProviders.ts"
import { type ModelRules, plainName, rulesOf } from "../../src/domain/ModelRules.ts"

const rowsOf = (provider: string | undefined) =>
  KnownProviders.definitions.find(({ id }) => id === provider)?.quirks.modelRules

describe("the plain name", () => {
  it.each([
    ["claude-opus-4-7", "claude-opus-4-7"],
    ["anthropic/claude-opus-4.7", "claude-opus-4-7"],
    ["anthropic/claude-4.7-opus", "claude-opus-4-7"],
    ["~anthropic/claude-sonnet-5.5", "claude-sonnet-5-5"],
    ["claude-3-7-sonnet-20250219", "claude-sonnet-3-7"],
    ["claude-3-5-sonnet-v2@20241022", "claude-sonnet-3-5"],
    ["claude-sonnet-4-20250514", "claude-sonnet-4"],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
    ["global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"],
    ["us-gov.anthropic.claude-3-haiku-20240307-v1:0", "claude-haiku-3"],
    ["arn:aws:bedrock:us-east-1:1:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5"],
    ["anthropic/claude-sonnet-4.5:thinking", "claude-sonnet-4-5"],
    ["claude-2.1", "claude-2-1"],
    ["us.amazon.nova-2-lite-v1:0", "nova-2-lite"],
    ["publishers/google/models/gemini-3.6-flash", "gemini-3.6-flash"],
    ["openai/gpt-5.4-mini-2026-03-05", "gpt-5.4-mini"],
    ["gpt-5.1", "gpt-5.1"],
    ["Kimi-K3", "kimi-k3"]
  ])("of %s is %s", (given, expected) => assert.strictEqual(plainName(given), expected))
})

describe("the rules", () => {
  it.each<readonly [provider: string | undefined, model: string, expected: ModelRules]>([
    [undefined, "claude-3-opus-20240229", { sampling: "one", reasoning: { by: "none" } }],
    [undefined, "claude-2.1", { reasoning: { by: "none" } }],
    [undefined, "claude-3-7-sonnet-latest", { reasoning: { by: "budget", least: 1024, off: true, other: 8192 } }],
    ...["opus-4", "opus-4-1", "sonnet-4-20250514", "sonnet-4-5", "haiku-4-5"].map((name) =>
      [undefined, `claude-${name}`, {
        sampling: "one",
        samplingWhileReasoning: "none",
        forcedTools: "without-reasoning",
        reasoning: { by: "budget", least: 1024, off: true, other: 8192 },
        prefill: undefined,
        cacheMarks: 4
      }] as const
    ),
    [undefined, "claude-sonnet-4-6", {
      sampling: "one",
      reasoning: { by: "effort", efforts: ["low", "medium", "high", "max"], off: true, budgets: true },
      prefill: false
    }],
    ...["opus-4-7", "opus-4-8", "opus-5", "sonnet-5", "haiku-5-5"].map((name) =>
      [undefined, `claude-${name}`, {
        sampling: "none",
        forcedTools: "without-reasoning",
        reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh", "max"], off: true },
        prefill: false
      }] as const
    ),
    ...["fable-5-1", "fable-5-2", "mythos-5-1", "opus-5-5", "fable-6"].map((name) =>
      [undefined, `claude-${name}`, {
        sampling: "none",
        forcedTools: "never",
        reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh", "max"], off: false }
      }] as const
    ),
    [undefined, "claude-fable-5", { forcedTools: "never" }],
    [undefined, "claude-sonnet-5-5", {
      forcedTools: "never",
      reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh", "max"], off: "between_tools" }
    }],
    [undefined, "gemini-2.5-pro", { reasoning: { by: "budget", least: 128, most: 32_768, off: false, other: -1 } }],
    [undefined, "gemini-2.5-flash-lite", {
      reasoning: { by: "budget", least: 512, most: 24_576, off: true, other: -1 }
    }],
    [undefined, "gemini-3.5-flash-lite", { sampling: undefined }],
    [undefined, "gemini-3.6-flash", { sampling: "deprecated" }],
    [undefined, "gemini-3.8-flash", {
      sampling: "deprecated",
      reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: false, budgets: true }
    }],
    [undefined, "gemini-4-neon", {
      sampling: "deprecated",
      reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh"], off: false, budgets: true }
    }],
    ["openai", "gpt-4.1", { samplingWhileReasoning: undefined, metadata: "stored", cacheLifetime: "retention" }],
    ["openai", "o3", { reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: false } }],
    ["openai", "gpt-5-mini", {
      samplingWhileReasoning: "none",
      systemRole: "developer",
      reasoning: { by: "effort", efforts: ["minimal", "low", "medium", "high"], off: false }
    }],
    ["openai", "gpt-5-chat-latest", { samplingWhileReasoning: undefined, reasoning: undefined, systemRole: undefined }],
    ["openai", "gpt-5.1", { samplingWhileReasoning: "none", reasoning: undefined, chatTools: undefined }],
    ["openai", "gpt-5.4", { chatTools: "without-reasoning", cacheLifetime: "retention" }],
    ["openai", "gpt-5.6-luna", { chatTools: "without-reasoning", cacheLifetime: "options" }],
    ["openai", "gpt-6-luna", { reasoning: undefined, chatTools: "without-reasoning", cacheLifetime: "options" }],
    ...["gpt-6-astra", "gpt-6.1-sol", "gpt-6.2-astra"].map((model) =>
      ["openai", model, {
        reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh", "max"], off: false }
      }] as const
    ),
    ["openai", "gpt-6-sol", { reasoning: undefined }],
    ["azure", "o1", { systemRole: "developer" }],
    ["moonshot", "kimi-k2.6", { sampling: "none", forcedTools: "named", reasoning: undefined }],
    ["moonshot", "kimi-k2.7-code", { reasoning: { by: "effort", efforts: ["high"], off: false, budgets: true } }],
    ["moonshot", "kimi-k3.1-pro", { reasoning: { by: "effort", efforts: ["low", "high", "max"], off: false } }],
    ["deepseek", "deepseek-flash", {
      reasoning: { by: "effort", efforts: ["low", "high", "max"], off: true },
      reasonsByDefault: true,
      forcedTools: "without-reasoning"
    }],
    ["xai", "grok-4.3", { reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: true } }],
    ["xai", "grok-4.6", { reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh"], off: true } }],
    ["xai", "grok-4.7", { reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh"], off: false } }],
    ["zhipuai", "glm-4.6", { reasoning: undefined }],
    ["zhipuai", "glm-5.2", { reasoning: { by: "effort", efforts: ["low", "high", "max"], off: true } }],
    ["zhipuai", "glm-5.3-flash", {
      reasoning: { by: "effort", efforts: ["low", "high", "max"], off: false },
      mostOutputTokens: 131_072
    }],
    [undefined, "gpt-5", { sampling: undefined, reasoning: undefined }]
  ])("of %s/%s", (provider, model, expected) => {
    const rules: Readonly<Record<string, unknown>> = { ...rulesOf(model, { rows: rowsOf(provider) }) }
    for (const [name, value] of Object.entries(expected)) assert.deepStrictEqual(rules[name], value, name)
  })

  it.each([
    ["2026-10-21", "none"],
    ["2027-01-01", "none"],
    ["2023-06-01", "one"],
    ["bedrock-2023-05-31", "one"],
    [undefined, "one"]
  ])("of version %s of the API leave sampling to be %s", (version, sampling) => {
    assert.strictEqual(rulesOf("claude-haiku-4-5", { version }).sampling, sampling)
  })

  it("of a program's own rows go over the others, and those about reasoning hold for vendors' own fields only", () => {
    const rows = [{ models: /^claude-opus/, cacheMarks: 2 }, { models: /^mine/, sampling: "none" as const }]
    assert.strictEqual(rulesOf("claude-opus-4-7", { rows }).cacheMarks, 2)
    assert.strictEqual(rulesOf("mine", { rows }).sampling, "none")
    assert.isUndefined(rulesOf("claude-opus-4-7", { nativeReasoning: false }).reasoning)
    assert.strictEqual(rulesOf("claude-opus-4-7", { nativeReasoning: false }).sampling, "none")
  })
})
