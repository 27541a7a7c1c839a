/**
 * The completion that the simulator returns where none is scripted.
 */
import type { Seed } from "../Seed.ts"
import type { Part, ScriptedCompletion } from "./ScriptedCompletion.ts"

const reasoning = "This reasoning is simulated. No model has produced it."

const text =
  "This text comes from a simulator, and no model wrote it. It is the same for every prompt, so tests can use it."

/**
 * Creates the default completion: reasoning, two sentences, and a call of the first offered tool unless the prompt
 * already has its result. It repeats nothing of the prompt.
 */
export const make = (options: {
  readonly seed: Seed
  readonly toolNames: ReadonlyArray<string>
  readonly hasToolResult: boolean
}): ScriptedCompletion => {
  const [tool] = options.hasToolResult ? [] : options.toolNames
  const parts: Array<Part> = [
    {
      _tag: "Reasoning",
      // Protocols without summaries send this as the reasoning itself.
      summary: [reasoning],
      signature: options.seed.id("sig_", 32),
      encrypted: options.seed.id("enc_", 32)
    },
    { _tag: "Text", text }
  ]
  if (tool !== undefined) parts.push({ _tag: "ToolCall", name: tool, arguments: {} })
  return {
    parts,
    usage: { input: 48, cached: 16, output: tool === undefined ? 32 : 40, reasoning: 9 },
    rateLimits: {
      requests: { limit: 1000, remaining: 999, resetMillis: 60 },
      tokens: { limit: 100_000, remaining: 99_912, resetMillis: 52 }
    }
  }
}
