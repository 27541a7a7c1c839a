/**
 * Tools and their choice as generateContent writes them.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as ToolChoice from "../../request/ToolChoice.ts"
import type { Model } from "./ModelGenerations.ts"
import * as RequestSchema from "./RequestSchema.ts"

const ownPrefix = "google."

/** `google.google_search` is `googleSearch`. */
const camelCase = (name: string): string =>
  name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const parameters = (tool: Tool.Any, context: EncodeContext, found: PromptParts.Problems): Schema.JsonObject => {
  const schema = PromptParts.toolSchema(tool, found)
  if (context.quirks.schemaDialect === "json-schema") return { parametersJsonSchema: schema }
  const written = RequestSchema.translate(
    schema,
    (why) => found.refuse("tools", `the schema of tool "${tool.name}" ${why}`)
  )
  return written === undefined ? {} : { parameters: written }
}

const declaration = (tool: Tool.Any, context: EncodeContext, found: PromptParts.Problems): Schema.JsonObject => {
  const description = Tool.getDescription(tool)
  return {
    name: tool.name,
    ...(description === undefined ? {} : { description }),
    ...parameters(tool, context, found)
  }
}

const modes = { auto: "AUTO", none: "NONE", required: "ANY" } as const

/** Which of the tools are sent, and how the model shall choose among them. */
interface Choice {
  readonly tools: ReadonlyArray<Tool.Any>
  readonly mode: "AUTO" | "NONE" | "ANY" | undefined
  readonly only: string | undefined
}

const choose = (request: CompletionRequest, found: PromptParts.Problems): Choice => {
  const tools = request.tools ?? []
  const wanted = request.toolChoice
  if (wanted === undefined) return { tools, mode: undefined, only: undefined }
  if (typeof wanted === "string") return { tools, mode: modes[wanted], only: undefined }
  const names = "tool" in wanted ? [wanted.tool] : wanted.oneOf
  for (const name of names) {
    if (!tools.some((tool) => tool.name === name)) {
      found.refuse("toolChoice", `it names tool "${name}", which is not among the request's tools`)
    }
  }
  if ("tool" in wanted) return { tools, mode: "ANY", only: wanted.tool }
  return {
    tools: tools.filter((tool) => wanted.oneOf.includes(tool.name)),
    mode: wanted.mode === undefined ? undefined : modes[wanted.mode],
    only: undefined
  }
}

/**
 * Writes `tools` and `toolConfig`; nothing where there are no tools.
 *
 * **Details**
 *
 * There is no choice among some of the tools: the others are left out of the request. Strict tools make the model's calls
 * follow their schemas (`VALIDATED`). One call at a time cannot be asked for, and is refused.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (
  request: CompletionRequest,
  context: EncodeContext,
  model: Model,
  found: PromptParts.Problems
): Schema.JsonObject => {
  const { mode, only, tools } = choose(request, found)
  const functions = tools.filter((tool) => !Tool.isProviderDefined(tool))
  const own = tools.filter(Tool.isProviderDefined)
  if (tools.length === 0) {
    if (mode === "ANY") found.refuse("toolChoice", "it asks for a tool, but the request has no tools")
    return {}
  }
  ToolChoice.refuseOneAtATime(request, tools, found)
  if (mode === "ANY" && (functions.length === 0 || (only !== undefined && own.some((tool) => tool.name === only)))) {
    found.refuse("toolChoice", "the tools that Google runs cannot be asked for, only offered; use \"auto\"")
  }
  const isStrict = functions.some((tool) => Tool.getStrictMode(tool) === true)
  const chosen = isStrict && (mode === undefined || mode === "AUTO") ? "VALIDATED" : mode
  const calling = functions.length === 0 ? {} : defined({
    mode: chosen,
    allowedFunctionNames: only === undefined ? undefined : [only],
    streamFunctionCallArguments: context.quirks.streamArguments === true && context.stream && model.signed
      ? true
      : undefined
  })
  const mixes = functions.length > 0 && own.length > 0 && model.mixesTools && context.quirks.mixedTools !== false
  const config = {
    ...(Object.keys(calling).length === 0 ? {} : { functionCallingConfig: calling }),
    ...(mixes ? { includeServerSideToolInvocations: true } : {})
  }
  return {
    tools: [
      ...(functions.length === 0
        ? []
        : [{ functionDeclarations: functions.map((tool) => declaration(tool, context, found)) }]),
      ...own.map((tool) => ({
        [camelCase(tool.id.slice(ownPrefix.length))]: PromptParts.ownToolArguments(tool, ownPrefix, found)
      }))
    ],
    ...(Object.keys(config).length === 0 ? {} : { toolConfig: config })
  }
}
