/**
 * Converts the finished items of the Responses API to ours.
 *
 * A finished item repeats what its deltas said. What they left out is emitted as one more delta, so that the deltas put
 * together are always the item.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type * as Schema from "effect/Schema"
import type { MessageContent, ResponseItem } from "../../../domain/ResponseItem.ts"
import { array, defined, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import { type Assembly, messageContent, toolCall } from "../../response/Assembly.ts"
import * as Logprobs from "../../response/Logprobs.ts"
import { isBlank } from "../../response/OpenBlocks.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import { type Growing, rest } from "../../response/Text.ts"
import * as Citations from "./Citations.ts"
import * as WireItem from "./WireItem.ts"

const protocol = WireItem.name

/** The fields of a tool call and of reasoning that our items keep. An item with others is kept whole in `native`. */
const plainCall = new Set(["type", "id", "call_id", "name", "arguments", "status"])
const plainReasoning = new Set(["type", "id", "summary", "content", "encrypted_content", "status"])

const nativeBeyond = (item: JsonObject, known: ReadonlySet<string>): { readonly native?: Schema.Json } =>
  Object.keys(item).some((key) => !known.has(key) && item[key] !== null) ? { native: defined(item) } : {}

interface MessageParts {
  readonly content: ReadonlyArray<MessageContent>
  readonly text: string
  readonly refusal: string
  /** Whether there is a part of an unknown kind. */
  readonly hasUnknown: boolean
  /** The index of the last part of a known kind. */
  readonly last: number
}

const messageParts = (assembly: Assembly, item: JsonObject): MessageParts => {
  const content: Array<MessageContent> = []
  let text = ""
  let refusal = ""
  let hasUnknown = false
  let last = 0
  for (const [at, entry] of (array(item.content) ?? []).entries()) {
    const part = object(entry)
    const partText = string(part?.text) ?? string(part?.refusal)
    if (part === undefined || partText === undefined) {
      hasUnknown = true
      assembly.unknown(`content ${string(part?.type) ?? "part"}`)
      continue
    }
    last = at
    if (part.type === "refusal") {
      refusal += partText
      content.push({ _tag: "Refusal", refusal: partText })
    } else {
      text += partText
      const logprobs = Logprobs.read(part.logprobs)
      content.push({
        _tag: "OutputText",
        text: partText,
        citations: objects(part.annotations).map(Citations.read),
        ...(logprobs.length === 0 ? {} : { logprobs })
      })
    }
  }
  return { content, text, refusal, hasUnknown, last }
}

const message = (assembly: Assembly, open: OpenItem, item: JsonObject): ResponseItem => {
  const { content, hasUnknown, last, refusal, text } = messageParts(assembly, item)
  const textSoFar: Array<Growing> = []
  const refusalSoFar: Array<Growing> = []
  let emittedCitations = 0
  for (const part of open.content) {
    if (part === undefined) continue
    if (part.growing.length > 0) (part.refusal ? refusalSoFar : textSoFar).push(part.growing)
    emittedCitations += part.citations.length
  }
  const hasRefusal = refusalSoFar.length > 0
  const hasText = textSoFar.length > 0
  // Some servers number the parts from 1, so the text is compared as a whole and not part by part.
  const at = Math.max(last, open.content.length - 1)
  assembly.text(open, rest(text, textSoFar), at)
  assembly.refusal(open, rest(refusal, refusalSoFar), !hasRefusal && hasText ? at + 1 : at)
  for (const part of content) {
    for (const citation of part._tag === "OutputText" ? part.citations : []) {
      if (emittedCitations > 0) emittedCitations--
      else assembly.citation(open, citation, at)
    }
  }
  const id = nonEmpty(item.id) ?? open.id
  const phase = nonEmpty(item.phase) ?? open.phase
  return {
    _tag: "Message",
    ...(id === undefined ? {} : { id }),
    ...(phase === undefined ? {} : { phase }),
    // The finished item may be empty though its deltas were not (Azure, and gateways that only relay).
    content: text === "" && refusal === "" && (hasText || hasRefusal) ? messageContent(open) : content,
    protocol,
    ...(hasUnknown ? { native: defined(item) } : {})
  }
}

const texts = (parts: unknown): ReadonlyArray<string> => objects(parts).flatMap((part) => string(part.text) ?? [])

const reasoning = (assembly: Assembly, open: OpenItem, item: JsonObject): ResponseItem => {
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
    protocol,
    ...nativeBeyond(item, plainReasoning)
  }
}

/** Returns the arguments as text. Some servers send them as an object. */
const argumentsOf = (item: JsonObject): string => {
  const value = item.arguments
  return typeof value === "string" ? value : isObject(value) ? JSON.stringify(value) : ""
}

const finishedCall = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  const final = argumentsOf(item)
  assembly.toolArguments(open, rest(final, [open.growingArguments]))
  // Some servers end with `{}` or `null` in place of the arguments that they sent before (LM Studio).
  const raw = isBlank(final) && open.arguments !== "" ? open.arguments : final
  const id = open.id ?? ""
  const tool = nonEmpty(item.name) ?? open.name
  // The arguments of a call that was cut off may be JSON all the same.
  if (item.status === "incomplete") return { _tag: "InvalidToolCall", id, name: tool, argumentsRaw: raw, reason: "cut" }
  const call = toolCall({ id, name: tool, arguments: raw, protocol, itemId: nonEmpty(item.id) }, cut)
  if (call._tag !== "ToolCall") return call
  // The arguments are sent back as the model wrote them, with their spaces, so that the server's prompt cache matches.
  return raw === JSON.stringify(call.arguments)
    ? { ...call, ...nativeBeyond(item, plainCall) }
    : { ...call, native: { ...defined(item), arguments: raw } }
}

const customCall = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  const final = string(item.input) ?? ""
  assembly.toolArguments(open, rest(final, [open.growingArguments]))
  const input = final === "" ? open.arguments : final
  const id = open.id ?? ""
  const tool = nonEmpty(item.name) ?? open.name
  return cut || tool === ""
    ? { _tag: "InvalidToolCall", id, name: tool, argumentsRaw: input, reason: cut ? "cut" : "malformed" }
    : { _tag: "CustomToolCall", id, name: tool, input, protocol, native: defined(item) }
}

const serverTool = (item: JsonObject): ResponseItem => {
  const id = nonEmpty(item.id)
  const tool = nonEmpty(item.name)
  const status = nonEmpty(item.status)
  return {
    _tag: "ServerToolCall",
    type: string(item.type) ?? "",
    ...(id === undefined ? {} : { id }),
    ...(tool === undefined ? {} : { name: tool }),
    ...(status === undefined ? {} : { status }),
    protocol,
    native: defined(item)
  }
}

/**
 * Converts a finished item, and emits what its deltas left out. `cut` says that a limit may have cut the item.
 */
export const read = (assembly: Assembly, open: OpenItem, item: JsonObject, cut: boolean): ResponseItem => {
  switch (WireItem.kind(item)) {
    case "message":
      return message(assembly, open, item)
    case "reasoning":
      return reasoning(assembly, open, item)
    case "tool-call":
      return finishedCall(assembly, open, item, cut)
    case "custom-tool-call":
      return customCall(assembly, open, item, cut || item.status === "incomplete")
    case "server-tool-call":
      return serverTool(item)
    case "file":
    case "unknown":
      return { _tag: "UnknownItem", type: string(item.type) ?? "", protocol, native: defined(item) }
  }
}

/**
 * Returns the wire item of an open item that no event finished: what its deltas and its beginning (`began`) said. It is
 * `undefined` for a kind that only the provider can finish. The encrypted content of a beginning is not that of the
 * whole.
 */
export const unfinished = (open: OpenItem, began: JsonObject | undefined): JsonObject | undefined => {
  const item = began ?? emptyItem(open)
  if (item === undefined) return undefined
  const { encrypted_content: _, status: __, ...known } = item
  return open.arguments === "" ? known : { ...known, arguments: "", input: "" }
}

const emptyItem = (open: OpenItem): JsonObject | undefined => {
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
