/**
 * Writes the tools of a request, and which of them the model shall use.
 *
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as PromptParts from "../PromptParts.ts"

const encodeTool = (tool: Tool.Any, found: PromptParts.Problems): Schema.JsonObject => {
  if (Tool.isProviderDefined(tool)) {
    found.refuse(
      "tools",
      `tool "${tool.name}" is run by a provider (${tool.id}), and Chat Completions takes only functions: remove it, or use a protocol that knows it`
    )
    return {}
  }
  return {
    type: "function",
    function: PromptParts.defined({
      name: tool.name,
      description: Tool.getDescription(tool),
      parameters: PromptParts.toolSchema(tool, found),
      strict: Tool.getStrictMode(tool)
    })
  }
}

/**
 * Writes `tools`, `tool_choice` and `parallel_tool_calls`.
 *
 * **Details**
 *
 * `{ oneOf }` narrows the tools that are sent. Without tools none of the fields is sent: OpenAI refuses an empty list.
 *
 * @see https://platform.openai.com/docs/guides/function-calling?api-mode=chat
 * @category encoding
 * @since 0.1.0
 */
export const encode = (request: CompletionRequest, found: PromptParts.Problems): Schema.JsonObject => {
  const choice = request.toolChoice ?? "auto"
  const all = request.tools ?? []
  const names = Predicate.isString(choice) ? undefined : "tool" in choice ? [choice.tool] : choice.oneOf
  for (const name of names ?? []) {
    if (!all.some((tool) => tool.name === name)) {
      found.refuse("toolChoice", `there is no tool "${name}": add it to the tools`)
    }
  }
  const tools = Predicate.isString(choice) || "tool" in choice
    ? all
    : all.filter((tool) => choice.oneOf.includes(tool.name))
  if (tools.length === 0) {
    if (choice === "required") found.refuse("toolChoice", "a tool call is required, but there are no tools: add one")
    return {}
  }
  return PromptParts.defined({
    tools: tools.map((tool) => encodeTool(tool, found)),
    tool_choice: request.toolChoice === undefined
      ? undefined
      : Predicate.isString(choice)
      ? choice
      : "tool" in choice
      ? { type: "function", function: { name: choice.tool } }
      : (choice.mode ?? "auto"),
    parallel_tool_calls: request.parallelToolCalls
  })
}
