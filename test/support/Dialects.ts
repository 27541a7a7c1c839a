/**
 * The simulator's quirks for the dialects of Chat Completions, from the providers' documentation and recordings.
 */
import type { SimulatorQuirks } from "../../src/testing/simulator/scenario/SimulatorQuirks.ts"

export const mistral: SimulatorQuirks = {
  contentParts: true,
  reasoningField: "thinking",
  citations: "references",
  wholeToolCalls: true,
  toolIndex: "reused",
  usage: "finish",
  usageFormat: "num_cached_tokens",
  obfuscation: "p",
  errors: "flat"
}

export const groq: SimulatorQuirks = { reasoningField: "reasoning", usage: "x_groq" }

export const xai: SimulatorQuirks = {
  wholeToolCalls: true,
  toolIndex: "missing",
  usageFormat: "excludes-reasoning",
  citations: "urls",
  errors: "sentence"
}

export const openrouter: SimulatorQuirks = {
  reasoningField: "reasoning_details",
  finishTwice: true,
  usage: "finish",
  errors: "status"
}

export const perplexity: SimulatorQuirks = {
  reasoningField: "think-tags",
  citations: "search-results",
  usage: "every",
  doneMarker: false,
  errors: "status"
}

export const deepseek: SimulatorQuirks = { usage: "finish", usageFormat: "hits" }

export const moonshot: SimulatorQuirks = { usage: "choice", usageFormat: "cached_tokens" }

export const zhipuai: SimulatorQuirks = { usage: "finish", errors: "code" }

export const minimax: SimulatorQuirks = { reasoningField: "think-tags", usage: "finish", errors: "base_resp" }

export const azure: SimulatorQuirks = { prelude: true, obfuscation: true }

export const together: SimulatorQuirks = { usage: "finish", usageFormat: "cached_tokens", errors: "text" }

export const ai21: SimulatorQuirks = { usage: "finish", errors: "detail" }

export const cloudflare: SimulatorQuirks = { bareResponses: true, obfuscation: "p", errors: "envelope" }
