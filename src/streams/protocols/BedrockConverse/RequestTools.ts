/**
 * Tools and their choice as Converse writes them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import { cachePoint } from "./RequestMessages.ts"
import type { Family } from "./ModelFamilies.ts"

const servicePrefix = "bedrock."
const claudePrefix = "anthropic."

/**
 * What a request's tools become: `toolConfig`, and what only the model itself has a word for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tools {
  readonly config: Schema.JsonObject | undefined
  readonly additional: Schema.JsonObject
}

const none: Tools = { config: undefined, additional: {} }

const specification = (entry: Tool.Any, found: PromptParts.Problems): Schema.JsonObject => {
  const description = Tool.getDescription(entry)
  const strict = Tool.getStrictMode(entry)
  return {
    toolSpec: {
      name: entry.name,
      ...(description === undefined || description.trim() === "" ? {} : { description }),
      inputSchema: { json: PromptParts.toolSchema(entry, found) },
      ...(strict === undefined ? {} : { strict })
    }
  }
}

const nameOf = (entry: Tool.Any): string => (Tool.isProviderDefined(entry) ? entry.providerName : entry.name)

/**
 * Writes the tools of a request.
 *
 * **Details**
 *
 * There is no choice of none, and none among some: the others are left out of the request instead. Tools that the service
 * runs have ids that begin with `bedrock.` (`bedrock.nova_grounding`); Claude's own (`anthropic.…`) go to Claude past
 * Converse, as do calls that must come one at a time, which are refused for the models of others.
 *
 * @category encoding
 * @since 0.1.0
 */
export const make = (request: CompletionRequest, family: Family, found: PromptParts.Problems): Tools => {
  const all = request.tools ?? []
  const wanted = request.toolChoice
  if (all.length === 0) {
    if (wanted !== undefined && wanted !== "auto" && wanted !== "none") {
      found.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return none
  }
  if (wanted === "none") return none
  const find = (name: string): Tool.Any | undefined => {
    const entry = all.find((candidate) => candidate.name === name)
    if (entry === undefined)
      found.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    return entry
  }
  const allowed = typeof wanted === "object" && "oneOf" in wanted
    ? wanted.oneOf.flatMap((name) => find(name) ?? [])
    : all
  const isClaude = family.reasoning === "thinking"
  const own: Array<Schema.JsonObject> = []
  const tools: Array<Schema.JsonObject> = []
  for (const entry of allowed) {
    if (!Tool.isProviderDefined(entry)) tools.push(specification(entry, found))
    else if (isClaude && entry.id.startsWith(claudePrefix)) {
      own.push({
        type: entry.id.slice(claudePrefix.length),
        name: entry.providerName,
        ...PromptParts.ownToolArguments(entry, claudePrefix, found)
      })
    } else {
      PromptParts.ownToolArguments(entry, servicePrefix, found)
      tools.push({ systemTool: { name: entry.providerName } })
    }
  }
  const named = typeof wanted === "object" && "tool" in wanted ? find(wanted.tool) : undefined
  const isForced = wanted === "required" ||
    (typeof wanted === "object" && "oneOf" in wanted && wanted.mode === "required")
  if (!isClaude) ToolChoice.refuseOneAtATime(request, allowed, found)
  const oneAtATime = isClaude && request.parallelToolCalls === false
  const choice = named !== undefined
    ? { tool: { name: nameOf(named) } }
    : isForced
    ? { any: {} }
    : wanted === undefined
    ? undefined
    : { auto: {} }
  const claudeChoice = named !== undefined
    ? { type: "tool", name: nameOf(named) }
    : { type: isForced ? "any" : "auto" }
  if (family.cachePoints === "everywhere" && request.promptCache?.auto === true && tools.length > 0) {
    tools.push(cachePoint(request.promptCache.ttl))
  }
  return {
    config: tools.length === 0
      ? undefined
      // The choice must not be in both places.
      : { tools, ...(choice === undefined || oneAtATime ? {} : { toolChoice: choice }) },
    additional: {
      ...(own.length === 0 ? {} : { tools: own }),
      ...(oneAtATime ? { tool_choice: { ...claudeChoice, disable_parallel_tool_use: true } } : {})
    }
  }
}
