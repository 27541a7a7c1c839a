/**
 * Validates requests to Cohere's Chat API as the provider does.
 *
 * @see https://docs.cohere.com/reference/chat
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"

const parameters = new Set([
  "citation_options",
  "documents",
  "frequency_penalty",
  "k",
  "logprobs",
  "max_tokens",
  "messages",
  "model",
  "p",
  "presence_penalty",
  "priority",
  "raw_prompting",
  "response_format",
  "safety_mode",
  "seed",
  "stop_sequences",
  "stream",
  "strict_tools",
  "temperature",
  "thinking",
  "tool_choice",
  "tools"
])

const invalid = (message: string): Problem => ({ kind: "invalid-request", message: `invalid request: ${message}` })

const outside = (value: Json.Json | undefined, minimum: number, maximum: number): boolean =>
  Json.isGiven(value) && (typeof value !== "number" || value < minimum || value > maximum)

const allowedParts: Readonly<Record<string, ReadonlySet<string>>> = {
  system: new Set(["text"]),
  user: new Set(["text", "image_url"]),
  assistant: new Set(["text", "thinking"]),
  tool: new Set(["text", "document"])
}

const checkContent = (role: string, content: Json.Json | undefined, path: string): Problem | undefined => {
  if (typeof content === "string") return undefined
  if (!Json.isArray(content)) return invalid(`'${path}.content' must be a string or a list of content blocks`)
  if (content.length === 0) return invalid(`'${path}.content' must not be empty`)
  for (const [index, part] of content.entries()) {
    const where = `${path}.content[${index}]`
    const block = Json.object(part)
    const type = Json.text(block["type"])
    if (type === undefined || allowedParts[role]?.has(type) !== true) {
      return invalid(`content type '${type}' is not allowed for role '${role}': '${where}'`)
    }
    if ((type === "text" || type === "thinking") && Json.text(block[type]) === undefined) {
      return invalid(`'${where}.${type}' must be a string`)
    }
    if (type === "image_url") {
      const url = Json.text(Json.object(block["image_url"])["url"])
      if (url === undefined || !/^(https?:|data:image\/)/.test(url))
        return invalid(`'${where}.image_url.url' is not a URL`)
    }
  }
  return undefined
}

const hasText = (content: Json.Json | undefined): boolean =>
  typeof content === "string" ? content !== "" : Json.list(content).some((part) => Json.object(part)["type"] === "text")

const checkAssistant = (message: Json.JsonObject, path: string): Problem | undefined => {
  const calls = Json.list(message["tool_calls"])
  if (calls.length === 0) return checkContent("assistant", message["content"], path)
  if (hasText(message["content"])) {
    return {
      kind: "invalid-request",
      message:
        `text content is not allowed when tool_calls are provided. If you wish to pass a tool plan, either pass thinking content (with thinking enabled) or use 'tool_plan': '${path}.content[0]'`
    }
  }
  for (const [index, entry] of calls.entries()) {
    const where = `${path}.tool_calls[${index}]`
    const call = Json.object(entry)
    const called = Json.object(call["function"])
    if (Json.text(call["id"]) === undefined) return invalid(`'${where}.id' is required`)
    if (call["type"] !== "function") return invalid(`'${where}.type' must be 'function'`)
    if (Json.text(called["name"]) === undefined) return invalid(`'${where}.function.name' is required`)
    if (Json.text(called["arguments"]) === undefined) return invalid(`'${where}.function.arguments' must be a string`)
  }
  return Json.isGiven(message["content"]) ? checkContent("assistant", message["content"], path) : undefined
}

const checkMessages = (messages: Json.Json | undefined): Problem | undefined => {
  if (!Json.isArray(messages) || messages.length === 0) return invalid("messages must not be empty")
  const open = new Set<string>()
  for (const [index, entry] of messages.entries()) {
    const path = `messages[${index}]`
    const message = Json.object(entry)
    const role = Json.text(message["role"])
    if (role === undefined || !Object.hasOwn(allowedParts, role)) return invalid(`'${path}.role' is not a valid role`)
    if (role === "tool") {
      const id = Json.text(message["tool_call_id"])
      if (id === undefined || !open.delete(id)) {
        return invalid(`tool call id not found in previous tool calls: '${path}.tool_call_id'`)
      }
    } else if (open.size > 0) return invalid(`all tool calls must be answered before '${path}'`)
    const problem = role === "assistant" ? checkAssistant(message, path) : checkContent(role, message["content"], path)
    if (problem !== undefined) return problem
    for (const call of role === "assistant" ? Json.list(message["tool_calls"]) : []) {
      const id = Json.text(Json.object(call)["id"])
      if (id !== undefined) open.add(id)
    }
  }
  return undefined
}

const checkTools = (body: Json.JsonObject): Problem | undefined => {
  for (const [index, entry] of Json.list(body["tools"]).entries()) {
    const tool = Json.object(entry)
    const declared = Json.object(tool["function"])
    if (tool["type"] !== "function") return invalid(`'tools[${index}].type' must be 'function'`)
    if (Json.text(declared["name"]) === undefined) return invalid(`'tools[${index}].function.name' is required`)
    if (Json.object(declared["parameters"])["type"] !== "object") {
      return invalid(`'tools[${index}].function.parameters' must be a JSON schema of type object`)
    }
  }
  const choice = body["tool_choice"]
  if (!Json.isGiven(choice)) return undefined
  if (choice !== "REQUIRED" && choice !== "NONE") return invalid("tool_choice must be one of 'REQUIRED', 'NONE'")
  return Json.list(body["tools"]).length === 0 ? invalid("tool_choice can only be set when tools are") : undefined
}

const checkFormat = (body: Json.JsonObject): Problem | undefined => {
  const format = body["response_format"]
  if (!Json.isGiven(format)) return undefined
  const { json_schema: schema, type } = Json.object(format)
  if (type !== "text" && type !== "json_object") return invalid("response_format.type must be 'text' or 'json_object'")
  if (Json.isGiven(schema) && (type === "text" || Json.object(schema)["type"] !== "object")) {
    return invalid("response_format.json_schema must be a JSON schema of type object")
  }
  return type === "json_object" && (Json.list(body["tools"]).length > 0 || Json.list(body["documents"]).length > 0)
    ? invalid("response_format is not supported with tools or documents")
    : undefined
}

const checkNumbers = (body: Json.JsonObject): Problem | undefined => {
  if (outside(body["p"], 0.01, 0.99)) return invalid("p must be between 0.01 and 0.99 inclusive")
  if (outside(body["k"], 0, 500)) return invalid("k must be between 0 and 500 inclusive")
  if (outside(body["temperature"], 0, 2)) return invalid("temperature must be between 0 and 2 inclusive")
  if (outside(body["max_tokens"], 1, Infinity)) return invalid("max_tokens must be a positive integer")
  return Json.list(body["stop_sequences"]).length > 5 ? invalid("there may be at most 5 stop_sequences") : undefined
}

const checkThinking = (body: Json.JsonObject): Problem | undefined => {
  const thinking = body["thinking"]
  if (!Json.isGiven(thinking)) return undefined
  const { token_budget: budget, type } = Json.object(thinking)
  if (type !== "enabled" && type !== "disabled") return invalid("thinking.type must be 'enabled' or 'disabled'")
  return outside(budget, 1, Infinity) ? invalid("thinking.token_budget must be a positive integer") : undefined
}

/** Returns the first problem that the provider would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body, strictness } = request
  const unknown = strictness === "provider" ? Object.keys(body).find((name) => !parameters.has(name)) : undefined
  if (unknown !== undefined) return invalid(`unknown field: parameter '${unknown}' is not a valid field`)
  if (Json.text(body["model"]) === undefined) return invalid("model is required")
  return checkMessages(body["messages"]) ?? checkTools(body) ?? checkFormat(body) ?? checkNumbers(body) ??
    checkThinking(body)
}
