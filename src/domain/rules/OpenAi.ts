/**
 * What the generations of OpenAI's models accept, at OpenAI and Azure.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 * @see https://platform.openai.com/docs/guides/prompt-caching
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The rows. The `-chat` variants of reasoning families do not reason. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  // Metadata belong to a stored completion.
  { models: /^/, metadata: "stored" },
  {
    models: /^(o\d|codex|gpt-([5-9]|\d\d)(?![\d.]*-chat))/,
    samplingWhileReasoning: "none",
    reasonsByDefault: true,
    systemRole: "developer"
  },
  // Without the effort `none`.
  { models: /^o\d/, reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: false } },
  {
    models: /^gpt-5(?![.\d])(?!-chat)/,
    reasoning: { by: "effort", efforts: ["minimal", "low", "medium", "high"], off: false }
  },
  {
    models: /^gpt-6(\.\d+)?-astra|^gpt-6\.1-sol/,
    reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh", "max"], off: false }
  },
  { models: /^gpt-(5\.([4-9]|\d\d)|[6-9]|\d\d)(?![\d.]*-chat)/, chatTools: "without-reasoning" },
  { models: /^gpt-/, cacheLifetime: "retention" },
  { models: /^gpt-(5\.([6-9]|\d\d)|[6-9]|\d\d)/, cacheLifetime: "options" }
]
