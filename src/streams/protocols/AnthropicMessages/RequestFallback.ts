/**
 * Encodes completions that one model began and another one finished: a `fallback` block is where the models changed.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 */
import type * as Schema from "effect/Schema"
import type { Problems } from "../../request/Problems.ts"

type Block = Schema.JsonObject

const thoughts: ReadonlySet<unknown> = new Set(["thinking", "redacted_thinking", "connector_text"])

/**
 * Leaves out what the API does not accept back from the models before the last one: their thinking, and calls of the
 * server's tools without a result. The `fallback` blocks stay where they are, unless the server does not know them.
 */
export const accepted = (
  blocks: ReadonlyArray<Block>,
  takesFallbacks: boolean,
  problems: Problems
): ReadonlyArray<Block> => {
  const last = blocks.findLastIndex(({ type }) => type === "fallback")
  if (last < 0) return blocks
  const finished = new Set(blocks.map((block) => block.tool_use_id))
  if (!takesFallbacks) {
    problems.warn("prompt", "The place at which another model went on was left out: this provider does not take it.")
  }
  return blocks.filter((block, at) => {
    if (block.type === "fallback") return takesFallbacks
    if (at > last) return true
    return !thoughts.has(block.type) && (block.type !== "server_tool_use" || finished.has(block.id))
  })
}
