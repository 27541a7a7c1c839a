/**
 * Rules of Claude's generations that hold at every provider.
 *
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 */

/** The message of a request that ends with an assistant message. */
export const prefillMessage =
  "This model does not support assistant message prefill. The conversation must end with a user message."

/** Returns whether a model refuses an assistant message at the end: Claude 4.6 and later. */
export const refusesPrefill = (model: string): boolean => {
  if (/claude-(fable|mythos)/.test(model)) return true
  const [, major = "0", minor = "0"] = /claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model) ?? []
  return Number(major) > 4 || (Number(major) === 4 && Number(minor) > 5)
}
