/**
 * What a request asks of a completion, independent of the protocol: its tools, the form of its text and its limits.
 */
import * as Json from "../Json.ts"

/** A tool that the client runs. */
export interface OfferedTool {
  readonly name: string
  /** The schema of the arguments; `undefined` where the tool declares none. */
  readonly schema: Json.Json | undefined
}

/** Which tools the model may or has to call. */
export interface ToolChoice {
  readonly mode: "auto" | "none" | "required"
  /** The only tools that may be called. The default is all. */
  readonly names?: ReadonlyArray<string>
}

/** The options of one request. */
export interface RequestOptions {
  readonly tools: ReadonlyArray<OfferedTool>
  readonly toolChoice: ToolChoice
  /** The schema that the text has to fit; `undefined` for plain text. */
  readonly outputSchema: Json.Json | undefined
  /** The most tokens that the output may have; `undefined` for no limit. */
  readonly maximumTokens: number | undefined
  /** The texts before which the output ends. */
  readonly stop: ReadonlyArray<string>
  /** The seed of the request, which alone decides the content; `undefined` for the scenario's. */
  readonly seed: number | undefined
  /** Whether the model may reason before the text. */
  readonly reasons: boolean
  /** How many completions are returned. */
  readonly choices: number
  /** How many alternatives of each token are reported; `undefined` where the request does not ask for probabilities. */
  readonly topLogprobs: number | undefined
  /** Whether a limit may cut the arguments of a call, which needs a protocol that writes them as text. */
  readonly cutsArguments: boolean
}

/** The options of a request without any. */
export const none: RequestOptions = {
  tools: [],
  toolChoice: { mode: "auto" },
  outputSchema: undefined,
  maximumTokens: undefined,
  stop: [],
  seed: undefined,
  reasons: true,
  choices: 1,
  topLogprobs: undefined,
  cutsArguments: true
}

/** The schema of JSON mode: any object. */
export const anyObject: Json.Json = {
  type: "object",
  properties: { simulated: { const: true } },
  required: ["simulated"]
}

/** Returns a number that is a count, or `undefined`. */
export const count = (value: Json.Json | undefined): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined

/** Returns a seed, or `undefined`. */
export const seed = (value: Json.Json | undefined): number | undefined =>
  typeof value === "number" && Number.isInteger(value) ? value : undefined

/** Returns the texts before which the output ends: one, or a list. An empty one never occurs. */
export const stops = (value: Json.Json | undefined): ReadonlyArray<string> =>
  Json.texts(value).filter((text) => text !== "")

/** Reads a list of tools, each by the field in which its declaration is, if that is not the tool itself. */
export const tools = (
  list: Json.Json | undefined,
  schemaField: string,
  declaration?: string
): ReadonlyArray<OfferedTool> =>
  Json.list(list).map(Json.object).flatMap((tool) => {
    const declared = declaration === undefined ? tool : Json.object(tool[declaration])
    const name = Json.text(declared["name"])
    return name === undefined ? [] : [{ name, schema: declared[schemaField] }]
  })

/** Reads a choice in one word. Only OpenAI's `required` has another name elsewhere: `any`. */
export const mode = (value: Json.Json | undefined): ToolChoice["mode"] => {
  const word = Json.text(value)?.toLowerCase()
  return word === "none" ? "none" : word === "required" || word === "any" ? "required" : "auto"
}

/** Creates the choice of one tool. */
export const named = (name: Json.Json | undefined): ToolChoice => {
  const text = Json.text(name)
  return text === undefined ? { mode: "required" } : { mode: "required", names: [text] }
}
