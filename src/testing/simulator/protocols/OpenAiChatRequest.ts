/**
 * Validates requests to Chat Completions as the provider does.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as ChatModelRules from "./ChatModelRules.ts"
import * as ChatServers from "./ChatServers.ts"
import * as OpenAiModelRules from "./OpenAiModelRules.ts"
import * as OpenAiRules from "./OpenAiRules.ts"

const { invalid, missing } = OpenAiRules

const parameters = new Set([
  ...OpenAiRules.commonParameters,
  "audio",
  "frequency_penalty",
  "function_call",
  "functions",
  "logit_bias",
  "logprobs",
  "max_completion_tokens",
  "max_tokens",
  "messages",
  "modalities",
  "n",
  "prediction",
  "presence_penalty",
  "reasoning_effort",
  "response_format",
  "seed",
  "stop",
  "stream_options",
  "verbosity",
  "web_search_options"
])

const roles = new Set(["system", "developer", "user", "assistant", "tool", "function"])

const userParts = new Set(["text", "image_url", "input_audio", "file"])

/** The parts that compatible servers accept. */
const dialectParts = new Set(["document_url", "file_url", "thinking", "reference"])

/** Returns the image URL of a part: the field of an object or, with compatible servers, a string. */
const imageOf = (part: Json.JsonObject, isDialect: boolean): string | undefined =>
  Json.text(Json.object(part["image_url"])["url"]) ?? (isDialect ? Json.text(part["image_url"]) : undefined)

const checkContent = (
  role: string,
  content: Json.Json | undefined,
  path: string,
  isDialect: boolean
): Problem | undefined => {
  if (typeof content === "string") return undefined
  if (!Json.isArray(content)) return invalid(`Invalid value for 'content': expected a string, got null.`, path)
  if (content.length === 0) return invalid(`Invalid '${path}.content': empty array.`, `${path}.content`, "empty_array")
  for (const [index, part] of content.entries()) {
    const type = Json.text(Json.object(part)["type"])
    const where = `${path}.content[${index}]`
    const allowed = role === "user"
      ? userParts
      : role === "assistant"
      ? new Set(["text", "refusal"])
      : new Set(["text"])
    if (type === undefined || !allowed.has(type) && !(isDialect && dialectParts.has(type))) {
      return invalid(`Invalid value: '${type}'. Supported values are: ${[...allowed].join(", ")}.`, `${where}.type`)
    }
    if (type === "text" && Json.text(Json.object(part)["text"]) === undefined) return missing(`${where}.text`)
    if (type === "image_url") {
      const url = imageOf(Json.object(part), isDialect)
      if (url === undefined) return missing(`${where}.image_url.url`)
      if (!/^(https?:|data:image\/)/.test(url)) {
        return invalid(`Invalid image URL '${url.slice(0, 40)}'.`, `${where}.image_url.url`, "invalid_image_url")
      }
    }
  }
  return undefined
}

const checkCalls = (message: Json.JsonObject, path: string): Problem | undefined => {
  const calls = message["tool_calls"]
  if (!Json.isGiven(calls)) return undefined
  if (Json.list(calls).length === 0) {
    return invalid(`Invalid '${path}.tool_calls': empty array.`, `${path}.tool_calls`, "empty_array")
  }
  for (const [index, call] of Json.list(calls).entries()) {
    const where = `${path}.tool_calls[${index}]`
    const id = Json.text(Json.object(call)["id"])
    if (id === undefined) return missing(`${where}.id`)
    const tooLong = OpenAiRules.checkCallId(id, `${where}.id`)
    if (tooLong !== undefined) return tooLong
    if (Json.object(call)["type"] !== "function") return missing(`${where}.type`)
    const called = Json.object(Json.object(call)["function"])
    if (Json.text(called["name"]) === undefined) return missing(`${where}.function.name`)
    if (Json.text(called["arguments"]) === undefined) return missing(`${where}.function.arguments`)
  }
  return undefined
}

const checkMessages = (messages: Json.Json | undefined, isDialect: boolean): Problem | undefined => {
  if (!Json.isGiven(messages)) return missing("messages")
  if (!Json.isArray(messages)) return invalid("Invalid type for 'messages': expected an array.", "messages")
  if (messages.length === 0) return invalid("Invalid 'messages': empty array.", "messages", "empty_array")
  let open = new Set<string>()
  for (const [index, entry] of messages.entries()) {
    const path = `messages[${index}]`
    const message = Json.object(entry)
    const role = Json.text(message["role"])
    if (role === undefined) return missing(`${path}.role`)
    if (!roles.has(role)) return invalid(`Invalid value: '${role}'.`, `${path}.role`)
    if (role === "tool") {
      const id = Json.text(message["tool_call_id"])
      if (id === undefined) return missing(`${path}.tool_call_id`)
      if (!open.delete(id)) {
        return invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
          `${path}.role`
        )
      }
    } else if (open.size > 0) {
      return invalid(
        `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id': ${
          [...open].join(", ")
        }`,
        `${path}.role`
      )
    }
    const problem = checkCalls(message, path) ??
      (role === "assistant" && !Json.isGiven(message["content"]) &&
          (Json.isGiven(message["tool_calls"]) || Json.isGiven(message["refusal"]) ||
            Json.isGiven(message["function_call"]))
        ? undefined
        : checkContent(role, message["content"], path, isDialect))
    if (problem !== undefined) return problem
    if (role === "assistant") {
      open = new Set(Json.list(message["tool_calls"]).flatMap((call) => Json.text(Json.object(call)["id"]) ?? []))
    }
  }
  return open.size === 0 ? undefined : invalid(
    `An assistant message with 'tool_calls' must be followed by tool messages for each 'tool_call_id': ${
      [...open].join(", ")
    }`,
    "messages"
  )
}

const checkTools = (body: Json.JsonObject, isEmptyAllowed: boolean): Problem | undefined => {
  // The Responses API accepts an empty list, and so do most compatible servers.
  if (Json.isArray(body["tools"]) && body["tools"].length === 0 && !isEmptyAllowed) {
    return invalid("Invalid 'tools': empty array. Expected an array with minimum length 1.", "tools", "empty_array")
  }
  for (const [index, entry] of Json.list(body["tools"]).entries()) {
    const tool = Json.object(entry)
    if (tool["type"] === "custom") continue
    if (tool["type"] !== "function") {
      return invalid(
        `Invalid value for 'tools[${index}].type'. Supported values are: function, custom.`,
        `tools[${index}]`
      )
    }
    if (!Json.isObject(tool["function"])) return missing(`tools[${index}].function`)
    const problem = OpenAiRules.checkFunction(tool["function"], `tools[${index}].function`)
    if (problem !== undefined) return problem
  }
  const choice = body["tool_choice"]
  if (Json.isObject(choice) && choice["type"] === "function") {
    if (Json.text(Json.object(choice["function"])["name"]) === undefined) return missing("tool_choice.function.name")
  }
  return undefined
}

const checkFormat = (body: Json.JsonObject): Problem | undefined => {
  const format = Json.object(body["response_format"])
  if (format["type"] === "json_schema") {
    return OpenAiRules.checkFormat(Json.object(format["json_schema"]), "response_format.json_schema")
  }
  if (format["type"] === "json_object" && !Json.texts(body["messages"]).some((text) => /json/i.test(text))) {
    return invalid(
      "'messages' must contain the word 'json' to use 'response_format' of type 'json_object'.",
      "messages"
    )
  }
  return undefined
}

const checkLimits = (body: Json.JsonObject): Problem | undefined => {
  if (Json.isGiven(body["stream_options"]) && body["stream"] !== true) {
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")
  }
  if (Json.isGiven(body["max_tokens"]) && Json.isGiven(body["max_completion_tokens"])) {
    return invalid("Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens")
  }
  if (Json.list(body["stop"]).length > 4) {
    return invalid("Invalid 'stop': array too long.", "stop", "array_above_max_length")
  }
  if (OpenAiRules.isReasoningModel(body) && Json.isGiven(body["max_tokens"])) {
    return OpenAiRules.unsupported("max_tokens", "Use 'max_completion_tokens' instead.")
  }
  return undefined
}

/** Returns the parameters of a request's model and server. */
const parametersOf = (request: IncomingRequest): ReadonlySet<string> => {
  const model = Json.text(request.body["model"]) ?? ""
  const more = [...ChatModelRules.parametersOf(model), ...ChatServers.fieldsOf(request)]
  return more.length === 0 ? parameters : new Set([...parameters, ...more])
}

/** Checks what the generation of the model refuses. */
const checkModelRules = ({ body, strictness }: IncomingRequest): Problem | undefined => {
  if (strictness !== "provider") return undefined
  const own = ChatModelRules.check(body)
  // Metadata of what is not stored is a matter of OpenAI's own models.
  if (own !== undefined || !/^(gpt|o\d|codex)/.test(OpenAiRules.modelOf(body))) return own
  return OpenAiModelRules.checkEffort(body, Json.text(body["reasoning_effort"]), "reasoning_effort") ??
    OpenAiModelRules.checkChat(body)
}

/** Returns the first problem that the provider would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body } = request
  const hasModel = request.path.includes("/run/")
  const server = request.strictness === "provider" ? ChatServers.find(request) : undefined
  return (hasModel ? undefined : OpenAiRules.checkModel(body)) ??
    OpenAiRules.checkUnknown(request, parametersOf(request)) ??
    checkMessages(body["messages"], request.strictness !== "provider" || server !== undefined) ??
    ChatServers.check(server, body) ??
    OpenAiRules.checkToolList(body) ??
    checkTools(body, ChatServers.isCompatible(request)) ??
    checkFormat(body) ??
    checkLimits(body) ??
    OpenAiRules.checkSampling(body, Json.text(body["reasoning_effort"])) ??
    OpenAiRules.checkMetadata(body) ??
    checkModelRules(request)
}
