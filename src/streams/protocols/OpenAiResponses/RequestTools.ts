/**
 * Encodes the tools of a request, and the choice among them, for the Responses API: a function's fields are beside its
 * type.
 *
 * @see https://platform.openai.com/docs/guides/function-calling
 */
import * as Tool from "effect/ai/Tool"
import * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import { AsyncTool } from "../../../domain/AsyncTool.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

const ownPrefix = "openai."

const tool = (entry: Tool.Any, schemas: RequestSchemas, problems: Problems.Problems): Schema.JsonObject => {
  if (Tool.isProviderDefined(entry)) {
    return { type: entry.providerName, ...PromptParts.ownToolArguments(entry, ownPrefix, problems) }
  }
  const description = Tool.getDescription(entry)
  return {
    type: "function",
    name: entry.name,
    ...(description === undefined ? {} : { description }),
    parameters: schemas.tool(entry),
    // The default of the API is strict: it makes every property required, and the model invents values.
    ...(schemas.hasStrict ? { strict: schemas.isStrict(entry) ?? false } : {}),
    ...(Context.get(entry.annotations, AsyncTool) ? { async: true } : {})
  }
}

/** Encodes a tool in a choice. */
const reference = (entry: Tool.Any): Schema.JsonObject =>
  Tool.isProviderDefined(entry) ? { type: entry.providerName } : { type: "function", name: entry.name }

const toolChoice = (
  choice: NonNullable<CompletionRequest["toolChoice"]>,
  tools: ReadonlyArray<Tool.Any>,
  problems: Problems.Problems
): Schema.Json => {
  if (typeof choice === "string") return choice
  const named = (name: string): Schema.JsonObject => {
    const entry = tools.find((candidate) => candidate.name === name)
    if (entry !== undefined) return reference(entry)
    problems.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    return {}
  }
  if ("tool" in choice) return named(choice.tool)
  return { type: "allowed_tools", mode: choice.mode ?? "auto", tools: choice.oneOf.map(named) }
}

/** Encodes `tools`, `tool_choice` and `parallel_tool_calls`; no field where there are no tools. */
export const encode = (
  request: CompletionRequest,
  { unknownFields }: Quirks,
  schemas: RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const tools = request.tools ?? []
  const choice = request.toolChoice
  if (tools.length === 0) {
    // The API refuses an empty list.
    if (choice !== undefined && choice !== "auto" && choice !== "none") {
      problems.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return {}
  }
  const knowsParallel = unknownFields?.parallel_tool_calls === undefined
  if (!knowsParallel) ToolChoice.refuseOneAtATime(request, tools, problems)
  return {
    tools: tools.map((entry) => tool(entry, schemas, problems)),
    ...(choice === undefined ? {} : { tool_choice: toolChoice(choice, tools, problems) }),
    ...(request.parallelToolCalls === undefined || !knowsParallel
      ? {}
      : { parallel_tool_calls: request.parallelToolCalls })
  }
}
