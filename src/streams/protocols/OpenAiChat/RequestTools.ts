/**
 * Encodes the tools of a request and the choice among them.
 */
import type * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import type { Encoding } from "./RequestContent.ts"

type Choice = NonNullable<CompletionRequest["toolChoice"]>

const modeOf = (choice: Choice): "auto" | "none" | "required" | "named" =>
  Predicate.isString(choice) ? choice : "tool" in choice ? "named" : (choice.mode ?? "auto")

const named = (name: string): Schema.JsonObject => ({ type: "function", function: { name } })

/** Encodes the choice, and refuses one that the server cannot express. */
const encodeChoice = (choice: Choice, tools: ReadonlyArray<Tool.Any>, { context, problems }: Encoding): Schema.Json => {
  const mode = modeOf(choice)
  const [only, ...others] = tools
  switch (context.quirks.toolChoice) {
    case "any":
      return mode === "required" || mode === "named" ? "any" : mode
    case "auto":
      if (mode !== "auto") {
        problems.refuse(
          "toolChoice",
          "this provider always lets the model choose its tools: ask for a tool call in the prompt"
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

/** Returns the tools to send. Where a server cannot be given the name of one tool, only that tool is sent. */
const offered = (request: CompletionRequest, { context, problems }: Encoding): ReadonlyArray<Tool.Any> => {
  const choice = request.toolChoice ?? "auto"
  const all = request.tools ?? []
  const names = Predicate.isString(choice) ? undefined : "tool" in choice ? [choice.tool] : choice.oneOf
  for (const name of names ?? []) {
    if (!all.some((tool) => tool.name === name)) {
      problems.refuse("toolChoice", `there is no tool "${name}": add it to the tools`)
    }
  }
  const { toolChoice, tools } = context.quirks
  if (choice === "none" && (toolChoice === "auto" || tools === false)) return []
  if (Predicate.isString(choice)) return all
  if ("oneOf" in choice) return all.filter((tool) => choice.oneOf.includes(tool.name))
  return toolChoice === "any" ? all.filter((tool) => tool.name === choice.tool) : all
}

/**
 * Encodes `tools`, `tool_choice` and `parallel_tool_calls`.
 *
 * **Details**
 *
 * `{ oneOf }` narrows the tools that are sent. Without tools no field is sent: OpenAI refuses an empty list.
 * `quirks.toolChoice` says which choices a server understands. A server without `parallel_tool_calls` makes parallel
 * calls, so a request for one call at a time is refused.
 *
 * @see https://platform.openai.com/docs/guides/function-calling?api-mode=chat
 */
export const encode = (request: CompletionRequest, schemas: RequestSchemas, encoding: Encoding): Schema.JsonObject => {
  const { context, problems } = encoding
  const choice = request.toolChoice
  const tools = offered(request, encoding)
  if (tools.length === 0) {
    if (choice === "required") problems.refuse("toolChoice", "a tool call is required, but there are no tools: add one")
    return {}
  }
  if (context.quirks.tools === false) {
    problems.refuse("tools", "this provider knows no tools: leave them out, or use another provider")
    return {}
  }
  const knowsParallel = context.quirks.unknownFields?.parallel_tool_calls === undefined
  if (!knowsParallel) ToolChoice.refuseOneAtATime(request, tools, problems)
  return defined({
    tools: tools.map((tool) =>
      ToolChoice.writeFunction(tool, "Chat Completions", schemas, problems, schemas.isStrict(tool))
    ),
    tool_choice: choice === undefined ? undefined : encodeChoice(choice, tools, encoding),
    tool_stream: context.quirks.toolStream === true && context.stream ? true : undefined,
    parallel_tool_calls: knowsParallel ? request.parallelToolCalls : undefined
  })
}
