/**
 * Writes the tools of a request, and which of them the model shall use.
 *
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import type { Writing } from "./RequestContent.ts"
import * as RequestSchema from "./RequestSchema.ts"

const encodeTool = (tool: Tool.Any, { context, found }: Writing): Schema.JsonObject =>
  ToolChoice.writeFunction(tool, "Chat Completions", found, {
    schema: (schema) => RequestSchema.write(schema, context.quirks.toolSchema),
    strict: Tool.getStrictMode(tool)
  })

type Choice = NonNullable<CompletionRequest["toolChoice"]>

const modeOf = (choice: Choice): "auto" | "none" | "required" | "named" =>
  Predicate.isString(choice) ? choice : "tool" in choice ? "named" : (choice.mode ?? "auto")

const named = (name: string): Schema.JsonObject => ({ type: "function", function: { name } })

/** What the server is told of the choice, in its words. Refuses what it has none for. */
const encodeChoice = (choice: Choice, tools: ReadonlyArray<Tool.Any>, { context, found }: Writing): Schema.Json => {
  const mode = modeOf(choice)
  const [only, ...others] = tools
  switch (context.quirks.toolChoice) {
    case "any":
      return mode === "required" || mode === "named" ? "any" : mode
    case "auto":
      if (mode !== "auto") {
        found.refuse(
          "toolChoice",
          "this provider lets the model choose its tools, always: ask for a call in the prompt"
        )
      }
      return "auto"
    case "named":
      if (mode === "required" && only !== undefined && others.length === 0) return named(only.name)
      break
    case "openai":
    case undefined:
      break
  }
  return Predicate.isString(choice) || !("tool" in choice) ? mode : named(choice.tool)
}

/** The tools that a request leaves to choose from. Where a server cannot be told of one, it is given no other. */
const offered = (request: CompletionRequest, { context, found }: Writing): ReadonlyArray<Tool.Any> => {
  const choice = request.toolChoice ?? "auto"
  const all = request.tools ?? []
  const names = Predicate.isString(choice) ? undefined : "tool" in choice ? [choice.tool] : choice.oneOf
  for (const name of names ?? []) {
    if (!all.some((tool) => tool.name === name)) {
      found.refuse("toolChoice", `there is no tool "${name}": add it to the tools`)
    }
  }
  const { toolChoice, tools } = context.quirks
  if (choice === "none" && (toolChoice === "auto" || tools === false)) return []
  if (Predicate.isString(choice)) return all
  if ("oneOf" in choice) return all.filter((tool) => choice.oneOf.includes(tool.name))
  return toolChoice === "any" ? all.filter((tool) => tool.name === choice.tool) : all
}

/**
 * Writes `tools`, `tool_choice` and `parallel_tool_calls`.
 *
 * **Details**
 *
 * `{ oneOf }` narrows the tools that are sent. Without tools none of the fields is sent: OpenAI refuses an empty list. What
 * of a choice a server understands, `quirks.toolChoice` says. A server without `parallel_tool_calls` makes several, so only
 * one at a time is refused.
 *
 * @see https://platform.openai.com/docs/guides/function-calling?api-mode=chat
 * @category encoding
 * @since 0.1.0
 */
export const encode = (request: CompletionRequest, writing: Writing): Schema.JsonObject => {
  const { context, found } = writing
  const choice = request.toolChoice
  const tools = offered(request, writing)
  if (tools.length === 0) {
    if (choice === "required") found.refuse("toolChoice", "a tool call is required, but there are no tools: add one")
    return {}
  }
  if (context.quirks.tools === false) {
    found.refuse("tools", "this provider knows no tools: leave them out, or ask another one")
    return {}
  }
  const knowsParallel = context.quirks.unknownFields?.parallel_tool_calls === undefined
  if (!knowsParallel) ToolChoice.refuseOneAtATime(request, tools, found)
  return defined({
    tools: tools.map((tool) => encodeTool(tool, writing)),
    tool_choice: choice === undefined ? undefined : encodeChoice(choice, tools, writing),
    tool_stream: context.quirks.toolStream === true && context.stream ? true : undefined,
    parallel_tool_calls: knowsParallel ? request.parallelToolCalls : undefined
  })
}
