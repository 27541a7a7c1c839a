/**
 * Requests an output that follows a schema from models that have no field for the schema: by a tool that the model must
 * call, by JSON mode, or by the prompt.
 */
import * as Tool from "effect/ai/Tool"
import type * as JsonSchema from "effect/JsonSchema"
import * as Result from "effect/Result"
import type { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest, OutputForm, OutputSchema } from "../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../domain/ModelRules.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import { rulesFor } from "./ModelFit.ts"
import * as OutputInstruction from "./OutputInstruction.ts"
import * as Problems from "./Problems.ts"
import * as RequestSchemas from "./RequestSchemas.ts"

/** A request in the form that its model takes. */
export interface Formed {
  /** The request. */
  readonly request: CompletionRequest
  /** The name of the tool whose call is the output; `undefined` in the other forms. */
  readonly outputTool: string | undefined
}

/** Puts the schema into the prompt, as it is: nothing enforces it. */
const described = (
  request: CompletionRequest,
  output: OutputSchema,
  context: EncodeContext
): Result.Result<CompletionRequest, InvalidRequestError> => {
  const problems = Problems.make(context)
  const schema = RequestSchemas.make("json-schema", problems).output(output)
  return Result.map(problems.encoded({}), () => ({
    ...request,
    prompt: OutputInstruction.add(request.prompt, OutputInstruction.ofSchema(schema))
  }))
}

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
    parameters: output.schema as JsonSchema.JsonSchema
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
        : OutputInstruction.add(request.prompt, `Give the final result by a call of the tool ${name}.`),
      tools: [...(hasOthers ? tools : []), own],
      toolChoice: forced ? (hasOthers ? "required" : { tool: name }) : "auto"
    }
  }
}

/** Returns how the output is requested. */
const formOf = ({ tools = [] }: CompletionRequest, output: OutputSchema, rules: ModelRules): OutputForm =>
  output.form ?? (tools.length > 0 ? rules.outputFormBesideTools : undefined) ?? rules.outputForm ?? "schema"

/** Changes a request to the form that its model takes. Fails for an output whose schema cannot be written as JSON. */
export const apply = (
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Formed, InvalidRequestError> => {
  const output = request.outputSchema
  if (output === undefined || output === "json") return Result.succeed({ request, outputTool: undefined })
  const rules = rulesFor(context)
  const form = formOf(request, output, rules)
  switch (form) {
    case "schema":
      return Result.succeed({ request, outputTool: undefined })
    case "tool":
      return Result.succeed(byTool(request, output, rules))
    case "json":
    case "prompt":
      return Result.map(described(request, output, context), (request) => ({
        request: { ...request, outputSchema: form === "json" ? "json" : undefined },
        outputTool: undefined
      }))
  }
}
