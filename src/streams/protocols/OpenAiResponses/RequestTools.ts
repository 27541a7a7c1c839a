/**
 * Tools and their choice as the Responses API writes them: flat, with a function's fields beside its type.
 *
 * @see https://platform.openai.com/docs/guides/function-calling
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as PromptParts from "../../request/PromptParts.ts"

const ownPrefix = "openai."

const tool = (entry: Tool.Any, found: PromptParts.Problems): Schema.JsonObject => {
  if (Tool.isProviderDefined(entry)) {
    return { type: entry.providerName, ...PromptParts.ownToolArguments(entry, ownPrefix, found) }
  }
  const description = Tool.getDescription(entry)
  const strict = Tool.getStrictMode(entry)
  return {
    type: "function",
    name: entry.name,
    ...(description === undefined ? {} : { description }),
    parameters: PromptParts.toolSchema(entry, found),
    ...(strict === undefined ? {} : { strict })
  }
}

/** How a choice names a tool. */
const reference = (entry: Tool.Any): Schema.JsonObject =>
  Tool.isProviderDefined(entry) ? { type: entry.providerName } : { type: "function", name: entry.name }

const choice = (
  wanted: NonNullable<CompletionRequest["toolChoice"]>,
  tools: ReadonlyArray<Tool.Any>,
  found: PromptParts.Problems
): Schema.Json => {
  if (typeof wanted === "string") return wanted
  const named = (name: string): Schema.JsonObject => {
    const entry = tools.find((candidate) => candidate.name === name)
    if (entry !== undefined) return reference(entry)
    found.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    return {}
  }
  if ("tool" in wanted) return named(wanted.tool)
  return { type: "allowed_tools", mode: wanted.mode ?? "auto", tools: wanted.oneOf.map(named) }
}

/**
 * Writes `tools`, `tool_choice` and `parallel_tool_calls`; nothing where there are no tools.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (request: CompletionRequest, found: PromptParts.Problems): Schema.JsonObject => {
  const tools = request.tools ?? []
  const wanted = request.toolChoice
  if (tools.length === 0) {
    // An empty list is refused by the API; a call that must be made cannot be.
    if (wanted !== undefined && wanted !== "auto" && wanted !== "none") {
      found.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return {}
  }
  return {
    tools: tools.map((entry) => tool(entry, found)),
    ...(wanted === undefined ? {} : { tool_choice: choice(wanted, tools, found) }),
    ...(request.parallelToolCalls === undefined ? {} : { parallel_tool_calls: request.parallelToolCalls })
  }
}
