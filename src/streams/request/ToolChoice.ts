/**
 * Which tools of a request the model may use, for protocols that have no word for most of it.
 */
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import { defined } from "../json/Json.ts"
import * as PromptParts from "./PromptParts.ts"

/** The tools that are left, and what the model shall do with them. `auto` leaves it to the model. */
export interface ToolChoice {
  readonly tools: ReadonlyArray<Tool.Any>
  readonly mode: "auto" | "none" | "required"
}

/** Reads the tools and the choice of a request. One tool by name is a required call where there is no other tool. */
export const read = (request: CompletionRequest, found: PromptParts.Problems): ToolChoice => {
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
 * Refuses calls that shall come one at a time, where a server cannot be told so: several of them would come. `tools` are
 * those that are sent; with none of the caller's own among them, or with a choice of none, nothing is called.
 */
export const refuseOneAtATime = (
  request: CompletionRequest,
  tools: ReadonlyArray<Tool.Any>,
  found: PromptParts.Problems
): void => {
  if (request.parallelToolCalls !== false || request.toolChoice === "none") return
  if (tools.every(Tool.isProviderDefined)) return
  found.refuse(
    "parallelToolCalls",
    "this provider or model cannot be told to make one call at a time: leave it out, and expect several"
  )
}

/**
 * Writes a tool in the nested shape of Chat Completions, which others took over. Refuses a tool that a provider runs;
 * `server` is whom it is refused for, `dialect` how the server takes schemas, and whether it is told to keep to them.
 */
export const writeFunction = (
  tool: Tool.Any,
  server: string,
  found: PromptParts.Problems,
  dialect: {
    readonly schema?: (schema: Schema.JsonObject) => Schema.JsonObject
    readonly strict?: boolean | undefined
  } = {}
): Schema.JsonObject => {
  if (Tool.isProviderDefined(tool)) {
    found.refuse(
      "tools",
      `tool "${tool.name}" is run by a provider (${tool.id}), and ${server} takes only functions: remove it, or use a protocol that knows it`
    )
    return {}
  }
  const schema = PromptParts.toolSchema(tool, found)
  return {
    type: "function",
    function: defined({
      name: tool.name,
      description: Tool.getDescription(tool),
      parameters: dialect.schema?.(schema) ?? schema,
      strict: dialect.strict
    })
  }
}
