/**
 * What the generations of DeepSeek's models accept at DeepSeek.
 *
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [{
  models: /^deepseek-(v[4-9]|flash|pro)/,
  reasoning: { by: "effort", efforts: ["low", "high", "max"], off: true },
  reasonsByDefault: true,
  forcedTools: "without-reasoning"
}]
