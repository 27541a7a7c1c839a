/**
 * Validates requests to Amazon Bedrock's Converse API as the service does.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as BedrockAddress from "./BedrockAddress.ts"
import * as ClaudeRules from "./ClaudeRules.ts"

const parameters = new Set([
  "additionalModelRequestFields",
  "additionalModelResponseFieldPaths",
  "guardrailConfig",
  "inferenceConfig",
  "messages",
  "outputConfig",
  "performanceConfig",
  "promptVariables",
  "requestMetadata",
  "serviceTier",
  "system",
  "toolConfig"
])

const kinds = new Set([
  "audio",
  "cachePoint",
  "citationsContent",
  "document",
  "guardContent",
  "image",
  "reasoningContent",
  "searchResult",
  "text",
  "toolResult",
  "toolUse",
  "video"
])

const formats: Readonly<Record<string, ReadonlyArray<string>>> = {
  image: ["png", "jpeg", "gif", "webp"],
  document: ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]
}

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

const constraint = (path: string, what: string): Problem =>
  invalid(`1 validation error detected: Value at '${path}' failed to satisfy constraint: ${what}`)

const fields = (value: Json.JsonObject): ReadonlyArray<string> =>
  Object.keys(value).filter((name) => Json.isGiven(value[name]))

const checkFile = (kind: string, file: Json.JsonObject, path: string): Problem | undefined => {
  const known = formats[kind]
  const format = Json.text(file["format"]) ?? ""
  if (known !== undefined && !known.includes(format)) {
    return constraint(`${path}.${kind}.format`, `Member must satisfy enum value set: [${known.join(", ")}]`)
  }
  if (kind === "document") {
    const name = Json.text(file["name"]) ?? ""
    if (name === "" || name.length > 200) {
      return constraint(`${path}.document.name`, "Member must have length between 1 and 200")
    }
    if (!/^[a-zA-Z0-9\s()[\]-]+$/.test(name) || /\s{2}/.test(name)) {
      return invalid(
        "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request."
      )
    }
  }
  return Json.isObject(file["source"]) && fields(file["source"]).length === 1
    ? undefined
    : invalid(`The ${kind} source at ${path} must have exactly one member.`)
}

const checkBlock = (block: Json.JsonObject, role: string, path: string): Problem | undefined => {
  const [kind, ...others] = fields(block)
  if (kind === undefined || others.length > 0 || !kinds.has(kind)) {
    return invalid(
      `The ContentBlock object at ${path} must set exactly one of the following keys: ${[...kinds].join(", ")}.`
    )
  }
  const value = Json.object(block[kind])
  switch (kind) {
    case "text":
      return (Json.text(block["text"]) ?? "").trim() === ""
        ? invalid(
          `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`
        )
        : undefined
    case "image":
    case "document":
    case "video":
    case "audio":
      return role === "user"
        ? checkFile(kind, value, path)
        : invalid(`The ${kind} at ${path} must be in a user message.`)
    case "toolUse":
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(Json.text(value["toolUseId"]) ?? "")) {
        return constraint(`${path}.toolUse.toolUseId`, "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+")
      }
      if (!/^[a-zA-Z0-9_-]{1,64}$/.test(Json.text(value["name"]) ?? "")) {
        return constraint(`${path}.toolUse.name`, "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+")
      }
      return Json.isObject(value["input"])
        ? undefined
        : invalid(
          `The format of the value at ${path}.toolUse.input is invalid. Provide a json object for the field and try again.`
        )
    case "toolResult":
      if (!Json.isArray(value["content"])) return invalid(`${path}.toolResult.content is required.`)
      return value["status"] === "error" && value["content"].length === 0
        ? invalid(`The content field at ${path}.toolResult cannot be empty when status value is error.`)
        : undefined
    case "reasoningContent":
      return role === "assistant"
        ? undefined
        : invalid("User messages cannot contain reasoning content. Please remove the reasoning content and try again.")
    case "cachePoint":
      return value["type"] === "default"
        ? undefined
        : constraint(`${path}.cachePoint.type`, "Member must satisfy enum value set: [default]")
    default:
      return undefined
  }
}

const ids = (blocks: ReadonlyArray<Json.JsonObject>, kind: "toolUse" | "toolResult"): ReadonlyArray<string> =>
  blocks.flatMap((block) => {
    const value = Json.object(block[kind])
    return Json.isObject(block[kind]) && value["type"] !== "server_tool_use" ? Json.text(value["toolUseId"]) ?? [] : []
  })

const checkMessages = (messages: ReadonlyArray<Json.Json>): Problem | undefined => {
  if (messages.length === 0) return invalid("The messages field is required.")
  let previous: string | undefined
  let open: ReadonlyArray<string> = []
  for (const [index, entry] of messages.entries()) {
    const path = `messages.${index}`
    const message = Json.object(entry)
    const role = Json.text(message["role"])
    if (role !== "user" && role !== "assistant") {
      return constraint(`${path}.member.role`, "Member must satisfy enum value set: [user, assistant]")
    }
    if (index === 0 && role !== "user") {
      return invalid(
        "A conversation must start with a user message. Try again with a conversation that starts with a user message."
      )
    }
    if (role === previous) {
      return invalid(
        "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again."
      )
    }
    const blocks = Json.list(message["content"]).map(Json.object)
    if (blocks.length === 0) {
      return invalid(
        `The content field in the Message object at ${path} is empty. Add a ContentBlock object to the content field and try again.`
      )
    }
    for (const [position, block] of blocks.entries()) {
      const problem = checkBlock(block, role, `${path}.content.${position}`)
      if (problem !== undefined) return problem
    }
    if (blocks.every((block) => Json.isGiven(block["cachePoint"]))) {
      return invalid("There is nothing available to cache. Please remove the invalid cache point and try again.")
    }
    const calls = ids(blocks, "toolUse")
    if (new Set(calls).size < calls.length) {
      return invalid(`The toolUse blocks at ${path}.content contain duplicate Ids: ${calls.join(", ")}`)
    }
    if (role === "user") {
      const results = ids(blocks, "toolResult")
      const missing = open.filter((id) => !results.includes(id))
      if (missing.length > 0) {
        return invalid(`Expected toolResult blocks at ${path}.content for the following Ids: ${missing.join(", ")}`)
      }
      if (results.some((id) => !open.includes(id))) {
        return invalid(
          `The number of toolResult blocks at ${path}.content exceeds the number of toolUse blocks of previous turn.`
        )
      }
    }
    open = role === "assistant" ? calls : []
    previous = role
  }
  return open.length === 0
    ? undefined
    : invalid(
      `Expected toolResult blocks at messages.${messages.length}.content for the following Ids: ${open.join(", ")}`
    )
}

/** Checks what some of the models behind the API refuse of a conversation. */
const checkModel = (messages: ReadonlyArray<Json.JsonObject>, model: string): Problem | undefined => {
  const isMistral = /(^|[./])mistral\./.test(model)
  for (const [index, message] of messages.entries()) {
    const blocks = Json.list(message["content"]).map(Json.object)
    const badId = [...ids(blocks, "toolUse"), ...ids(blocks, "toolResult")].find((id) => !/^[a-zA-Z0-9]{9}$/.test(id))
    if (isMistral && badId !== undefined) {
      return invalid(`Tool call id was ${badId} but must be a-z, A-Z, 0-9, with a length of 9.`)
    }
    const isMixed = ids(blocks, "toolResult").length > 0 &&
      blocks.some((block) => !Json.isGiven(block["toolResult"]) && !Json.isGiven(block["cachePoint"]))
    if (isMixed && !/(^|[./])(anthropic\.|amazon\.nova)/.test(model)) {
      return invalid(
        `The model accepts no other content beside tool results in a message: messages.${index}. Conversation roles must alternate.`
      )
    }
  }
  return undefined
}

const checkTools = (body: Json.JsonObject): Problem | undefined => {
  const config = Json.object(body["toolConfig"])
  const tools = Json.list(config["tools"]).map(Json.object)
  if (Json.isGiven(body["toolConfig"]) && tools.length === 0) {
    return constraint("toolConfig.tools", "Member must have length greater than or equal to 1")
  }
  const usesTools = Json.list(body["messages"]).some((message) =>
    Json.list(Json.object(message)["content"]).some((block) =>
      Json.isGiven(Json.object(block)["toolUse"]) || Json.isGiven(Json.object(block)["toolResult"])
    )
  )
  if (usesTools && tools.length === 0) {
    return invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.")
  }
  for (const [index, tool] of tools.entries()) {
    if (!Json.isGiven(tool["toolSpec"])) continue
    const spec = Json.object(tool["toolSpec"])
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(Json.text(spec["name"]) ?? "")) {
      return constraint(
        `toolConfig.tools.${index + 1}.member.toolSpec.name`,
        "Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+"
      )
    }
    if (spec["description"] === "") {
      return constraint(
        `toolConfig.tools.${index + 1}.member.toolSpec.description`,
        "Member must have length greater than or equal to 1"
      )
    }
    const schema = Json.object(Json.object(spec["inputSchema"])["json"])
    if (schema["type"] !== "object") {
      return invalid(
        `The value at toolConfig.tools.${index}.toolSpec.inputSchema.json.type must be one of the following: object.`
      )
    }
  }
  const choice = config["toolChoice"]
  if (!Json.isGiven(choice)) return undefined
  const [kind, ...others] = fields(Json.object(choice))
  if (kind === undefined || others.length > 0 || !["auto", "any", "tool"].includes(kind)) {
    return invalid("The toolChoice field must set exactly one of the following keys: auto, any, tool.")
  }
  return Json.isGiven(Json.object(body["additionalModelRequestFields"])["tool_choice"])
    ? invalid(
      `The additional field tool_choice/type conflicts with the existing field toolConfig.toolChoice.${kind}. Remove tool_choice/type and try again.`
    )
    : undefined
}

const checkInference = (config: Json.JsonObject): Problem | undefined => {
  const between = (name: string, minimum: number, maximum: number): Problem | undefined => {
    const value = config[name]
    if (!Json.isGiven(value)) return undefined
    return typeof value === "number" && value >= minimum && value <= maximum
      ? undefined
      : constraint(`inferenceConfig.${name}`, `Member must have value between ${minimum} and ${maximum}`)
  }
  return between("temperature", 0, 1) ?? between("topP", 0, 1) ?? between("maxTokens", 1, Infinity)
}

const checkFormat = (body: Json.JsonObject): Problem | undefined => {
  const format = Json.object(Json.object(body["outputConfig"])["textFormat"])
  if (!Json.isGiven(Json.object(body["outputConfig"])["textFormat"])) return undefined
  const definition = Json.object(Json.object(format["structure"])["jsonSchema"])
  return format["type"] === "json_schema" && typeof definition["schema"] === "string"
    ? undefined
    : invalid("outputConfig.textFormat.structure.jsonSchema.schema must be a JSON schema as a string.")
}

/** Checks what the generation of a Claude model refuses. */
const checkClaude = ({ body, path, strictness }: IncomingRequest): Problem | undefined => {
  const model = BedrockAddress.read(path)?.model ?? ""
  if (strictness !== "provider" || !model.includes("claude")) return undefined
  const inference = Json.object(body["inferenceConfig"])
  const additional = Json.object(body["additionalModelRequestFields"])
  const tools = Json.object(body["toolConfig"])
  const choice = Json.object(tools["toolChoice"])
  const own = Json.object(additional["tool_choice"])["type"]
  const message = ClaudeRules.check({
    model,
    sampling: [
      ...["temperature", "topP"].filter((name) => Json.isGiven(inference[name])),
      ...["temperature", "top_p", "top_k"].filter((name) => Json.isGiven(additional[name]))
    ],
    thinking: Json.object(additional["thinking"]),
    hasEffort: Json.isGiven(Json.object(additional["output_config"])["effort"]),
    isForced: Json.isGiven(choice["any"]) || Json.isGiven(choice["tool"]) || own === "any" || own === "tool",
    isPrefilled: ClaudeRules.isPrefilled(body["messages"]),
    marks: [tools["tools"], body["system"], body["messages"]].flatMap((place) =>
      ClaudeRules.marksIn(place, "cachePoint")
    )
  })
  return message === undefined ? undefined : invalid(`The model returned the following errors: ${message}`)
}

/** Returns the first problem that the service would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body, path, strictness } = request
  const unknown = strictness === "provider" ? Object.keys(body).find((name) => !parameters.has(name)) : undefined
  if (unknown !== undefined) {
    return invalid(
      `Malformed input request: #: extraneous key [${unknown}] is not permitted, please reformat your input and try again.`
    )
  }
  const blank = Json.list(body["system"]).findIndex((block) => Json.text(Json.object(block)["text"])?.trim() === "")
  if (blank >= 0) {
    return invalid(
      `The text field in the SystemContentBlock object at system.${blank} is blank. Add text to the text field, and try again.`
    )
  }
  const messages = Json.list(body["messages"])
  const model = strictness === "provider" ? BedrockAddress.read(path)?.model : undefined
  return checkMessages(messages) ??
    (model === undefined ? undefined : checkModel(messages.map(Json.object), model)) ?? checkTools(body) ??
    checkInference(Json.object(body["inferenceConfig"])) ?? checkFormat(body) ?? checkClaude(request)
}
