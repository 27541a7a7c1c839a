/**
 * Validates requests to the Responses API as the provider does.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as OpenAiModelRules from "./OpenAiModelRules.ts"
import * as OpenAiRules from "./OpenAiRules.ts"
import * as VendorRules from "./VendorRules.ts"

const { invalid, missing } = OpenAiRules

const parameters = new Set([
  ...OpenAiRules.commonParameters,
  "background",
  // Not in the reference, but Codex always sends it.
  "client_metadata",
  "context_management",
  "conversation",
  "include",
  "input",
  "instructions",
  "max_output_tokens",
  "max_tool_calls",
  "previous_response_id",
  "prompt",
  "reasoning",
  "stream_options",
  "text",
  "truncation"
])

const userParts = new Set(["input_text", "input_image", "input_file", "input_audio"])
const assistantParts = new Set(["output_text", "refusal"])
const roles = new Set(["user", "assistant", "system", "developer"])

const checkMessage = (message: Json.JsonObject, path: string): Problem | undefined => {
  const role = Json.text(message["role"])
  if (role === undefined) return missing(`${path}.role`)
  if (!roles.has(role)) return invalid(`Invalid value: '${role}'.`, `${path}.role`)
  const content = message["content"]
  if (typeof content === "string") return undefined
  if (!Json.isArray(content)) return missing(`${path}.content`)
  const allowed = role === "assistant" ? assistantParts : userParts
  for (const [index, entry] of content.entries()) {
    const part = Json.object(entry)
    const where = `${path}.content[${index}]`
    const type = Json.text(part["type"]) ?? ""
    if (!allowed.has(type)) {
      return invalid(`Invalid value: '${type}'. Supported values are: ${[...allowed].join(", ")}.`, where)
    }
    if (type.endsWith("_text") && Json.text(part["text"]) === undefined) return missing(`${where}.text`)
    if (type === "input_image" && !Json.isGiven(part["image_url"]) && !Json.isGiven(part["file_id"])) {
      return missing(`${where}.image_url`)
    }
    // In Chat Completions the URL is in an object; here it is a string.
    if (type === "input_image" && Json.isObject(part["image_url"])) {
      return invalid("Invalid type for 'image_url': expected a string.", `${where}.image_url`, "invalid_type")
    }
  }
  return undefined
}

const checkInput = (body: Json.JsonObject): Problem | undefined => {
  const input = body["input"]
  const continues = Json.isGiven(body["previous_response_id"]) || Json.isGiven(body["conversation"])
  if (!Json.isGiven(input)) return continues || Json.isGiven(body["prompt"]) ? undefined : missing("input")
  if (typeof input === "string") return undefined
  if (!Json.isArray(input)) return invalid("Invalid type for 'input': expected a string or an array.", "input")
  if (input.length === 0 && !continues) return invalid("Invalid 'input': empty array.", "input", "empty_array")
  const open = new Set<string>()
  // Calls that run on after the response may have their results later.
  const late = new Set<string>()
  for (const [index, entry] of input.entries()) {
    const path = `input[${index}]`
    const item = Json.object(entry)
    const callId = Json.text(item["call_id"])
    const type = Json.text(item["type"]) ?? "message"
    const tooLong = callId === undefined ? undefined : OpenAiRules.checkCallId(callId, `${path}.call_id`)
    if (tooLong !== undefined) return tooLong
    if (type === "message") {
      const problem = checkMessage(item, path)
      if (problem !== undefined) return problem
    } else if (type === "function_call" || type === "custom_tool_call") {
      if (callId === undefined) return missing(`${path}.call_id`)
      if (Json.text(item["name"]) === undefined) return missing(`${path}.name`)
      const field = type === "function_call" ? "arguments" : "input"
      if (Json.text(item[field]) === undefined) return missing(`${path}.${field}`)
      if (item["async"] === true) late.add(callId)
      else open.add(callId)
    } else if (type === "function_call_output" || type === "custom_tool_call_output") {
      if (callId === undefined) return missing(`${path}.call_id`)
      if (!Json.isGiven(item["output"])) return missing(`${path}.output`)
      if (!open.delete(callId) && !late.delete(callId) && !continues) {
        return invalid(`No tool call found for function call output with call_id ${callId}.`, "input")
      }
    } else if (type === "reasoning") {
      if (!Json.isArray(item["summary"])) return missing(`${path}.summary`)
      const isLost = body["store"] === false && Json.text(item["encrypted_content"]) === undefined
      if (isLost && !VendorRules.isTheirs(Json.text(body["model"]) ?? "")) {
        return {
          ...invalid(
            `Item with id '${
              Json.text(item["id"]) ?? ""
            }' not found. Items are not persisted when 'store' is set to false.`,
            "input"
          ),
          status: 404
        }
      }
      if (index === input.length - 1) {
        return invalid("Item of type 'reasoning' was provided without its required following item.", "input")
      }
    }
  }
  const [missingId] = open
  return missingId === undefined
    ? undefined
    : invalid(`No tool output found for function call ${missingId}.`, "input")
}

const checkTools = (body: Json.JsonObject): Problem | undefined => {
  for (const [index, entry] of Json.list(body["tools"]).entries()) {
    const tool = Json.object(entry)
    if (Json.text(tool["type"]) === undefined) return missing(`tools[${index}].type`)
    // Tools are flat here. A tool in the format of Chat Completions has no name at this level.
    const problem = tool["type"] === "function" ? OpenAiRules.checkFunction(tool, `tools[${index}]`) : undefined
    if (problem !== undefined) return problem
  }
  const choice = body["tool_choice"]
  if (Json.isObject(choice) && choice["type"] === "function" && Json.text(choice["name"]) === undefined) {
    return missing("tool_choice.name")
  }
  return undefined
}

const checkText = (body: Json.JsonObject): Problem | undefined => {
  const format = Json.object(Json.object(body["text"])["format"])
  return format["type"] === "json_schema" ? OpenAiRules.checkFormat(format, "text.format") : undefined
}

const checkLimits = (body: Json.JsonObject): Problem | undefined => {
  if (Json.isGiven(body["previous_response_id"]) && Json.isGiven(body["conversation"])) {
    return invalid(
      "Parameters 'previous_response_id' and 'conversation' are mutually exclusive.",
      "previous_response_id",
      "mutually_exclusive_parameters"
    )
  }
  const limit = body["max_output_tokens"]
  if (Json.isGiven(limit) && (typeof limit !== "number" || limit < 16)) {
    return invalid(
      "Invalid 'max_output_tokens': expected a value >= 16.",
      "max_output_tokens",
      "integer_below_min_value"
    )
  }
  return undefined
}

const hasReasoning = (item: Json.JsonObject): boolean =>
  Json.text(item["encrypted_content"]) !== undefined ||
  Json.list(item["content"]).some((part) => Json.text(Json.object(part)["text"]) !== undefined)

/** Returns the place of the first call that has no reasoning before it in its step. */
const unreasonedCall = (body: Json.JsonObject): number | undefined => {
  let reasons = false
  for (const [index, entry] of Json.list(body["input"]).entries()) {
    const item = Json.object(entry)
    const type = Json.text(item["type"]) ?? "message"
    if (type === "reasoning") reasons = hasReasoning(item)
    else if (type === "function_call" && !reasons) return index
    else if (type === "function_call_output" || item["role"] === "user") reasons = false
  }
  return undefined
}

/** Returns the id of the first call that text or reasoning follows before its output. */
const interruptedCall = (body: Json.JsonObject): string | undefined => {
  let open: string | undefined
  for (const entry of Json.list(body["input"])) {
    const item = Json.object(entry)
    const type = Json.text(item["type"]) ?? "message"
    if (type === "function_call") open ??= Json.text(item["call_id"])
    else if (type === "function_call_output") open = undefined
    else if (open !== undefined && (type === "reasoning" || item["role"] === "assistant")) return open
  }
  return undefined
}

/** Checks what the vendor of the model refuses. */
const checkModelRules = (body: Json.JsonObject, effort: string | undefined): Problem | undefined => {
  const model = Json.text(body["model"]) ?? ""
  if (!VendorRules.isTheirs(model)) return OpenAiModelRules.checkEffort(body, effort, "reasoning.effort")
  const choice = body["tool_choice"]
  return VendorRules.check({
    model,
    sampling: VendorRules.given(body, ["temperature", "top_p"]),
    effort,
    effortField: "reasoning.effort",
    hasSwitch: false,
    isOff: effort === "none",
    forced: choice === "required" ? "any" : Json.isObject(choice) ? "named" : undefined,
    unreasoned: unreasonedCall(body),
    reasoningField: "reasoning_text",
    interrupted: interruptedCall(body)
  })
}

/** Returns the first problem that the provider would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body } = request
  const effort = Json.text(Json.object(body["reasoning"])["effort"])
  return OpenAiRules.checkModel(body) ??
    OpenAiRules.checkUnknown(request, parameters) ??
    checkInput(body) ??
    OpenAiRules.checkToolList(body) ??
    checkTools(body) ??
    checkText(body) ??
    checkLimits(body) ??
    OpenAiRules.checkSampling(body, effort) ??
    OpenAiRules.checkMetadata(body) ??
    (request.strictness === "provider" ? checkModelRules(body, effort) : undefined)
}
