/**
 * What the generations of Amazon's Nova accept.
 *
 * @see https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html
 */
import type { ModelRulesRow } from "../ModelRules.ts"

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  { models: /^nova/, reasoning: { by: "none" } },
  { models: /^nova-2/, reasoning: { by: "effort", efforts: ["low", "medium", "high"], off: true } }
]
