/**
 * Validates requests as Ollama does: it rejects wrong types and ignores unknown fields.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

const mistyped = (value: Json.Json, field: string, type: string): Problem => {
  const found = typeof value === "object" ? (Array.isArray(value) ? "array" : "object") : typeof value
  return invalid(`json: cannot unmarshal ${found} into Go struct field ${field} of type ${type}`)
}

const roles = new Set(["system", "user", "assistant", "tool"])

const checkCalls = (message: Json.JsonObject): Problem | undefined => {
  for (const entry of Json.list(message["tool_calls"])) {
    const called = Json.object(Json.object(entry)["function"])
    const argumentsValue = called["arguments"]
    if (Json.isGiven(argumentsValue) && !Json.isObject(argumentsValue)) {
      return mistyped(argumentsValue, "ChatRequest.messages.tool_calls.function.arguments", "map[string]interface {}")
    }
    if (Json.text(called["name"]) === undefined) return invalid("a tool call has no function name")
  }
  return undefined
}

const checkMessages = (messages: Json.Json | undefined): Problem | undefined => {
  if (!Json.isGiven(messages)) return undefined
  if (!Json.isArray(messages)) return mistyped(messages, "ChatRequest.messages", "[]api.Message")
  for (const entry of messages) {
    const message = Json.object(entry)
    const { content, images, role } = message
    if (typeof role !== "string" || !roles.has(role)) {
      return invalid(`invalid role: ${String(role)}; must be "system", "user", "assistant" or "tool"`)
    }
    if (Json.isGiven(content) && typeof content !== "string") {
      return mistyped(content, "ChatRequest.messages.content", "string")
    }
    for (const image of Json.list(images)) {
      if (typeof image !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(image)) {
        return invalid("illegal base64 data at input byte 4")
      }
    }
    const problem = checkCalls(message)
    if (problem !== undefined) return problem
  }
  return undefined
}

const levels = new Set<Json.Json>([true, false, "low", "medium", "high", "max"])

const checkFields = (body: Json.JsonObject): Problem | undefined => {
  const { format, options, stream, think, tools } = body
  if (Json.isGiven(stream) && typeof stream !== "boolean") return mistyped(stream, "ChatRequest.stream", "bool")
  if (Json.isGiven(options) && !Json.isObject(options)) {
    return mistyped(options, "ChatRequest.options", "map[string]interface {}")
  }
  if (Json.isGiven(think) && !levels.has(think)) {
    return invalid(
      `invalid think value: ${JSON.stringify(think)} (must be "high", "medium", "low", true, or false)`
    )
  }
  if (Json.isGiven(format) && format !== "json" && format !== "" && !Json.isObject(format)) {
    return invalid(`invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`)
  }
  for (const tool of Json.list(tools)) {
    const declared = Json.object(Json.object(tool)["function"])
    if (Json.text(declared["name"]) === undefined) return invalid("a tool has no function name")
    const parameters = declared["parameters"]
    if (Json.isGiven(parameters) && Json.object(parameters)["type"] !== "object") {
      return invalid("the parameters of a tool are not of type object")
    }
  }
  const { num_predict: limit, stop } = Json.object(options)
  if (Json.isGiven(stop) && !Json.isArray(stop)) return invalid(`option "stop" must be of type array`)
  return Json.isGiven(limit) && typeof limit !== "number"
    ? invalid(`option "num_predict" must be of type integer`)
    : undefined
}

/** Returns the first problem that the server would report. */
export const validate = ({ body }: IncomingRequest): Problem | undefined =>
  (Json.text(body["model"]) ?? "") === ""
    ? invalid("model is required")
    : checkMessages(body["messages"]) ?? checkFields(body)
