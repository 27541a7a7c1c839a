/**
 * Writes the tools of a request, and which of them the model shall use.
 *
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type * as PromptParts from "../../request/PromptParts.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

/** Strictness is one switch for all tools: on where some want it and none refuses it. */
const strict = (tools: ReadonlyArray<Tool.Any>): true | undefined => {
  const modes = new Set(tools.map(Tool.getStrictMode))
  return modes.has(true) && !modes.has(false) ? true : undefined
}

/**
 * Writes `tools`, `tool_choice` and `strict_tools`.
 *
 * **Details**
 *
 * Cohere chooses by itself where no choice is sent, and knows no way to name one tool: only that one is sent then, and a
 * call is required. One call at a time cannot be asked for, and is refused.
 *
 * @see https://docs.cohere.com/docs/tool-use-usage-patterns
 * @category encoding
 * @since 0.1.0
 */
export const encode = (request: CompletionRequest, found: PromptParts.Problems): Schema.JsonObject => {
  const { mode, tools } = ToolChoice.read(request, found)
  if (tools.length === 0) return {}
  ToolChoice.refuseOneAtATime(request, tools, found)
  return defined({
    tools: tools.map((tool) => ToolChoice.writeFunction(tool, "Cohere", found)),
    tool_choice: mode === "required" ? "REQUIRED" : mode === "none" ? "NONE" : undefined,
    strict_tools: strict(tools)
  })
}
