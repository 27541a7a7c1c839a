/**
 * Encodes the tools of a request and the choice among them.
 *
 * @see https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/implement-tool-use
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../../domain/ModelRules.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"

const ownPrefix = "anthropic."

/** What the encoding of tools depends on. */
export interface ToolEncoding {
  readonly problems: Problems.Problems
  readonly schemas: RequestSchemas
  readonly rules: ModelRules
  /** The differences of the server. */
  readonly quirks: Quirks
  /** The provider's own name of the model, for errors. */
  readonly model: string
}

/**
 * Encodes a tool of the provider's own. Its type carries the date (`web_search_20250305`), its name does not. A
 * toolset, whose members have the names, has none.
 */
const encodeOwn = (
  entry: Tool.AnyProviderDefined,
  { model, problems, rules }: ToolEncoding
): Schema.JsonObject => {
  const type = entry.id.slice(ownPrefix.length)
  const successor = Object.hasOwn(rules.refusedTools ?? {}, type) ? rules.refusedTools?.[type] : undefined
  if (successor !== undefined) {
    problems.refuse("tools", `${model} does not take the tool ${type}: use ${ownPrefix}${successor}`)
  }
  return {
    type,
    ...(/_toolset(_\d+)?$/.test(type) ? {} : { name: entry.providerName }),
    ...PromptParts.ownToolArguments(entry, ownPrefix, problems)
  }
}

const encodeTool = (entry: Tool.Any, encoding: ToolEncoding): Schema.JsonObject => {
  if (Tool.isProviderDefined(entry)) return encodeOwn(entry, encoding)
  const { schemas } = encoding
  const description = Tool.getDescription(entry)
  const strict = schemas.isStrict(entry)
  return {
    name: entry.name,
    ...(description === undefined ? {} : { description }),
    input_schema: schemas.tool(entry),
    ...(strict === undefined ? {} : { strict })
  }
}

const nameOf = (entry: Tool.Any): string => (Tool.isProviderDefined(entry) ? entry.providerName : entry.name)

/**
 * Encodes `tools` and `tool_choice`; without tools no field is sent.
 *
 * **Details**
 *
 * The API cannot restrict the choice to some of the tools: the others are left out of the request.
 */
export const encode = (
  request: CompletionRequest,
  encoding: ToolEncoding
): Schema.JsonObject => {
  const { problems, quirks } = encoding
  const all = request.tools ?? []
  const choice = request.toolChoice
  if (all.length === 0) {
    if (choice !== undefined && choice !== "auto" && choice !== "none") {
      problems.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return {}
  }
  const find = (name: string): Tool.Any | undefined => {
    const entry = all.find((candidate) => candidate.name === name)
    if (entry === undefined)
      problems.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    return entry
  }
  const isOneAtATime = request.parallelToolCalls === false
  if (quirks.oneCallAtATime === false) ToolChoice.refuseOneAtATime(request, all, problems)
  const oneAtATime = isOneAtATime ? { disable_parallel_tool_use: true } : {}
  const choose = (): Schema.JsonObject | undefined => {
    if (choice === "none") return { type: "none" }
    if (choice === "required") return { type: "any", ...oneAtATime }
    if (choice === undefined || choice === "auto") {
      return choice === undefined && !isOneAtATime ? undefined : { type: "auto", ...oneAtATime }
    }
    if ("oneOf" in choice) return { type: choice.mode === "required" ? "any" : "auto", ...oneAtATime }
    const entry = find(choice.tool)
    return { type: "tool", name: entry === undefined ? choice.tool : nameOf(entry), ...oneAtATime }
  }
  const allowed = typeof choice === "object" && "oneOf" in choice
    ? choice.oneOf.flatMap((name) => find(name) ?? [])
    : all
  const toolChoice = choose()
  return {
    tools: allowed.map((entry) => encodeTool(entry, encoding)),
    ...(toolChoice === undefined ? {} : { tool_choice: toolChoice })
  }
}
