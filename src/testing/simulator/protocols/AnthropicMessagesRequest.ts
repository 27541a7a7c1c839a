/**
 * Validates requests to Anthropic's Messages API as the provider does.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import * as Json from "../Json.ts"
import type { IncomingRequest, Problem } from "../WireProtocol.ts"
import * as AnthropicBetas from "./AnthropicBetas.ts"
import * as ClaudeRules from "./ClaudeRules.ts"
import * as Schemas from "./Schemas.ts"
import * as VendorRules from "./VendorRules.ts"

const parameters = new Set([
  "cache_control",
  "compaction",
  "container",
  "context_management",
  "fallback_credit_token",
  "fallbacks",
  "inference_geo",
  "max_tokens",
  "mcp_servers",
  "messages",
  "metadata",
  "model",
  "output_config",
  "output_format",
  "service_tier",
  "speed",
  "stop_sequences",
  "stream",
  "system",
  "temperature",
  "thinking",
  "tool_choice",
  "tools",
  "top_k",
  "top_p"
])

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

const required = (name: string): Problem => invalid(`${name}: Field required`)

const blocksOf = (content: Json.Json | undefined): ReadonlyArray<Json.JsonObject> => Json.list(content).map(Json.object)

const checkBlock = (block: Json.JsonObject, path: string, isSigned: boolean): Problem | undefined => {
  const type = Json.text(block["type"])
  switch (type) {
    case undefined:
      return required(`${path}.type`)
    case "text":
      if (Json.text(block["text"]) === undefined) return required(`${path}.text.text`)
      return block["text"] === "" ? invalid("messages: text content blocks must be non-empty") : undefined
    case "image":
    case "document":
      return Json.isObject(block["source"]) ? undefined : required(`${path}.${type}.source`)
    case "tool_use":
      if (Json.text(block["id"]) === undefined) return required(`${path}.tool_use.id`)
      if (!/^[a-zA-Z0-9_-]+$/.test(Json.text(block["id"]) ?? "")) {
        return invalid(`${path}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`)
      }
      if (Json.text(block["name"]) === undefined) return required(`${path}.tool_use.name`)
      return Json.isObject(block["input"])
        ? undefined
        : invalid(`${path}.tool_use.input: Input should be a valid dictionary`)
    case "tool_result":
      return Json.text(block["tool_use_id"]) === undefined ? required(`${path}.tool_result.tool_use_id`) : undefined
    case "thinking":
      if (Json.text(block["thinking"]) === undefined) return required(`${path}.thinking.thinking`)
      return !isSigned || Json.text(block["signature"]) ? undefined : required(`${path}.thinking.signature`)
    case "redacted_thinking":
      return Json.text(block["data"]) === undefined ? required(`${path}.redacted_thinking.data`) : undefined
    default:
      return undefined
  }
}

const checkResults = (
  blocks: ReadonlyArray<Json.JsonObject>,
  open: ReadonlySet<string>,
  path: string
): Problem | undefined => {
  const results = blocks.filter((block) => block["type"] === "tool_result")
  const stray = results.find((block) => !open.has(Json.text(block["tool_use_id"]) ?? ""))
  if (stray !== undefined) {
    return invalid(
      `${path}: unexpected tool_use_id found in tool_result blocks: ${
        Json.text(stray["tool_use_id"]) ?? ""
      }. Each tool_result block must have a corresponding tool_use block in the previous message.`
    )
  }
  const resultIds = new Set(results.map((block) => block["tool_use_id"]))
  const missing = [...open].filter((id) => !resultIds.has(id))
  if (missing.length > 0) {
    return invalid(
      `${path}: tool_use ids were found without tool_result blocks immediately after: ${missing.join(", ")}.`
    )
  }
  if (resultIds.size < results.length) {
    return invalid(`${path}: each tool_use must have a single result. Found multiple \`tool_result\` blocks.`)
  }
  const firstOther = blocks.findIndex((block) => block["type"] !== "tool_result")
  return firstOther !== -1 && blocks.slice(firstOther).some((block) => block["type"] === "tool_result")
    ? invalid(`${path}: tool_result blocks must come before all other content`)
    : undefined
}

/** Checks that no two calls have one id. */
const checkIds = (messages: ReadonlyArray<Json.JsonObject>): Problem | undefined => {
  const ids = messages.flatMap((message) =>
    blocksOf(message["content"]).flatMap((block) => block["type"] === "tool_use" ? [block["id"]] : [])
  )
  return new Set(ids).size < ids.length ? invalid("messages: `tool_use` ids must be unique") : undefined
}

/** Checks the toolset of results whose call is for a member of one. */
const checkToolsets = (messages: ReadonlyArray<Json.JsonObject>): Problem | undefined => {
  const blocks = messages.flatMap((message) => blocksOf(message["content"]))
  const toolsets = new Map(
    blocks.flatMap((block) => block["type"] === "tool_use" ? [[block["id"], block["toolset_name"]] as const] : [])
  )
  const wrong = blocks.find((block) =>
    block["type"] === "tool_result" && (toolsets.get(block["tool_use_id"]) ?? null) !== (block["toolset_name"] ?? null)
  )
  return wrong === undefined
    ? undefined
    : invalid(
      `messages: the toolset_name of tool_result ${Json.text(wrong["tool_use_id"])} is not that of its tool_use`
    )
}

/** Returns whether a message is only the effort of those after it, which may be anywhere. */
const isEffortAlone = (message: Json.JsonObject | undefined): boolean =>
  message?.["role"] === "system" && Json.isArray(message["content"]) && message["content"].length === 0 &&
  Json.isGiven(message["output_config"])

/** Checks the place of a system message inside the conversation. */
const checkSystem = (messages: ReadonlyArray<Json.JsonObject>, index: number): Problem | undefined => {
  const path = `messages.${index}`
  const message = messages[index]
  if (isEffortAlone(message)) return undefined
  const content = message?.["content"]
  if (content === "" || (Json.isArray(content) && content.length === 0)) {
    return invalid(`${path}: system messages must have non-empty content`)
  }
  const before = messages.slice(0, index).findLast((entry) => !isEffortAlone(entry))
  const after = messages.slice(index + 1).find((entry) => !isEffortAlone(entry))
  const isAfterTool = Json.text(blocksOf(before?.["content"]).at(-1)?.["type"])?.endsWith("_tool_result") === true
  if (before?.["role"] !== "user" && !(before?.["role"] === "assistant" && isAfterTool)) {
    return invalid(`${path}: a system message must follow a user message`)
  }
  return after === undefined || after["role"] === "assistant"
    ? undefined
    : invalid(`${path}: a system message must be last or be followed by an assistant message`)
}

const checkMessages = (request: IncomingRequest): Problem | undefined => {
  const messages = request.body["messages"]
  if (!Json.isGiven(messages)) return required("messages")
  if (!Json.isArray(messages)) return invalid("messages: Input should be a valid list")
  if (messages.length === 0) return invalid("messages: at least one message is required")
  const all = messages.map(Json.object)
  let isFirst = true
  const isSigned = !VendorRules.isTheirs(Json.text(request.body["model"]) ?? "")
  let previous: string | undefined
  let open = new Set<string>()
  for (const [index, entry] of messages.entries()) {
    const path = `messages.${index}`
    const message = Json.object(entry)
    const role = Json.text(message["role"])
    if (role === undefined) return required(`${path}.role`)
    if (role === "system") {
      const refusal = ClaudeRules.checkSystemRole(Json.text(request.body["model"]) ?? "")
      const problem = refusal === undefined ? checkSystem(all, index) : invalid(refusal)
      if (problem !== undefined) return problem
      previous = undefined
      continue
    }
    if (role !== "user" && role !== "assistant") {
      return invalid(`messages: Unexpected role "${role}". Allowed roles are "user" or "assistant".`)
    }
    if (isFirst && role !== "user") return invalid("messages: first message must use the \"user\" role")
    isFirst = false
    if (role === previous) {
      return invalid(
        `messages: roles must alternate between "user" and "assistant", but found multiple "${role}" roles in a row`
      )
    }
    const content = message["content"]
    if (typeof content !== "string" && !Json.isArray(content)) return required(`${path}.content`)
    const isLast = index === messages.length - 1
    if (content.length === 0 && !(isLast && role === "assistant")) {
      return invalid(`${path}: all messages must have non-empty content`)
    }
    const blocks = blocksOf(content)
    for (const [position, block] of blocks.entries()) {
      const problem = checkBlock(block, `${path}.content.${position}`, isSigned)
      if (problem !== undefined) return problem
    }
    const problem = role === "user" ? checkResults(blocks, open, path) : undefined
    if (problem !== undefined) return problem
    const prefill = typeof content === "string" ? content : Json.text(blocks.at(-1)?.["text"])
    if (isLast && role === "assistant" && prefill !== undefined && /\s$/.test(prefill)) {
      return invalid("messages: final assistant content cannot end with trailing whitespace")
    }
    open = new Set(
      role === "assistant"
        ? blocks.flatMap((block) => block["type"] === "tool_use" ? Json.text(block["id"]) ?? [] : [])
        : []
    )
    previous = role
  }
  return open.size === 0
    ? checkIds(all) ?? checkToolsets(all)
    : invalid(
      `messages: tool_use ids were found without tool_result blocks immediately after: ${[...open].join(", ")}.`
    )
}

const checkTools = (body: Json.JsonObject): Problem | undefined => {
  for (const [index, entry] of Json.list(body["tools"]).entries()) {
    const tool = Json.object(entry)
    const type = Json.text(tool["type"])
    if (type?.includes("_toolset_") === true && Json.isGiven(tool["name"])) {
      return invalid(`tools.${index}.${type}.name: Extra inputs are not permitted`)
    }
    if (type !== undefined && type !== "custom") continue
    const name = Json.text(tool["name"])
    if (name === undefined) return required(`tools.${index}.custom.name`)
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(name)) {
      return invalid(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
    }
    if (!Json.isObject(tool["input_schema"])) return required(`tools.${index}.custom.input_schema`)
    if (tool["input_schema"]["type"] !== "object") {
      return invalid(`tools.${index}.custom.input_schema.type: Input should be 'object'`)
    }
    const problem = Schemas.checkParameters(tool["input_schema"], tool["strict"] === true)
    if (problem !== undefined) return invalid(`tools.${index}.custom.input_schema: ${problem}`)
  }
  const choice = body["tool_choice"]
  if (!Json.isGiven(choice)) return undefined
  if (!Json.isObject(choice)) return invalid("tool_choice: Input should be a valid dictionary")
  if (Json.list(body["tools"]).length === 0) return invalid("tool_choice: may only be specified while providing tools")
  return choice["type"] === "tool" && Json.text(choice["name"]) === undefined
    ? required("tool_choice.tool.name")
    : undefined
}

const checkThinking = (body: Json.JsonObject): Problem | undefined => {
  // There it is a switch, and the sampling parameters are ignored.
  if (VendorRules.isTheirs(Json.text(body["model"]) ?? "")) return undefined
  const thinking = Json.object(body["thinking"])
  const budget = thinking["budget_tokens"]
  if (thinking["type"] === "enabled") {
    if (typeof budget !== "number") return required("thinking.enabled.budget_tokens")
    if (budget < 1024) return invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
    if (typeof body["max_tokens"] === "number" && budget >= body["max_tokens"]) {
      return invalid("max_tokens must be greater than thinking.budget_tokens")
    }
  }
  if (thinking["type"] !== "enabled" && thinking["type"] !== "adaptive") return undefined
  if (Json.isGiven(body["temperature"]) && body["temperature"] !== 1) {
    return invalid("temperature may only be set to 1 when thinking is enabled")
  }
  return Json.isGiven(body["top_k"]) ? invalid("top_k must be unset when thinking is enabled") : undefined
}

const checkLimits = (body: Json.JsonObject): Problem | undefined => {
  const limit = body["max_tokens"]
  if (!Json.isGiven(limit)) return required("max_tokens")
  if (typeof limit !== "number" || limit < 1) return invalid("max_tokens: Input should be greater than or equal to 1")
  const { temperature } = body
  if (Json.isGiven(temperature) && (typeof temperature !== "number" || temperature < 0 || temperature > 1)) {
    return invalid("temperature: range: 0..1")
  }
  const isTheirs = VendorRules.isTheirs(Json.text(body["model"]) ?? "")
  if (Json.isGiven(temperature) && Json.isGiven(body["top_p"]) && !isTheirs) {
    return invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
  }
  const { system } = body
  if (Json.isGiven(system) && typeof system !== "string" && !Json.isArray(system)) {
    return invalid("system: Input should be a valid list")
  }
  return blocksOf(system).some((block) => block["text"] === "")
    ? invalid("system: text content blocks must be non-empty")
    : undefined
}

const checkFormat = (body: Json.JsonObject): Problem | undefined => {
  const format = Json.object(Json.object(body["output_config"])["format"])
  if (format["type"] !== "json_schema") return undefined
  if (!Json.isObject(format["schema"])) return required("output_config.format.schema")
  const problem = Schemas.checkClosed(format["schema"])
  return problem === undefined ? undefined : invalid(`output_config.format.schema: ${problem}`)
}

const checkUnknown = (request: IncomingRequest): Problem | undefined => {
  const unknown = request.strictness === "provider"
    ? Object.keys(request.body).find((name) => !parameters.has(name))
    : undefined
  return unknown === undefined ? undefined : invalid(`${unknown}: Extra inputs are not permitted`)
}

/** Checks that the betas are named that the body needs. */
const checkBetas = ({ body, headers, strictness }: IncomingRequest): Problem | undefined => {
  const message = strictness === "provider" ? AnthropicBetas.check(body, headers["anthropic-beta"] ?? "") : undefined
  return message === undefined ? undefined : invalid(message)
}

/** Reads what the rules of DeepSeek and Moonshot are about. */
const vendorRequest = (model: string, body: Json.JsonObject): VendorRules.VendorRequest => {
  const choice = Json.object(body["tool_choice"])["type"]
  const unreasoned = Json.list(body["messages"]).findIndex((message) => {
    const blocks = blocksOf(Json.object(message)["content"])
    return blocks.some((block) => block["type"] === "tool_use") &&
      !blocks.some((block) => block["type"] === "thinking")
  })
  return {
    model,
    sampling: VendorRules.given(body, ["temperature", "top_p"]),
    effort: Json.text(Json.object(body["output_config"])["effort"]),
    effortField: "output_config.effort",
    hasSwitch: Json.isGiven(body["thinking"]),
    isOff: Json.object(body["thinking"])["type"] === "disabled",
    forced: choice === "any" ? "any" : choice === "tool" ? "named" : undefined,
    unreasoned: unreasoned < 0 ? undefined : unreasoned,
    reasoningField: "content[].thinking"
  }
}

/** Checks what the generation of the model refuses. */
const checkModelRules = ({ body, headers, strictness }: IncomingRequest): Problem | undefined => {
  if (strictness !== "provider") return undefined
  const model = Json.text(body["model"]) ?? ""
  if (VendorRules.isTheirs(model)) return VendorRules.check(vendorRequest(model, body))
  const choice = Json.object(body["tool_choice"])["type"]
  const message = ClaudeRules.check({
    model,
    version: headers["anthropic-version"],
    sampling: ["temperature", "top_p", "top_k"].filter((name) => Json.isGiven(body[name])),
    thinking: Json.object(body["thinking"]),
    hasEffort: Json.isGiven(Json.object(body["output_config"])["effort"]),
    isForced: choice === "any" || choice === "tool",
    isPrefilled: ClaudeRules.isPrefilled(body["messages"]),
    messages: Json.list(body["messages"]).map(Json.object),
    toolTypes: Json.list(body["tools"]).flatMap((tool) => Json.text(Json.object(tool)["type"]) ?? []),
    marks: [
      ...["tools", "system", "messages"].flatMap((name) => ClaudeRules.marksIn(body[name], "cache_control")),
      ...ClaudeRules.marksIn({ cache_control: body["cache_control"] ?? null }, "cache_control")
    ]
  })
  return message === undefined ? undefined : invalid(message)
}

/** Returns the first problem that the provider would report. */
export const validate = (request: IncomingRequest): Problem | undefined => {
  const { body, headers } = request
  if (!headers["anthropic-version"]) return invalid("anthropic-version: header is required")
  if (!Json.isGiven(body["model"])) return required("model")
  if (body["model"] === "") return invalid("model: String should have at least 1 character")
  return checkUnknown(request) ?? checkBetas(request) ?? checkLimits(body) ?? checkMessages(request) ??
    checkTools(body) ??
    checkThinking(body) ?? checkFormat(body) ?? checkModelRules(request)
}
