/**
 * What the generations of Grok accept at xAI.
 *
 * @see https://docs.x.ai/docs/guides/reasoning
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  { models: /^grok-/, reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: true } },
  { models: /^grok-4\.6/, reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh"], off: true } },
  { models: /^grok-4\.7/, reasoning: { by: "effort", efforts: ["low", "medium", "high", "xhigh"], off: false } },
  { models: /^grok-(4\.20-|code-fast|.*non-reasoning)/, reasoning: { by: "none" } }
]
