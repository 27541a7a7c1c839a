/**
 * Builds the items of one Converse response from its content blocks. A block is an object with one field, which names
 * its kind.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
import type * as Schema from "effect/Schema"
import { Buffer } from "../../framing/Buffer.ts"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, messageContent, toolCall } from "../../response/Assembly.ts"
import { array, defined, isObject, type JsonObject, nonEmpty, object, objects, parse, string } from "../../json/Json.ts"
import { inputText, type OpenBlock } from "../../response/OpenBlocks.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import type { WireItems } from "../../response/WireItems.ts"

/** The protocol's name, which items carry. */
export const name = "bedrock-converse"

/** A block that is being built. */
export interface Block extends OpenBlock {
  /** The name of its field. */
  readonly kind: string
  /** The value of that field when the block began, with what deltas of reasoning and files have added. */
  readonly start: Record<string, Schema.Json>
  /** The results that deltas have added. */
  readonly results: Array<Schema.Json>
  /** The fields that unknown deltas have added. */
  readonly fields: Array<readonly [string, Schema.Json]>
}

const typeOf = (kind: string, start: JsonObject): ItemStart["type"] => {
  switch (kind) {
    case "text":
    case "citationsContent":
      return "message"
    case "reasoningContent":
      return "reasoning"
    case "toolUse":
      // The service runs Nova's own tools (grounding, code), and marks their calls with a type.
      return start.type === "server_tool_use" ? "server-tool-call" : "tool-call"
    case "toolResult":
      return "server-tool-call"
    case "image":
      return "file"
    default:
      return "unknown"
  }
}

/** Known kinds of blocks that are kept as they are. */
const opaque = new Set(["audio", "video", "document", "guardContent", "searchResult", "cachePoint"])

const location = (value: JsonObject): JsonObject => {
  const places = object(value.location)
  return object(places === undefined ? undefined : Object.values(places)[0]) ?? {}
}

/**
 * Reads a citation. The places in it count in the source and not in the text that cites it, so they are only in
 * `native`.
 */
export const citation = (value: JsonObject): Citation => {
  const source = nonEmpty(value.source)
  const url = nonEmpty(location(value).url) ?? (source !== undefined && URL.canParse(source) ? source : undefined)
  const title = nonEmpty(value.title) ?? nonEmpty(location(value).domain)
  const citedText = objects(value.sourceContent).map((content) => string(content.text) ?? "").join("")
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(citedText === "" ? {} : { citedText }),
    native: defined(value)
  }
}

/** Begins a block. */
export const begin = (
  assembly: Assembly,
  wireItems: WireItems,
  ids: UniqueCallIds,
  at: number,
  kind: string,
  start: JsonObject
): Block => {
  const type = typeOf(kind, start)
  if (type === "unknown" && !opaque.has(kind)) assembly.unknown(`block ${kind}`)
  const tool = nonEmpty(start.name) ?? (type === "server-tool-call" ? nonEmpty(start.type) : undefined)
  const wireId = nonEmpty(start.toolUseId)
  const id = type === "tool-call" ? ids.take(wireId) : wireId
  const item = wireItems.begin(at, type, id, tool)
  if (kind === "toolUse" && start.name === "nova_grounding") {
    assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: item.index, id: item.id ?? "" })
  }
  return { item, kind, start: defined(start), results: [], fields: [], stopped: false }
}

const reasoningDelta = (
  assembly: Assembly,
  block: Block,
  delta: JsonObject,
  json: string | undefined
): void => {
  const text = ScalarText.of(delta.text, "text", json)
  if (text !== undefined) assembly.reasoning(block.item, text)
  else if (delta.text !== undefined && delta.text !== null) assembly.unknown("reasoningContent.text")
  // Each of these may be sent in pieces.
  for (
    const [field, sent] of [["signature", "signature"], ["redactedContent", "redactedContent"], [
      "redactedContent",
      "data"
    ]] as const
  ) {
    const piece = delta[sent]
    if (piece === undefined || piece === null) continue
    if (typeof piece !== "string") {
      assembly.unknown(`reasoningContent.${sent}`)
      continue
    }
    block.start[field] = (string(block.start[field]) ?? "") + piece
  }
}

/** Joins the pieces of a file's source, each of which is base64 by itself. */
const joined = (before: JsonObject | undefined, more: JsonObject): Schema.JsonObject => {
  const pieces = [before?.bytes, more.bytes].flatMap((bytes) =>
    typeof bytes === "string" ? [Buffer.from(bytes, "base64")] : []
  )
  return defined({
    ...before,
    ...more,
    ...(pieces.length < 2 ? {} : { bytes: Buffer.concat(pieces).toString("base64") })
  })
}

/** Returns whether the block at a delta's index can hold it. Some gateways send deltas in a block of another kind. */
export const accepts = ({ item }: Block, kind: string): boolean => {
  switch (kind) {
    case "text":
    case "citation":
      return item.type === "message"
    case "reasoningContent":
      return item.type === "reasoning"
    case "toolUse":
      return item.type !== "message" && item.type !== "reasoning"
    default:
      return true
  }
}

/**
 * Adds a delta to a block that accepts it; `json` is the text of its event. Returns what is wrong with a delta whose
 * loss makes the result wrong.
 */
export const add = (
  assembly: Assembly,
  block: Block,
  kind: string,
  delta: unknown,
  json: string | undefined
): string | undefined => {
  const { item } = block
  switch (kind) {
    case "text": {
      const text = ScalarText.of(delta, "text", json)
      if (text === undefined) return "a delta's text is not a string"
      assembly.text(item, text)
      return undefined
    }
    case "toolUse": {
      const input = ScalarText.of(object(delta)?.input, "input", json)
      if (input === undefined) return "a delta's toolUse.input is not a string"
      if (item.type === "tool-call") assembly.toolArguments(item, input)
      else item.appendArguments(input)
      return undefined
    }
    case "reasoningContent":
      if (isObject(delta)) reasoningDelta(assembly, block, delta, json)
      else assembly.unknown("reasoningContent")
      return undefined
    case "citation":
      if (isObject(delta)) assembly.citation(item, citation(delta))
      else assembly.unknown("citation")
      return undefined
    case "toolResult":
      for (const result of array(delta) ?? []) block.results.push(result)
      return undefined
    case "image":
      if (isObject(delta) && isObject(delta.source))
        block.start.source = joined(object(block.start.source), delta.source)
      return undefined
    default:
      // A delta of an unknown block belongs to that block.
      if (isObject(delta)) { for (const field of Object.entries(defined(delta))) block.fields.push(field) }
      return undefined
  }
}

/**
 * Returns the kind of the block that a delta without a block belongs to. Only blocks of tools begin with an event of
 * their own.
 */
export const impliedKind = (delta: string): string | undefined => {
  switch (delta) {
    case "text":
    case "citation":
      return "text"
    case "reasoningContent":
      return "reasoningContent"
    case "toolUse":
    case "toolResult":
      return undefined
    default:
      return delta
  }
}

const finishedCall = (assembly: Assembly, block: Block, cut: boolean): ResponseItem => {
  const { item } = block
  const raw = inputText(block.item, block.start.input)
  if (item.arguments === "") assembly.toolArguments(item, raw)
  const id = item.id ?? ""
  return toolCall({ id, name: item.name, arguments: raw, protocol: name }, cut)
}

/** Returns a block in the form that the API accepts back. */
const nativeOf = ({ fields, item, kind, results, start }: Block): Schema.Json => {
  const input = item.arguments === "" ? undefined : parse(item.arguments)
  return {
    // Not by assignment, since a field may be named `__proto__`.
    [kind]: Object.fromEntries([
      ...Object.entries(start),
      ...fields,
      ...(results.length === 0 ? [] : [["content", [...array(start.content) ?? [], ...results]] as const]),
      ...(input === undefined ? [] : [["input", input] as const])
    ])
  }
}

/** Returns the item of a block that is done. `cut` says that a limit may have cut it off. */
export const finished = (assembly: Assembly, block: Block, cut: boolean): ResponseItem => {
  const { item, start } = block
  switch (item.type) {
    case "message":
      return { _tag: "Message", content: messageContent(item), protocol: name }
    case "reasoning": {
      const signature = nonEmpty(start.signature)
      const redacted = nonEmpty(start.redactedContent)
      return {
        _tag: "Reasoning",
        content: item.reasoning,
        summary: [],
        ...(signature === undefined ? {} : { signature }),
        ...(redacted === undefined ? {} : { redacted }),
        protocol: name
      }
    }
    case "tool-call":
      return finishedCall(assembly, block, cut)
    case "server-tool-call": {
      const status = nonEmpty(start.status)
      return {
        _tag: "ServerToolCall",
        type: nonEmpty(start.type) ?? block.kind,
        ...(item.id === undefined ? {} : { id: item.id }),
        ...(item.name === "" ? {} : { name: item.name }),
        ...(status === undefined ? {} : { status }),
        protocol: name,
        native: nativeOf(block)
      }
    }
    case "file": {
      const source = object(start.source)
      const data = nonEmpty(source?.bytes)
      const url = nonEmpty(object(source?.s3Location)?.uri)
      return {
        _tag: "File",
        mediaType: `image/${nonEmpty(start.format) ?? "*"}`,
        ...(data === undefined ? {} : { data }),
        ...(url === undefined ? {} : { url }),
        protocol: name
      }
    }
    case "custom-tool-call":
    case "unknown":
      return { _tag: "UnknownItem", type: block.kind, protocol: name, native: nativeOf(block) }
  }
}
