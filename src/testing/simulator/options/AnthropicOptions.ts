/**
 * Reads what requests to Anthropic's and Amazon's APIs ask of a completion.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import * as Json from "../Json.ts"
import * as RequestOptions from "./RequestOptions.ts"

const { count, mode, named, none, stops, tools } = RequestOptions

/** Reads the choice of Anthropic, which has the name beside the type. */
const choiceOf = (choice: Json.JsonObject): RequestOptions.ToolChoice =>
  choice["type"] === "tool" ? named(choice["name"]) : { mode: mode(choice["type"]) }

/** Reads a request to the Messages API. Server tools have a dated type, and the client does not run them. */
export const messages = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const format = Json.object(Json.object(body["output_config"])["format"] ?? body["output_format"])
  return {
    ...none,
    tools: tools(
      Json.list(body["tools"]).filter((tool) => Json.isGiven(Json.object(tool)["input_schema"])),
      "input_schema"
    ),
    toolChoice: choiceOf(Json.object(body["tool_choice"])),
    outputSchema: format["type"] === "json_schema" ? format["schema"] : undefined,
    maximumTokens: count(body["max_tokens"]),
    stop: stops(body["stop_sequences"]),
    reasons: Json.object(body["thinking"])["type"] !== "disabled"
  }
}

/** Returns the schema of an output format of Converse, which is JSON in a text. */
const parsed = (text: Json.Json | undefined): Json.Json | undefined => {
  try {
    return typeof text === "string" ? JSON.parse(text) : text
  } catch {
    return undefined
  }
}

/** Reads a request to Amazon Bedrock's Converse API. */
export const converse = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const config = Json.object(body["toolConfig"])
  const limits = Json.object(body["inferenceConfig"])
  const choice = Json.object(config["toolChoice"])
  const format = Json.object(Json.object(Json.object(body["outputConfig"])["textFormat"])["structure"])
  return {
    ...none,
    tools: tools(config["tools"], "inputSchema", "toolSpec").map(({ name, schema }) => ({
      name,
      schema: Json.object(schema)["json"]
    })),
    toolChoice: Json.isObject(choice["tool"])
      ? named(choice["tool"]["name"])
      : { mode: Json.isGiven(choice["any"]) ? "required" : "auto" },
    outputSchema: parsed(Json.object(format["jsonSchema"])["schema"]),
    maximumTokens: count(limits["maxTokens"]),
    stop: stops(limits["stopSequences"])
  }
}
