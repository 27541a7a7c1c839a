/**
 * Reads what requests to Google's APIs ask of a completion. Both write arguments as JSON.
 *
 * @see https://ai.google.dev/api/generate-content
 * @see https://ai.google.dev/api/interactions-api
 */
import * as Json from "../Json.ts"
import * as RequestOptions from "./RequestOptions.ts"

const { anyObject, count, mode, none, seed, stops } = RequestOptions

const toolOf = (declared: Json.JsonObject): ReadonlyArray<RequestOptions.OfferedTool> => {
  const name = Json.text(declared["name"])
  return name === undefined ? [] : [{ name, schema: declared["parametersJsonSchema"] ?? declared["parameters"] }]
}

const textsOf = (value: Json.Json | undefined): ReadonlyArray<string> =>
  Json.list(value).flatMap((name) => Json.text(name) ?? [])

/** Reads a request to generateContent. */
export const generateContent = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const config = Json.object(body["generationConfig"])
  const calling = Json.object(Json.object(body["toolConfig"])["functionCallingConfig"])
  const names = textsOf(calling["allowedFunctionNames"])
  const isJson = config["responseMimeType"] === "application/json"
  return {
    ...none,
    tools: Json.list(body["tools"]).flatMap((tool) =>
      Json.list(Json.object(tool)["functionDeclarations"]).map(Json.object).flatMap(toolOf)
    ),
    toolChoice: { mode: mode(calling["mode"]), ...(names.length === 0 ? {} : { names }) },
    outputSchema: isJson
      ? config["responseJsonSchema"] ?? config["_responseJsonSchema"] ?? config["responseSchema"] ?? anyObject
      : undefined,
    maximumTokens: count(config["maxOutputTokens"]),
    stop: stops(config["stopSequences"]),
    seed: seed(config["seed"]),
    reasons: Json.object(config["thinkingConfig"])["thinkingBudget"] !== 0,
    choices: Math.min(count(config["candidateCount"]) ?? 1, 8),
    topLogprobs: config["responseLogprobs"] === true ? count(config["logprobs"]) ?? 0 : undefined,
    cutsArguments: false
  }
}

/** Reads a request to the Interactions API. */
export const interactions = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const config = Json.object(body["generation_config"])
  const choice = config["tool_choice"]
  const allowed = Json.object(Json.object(choice)["allowed_tools"])
  const names = textsOf(allowed["tools"])
  const format = [body["response_format"]].flat().map(Json.object).find((one) => one["type"] === "text")
  return {
    ...none,
    tools: Json.list(body["tools"]).map(Json.object).flatMap((tool) => tool["type"] === "function" ? toolOf(tool) : []),
    toolChoice: Json.isObject(choice)
      ? { mode: mode(allowed["mode"]), ...(names.length === 0 ? {} : { names }) }
      : { mode: mode(choice) },
    outputSchema: format !== undefined && (format["mime_type"] ?? body["response_mime_type"]) === "application/json"
      ? format["schema"] ?? anyObject
      : undefined,
    maximumTokens: count(config["max_output_tokens"]),
    stop: stops(config["stop_sequences"]),
    seed: seed(config["seed"]),
    cutsArguments: false
  }
}
