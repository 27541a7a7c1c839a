/**
 * Makes the options of a `LanguageModel` of `effect/ai` from a completion request. They have a prompt, tools and a
 * schema; everything else is left out with a warning, or refused where leaving it out would change the completion.
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import type * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import { InvalidRequestError } from "../../../domain/CompletionError.ts"
import * as CompletionRequest from "../../../domain/CompletionRequest.ts"
import type { Warning } from "../../../domain/ResponseEvent.ts"
import { namesOf } from "./Names.ts"
import * as PartItems from "./PartItems.ts"

type Tools = Record<string, Tool.Any>

/** The options of a `LanguageModel`. */
export interface LanguageRequest {
  /** The prompt, tools and tool choice. Calls are returned and not run. */
  readonly options: {
    readonly prompt: Prompt.Prompt
    readonly toolkit?: Toolkit.WithHandler<Tools>
    readonly toolChoice?: LanguageModel.ToolChoice<string>
    readonly disableToolCallResolution: true
    readonly toolCallValidation: "deferred"
  }
  /** The schema of the output and its name; `undefined` for text. */
  readonly output: { readonly schema: Schema.Top; readonly name: string | undefined } | undefined
  /** What is left out. */
  readonly warnings: ReadonlyArray<Warning>
}

/** The fields without which the model writes the same, only not as well, as fast or as cheaply as it could. */
const leftOut = [
  "temperature",
  "topP",
  "topK",
  "seed",
  "reasoning",
  "text",
  "promptCache",
  "user",
  "metadata",
  "headers",
  "timeouts",
  "retry"
] as const satisfies ReadonlyArray<keyof CompletionRequest.CompletionRequest>

/** The fields without which the completion is another one. */
const refused: ReadonlyArray<
  readonly [parameter: string, is: (request: CompletionRequest.CompletionRequest) => boolean]
> = [
  ["maxOutputTokens", ({ maxOutputTokens }) => maxOutputTokens !== undefined],
  ["stop", ({ stop = [] }) => stop.length > 0],
  ["parallelToolCalls", ({ parallelToolCalls }) => parallelToolCalls === false],
  ["outputSchema", ({ outputSchema }) => outputSchema === "json"]
]

/** `effect/ai` asks for a handler of each tool, and runs none. */
const toolkitOf = (tools: ReadonlyArray<Tool.Any>): Toolkit.WithHandler<Tools> => ({
  tools: Object.fromEntries(tools.map((tool) => [tool.name, tool])),
  handle: () => Effect.die(new Error("Calls are returned to the caller of the ChatModel"))
})

const schemaOf = ({ schema }: CompletionRequest.OutputSchema): Schema.Top =>
  Schema.isSchema(schema)
    ? schema as unknown as Schema.Top
    : SchemaRepresentation.fromJsonSchemaDocument(JsonSchema.fromSchemaDraft2020_12(schema as JsonSchema.JsonSchema))

const promptProblem = "it is neither a text, nor messages that Prompt.make takes, nor a Prompt"

/** Makes the options, or fails with what cannot be expressed. */
export const make = Effect.fnUntraced(function*(
  input: CompletionRequest.CompletionRequestInput
): Effect.fn.Return<LanguageRequest, InvalidRequestError> {
  const problem = (parameter: string, detail: string) =>
    new InvalidRequestError({ ...namesOf(input.model), parameter, detail })
  const request = yield* Effect.try({
    try: () => CompletionRequest.make(input),
    catch: () => problem("prompt", promptProblem)
  })
  for (const [parameter, is] of refused) {
    if (is(request)) {
      return yield* problem(
        parameter,
        "a LanguageModel of effect/ai has no field for it: set it where the model is made"
      )
    }
  }
  const { outputSchema, toolChoice = "auto", tools = [] } = request
  if (new Set(tools.map(({ name }) => name)).size < tools.length) {
    return yield* problem("tools", "two of them have one name")
  }
  if (tools.length === 0 && toolChoice !== "auto" && toolChoice !== "none") {
    return yield* problem("toolChoice", "it asks for a tool, but the request has no tools")
  }
  if (tools.length > 0 && outputSchema !== undefined) {
    return yield* problem("outputSchema", "effect/ai fails an object in whose place the model calls a tool")
  }
  const output = outputSchema === undefined || outputSchema === "json" ? undefined : outputSchema
  return {
    options: {
      prompt: PartItems.restore(request.prompt),
      ...(tools.length === 0 ? {} : { toolkit: toolkitOf(tools), toolChoice }),
      disableToolCallResolution: true,
      toolCallValidation: "deferred"
    },
    output: output === undefined ? undefined : {
      name: output.name,
      schema: yield* Effect.try({
        try: () => schemaOf(output),
        catch: () => problem("outputSchema", "Effect cannot read the JSON Schema")
      })
    },
    warnings: leftOut.filter((name) => request[name] !== undefined).map((parameter) => ({
      parameter,
      message: `${parameter} is left out: a LanguageModel of effect/ai has no field for it`
    }))
  }
})
