/**
 * The completion that the simulator returns where none is scripted.
 */
import type { Seed } from "../Seed.ts"
import type { Part, ScriptedCompletion } from "./ScriptedCompletion.ts"

const openings = ["Sluice", "The simulator", "Nobody real"]

/**
 * Creates the default completion: reasoning, a few words, and a call of the first offered tool unless the prompt
 * already has its result. It repeats nothing of the prompt.
 */
export const make = (options: {
  readonly seed: Seed
  readonly toolNames: ReadonlyArray<string>
  readonly hasToolResult: boolean
}): ScriptedCompletion => {
  const [tool] = options.hasToolResult ? [] : options.toolNames
  const opening = openings[options.seed.between(0, openings.length - 1)] ?? "The simulator"
  const parts: Array<Part> = [
    {
      _tag: "Reasoning",
      // Protocols without summaries send this as the reasoning itself.
      summary: ["A question came in. A short answer will do."],
      signature: options.seed.id("sig_", 32),
      encrypted: options.seed.id("enc_", 32)
    },
    {
      _tag: "Text",
      text: `${opening} is answering here: the gate is open, and the water comes at the rate of the wheel.`
    }
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
