/**
 * Encodes the tools of a request, and the choice among them, for Gemini.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { RequestSchemas } from "../../request/RequestSchemas.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import type { Model } from "./ModelGenerations.ts"
import * as RequestSchema from "./RequestSchema.ts"

const ownPrefix = "google."

/** Converts the name of a tool (`google_search`) to the name of its field (`googleSearch`). */
const camelCase = (name: string): string =>
  name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const parameters = (tool: Tool.Any, context: EncodeContext, schemas: RequestSchemas): Schema.JsonObject => {
  const schema = schemas.tool(tool)
  if (RequestSchema.isJsonSchema(context)) return { parametersJsonSchema: schema }
  // The API refuses an object without properties here.
  return RequestSchema.isBlank(schema) ? {} : { parameters: schema }
}

const declaration = (tool: Tool.Any, context: EncodeContext, schemas: RequestSchemas): Schema.JsonObject => {
  const description = Tool.getDescription(tool)
  return {
    name: tool.name,
    ...(description === undefined ? {} : { description }),
    ...parameters(tool, context, schemas)
  }
}

const modes = { auto: "AUTO", none: "NONE", required: "ANY" } as const

interface Choice {
  /** The tools that are sent. */
  readonly tools: ReadonlyArray<Tool.Any>
  readonly mode: "AUTO" | "NONE" | "ANY" | undefined
  /** The only tool that may be called, by its name. */
  readonly only: string | undefined
}

const choiceOf = (request: CompletionRequest, problems: Problems.Problems): Choice => {
  const tools = request.tools ?? []
  const choice = request.toolChoice
  if (choice === undefined) return { tools, mode: undefined, only: undefined }
  if (typeof choice === "string") return { tools, mode: modes[choice], only: undefined }
  const names = "tool" in choice ? [choice.tool] : choice.oneOf
  for (const name of names) {
    if (!tools.some((tool) => tool.name === name)) {
      problems.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    }
  }
  if ("tool" in choice) return { tools, mode: "ANY", only: choice.tool }
  return {
    tools: tools.filter((tool) => choice.oneOf.includes(tool.name)),
    mode: choice.mode === undefined ? undefined : modes[choice.mode],
    only: undefined
  }
}

/** Encodes how the model shall call the caller's functions. */
const callingConfig = (
  { mode, only }: Choice,
  functions: ReadonlyArray<Tool.Any>,
  context: EncodeContext,
  model: Model
): Schema.JsonObject => {
  if (functions.length === 0) return {}
  const isStrict = functions.some((tool) => Tool.getStrictMode(tool) === true)
  return defined({
    mode: isStrict && (mode === undefined || mode === "AUTO") ? "VALIDATED" : mode,
    allowedFunctionNames: only === undefined ? undefined : [only],
    streamFunctionCallArguments: context.quirks.streamArguments === true && context.stream && model.signed
      ? true
      : undefined
  })
}

/**
 * Encodes `tools` and `toolConfig`; no field where there are no tools.
 *
 * **Details**
 *
 * There is no choice among some of the tools: the others are left out of the request. Strict tools make the model's
 * calls follow their schemas (`VALIDATED`). One call at a time cannot be expressed, and is refused.
 */
export const encode = (
  request: CompletionRequest,
  context: EncodeContext,
  model: Model,
  schemas: RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const choice = choiceOf(request, problems)
  const { mode, only, tools } = choice
  const functions = tools.filter((tool) => !Tool.isProviderDefined(tool))
  const own = tools.filter(Tool.isProviderDefined)
  if (tools.length === 0) {
    if (mode === "ANY") problems.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    return {}
  }
  ToolChoice.refuseOneAtATime(request, tools, problems)
  if (mode === "ANY" && (functions.length === 0 || (only !== undefined && own.some((tool) => tool.name === only)))) {
    problems.refuse("toolChoice", "the tools that Google runs cannot be asked for, only offered; use \"auto\"")
  }
  const calling = callingConfig(choice, functions, context, model)
  const mixes = functions.length > 0 && own.length > 0 && model.mixesTools && context.quirks.mixedTools !== false
  const config = {
    ...(Object.keys(calling).length === 0 ? {} : { functionCallingConfig: calling }),
    ...(mixes ? { includeServerSideToolInvocations: true } : {})
  }
  return {
    tools: [
      ...(functions.length === 0
        ? []
        : [{ functionDeclarations: functions.map((tool) => declaration(tool, context, schemas)) }]),
      ...own.map((tool) => ({
        [camelCase(tool.id.slice(ownPrefix.length))]: PromptParts.ownToolArguments(tool, ownPrefix, problems)
      }))
    ],
    ...(Object.keys(config).length === 0 ? {} : { toolConfig: config })
  }
}
