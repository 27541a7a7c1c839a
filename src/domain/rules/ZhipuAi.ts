/**
 * What the generations of GLM accept at Zhipu AI.
 *
 * @see https://docs.z.ai/guides/capabilities/thinking-mode
 */
import type { ModelRulesRow } from "../ModelRules.ts"

const efforts = ["low", "high", "max"]

/** The rows. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  { models: /^glm-5/, reasoning: { by: "effort", efforts, off: true } },
  // They always think.
  { models: /^glm-5\.[3-9]/, reasoning: { by: "effort", efforts, off: false }, mostOutputTokens: 131_072 }
]
