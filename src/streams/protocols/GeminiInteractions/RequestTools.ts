/**
 * Encodes the tools of a request, and the choice among them, for the Interactions API.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/function-calling
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type { Problems } from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

const ownPrefix = "google."

const encodeTool = (tool: Tool.Any, schemas: RequestSchemas, problems: Problems): Schema.JsonObject =>
  Tool.isProviderDefined(tool)
    ? { type: tool.id.slice(ownPrefix.length), ...PromptParts.ownToolArguments(tool, ownPrefix, problems) }
    : defined({
      type: "function",
      name: tool.name,
      description: Tool.getDescription(tool),
      parameters: schemas.tool(tool)
    })

const modes = { auto: "auto", none: "none", required: "any" } as const

/** Encodes the choice. The model calls only the tools of a list that comes with the mode. */
const encodeChoice = (
  request: CompletionRequest,
  functions: ReadonlyArray<Tool.Any>,
  problems: Problems
): Schema.Json | undefined => {
  const choice = request.toolChoice
  if (choice !== undefined && typeof choice !== "string") {
    const names = "tool" in choice ? [choice.tool] : choice.oneOf
    for (const name of names) {
      if (!functions.some((tool) => tool.name === name)) {
        problems.refuse("toolChoice", `it names tool "${name}", which is not among the caller's own tools`)
      }
    }
    const mode = "tool" in choice ? "any" : modes[choice.mode ?? "auto"]
    return { allowed_tools: { mode, tools: [...names] } }
  }
  const isStrict = functions.some((tool) => Tool.getStrictMode(tool) === true)
  if (isStrict && (choice === undefined || choice === "auto")) return "validated"
  return choice === undefined ? undefined : modes[choice]
}

/** The tools of a request, and the choice, which is a field of `generation_config`. */
export interface EncodedTools {
  readonly tools: ReadonlyArray<Schema.JsonObject> | undefined
  readonly choice: Schema.Json | undefined
}

/**
 * Encodes the tools. The API refuses a choice without functions, and cannot be told to make one call at a time.
 */
export const encode = (
  request: CompletionRequest,
  schemas: RequestSchemas,
  problems: Problems
): EncodedTools => {
  const tools = request.tools ?? []
  const functions = tools.filter((tool) => !Tool.isProviderDefined(tool))
  const choice = request.toolChoice
  if (functions.length === 0 && choice !== undefined && choice !== "auto" && choice !== "none") {
    problems.refuse("toolChoice", "it asks for a tool call, but the request has no tools of the caller's own")
  }
  ToolChoice.refuseOneAtATime(request, tools, problems)
  return {
    tools: tools.length === 0 ? undefined : tools.map((tool) => encodeTool(tool, schemas, problems)),
    choice: functions.length === 0 ? undefined : encodeChoice(request, functions, problems)
  }
}
