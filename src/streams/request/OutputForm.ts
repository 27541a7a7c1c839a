/**
 * Requests an output that follows a schema from models that have no field for the schema: by a tool that the model must
 * call, by JSON mode, or by the prompt.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import type { CompletionRequest, OutputForm, OutputSchema } from "../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../domain/ModelRules.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import { rulesFor } from "./ModelFit.ts"

/** A request in the form that its model takes. */
export interface Formed {
  /** The request. */
  readonly request: CompletionRequest
  /** The name of the tool whose call is the output; `undefined` in the other forms. */
  readonly outputTool: string | undefined
}

const schemaOf = ({ schema }: OutputSchema): JsonSchema.JsonSchema =>
  Schema.isSchema(schema) ? Tool.getJsonSchemaFromSchema(schema) : schema as JsonSchema.JsonSchema

/** Appends an instruction to the first system message, since some models take one alone, or puts it before all others. */
const instruct = (prompt: Prompt.Prompt, instruction: string): Prompt.Prompt => {
  const [first, ...others] = prompt.content
  return Prompt.fromMessages(
    first?.role === "system"
      ? [Prompt.systemMessage({ ...first, content: `${first.content}\n\n${instruction}` }), ...others]
      : [Prompt.systemMessage({ content: instruction }), ...prompt.content]
  )
}

const describe = (output: OutputSchema): string =>
  `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schemaOf(output))}`

const isReasoning = ({ reasoning }: CompletionRequest, { reasonsByDefault = false }: ModelRules): boolean =>
  reasoning === undefined ? reasonsByDefault : reasoning.effort !== "none"

/** Returns whether the model can be made to call a tool, one of several where there are others. */
const canForce = (request: CompletionRequest, rules: ModelRules, hasOthers: boolean): boolean => {
  switch (rules.forcedTools) {
    case "never":
      return false
    case "without-reasoning":
      return !isReasoning(request, rules)
    case "named":
      return !hasOthers
    default:
      return true
  }
}

const freeName = (name: string, tools: ReadonlyArray<Tool.Any>): string =>
  tools.some((tool) => tool.name === name) ? freeName(`${name}_`, tools) : name

const byTool = (request: CompletionRequest, output: OutputSchema, rules: ModelRules): Formed => {
  const { toolChoice = "auto", tools = [] } = request
  const name = freeName(output.name ?? "output", tools)
  const tool = Tool.dynamic(name, {
    description: output.description ?? "Takes the final result. Call it once, with the whole result.",
    parameters: schemaOf(output) as never
  })
  const own = output.strict === undefined ? tool : tool.annotate(Tool.Strict, output.strict)
  const hasOthers = tools.length > 0 && toolChoice !== "none"
  const forced = canForce(request, rules, hasOthers)
  const { outputSchema: _, ...rest } = request
  return {
    outputTool: name,
    request: {
      ...rest,
      prompt: forced
        ? request.prompt
        : instruct(request.prompt, `Give the final result by a call of the tool ${name}.`),
      tools: [...(hasOthers ? tools : []), own],
      toolChoice: forced ? (hasOthers ? "required" : { tool: name }) : "auto"
    }
  }
}

/** Returns how the output is requested. */
const formOf = ({ tools = [] }: CompletionRequest, output: OutputSchema, rules: ModelRules): OutputForm =>
  output.form ?? (tools.length > 0 ? rules.outputFormBesideTools : undefined) ?? rules.outputForm ?? "schema"

/** Changes a request to the form that its model takes. */
export const apply = (request: CompletionRequest, context: EncodeContext): Formed => {
  const output = request.outputSchema
  if (output === undefined || output === "json") return { request, outputTool: undefined }
  const rules = rulesFor(context)
  switch (formOf(request, output, rules)) {
    case "schema":
      return { request, outputTool: undefined }
    case "tool":
      return byTool(request, output, rules)
    case "json":
      return {
        request: { ...request, prompt: instruct(request.prompt, describe(output)), outputSchema: "json" },
        outputTool: undefined
      }
    case "prompt": {
      const { outputSchema: _, ...rest } = request
      return { request: { ...rest, prompt: instruct(request.prompt, describe(output)) }, outputTool: undefined }
    }
  }
}
