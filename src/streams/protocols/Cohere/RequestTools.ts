/**
 * Encodes the tools of a request, and which of them the model shall use, for Cohere.
 *
 * @see https://docs.cohere.com/docs/tool-use-usage-patterns
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type * as Problems from "../../request/Problems.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

/** Encodes strictness, one switch for all tools: on where some tool requests it and none refuses it. */
const strict = (tools: ReadonlyArray<Tool.Any>): true | undefined => {
  const modes = new Set(tools.map(Tool.getStrictMode))
  return modes.has(true) && !modes.has(false) ? true : undefined
}

/**
 * Encodes `tools`, `tool_choice` and `strict_tools`; no field where there are no tools.
 *
 * **Details**
 *
 * Cohere chooses by itself where no choice is sent, and has no way to name one tool: only that tool is sent then, and a
 * tool call is required. One call at a time cannot be expressed, and is refused.
 */
export const encode = (
  request: CompletionRequest,
  schemas: RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const { mode, tools } = ToolChoice.read(request, problems)
  if (tools.length === 0) return {}
  ToolChoice.refuseOneAtATime(request, tools, problems)
  return defined({
    tools: tools.map((tool) => ToolChoice.writeFunction(tool, "Cohere", schemas, problems)),
    tool_choice: mode === "required" ? "REQUIRED" : mode === "none" ? "NONE" : undefined,
    strict_tools: strict(tools)
  })
}
