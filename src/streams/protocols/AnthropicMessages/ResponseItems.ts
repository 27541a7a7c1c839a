/**
 * Builds the items of one Messages response from its content blocks.
 *
 * @see https://docs.anthropic.com/en/api/messages-streaming
 */
import type * as Schema from "effect/Schema"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, messageContent, toolCall } from "../../response/Assembly.ts"
import { defined, isEmpty, isObject, type JsonObject, nonEmpty, objects, parse, string } from "../../json/Json.ts"
import type { Repeat } from "../../response/JsonStream.ts"
import { inputText, type OpenBlock } from "../../response/OpenBlocks.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import type { WireItems } from "../../response/WireItems.ts"

/** The protocol's name, which items carry. */
export const name = "anthropic-messages"

/** A block that is being built. */
export interface Block extends OpenBlock {
  /** The block as it was when it began, with the fields that unknown deltas have added. */
  readonly start: Record<string, Schema.Json>
}

/** Returns the type of the block that a delta without a block belongs to; `undefined` when that is not known. */
export const impliedType = (deltaType: unknown): string | undefined => {
  switch (deltaType) {
    case "text_delta":
    case "citations_delta":
      return "text"
    case "thinking_delta":
    case "signature_delta":
      return "thinking"
    default:
      return undefined
  }
}

/** Known types of blocks that are neither text nor a tool. */
const opaque = new Set(["compaction", "container_upload", "fallback", "mcp_tool_listing"])

const itemType = (type: string): ItemStart["type"] => {
  switch (type) {
    case "text":
      return "message"
    case "thinking":
    case "redacted_thinking":
      return "reasoning"
    case "tool_use":
      return "tool-call"
    default:
      return type.endsWith("_tool_use") || type.endsWith("_tool_result") ? "server-tool-call" : "unknown"
  }
}

/** Reads a citation. */
export const citation = (value: JsonObject): Citation => {
  const url = nonEmpty(value.url) ?? nonEmpty(value.source)
  const title = nonEmpty(value.title) ?? nonEmpty(value.document_title)
  const citedText = nonEmpty(value.cited_text)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === undefined ? {} : { citedText }),
    // Anthropic's indices count in the source and not in the text that cites it, so they are only in `native`.
    native: defined(value)
  }
}

/** Begins a block, and emits the content that it already holds. */
export const begin = (
  assembly: Assembly,
  wireItems: WireItems,
  ids: UniqueCallIds,
  at: number,
  value: JsonObject,
  json: string | undefined
): Block => {
  const type = string(value.type) ?? ""
  const typeOfItem = itemType(type)
  if (typeOfItem === "unknown" && !opaque.has(type)) assembly.unknown(`block ${type}`)
  const wireId = nonEmpty(value.id) ?? nonEmpty(value.tool_use_id)
  const id = typeOfItem === "tool-call" ? ids.take(wireId) : wireId
  const tool = nonEmpty(value.name) ?? (typeOfItem === "server-tool-call" ? type : undefined)
  const item = wireItems.begin(at, typeOfItem, id, tool)
  const block: Block = { item, start: defined(value), stopped: false }
  if (type === "text") {
    assembly.text(item, ScalarText.of(value.text, "text", json) ?? "")
    for (const entry of objects(value.citations)) assembly.citation(item, citation(entry))
  } else if (type === "thinking") {
    assembly.reasoning(item, ScalarText.of(value.thinking, "thinking", json) ?? "")
  } else if (type === "server_tool_use" && value.name === "web_search") {
    assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: item.index, id: id ?? "" })
  }
  return block
}

/**
 * Returns what applies the text in a field of a delta to an item; `undefined` when the item cannot hold that text.
 */
export const deltaSink = (assembly: Assembly, item: OpenItem, field: string): Repeat | undefined => {
  switch (field) {
    case "text":
      return item.type === "message" ? (text) => assembly.text(item, text) : undefined
    case "thinking":
      return item.type === "reasoning" ? (text) => assembly.reasoning(item, text) : undefined
    case "partial_json":
      return item.type === "tool-call"
        ? (text) => assembly.toolArguments(item, text)
        : (text) => item.appendArguments(text)
    default:
      return undefined
  }
}

const addText = (
  assembly: Assembly,
  item: OpenItem,
  type: string,
  field: "text" | "thinking" | "partial_json",
  text: unknown,
  json: string | undefined
): string | undefined => {
  const piece = ScalarText.of(text, field, json)
  if (piece !== undefined) deltaSink(assembly, item, field)?.(piece)
  else if (text === undefined || text === null) assembly.unknown(`${type} without ${field}`)
  else return `a ${type}'s ${field} is not a string`
  return undefined
}

/** Returns whether the block at a delta's index can hold it. Some gateways send deltas in a block of another kind. */
export const accepts = ({ item }: Block, { type }: JsonObject): boolean => {
  switch (type) {
    case "text_delta":
    case "citations_delta":
      return item.type === "message"
    case "thinking_delta":
      return item.type === "reasoning"
    case "signature_delta":
      return item.type !== "message"
    case "input_json_delta":
      return item.type !== "message" && item.type !== "reasoning"
    default:
      return true
  }
}

const deltaFields: ReadonlyMap<unknown, string> = new Map([
  ["text_delta", "text"],
  ["thinking_delta", "thinking"],
  ["input_json_delta", "partial_json"],
  ["signature_delta", "signature"]
])

/** Returns whether a delta of a known type has no content. */
export const isEmptyDelta = (delta: JsonObject): boolean => {
  const field = deltaFields.get(delta.type)
  const value = field === undefined ? true : delta[field]
  return isEmpty(value)
}

/**
 * Adds a delta to a block that accepts it; `json` is the text of its event. Returns what is wrong with a delta whose
 * loss makes the result wrong.
 */
export const add = (
  assembly: Assembly,
  block: Block,
  delta: JsonObject,
  json: string | undefined
): string | undefined => {
  const item = block.item
  switch (delta.type) {
    case "text_delta":
      return addText(assembly, item, delta.type, "text", delta.text, json)
    case "thinking_delta":
      return addText(assembly, item, delta.type, "thinking", delta.thinking, json)
    case "input_json_delta":
      return addText(assembly, item, delta.type, "partial_json", delta.partial_json, json)
    case "signature_delta":
      // In spite of its name the delta holds the whole signature, as Anthropic's own client reads it.
      if (typeof delta.signature === "string") block.start.signature = delta.signature
      else assembly.unknown("signature_delta without signature")
      return undefined
    case "citations_delta":
      if (isObject(delta.citation)) assembly.citation(item, citation(delta.citation))
      else assembly.unknown("citations_delta without citation")
      return undefined
    default:
      assembly.unknown(string(delta.type) ?? "delta without a type")
      // A delta of an unknown block belongs to that block: `compaction_delta` holds its content.
      if (item.type === "unknown" || item.type === "server-tool-call") keepFields(block, delta)
      return undefined
  }
}

const keepFields = (block: Block, delta: JsonObject): void => {
  for (const [key, value] of Object.entries(delta)) {
    if (key === "type" || value === undefined || value === null) continue
    const before = block.start[key]
    block.start[key] = typeof before === "string" && typeof value === "string" ? before + value : value
  }
}

/** The fields of a tool call that are not kept apart for the next request. */
const plainFields = new Set(["type", "id", "name", "input"])

const finishedCall = (assembly: Assembly, block: Block, cut: boolean): ResponseItem => {
  const { item, start } = block
  const raw = inputText(block.item, block.start.input)
  if (item.arguments === "") assembly.toolArguments(item, raw)
  const id = item.id ?? ""
  const call = toolCall({ id, name: item.name, arguments: raw, protocol: name }, cut)
  return call._tag === "ToolCall" && Object.keys(start).some((key) => !plainFields.has(key))
    ? { ...call, native: { ...start, input: call.arguments } }
    : call
}

/**
 * Returns the item of a tool call that the model made before it declined, and another model went on: it must not be
 * run, since the API does not accept it back.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 */
export const abandoned = ({ item, start }: Block): ResponseItem => ({
  _tag: "InvalidToolCall",
  id: item.id ?? "",
  name: item.name,
  argumentsRaw: inputText(item, start.input),
  reason: "cut"
})

const nativeOf = (block: Block): Record<string, Schema.Json> => {
  const input = block.item.arguments === "" ? undefined : parse(block.item.arguments)
  return input === undefined ? block.start : { ...block.start, input }
}

/** Returns the item of a block that is done. `cut` says that a limit may have cut it off. */
export const finished = (assembly: Assembly, block: Block, cut: boolean): ResponseItem => {
  const { item, start } = block
  const type = string(start.type) ?? ""
  switch (item.type) {
    case "message":
      return { _tag: "Message", content: messageContent(item), protocol: name }
    case "reasoning": {
      if (type === "redacted_thinking") {
        return { _tag: "Reasoning", content: [], summary: [], redacted: string(start.data) ?? "", protocol: name }
      }
      const signature = nonEmpty(start.signature)
      return {
        _tag: "Reasoning",
        content: item.reasoning,
        summary: [],
        ...(signature === undefined ? {} : { signature }),
        protocol: name
      }
    }
    case "tool-call":
      return finishedCall(assembly, block, cut)
    case "server-tool-call": {
      const tool = nonEmpty(start.name)
      return {
        _tag: "ServerToolCall",
        type,
        ...(item.id === undefined ? {} : { id: item.id }),
        ...(tool === undefined ? {} : { name: tool }),
        protocol: name,
        native: nativeOf(block)
      }
    }
    case "custom-tool-call":
    case "file":
    case "unknown":
      return { _tag: "UnknownItem", type, protocol: name, native: nativeOf(block) }
  }
}
