/**
 * What the generations of Kimi accept at Moonshot.
 *
 * @see https://platform.kimi.ai/docs/api/chat
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  { models: /^/, forcedTools: "named" },
  // Temperature and top-p are fixed: another value is refused.
  { models: /^kimi-/, sampling: "none" },
  { models: /^kimi-(k2\.[5-9]|k2-thinking|k[3-9])/, reasonsByDefault: true },
  // They always think.
  {
    models: /^kimi-k2(\.\d+)?-(thinking|code)/,
    reasoning: { by: "effort", efforts: ["high"], off: false, budgets: true }
  },
  { models: /^kimi-k[3-9]/, reasoning: { by: "effort", efforts: ["low", "high", "max"], off: false } }
]
