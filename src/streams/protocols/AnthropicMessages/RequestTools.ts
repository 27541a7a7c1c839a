/**
 * Tools and their choice as the Messages API writes them.
 *
 * @see https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as PromptParts from "../../request/PromptParts.ts"

const ownPrefix = "anthropic."

const tool = (entry: Tool.Any, found: PromptParts.Problems): Schema.JsonObject => {
  if (Tool.isProviderDefined(entry)) {
    // The type carries the tool's date (`web_search_20250305`), the name does not.
    return {
      type: entry.id.slice(ownPrefix.length),
      name: entry.providerName,
      ...PromptParts.ownToolArguments(entry, ownPrefix, found)
    }
  }
  const description = Tool.getDescription(entry)
  const strict = Tool.getStrictMode(entry)
  return {
    name: entry.name,
    ...(description === undefined ? {} : { description }),
    input_schema: PromptParts.toolSchema(entry, found),
    ...(strict === undefined ? {} : { strict })
  }
}

const nameOf = (entry: Tool.Any): string => (Tool.isProviderDefined(entry) ? entry.providerName : entry.name)

/**
 * Writes `tools` and `tool_choice`; nothing where there are no tools.
 *
 * **Details**
 *
 * The API has no choice among some of the tools: the others are left out of the request instead.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (
  request: CompletionRequest,
  found: PromptParts.Problems
): Schema.JsonObject => {
  const all = request.tools ?? []
  const wanted = request.toolChoice
  if (all.length === 0) {
    if (wanted !== undefined && wanted !== "auto" && wanted !== "none") {
      found.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return {}
  }
  const find = (name: string): Tool.Any | undefined => {
    const entry = all.find((candidate) => candidate.name === name)
    if (entry === undefined)
      found.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    return entry
  }
  const isOneAtATime = request.parallelToolCalls === false
  const oneAtATime = isOneAtATime ? { disable_parallel_tool_use: true } : {}
  const choose = (): Schema.JsonObject | undefined => {
    if (wanted === "none") return { type: "none" }
    if (wanted === "required") return { type: "any", ...oneAtATime }
    if (wanted === undefined || wanted === "auto") {
      return wanted === undefined && !isOneAtATime ? undefined : { type: "auto", ...oneAtATime }
    }
    if ("oneOf" in wanted) return { type: wanted.mode === "required" ? "any" : "auto", ...oneAtATime }
    const entry = find(wanted.tool)
    return { type: "tool", name: entry === undefined ? wanted.tool : nameOf(entry), ...oneAtATime }
  }
  const allowed = typeof wanted === "object" && "oneOf" in wanted
    ? wanted.oneOf.flatMap((name) => find(name) ?? [])
    : all
  const choice = choose()
  return {
    tools: allowed.map((entry) => tool(entry, found)),
    ...(choice === undefined ? {} : { tool_choice: choice })
  }
}
