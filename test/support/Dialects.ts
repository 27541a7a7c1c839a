/**
 * The dialects of Chat Completions as the simulator plays them, by their providers: from the providers' pages and recordings.
 */
import type { Quirks } from "../../src/testing/simulator/scenario/Quirks.ts"

export const mistral: Quirks = {
  contentParts: true,
  reasoningField: "thinking",
  citations: "references",
  wholeToolCalls: true,
  toolIndex: "reused",
  usage: "finish",
  usageForm: "num_cached_tokens",
  obfuscation: "p",
  errors: "flat"
}

export const groq: Quirks = { reasoningField: "reasoning", usage: "x_groq" }

export const xai: Quirks = {
  wholeToolCalls: true,
  toolIndex: "missing",
  usageForm: "beside",
  citations: "urls",
  errors: "sentence"
}

export const openrouter: Quirks = {
  reasoningField: "reasoning_details",
  finishTwice: true,
  usage: "finish",
  errors: "status"
}

export const perplexity: Quirks = {
  reasoningField: "think-tags",
  citations: "search-results",
  usage: "every",
  doneMarker: false,
  errors: "status"
}

export const deepseek: Quirks = { usage: "finish", usageForm: "hits" }

export const moonshot: Quirks = { usage: "choice", usageForm: "cached_tokens" }

export const zhipuai: Quirks = { usage: "finish", errors: "code" }

export const minimax: Quirks = { reasoningField: "think-tags", usage: "finish", errors: "base_resp" }

export const azure: Quirks = { prelude: true, obfuscation: true }

export const together: Quirks = { usage: "finish", usageForm: "cached_tokens", errors: "text" }

export const ai21: Quirks = { usage: "finish", errors: "detail" }

export const cloudflare: Quirks = { bareAnswers: true, obfuscation: "p", errors: "envelope" }
