/**
 * Reads what requests of OpenAI's protocols, and of those like them, ask of a completion.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @see https://docs.cohere.com/reference/chat
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import * as Json from "../Json.ts"
import * as RequestOptions from "./RequestOptions.ts"

const { anyObject, count, mode, named, none, seed, stops, tools } = RequestOptions

/** Reads a choice that may be an object: a named tool, or a list of the allowed ones. */
const choiceOf = (choice: Json.Json | undefined): RequestOptions.ToolChoice => {
  if (!Json.isObject(choice)) return { mode: mode(choice) }
  if (choice["type"] !== "allowed_tools") return named(Json.object(choice["function"])["name"] ?? choice["name"])
  const allowed = Json.isObject(choice["allowed_tools"]) ? choice["allowed_tools"] : choice
  const names = Json.list(allowed["tools"]).map(Json.object).flatMap((tool) =>
    Json.text(Json.object(tool["function"])["name"] ?? tool["name"]) ?? []
  )
  return { mode: mode(allowed["mode"]), names }
}

/** Returns whether a request to a compatible server turns reasoning off. */
const isThinkingOff = (body: Json.JsonObject): boolean =>
  Json.object(body["thinking"])["type"] === "disabled" || body["enable_thinking"] === false

/** Reads a request to Chat Completions. */
export const chat = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const format = Json.object(body["response_format"])
  return {
    ...none,
    tools: tools(body["tools"], "parameters", "function"),
    toolChoice: choiceOf(body["tool_choice"]),
    outputSchema: format["type"] === "json_schema"
      ? Json.object(format["json_schema"])["schema"] ?? anyObject
      : format["type"] === "json_object"
      ? format["schema"] ?? anyObject
      : undefined,
    maximumTokens: count(body["max_completion_tokens"]) ?? count(body["max_tokens"]),
    stop: stops(body["stop"]),
    seed: seed(body["seed"]),
    reasons: body["reasoning_effort"] !== "none" && !isThinkingOff(body),
    choices: Math.min(count(body["n"]) ?? 1, 128),
    topLogprobs: body["logprobs"] === true ? count(body["top_logprobs"]) ?? 0 : undefined
  }
}

/** Reads a request to the Responses API. */
export const responses = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const format = Json.object(Json.object(body["text"])["format"])
  const functions = Json.list(body["tools"]).filter((tool) => Json.object(tool)["type"] === "function")
  const isRequested = Json.list(body["include"]).includes("message.output_text.logprobs")
  return {
    ...none,
    tools: tools(functions, "parameters"),
    toolChoice: choiceOf(body["tool_choice"]),
    outputSchema: format["type"] === "json_schema"
      ? format["schema"] ?? anyObject
      : format["type"] === "json_object"
      ? anyObject
      : undefined,
    maximumTokens: count(body["max_output_tokens"]),
    reasons: Json.object(body["reasoning"])["effort"] !== "none" && !isThinkingOff(body),
    topLogprobs: count(body["top_logprobs"]) ?? (isRequested ? 0 : undefined)
  }
}

/** Reads a request for a text completion, which cannot contain reasoning. */
export const completions = (body: Json.JsonObject): RequestOptions.RequestOptions => ({
  ...none,
  // The API's own default is 16, which would cut the text of every test that does not ask for it.
  maximumTokens: count(body["max_tokens"]),
  stop: stops(body["stop"]),
  seed: seed(body["seed"]),
  reasons: false,
  choices: Math.min(count(body["n"]) ?? 1, 128),
  topLogprobs: typeof body["logprobs"] === "number" ? count(body["logprobs"]) ?? 0 : undefined
})

/** Reads a request to Cohere's Chat API. */
export const cohere = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const format = Json.object(body["response_format"])
  return {
    ...none,
    tools: tools(body["tools"], "parameters", "function"),
    toolChoice: { mode: mode(body["tool_choice"]) },
    outputSchema: format["type"] === "json_object" ? format["json_schema"] ?? format["schema"] ?? anyObject : undefined,
    maximumTokens: count(body["max_tokens"]),
    stop: stops(body["stop_sequences"]),
    seed: seed(body["seed"]),
    reasons: Json.object(body["thinking"])["type"] !== "disabled",
    topLogprobs: body["logprobs"] === true ? 0 : undefined
  }
}

/** Reads a request to Ollama's chat API, which writes arguments as JSON. */
export const ollama = (body: Json.JsonObject): RequestOptions.RequestOptions => {
  const options = Json.object(body["options"])
  return {
    ...none,
    tools: tools(body["tools"], "parameters", "function"),
    outputSchema: Json.isObject(body["format"])
      ? body["format"]
      : body["format"] === "json"
      ? anyObject
      : undefined,
    maximumTokens: count(options["num_predict"]),
    stop: stops(options["stop"]),
    seed: seed(options["seed"]),
    reasons: body["think"] !== false,
    topLogprobs: body["logprobs"] === true ? count(body["top_logprobs"]) ?? 0 : undefined,
    cutsArguments: false
  }
}
