/**
 * Encodes the tools of a request for Ollama.
 *
 * @see https://docs.ollama.com/capabilities/tool-calling
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type * as Problems from "../../request/Problems.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

/**
 * Encodes `tools`; `undefined` when the model may use none. A required tool call and one call at a time cannot be
 * expressed, and are refused.
 */
export const encode = (
  request: CompletionRequest,
  schemas: RequestSchemas,
  problems: Problems.Problems
): ReadonlyArray<Schema.JsonObject> | undefined => {
  const { mode, tools } = ToolChoice.read(request, problems)
  if (mode === "required") {
    problems.refuse("toolChoice", "Ollama lets its models choose: it knows no way to require a tool call")
  }
  if (tools.length === 0 || mode === "none") return undefined
  ToolChoice.refuseOneAtATime(request, tools, problems)
  return tools.map((tool) => ToolChoice.writeFunction(tool, "Ollama", schemas, problems))
}
