/**
 * Validates requests to Google's Interactions API as the public types and reports describe it.
 *
 * @see https://ai.google.dev/api/interactions-api
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"

const parameters = new Set([
  "agent",
  "agent_config",
  "background",
  "environment",
  "generation_config",
  "input",
  "model",
  "previous_interaction_id",
  "response_format",
  "response_mime_type",
  "response_modalities",
  "service_tier",
  "store",
  "stream",
  "system_instruction",
  "tools",
  "webhook_config"
])

const generationParameters = new Set([
  "image_config",
  "max_output_tokens",
  "seed",
  "speech_config",
  "stop_sequences",
  "temperature",
  "thinking_level",
  "thinking_summaries",
  "tool_choice",
  "top_p"
])

const contentTypes = new Set(["text", "image", "audio", "document", "video"])

const stepTypes = new Set([
  "user_input",
  "model_output",
  "thought",
  "function_call",
  "function_result",
  ...["code_execution", "file_search", "google_maps", "google_search", "mcp_server_tool", "url_context"]
    .flatMap((tool) => [`${tool}_call`, `${tool}_result`])
])

const choices = new Set(["auto", "any", "none", "validated"])

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

const missing = (field: string): Problem => invalid(`Missing required field '${field}'.`)

const checkContent = (value: Json.Json, path: string): Problem | undefined => {
  const content = Json.object(value)
  const type = Json.text(content["type"]) ?? ""
  if (!contentTypes.has(type)) return invalid(`Invalid value at '${path}.type': "${type}".`)
  if (type === "text") return Json.text(content["text"]) === undefined ? missing(`${path}.text`) : undefined
  const hasData = Json.text(content["data"]) !== undefined
  if (hasData === (Json.text(content["uri"]) !== undefined)) {
    return invalid(`Exactly one of 'data' and 'uri' must be set at '${path}'.`)
  }
  return hasData && Json.text(content["mime_type"]) === undefined ? missing(`${path}.mime_type`) : undefined
}

const checkStep = (step: Json.JsonObject, path: string): Problem | undefined => {
  const type = Json.text(step["type"]) ?? ""
  if (!stepTypes.has(type)) return invalid(`Invalid value at '${path}.type': "${type}".`)
  if (type === "user_input" || type === "model_output") {
    const content = Json.list(step["content"])
    if (content.length === 0) return missing(`${path}.content`)
    for (const [at, entry] of content.entries()) {
      const problem = checkContent(entry, `${path}.content[${at}]`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  if (type === "function_call") {
    if (!Json.text(step["id"])) return missing(`${path}.id`)
    if (!Json.text(step["name"])) return missing(`${path}.name`)
    return Json.isObject(step["arguments"]) ? undefined : invalid(`Invalid value at '${path}.arguments' (Struct).`)
  }
  if (!type.endsWith("_result")) return undefined
  if (!Json.text(step["call_id"])) return missing(`${path}.call_id`)
  return step["result"] === undefined && type === "function_result" ? missing(`${path}.result`) : undefined
}

/** Checks that each call of a function has its result before the conversation goes on, and each result its call. */
const checkResults = (steps: ReadonlyArray<Json.JsonObject>, continues: boolean): Problem | undefined => {
  const open = new Set<string>()
  for (const step of steps) {
    const type = step["type"]
    if (type === "function_call") open.add(Json.text(step["id"]) ?? "")
    if (type === "function_result") {
      const id = Json.text(step["call_id"]) ?? ""
      // The call may be in the interaction that the request continues.
      if (!open.delete(id) && !continues) {
        return invalid(`The function result for call_id "${id}" has no matching function call.`)
      }
    }
    if (type === "user_input" && open.size > 0) break
  }
  const [first] = open
  return first === undefined ? undefined : invalid(`The function result for the function call "${first}" is missing.`)
}

const checkInput = ({ body }: IncomingRequest): Problem | undefined => {
  const input = body["input"]
  if (!Json.isGiven(input) || input === "" || (Json.isArray(input) && input.length === 0)) return missing("input")
  if (typeof input === "string") return undefined
  if (Json.isObject(input)) return checkContent(input, "input")
  const entries = Json.list(input).map(Json.object)
  const [first] = entries
  // The input is a list either of content or of steps.
  const check = contentTypes.has(Json.text(first?.["type"]) ?? "") ? checkContent : checkStep
  for (const [at, entry] of entries.entries()) {
    const problem = check(entry, `input[${at}]`)
    if (problem !== undefined) return problem
  }
  return checkResults(entries, Json.isGiven(body["previous_interaction_id"]))
}

const functionNames = (body: Json.JsonObject): ReadonlyArray<string> =>
  Json.list(body["tools"]).map(Json.object).flatMap((tool) =>
    tool["type"] === "function" ? [Json.text(tool["name"]) ?? ""] : []
  )

const checkTools = (body: Json.JsonObject, config: Json.JsonObject): Problem | undefined => {
  for (const [at, tool] of Json.list(body["tools"]).map(Json.object).entries()) {
    const type = Json.text(tool["type"])
    if (!type) return missing(`tools[${at}].type`)
    if (type === "function" && !/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(Json.text(tool["name"]) ?? "")) {
      return invalid(`Invalid function name at 'tools[${at}].name'.`)
    }
  }
  const choice = config["tool_choice"]
  if (!Json.isGiven(choice)) return undefined
  const names = functionNames(body)
  if (names.length === 0) return invalid("Function calling config is set without function_declarations.")
  const allowed = Json.object(Json.object(choice)["allowed_tools"])
  const mode = typeof choice === "string" ? choice : allowed["mode"]
  if (Json.isGiven(mode) && (typeof mode !== "string" || !choices.has(mode))) {
    return invalid(`Invalid value at 'generation_config.tool_choice': ${JSON.stringify(mode)}.`)
  }
  const undeclared = Json.list(allowed["tools"]).find((name) => typeof name !== "string" || !names.includes(name))
  return undeclared === undefined
    ? undefined
    : invalid(`allowed_tools contains ${JSON.stringify(undeclared)}, which is not a declared function.`)
}

const levelsOf = (model: string): ReadonlyArray<string> => [
  // The newest flash models have no level "minimal", and only the fourth generation has "xhigh".
  ...(/^gemini-(3\.[78]|4)/.test(model) ? [] : ["minimal"]),
  "low",
  "medium",
  "high",
  ...(model.startsWith("gemini-4") ? ["xhigh"] : [])
]

const checkConfig = (config: Json.JsonObject, model: string): Problem | undefined => {
  const { max_output_tokens: most, temperature, thinking_level: level } = config
  if (Json.isGiven(temperature) && (typeof temperature !== "number" || temperature < 0 || temperature > 2)) {
    return invalid("'generation_config.temperature' must be in the range [0.0, 2.0].")
  }
  if (Json.isGiven(most) && (typeof most !== "number" || most < 1)) {
    return invalid("'generation_config.max_output_tokens' must be positive.")
  }
  return Json.isGiven(level) && (typeof level !== "string" || !levelsOf(model).includes(level))
    ? invalid(`Thinking level ${JSON.stringify(level)} is not supported for this model.`)
    : undefined
}

/** Returns the first problem that Google would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body, strictness } = request
  const config = Json.object(body["generation_config"])
  if (strictness === "provider") {
    const unknown = Object.keys(body).find((name) => !parameters.has(name)) ??
      Object.keys(config).find((name) => !generationParameters.has(name))
    if (unknown !== undefined) return invalid(`Unknown parameter '${unknown}'.`)
  }
  const model = Json.text(body["model"]) ?? ""
  if (model === "" && !Json.text(body["agent"])) return missing("model")
  if (body["background"] === true && body["store"] === false) return invalid("background=true requires store=true.")
  return checkInput(request) ?? checkTools(body, config) ?? checkConfig(config, model)
}
