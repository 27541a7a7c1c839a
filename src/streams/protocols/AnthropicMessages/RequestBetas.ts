/**
 * Names the betas that a body needs, and joins them with those that the caller names.
 *
 * @see https://platform.claude.com/docs/en/api/beta-headers
 */
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, object, objects, string } from "../../json/Json.ts"

/** The name of the header. */
export const header = "anthropic-beta"

const fallback = "server-side-fallback-2026-07-01"

/**
 * What of a body needs which beta: fields, types of tools, blocks and edits, and values. What is not here needs none,
 * such as uploaded files, skills, structured outputs, web tools and the toolsets of 2026.
 */
const betas: ReadonlyMap<string, string> = new Map([
  ["field fallbacks", fallback],
  ["block fallback", fallback],
  ["field fallback_credit_token", "fallback-credit-2026-07-01"],
  ["message clear_at", "mid-conversation-system-clear-at-2026-08-21"],
  ["message output_config", "mid-conversation-output-config-2026-07-01"],
  ["block tool_addition", "mid-conversation-tool-changes-2026-07-01"],
  ["block tool_removal", "mid-conversation-tool-changes-2026-07-01"],
  ["field compaction", "compact-2026-09-04"],
  ["block compaction", "compact-2026-09-04"],
  ["edit compact_20260112", "compact-2026-01-12"],
  ["edit clear_tool_uses_20250919", "context-management-2025-06-27"],
  ["edit clear_thinking_20251015", "context-management-2025-06-27"],
  ["field task_budget", "task-budgets-2026-03-13"],
  ["speed fast", "fast-mode-2026-02-01"],
  ["display updates", "thinking-display-updates-2026-08-18"],
  ["field block_binding", "thinking-binding-controls-2026-08-01"],
  ["tool computer_20241022", "computer-use-2024-10-22"],
  ["tool computer_20250124", "computer-use-2025-01-24"],
  ["tool computer_20251124", "computer-use-2025-11-24"],
  ["tool advisor_20260301", "advisor-tool-2026-03-01"],
  ["tool mcp_toolset", "mcp-client-2025-11-20"]
])

/** The betas of which any date will do where the caller names one: a later date only adds to an earlier one. */
const anyDate = /^(server-side-fallback|fallback-credit|mcp-client)-/

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Yields what of the messages may need a beta. */
const inMessages = function*(body: JsonObject): Generator<string> {
  for (const message of objects(body.messages)) {
    // Blocks of user messages need none.
    if (message.role === "user") continue
    for (const block of objects(message.content)) {
      // The summary of a threshold is not signed, and its edit is in the request.
      if (block.type === "compaction" && !isGiven(block.signature)) continue
      if (typeof block.type === "string") yield `block ${block.type}`
    }
    if (isGiven(message.clear_at)) yield "message clear_at"
    if (isGiven(message.output_config)) yield "message output_config"
  }
}

/** Yields what of a body may need a beta. */
const features = function*(body: JsonObject): Generator<string> {
  const thinking = object(body.thinking)
  for (const name of ["fallbacks", "fallback_credit_token", "compaction"]) {
    if (isGiven(body[name])) yield `field ${name}`
  }
  if (isGiven(object(body.output_config)?.task_budget)) yield "field task_budget"
  if (isGiven(thinking?.block_binding)) yield "field block_binding"
  if (thinking?.display === "updates") yield "display updates"
  if (body.speed === "fast") yield "speed fast"
  for (const { type } of objects(body.tools)) if (typeof type === "string") yield `tool ${type}`
  for (const { type } of objects(object(body.context_management)?.edits)) yield `edit ${string(type)}`
  yield* inMessages(body)
}

const namesIn = (header: string | undefined): ReadonlyArray<string> =>
  header === undefined ? [] : header.split(",").map((name) => name.trim()).filter((name) => name !== "")

const isCovered = (needed: string, given: ReadonlyArray<string>): boolean => {
  if (given.includes(needed)) return true
  const family = anyDate.exec(needed)?.[0]
  return family !== undefined && given.some((name) => name.startsWith(family))
}

/** The betas of a request. */
export interface Betas {
  /** Those that the caller names, and then those that the body needs; each once. */
  readonly all: ReadonlyArray<string>
  /** Whether the body needs one that the caller does not name. */
  readonly hasAdded: boolean
}

/** Returns the betas of a body: those in the caller's header or in the caller's own field, and those that it needs. */
export const of = (body: Schema.JsonObject, given: string | undefined): Betas => {
  const own = (array(body.anthropic_beta) ?? []).flatMap((name) => string(name) ?? [])
  const named = [...new Set([...namesIn(given), ...own])]
  const added = new Set<string>()
  for (const feature of isObject(body) ? features(body) : []) {
    const beta = betas.get(feature)
    if (beta !== undefined && !isCovered(beta, named)) added.add(beta)
  }
  return { all: [...named, ...added], hasAdded: added.size > 0 }
}
