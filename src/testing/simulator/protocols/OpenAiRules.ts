/**
 * Validation rules that OpenAI's protocols share.
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as Schemas from "./Schemas.ts"

/** The parameters that both protocols have. */
export const commonParameters: ReadonlyArray<string> = [
  "metadata",
  "model",
  "moderation",
  "parallel_tool_calls",
  "prompt_cache_key",
  "prompt_cache_options",
  "prompt_cache_retention",
  "safety_identifier",
  "service_tier",
  "store",
  "stream",
  "temperature",
  "tool_choice",
  "tools",
  "top_logprobs",
  "top_p",
  "user"
]

/** Creates the problem of an invalid value. */
export const invalid = (message: string, param: string, code = "invalid_value"): Problem => ({
  kind: "invalid-request",
  message,
  param,
  code
})

/** Creates the problem of a missing parameter. */
export const missing = (param: string): Problem =>
  invalid(`Missing required parameter: '${param}'.`, param, "missing_required_parameter")

/** Creates the problem of a parameter that the model does not support. */
export const unsupported = (param: string, advice = ""): Problem =>
  invalid(
    `Unsupported parameter: '${param}' is not supported with this model. ${advice}`.trim(),
    param,
    "unsupported_parameter"
  )

/** Checks the length of the id of a tool call. */
export const checkCallId = (id: string, path: string): Problem | undefined =>
  id.length <= 64 ? undefined : invalid(
    `Invalid '${path}': string too long. Expected a string with maximum length 64, but got a string with length ${id.length} instead.`,
    path,
    "string_above_max_length"
  )

/** Returns the model of a request by OpenAI's name: Amazon's has a region and the maker before it. */
export const modelOf = (body: Json.JsonObject): string =>
  (Json.text(body["model"]) ?? "").replace(/^(?:[a-z]+\.)?openai\./, "")

/** Returns whether a request is for a reasoning model, which rejects the sampling parameters. */
export const isReasoningModel = (body: Json.JsonObject): boolean => {
  const model = modelOf(body)
  return /^(o\d|gpt-[5-9])/.test(model) && !/^gpt-5[^/]*-chat/.test(model)
}

/** Checks that the request names a model. */
export const checkModel = (body: Json.JsonObject): Problem | undefined => {
  const model = body["model"]
  if (!Json.isGiven(model)) return missing("model")
  return typeof model === "string" && model !== "" ? undefined : invalid("Invalid 'model': empty string.", "model")
}

/** Checks that every parameter is known, where the scenario is strict. */
export const checkUnknown = (request: IncomingRequest, parameters: ReadonlySet<string>): Problem | undefined => {
  if (request.strictness !== "provider") return undefined
  const unknown = Object.keys(request.body).find((name) => !parameters.has(name))
  return unknown === undefined
    ? undefined
    : invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter")
}

/** Checks that the tools are a list, and that a tool choice comes with tools. */
export const checkToolList = (body: Json.JsonObject): Problem | undefined => {
  const tools = body["tools"]
  if (Json.isGiven(tools)) {
    if (!Json.isArray(tools)) return invalid("Invalid type for 'tools': expected an array.", "tools", "invalid_type")
    return undefined
  }
  const choice = body["tool_choice"]
  if (Json.isGiven(choice) && choice !== "none" && choice !== "auto") {
    return invalid("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
  }
  return undefined
}

/** Checks the declaration of a function. */
export const checkFunction = (declared: Json.JsonObject, path: string): Problem | undefined => {
  const name = Json.text(declared["name"])
  if (name === undefined) return missing(`${path}.name`)
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    return invalid(`Invalid '${path}.name': string does not match the pattern '^[a-zA-Z0-9_-]+$'.`, `${path}.name`)
  }
  const parameters = declared["parameters"]
  if (!Json.isGiven(parameters)) return undefined
  const schema = Json.object(parameters)
  if (!Json.isObject(parameters) || (Json.isGiven(schema["type"]) && schema["type"] !== "object")) {
    return invalid(
      `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"'.`,
      `${path}.parameters`,
      "invalid_function_parameters"
    )
  }
  const problem = Schemas.checkRoot(schema) ?? (declared["strict"] === true ? Schemas.checkStrict(schema) : undefined)
  return problem === undefined
    ? undefined
    : invalid(`Invalid schema for function '${name}': ${problem}`, `${path}.parameters`, "invalid_function_parameters")
}

/** Checks the output schema, which the protocols have at different places. */
export const checkFormat = (format: Json.JsonObject, path: string): Problem | undefined => {
  const name = Json.text(format["name"])
  if (name === undefined) return missing(`${path}.name`)
  if (!Json.isObject(format["schema"])) return missing(`${path}.schema`)
  const problem = format["strict"] === true ? Schemas.checkStrict(format["schema"]) : undefined
  return problem === undefined
    ? undefined
    : invalid(`Invalid schema for response_format '${name}': ${problem}`, path, "invalid_json_schema")
}

const outside = (value: Json.Json | undefined, minimum: number, maximum: number): boolean =>
  Json.isGiven(value) && (typeof value !== "number" || value < minimum || value > maximum)

/** Checks the sampling parameters. Reasoning models reject them unless the effort is `none`. */
export const checkSampling = (body: Json.JsonObject, effort: string | undefined): Problem | undefined => {
  if (outside(body["temperature"], 0, 2)) {
    return invalid("Invalid 'temperature': out of range [0, 2].", "temperature", "decimal_above_max_value")
  }
  if (outside(body["top_p"], 0, 1)) {
    return invalid("Invalid 'top_p': out of range [0, 1].", "top_p", "decimal_above_max_value")
  }
  if (!isReasoningModel(body)) return undefined
  for (const name of ["frequency_penalty", "presence_penalty", "logit_bias", "top_logprobs"]) {
    if (Json.isGiven(body[name])) return unsupported(name)
  }
  if (effort === "none") return undefined
  for (const name of ["temperature", "top_p", "logprobs"]) {
    const value = body[name]
    if (Json.isGiven(value) && value !== 1 && value !== false) return unsupported(name)
  }
  return undefined
}

/** Checks the size of the metadata. */
export const checkMetadata = (body: Json.JsonObject): Problem | undefined => {
  for (const [key, value] of Object.entries(Json.object(body["metadata"]))) {
    if (key.length > 64) return invalid("Invalid 'metadata': a key is longer than 64 characters.", "metadata")
    if (typeof value !== "string" || value.length > 512) {
      return invalid(`Invalid 'metadata.${key}': expected a string of at most 512 characters.`, `metadata.${key}`)
    }
  }
  return undefined
}
