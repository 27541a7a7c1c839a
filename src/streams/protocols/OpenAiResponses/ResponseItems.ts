/**
 * Output items of the Responses API, from the wire to ours.
 *
 * An item that is done says again what its deltas said. What they did not say is delivered as one more delta, so that
 * deltas put together are always the item.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { Citation, MessageContent, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, messageContent, toolCall } from "../../response/Assembly.ts"
import {
  array,
  defined,
  isObject,
  type JsonObject,
  nonEmpty,
  number,
  object,
  objects,
  string
} from "../../json/Json.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import { type Growing, rest } from "../../response/Text.ts"

/**
 * The protocol's name, which items carry.
 *
 * @category models
 * @since 0.1.0
 */
export const name = "openai-responses"

/** xAI's own searches of X come as calls of free-form tools, told apart by their ids only. */
const isOwnSearch = (item: JsonObject): boolean => string(item.call_id)?.startsWith("xs_call_") === true

/**
 * The kind of item that a wire item is. Tools that the provider runs are named `…_call`, their results `…_output`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const kind = (item: JsonObject): ItemStart["type"] => {
  const type = string(item.type) ?? ""
  switch (type) {
    case "message":
    case "reasoning":
      return type
    case "function_call":
      return "tool-call"
    case "custom_tool_call":
      return isOwnSearch(item) ? "server-tool-call" : "custom-tool-call"
    default:
      return /_call$|_output$|^mcp_/.test(type) ? "server-tool-call" : "unknown"
  }
}

/**
 * The id that events name an item by: a call's is the one that its result must name.
 *
 * @category accessors
 * @since 0.1.0
 */
export const idOf = (item: JsonObject): string | undefined =>
  item.type === "function_call" || item.type === "custom_tool_call"
    ? (nonEmpty(item.call_id) ?? nonEmpty(item.id))
    : nonEmpty(item.id)

/**
 * Reads an annotation of a text.
 *
 * @category decoding
 * @since 0.1.0
 */
export const citation = (annotation: JsonObject): Citation => {
  const url = nonEmpty(annotation.url)
  const title = nonEmpty(annotation.title) ?? nonEmpty(annotation.filename)
  const startIndex = number(annotation.start_index)
  const endIndex = number(annotation.end_index)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(endIndex === undefined ? {} : { endIndex }),
    native: defined(annotation)
  }
}

/** The fields of an item that make it a call of a kind that we know; a replay of any other needs the whole object. */
const plainCall = new Set(["type", "id", "call_id", "name", "arguments", "status"])
const plainReasoning = new Set(["type", "id", "summary", "content", "encrypted_content", "status"])

const nativeBeyond = (item: JsonObject, known: ReadonlySet<string>): { readonly native?: Schema.Json } =>
  Object.keys(item).some((key) => !known.has(key) && item[key] !== null) ? { native: defined(item) } : {}

const partText = (part: JsonObject): string | undefined => string(part.text) ?? string(part.refusal)

const readMessage = (assembly: Assembly, open: OpenItem, item: JsonObject): ResponseItem => {
  const content: Array<MessageContent> = []
  let text = ""
  let refusal = ""
  let foreign = false
  let last = 0
  for (const [at, entry] of (array(item.content) ?? []).entries()) {
    const part = object(entry)
    const words = part === undefined ? undefined : partText(part)
    if (part === undefined || words === undefined) {
      foreign = true
      assembly.unknown(`content ${string(part?.type) ?? "part"}`)
      continue
    }
    last = at
    if (part.type === "refusal") {
      refusal += words
      content.push({ _tag: "Refusal", refusal: words })
    } else {
      text += words
      const citations = objects(part.annotations).map(citation)
      content.push({ _tag: "OutputText", text: words, citations })
    }
  }
  const textSoFar: Array<Growing> = []
  const refusalSoFar: Array<Growing> = []
  let cited = 0
  for (const part of open.content) {
    if (part === undefined) continue
    if (part.growing.length > 0) (part.refusal ? refusalSoFar : textSoFar).push(part.growing)
    cited += part.citations.length
  }
  const hasRefused = refusalSoFar.length > 0
  const hasSpoken = textSoFar.length > 0
  // Some servers number the parts from 1, so what is delivered is compared as one text and not part by part.
  const at = Math.max(last, open.content.length - 1)
  assembly.text(open, rest(text, textSoFar), at)
  assembly.refusal(open, rest(refusal, refusalSoFar), !hasRefused && hasSpoken ? at + 1 : at)
  for (const part of content) {
    for (const found of part._tag === "OutputText" ? part.citations : []) {
      if (cited > 0) cited--
      else assembly.citation(open, found, at)
    }
  }
  const id = nonEmpty(item.id) ?? open.id
  const phase = nonEmpty(item.phase) ?? open.phase
  return {
    _tag: "Message",
    ...(id === undefined ? {} : { id }),
    ...(phase === undefined ? {} : { phase }),
    // A done item that is empty though its deltas were not: Azure and gateways that only relay.
    content: text === "" && refusal === "" && (hasSpoken || hasRefused) ? messageContent(open) : content,
    protocol: name,
    ...(foreign ? { native: defined(item) } : {})
  }
}

const texts = (parts: unknown): ReadonlyArray<string> => objects(parts).flatMap((part) => string(part.text) ?? [])

const readReasoning = (assembly: Assembly, open: OpenItem, item: JsonObject): ResponseItem => {
  const summary = texts(item.summary)
  const content = texts(item.content)
  if (open.summaryParts.length === 0) {
    for (const [at, part] of summary.entries()) {
      assembly.summaryPart(open, at)
      assembly.summary(open, part, at)
    }
  } else {
    assembly.summary(open, rest(summary.join(""), open.summaryParts), open.summaryParts.length - 1)
  }
  assembly.reasoning(open, rest(content.join(""), open.reasoningParts), Math.max(0, open.reasoningParts.length - 1))
  const id = nonEmpty(item.id) ?? open.id
  const encryptedContent = nonEmpty(item.encrypted_content)
  return {
    _tag: "Reasoning",
    ...(id === undefined ? {} : { id }),
    content: content.join("") === "" ? open.reasoning.filter((part) => part !== undefined) : content,
    summary: summary.join("") === "" ? open.summary.filter((part) => part !== undefined) : summary,
    ...(encryptedContent === undefined ? {} : { encryptedContent }),
    protocol: name,
    ...nativeBeyond(item, plainReasoning)
  }
}

/** Arguments are text; some servers send the object that the text would be. */
const argumentsOf = (item: JsonObject): string => {
  const value = item.arguments
  return typeof value === "string" ? value : isObject(value) ? JSON.stringify(value) : ""
}

const readCall = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  const given = argumentsOf(item)
  assembly.toolArguments(open, rest(given, [open.growingArguments]))
  const raw = given === "" ? open.arguments : given
  const id = idOf(item) ?? open.id ?? ""
  const tool = nonEmpty(item.name) ?? open.name
  const call = toolCall({ id, name: tool, arguments: raw, protocol: name, itemId: nonEmpty(item.id) }, cut)
  if (call._tag !== "ToolCall") return call
  // A replay writes the arguments as the model did, spaces and all, so that the server's prompt cache knows them again.
  return raw === JSON.stringify(call.arguments)
    ? { ...call, ...nativeBeyond(item, plainCall) }
    : { ...call, native: { ...defined(item), arguments: raw } }
}

const readCustomCall = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  const given = string(item.input) ?? ""
  assembly.toolArguments(open, rest(given, [open.growingArguments]))
  const input = given === "" ? open.arguments : given
  const id = idOf(item) ?? open.id ?? ""
  const tool = nonEmpty(item.name) ?? open.name
  return cut
    ? { _tag: "InvalidToolCall", id, name: tool, argumentsRaw: input, reason: "cut" }
    : { _tag: "CustomToolCall", id, name: tool, input, protocol: name, native: defined(item) }
}

const readServerTool = (item: JsonObject): ResponseItem => {
  const id = nonEmpty(item.id)
  const tool = nonEmpty(item.name)
  const status = nonEmpty(item.status)
  return {
    _tag: "ServerToolCall",
    type: string(item.type) ?? "",
    ...(id === undefined ? {} : { id }),
    ...(tool === undefined ? {} : { name: tool }),
    ...(status === undefined ? {} : { status }),
    protocol: name,
    native: defined(item)
  }
}

/**
 * Reads an item that is done, delivers what its deltas left out, and gives the item as we keep it. `cut` says that a limit
 * may have cut it off.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  switch (kind(item)) {
    case "message":
      return readMessage(assembly, open, item)
    case "reasoning":
      return readReasoning(assembly, open, item)
    case "tool-call":
      return readCall(assembly, open, item, cut || item.status === "incomplete")
    case "custom-tool-call":
      return readCustomCall(assembly, open, item, cut || item.status === "incomplete")
    case "server-tool-call":
      return readServerTool(item)
    case "file":
    case "unknown":
      return { _tag: "UnknownItem", type: string(item.type) ?? "", protocol: name, native: defined(item) }
  }
}

/**
 * The object that an open item would be on the wire if it were done as it stands; `undefined` for a kind that only the
 * provider can finish.
 *
 * @category constructors
 * @since 0.1.0
 */
export const asItStands = (open: OpenItem): JsonObject | undefined => {
  switch (open.type) {
    case "message":
    case "reasoning":
      return { type: open.type }
    case "tool-call":
      return { type: "function_call" }
    case "custom-tool-call":
      return { type: "custom_tool_call" }
    case "server-tool-call":
    case "file":
    case "unknown":
      return undefined
  }
}
