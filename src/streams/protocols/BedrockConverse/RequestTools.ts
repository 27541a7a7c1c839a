/**
 * Encodes the tools of a request and the choice among them.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import type { Family } from "./ModelFamilies.ts"
import { cachePoint } from "./RequestMessages.ts"

const servicePrefix = "bedrock."
const claudePrefix = "anthropic."

/** The encoded tools of a request. */
export interface Tools {
  /** `toolConfig`; `undefined` without tools. */
  readonly config: Schema.JsonObject | undefined
  /** The fields for the model alone, for which Converse has no form. */
  readonly additional: Schema.JsonObject
}

const none: Tools = { config: undefined, additional: {} }

const specification = (entry: Tool.Any, schemas: RequestSchemas): Schema.JsonObject => {
  const description = Tool.getDescription(entry)
  const strict = schemas.isStrict(entry)
  return {
    toolSpec: {
      name: entry.name,
      ...(description === undefined || description.trim() === "" ? {} : { description }),
      inputSchema: { json: schemas.tool(entry) },
      ...(strict === undefined ? {} : { strict })
    }
  }
}

const nameOf = (entry: Tool.Any): string => (Tool.isProviderDefined(entry) ? entry.providerName : entry.name)

/** Returns the tools that a choice names, and refuses a name that the request does not have. */
const namedTools = (
  names: ReadonlyArray<string>,
  all: ReadonlyArray<Tool.Any>,
  problems: Problems.Problems
): ReadonlyArray<Tool.Any> =>
  names.flatMap((name) => {
    const entry = all.find((candidate) => candidate.name === name)
    if (entry === undefined) {
      problems.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    }
    return entry ?? []
  })

/** Encodes tools: those of Converse, and Claude's own, which Converse passes on. */
const encodeTools = (
  entries: ReadonlyArray<Tool.Any>,
  isClaude: boolean,
  schemas: RequestSchemas,
  problems: Problems.Problems
): { readonly tools: Array<Schema.JsonObject>; readonly claudeTools: ReadonlyArray<Schema.JsonObject> } => {
  const tools: Array<Schema.JsonObject> = []
  const claudeTools: Array<Schema.JsonObject> = []
  for (const entry of entries) {
    if (!Tool.isProviderDefined(entry)) tools.push(specification(entry, schemas))
    else if (isClaude && entry.id.startsWith(claudePrefix)) {
      claudeTools.push({
        type: entry.id.slice(claudePrefix.length),
        name: entry.providerName,
        ...PromptParts.ownToolArguments(entry, claudePrefix, problems)
      })
    } else {
      PromptParts.ownToolArguments(entry, servicePrefix, problems)
      tools.push({ systemTool: { name: entry.providerName } })
    }
  }
  return { tools, claudeTools }
}

type Choice = CompletionRequest["toolChoice"]

const isRequired = (choice: Choice): boolean =>
  choice === "required" || (typeof choice === "object" && "oneOf" in choice && choice.mode === "required")

/** Encodes the choice in the form of Converse; `undefined` for the default. */
const converseChoice = (choice: Choice, named: Tool.Any | undefined): Schema.JsonObject | undefined => {
  if (named !== undefined) return { tool: { name: nameOf(named) } }
  if (isRequired(choice)) return { any: {} }
  return choice === undefined ? undefined : { auto: {} }
}

/** Encodes the choice of one tool call at a time in the form of Claude. */
const claudeChoice = (choice: Choice, named: Tool.Any | undefined): Schema.JsonObject => ({
  ...(named !== undefined
    ? { type: "tool", name: nameOf(named) }
    : { type: isRequired(choice) ? "any" : "auto" }),
  disable_parallel_tool_use: true
})

/**
 * Encodes the tools of a request.
 *
 * **Details**
 *
 * Converse has no choice of none, and cannot restrict the choice to some of the tools: the others are left out of the
 * request. Tools that the service runs have ids that begin with `bedrock.` (`bedrock.nova_grounding`). Claude's own
 * (`anthropic.…`) and the choice of one call at a time are passed on to Claude; other models are refused the latter.
 */
export const encode = (
  request: CompletionRequest,
  family: Family,
  schemas: RequestSchemas,
  problems: Problems.Problems
): Tools => {
  const all = request.tools ?? []
  const choice = request.toolChoice
  if (all.length === 0) {
    if (choice !== undefined && choice !== "auto" && choice !== "none") {
      problems.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    }
    return none
  }
  if (choice === "none") return none
  const allowed = typeof choice === "object" && "oneOf" in choice ? namedTools(choice.oneOf, all, problems) : all
  const isClaude = family.reasoning === "thinking"
  const { claudeTools, tools } = encodeTools(allowed, isClaude, schemas, problems)
  const [named] = typeof choice === "object" && "tool" in choice ? namedTools([choice.tool], all, problems) : []
  if (!isClaude) ToolChoice.refuseOneAtATime(request, allowed, problems)
  const isOneAtATime = isClaude && request.parallelToolCalls === false
  // The choice must not be in both places.
  const toolChoice = isOneAtATime ? undefined : converseChoice(choice, named)
  if (family.cachePoints === "everywhere" && request.promptCache?.auto === true && tools.length > 0) {
    tools.push(cachePoint(request.promptCache.ttl))
  }
  return {
    config: tools.length === 0 ? undefined : { tools, ...(toolChoice === undefined ? {} : { toolChoice }) },
    additional: {
      ...(claudeTools.length === 0 ? {} : { tools: claudeTools }),
      ...(isOneAtATime ? { tool_choice: claudeChoice(choice, named) } : {})
    }
  }
}
