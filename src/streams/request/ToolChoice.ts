/**
 * Reduces the tools and the choice of a request, for protocols that can express little of a choice.
 */
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import { defined } from "../json/Json.ts"
import type * as Problems from "./Problems.ts"
import type { RequestSchemas } from "./RequestSchemas.ts"

/** The tools to send, and what the model does with them. `auto` leaves it to the model. */
export interface ToolChoice {
  readonly tools: ReadonlyArray<Tool.Any>
  readonly mode: "auto" | "none" | "required"
}

/** Returns the tools and the choice of a request. One tool by name is a required call of the only tool sent. */
export const read = (request: CompletionRequest, found: Problems.Problems): ToolChoice => {
  const choice = request.toolChoice ?? "auto"
  const all = request.tools ?? []
  if (Predicate.isString(choice)) {
    if (choice === "required" && all.length === 0) {
      found.refuse("toolChoice", "a tool call is required, but there are no tools: add one")
    }
    return { tools: all, mode: choice }
  }
  const names = "tool" in choice ? [choice.tool] : choice.oneOf
  for (const name of names) {
    if (!all.some((tool) => tool.name === name)) {
      found.refuse("toolChoice", `there is no tool "${name}": add it to the tools`)
    }
  }
  return {
    tools: all.filter((tool) => names.includes(tool.name)),
    mode: "tool" in choice || choice.mode === "required" ? "required" : "auto"
  }
}

/**
 * Adds a problem if calls must come one at a time and the server has no field for that. `tools` are those that are
 * sent. With none of the caller's own among them, or with a choice of none, nothing is called.
 */
export const refuseOneAtATime = (
  request: CompletionRequest,
  tools: ReadonlyArray<Tool.Any>,
  found: Problems.Problems
): void => {
  if (request.parallelToolCalls !== false || request.toolChoice === "none") return
  if (tools.every(Tool.isProviderDefined)) return
  found.refuse(
    "parallelToolCalls",
    "this provider or model cannot be told to make one call at a time: leave it out, and expect several"
  )
}

/**
 * Encodes a tool in the nested shape of Chat Completions, which other APIs share. A tool that a provider runs is a
 * problem. `server` is the name in its text; `strict` is the value of the field, if the server has it.
 */
export const writeFunction = (
  tool: Tool.Any,
  server: string,
  schemas: RequestSchemas,
  problems: Problems.Problems,
  strict?: boolean
): Schema.JsonObject => {
  if (Tool.isProviderDefined(tool)) {
    problems.refuse(
      "tools",
      `tool "${tool.name}" is run by a provider (${tool.id}), and ${server} takes only functions: remove it, or use a protocol that knows it`
    )
    return {}
  }
  return {
    type: "function",
    function: defined({
      name: tool.name,
      description: Tool.getDescription(tool),
      parameters: schemas.tool(tool),
      strict
    })
  }
}
