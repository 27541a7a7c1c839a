/**
 * What the generations of Claude accept, at Anthropic and at every cloud and gateway.
 *
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 * @see https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 * @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 * @see https://platform.claude.com/docs/en/build-with-claude/effort-per-message
 */
import type { ModelRulesRow, ReasoningRule } from "../ModelRules.ts"

const efforts = ["low", "medium", "high", "xhigh", "max"] as const

/** The rule of models that take an effort alone. */
const adaptive = (off: boolean | "between_tools"): ReasoningRule => ({ by: "effort", efforts, off })

/** The tools for a computer that replace the earlier one. */
const toolset = "computer_toolset_20260801"

/** The rows. A name without a known version has the first row alone, and may be of any generation. */
export const rows: ReadonlyArray<ModelRulesRow> = [
  {
    models: /^claude/,
    sampling: "one",
    samplingWhileReasoning: "none",
    forcedTools: "without-reasoning",
    cacheMarks: 4
  },
  // Before structured output.
  { models: /^claude-(instant|[12]\b|[a-z]+-3|(opus|sonnet)-4(-0)?(?!-?\d))/, outputForm: "tool" },
  // Before extended thinking.
  { models: /^claude-(instant|[12]\b|[a-z]+-3(?!-7))/, reasoning: { by: "none" } },
  // A budget, and neither an effort nor adaptive thinking.
  {
    models: /^claude-([a-z]+-3-7|(opus|sonnet|haiku)-4(-[0-5])?(?!-?\d))/,
    reasoning: { by: "budget", least: 1024, off: true, other: 8192 }
  },
  {
    models: /^claude-[a-z]+-4-6/,
    reasoning: { by: "effort", efforts: ["low", "medium", "high", "max"], off: true, budgets: true },
    prefill: false
  },
  // Adaptive thinking alone, and no sampling parameters.
  {
    models: /^claude-([a-z]+-4-([7-9]|[1-9]\d)|[a-z]+-([5-9]|[1-9]\d))/,
    sampling: "none",
    reasoning: adaptive(true),
    prefill: false
  },
  { models: /^claude-(fable|mythos)/, forcedTools: "never", prefill: false },
  // Thinking that cannot be turned off.
  {
    models: /^claude-((fable|mythos)-(5-[1-9]|[6-9])|opus-(5-[5-9]|[6-9])|sonnet-(5-[5-9]|[6-9]))/,
    forcedTools: "never",
    reasoning: adaptive(false),
    reasonsByDefault: true
  },
  { models: /^claude-sonnet-5-5/, reasoning: adaptive("between_tools") },
  // System messages inside the conversation.
  {
    models: /^claude-(opus-(4-[89]|[5-9])|(fable|mythos)-[5-9]|(sonnet|haiku)-(5-[5-9]|[6-9]))/,
    systemMessages: "anywhere"
  },
  {
    models: /^claude-(opus-[5-9]|(fable|mythos)-(5-[1-9]|[6-9])|(sonnet|haiku)-(5-[5-9]|[6-9]))/,
    effortByMessage: true
  },
  // A toolset has replaced the tool for a computer.
  { models: /^claude-(opus|sonnet)-(5-[5-9]|[6-9])/, refusedTools: { computer_20251124: toolset } },
  {
    models: /^claude-haiku-(5-[5-9]|[6-9])/,
    refusedTools: { computer_20250124: toolset, computer_20251124: toolset }
  },
  // https://platform.claude.com/docs/en/api/versioning
  { models: /^claude/, sinceVersion: "2026-10-21", sampling: "none" }
]
