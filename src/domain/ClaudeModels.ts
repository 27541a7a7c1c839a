/**
 * Generations of Claude, by the names that the model has at all providers.
 */
import type { ModelQuirks } from "./Quirks.ts"

/**
 * The quirks of Claude 4.6 and later, which refuse an assistant message at the end.
 *
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 */
export const withoutPrefill: ModelQuirks = {
  models: /claude-(fable|mythos|[a-z]+-(4[-.]([6-9]|[1-9]\d)|[5-9]|[1-9]\d)(?!\d))/,
  quirks: { prefill: "refused" }
}
