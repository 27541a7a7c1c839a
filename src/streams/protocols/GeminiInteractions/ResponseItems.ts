/**
 * Builds the items of one interaction from its steps.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/streaming
 */
import type * as Schema from "effect/Schema"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, type JsonObject, nonEmpty, object, objects, parse, string } from "../../json/Json.ts"
import { type Assembly, messageContent, toolCall } from "../../response/Assembly.ts"
import type { Repeat } from "../../response/JsonStream.ts"
import { inputText, type OpenBlock } from "../../response/OpenBlocks.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import type { WireItems } from "../../response/WireItems.ts"
import type { Citations } from "./Citations.ts"

/** The protocol's name, which items carry. */
export const name = "gemini-interactions"

/** A step that is being built. */
export interface Step extends OpenBlock {
  /** The step as it was when it began, with the fields that deltas have added. */
  readonly fields: Record<string, Schema.Json>
}

/** The kinds of media that a model makes. */
const media = new Set<unknown>(["image", "audio", "video", "document"])

/** Returns whether a piece of content is a file. */
export const isFile = (type: unknown): boolean => media.has(type)

const itemType = (type: string): ItemStart["type"] => {
  switch (type) {
    case "model_output":
      return "message"
    case "thought":
      return "reasoning"
    case "function_call":
      return "tool-call"
    default:
      return type.endsWith("_call") || type.endsWith("_result") ? "server-tool-call" : "unknown"
  }
}

/** Returns the type of the step that a delta belongs to; `undefined` when the delta does not tell. */
export const stepType = (deltaType: unknown): string | undefined => {
  switch (deltaType) {
    case "text":
    case "text_annotation":
    case "text_annotation_delta":
      return "model_output"
    case "thought_summary":
    case "thought_signature":
      return "thought"
    default:
      return typeof deltaType === "string" && itemType(deltaType) === "server-tool-call" ? deltaType : undefined
  }
}

/** Returns whether a step can hold a delta. */
export const accepts = ({ fields, item }: Step, { type }: JsonObject): boolean => {
  if (type === "arguments_delta") return item.type === "tool-call" || item.type === "server-tool-call"
  const expected = stepType(type)
  return expected === undefined ? item.type === "unknown" : expected === fields.type
}

const addSummary = (assembly: Assembly, item: OpenItem, content: JsonObject | undefined): void => {
  const text = string(content?.text)
  if (text === undefined) {
    assembly.unknown(`thought_summary of ${string(content?.type) ?? "nothing"}`)
    return
  }
  const at = item.summaryParts.length
  assembly.summaryPart(item, at)
  assembly.summary(item, text, at)
}

/** Begins a step, and emits the content that it already holds. `fields` has a type. */
export const begin = (
  assembly: Assembly,
  wireItems: WireItems,
  ids: UniqueCallIds,
  at: number,
  fields: JsonObject
): Step => {
  const type = string(fields.type) ?? ""
  const typeOfItem = itemType(type)
  if (typeOfItem === "unknown") assembly.unknown(`step ${type}`)
  const wireId = nonEmpty(fields.id) ?? nonEmpty(fields.call_id)
  const id = typeOfItem === "tool-call" ? ids.take(wireId) : wireId
  const tool = nonEmpty(fields.name) ?? (typeOfItem === "server-tool-call" ? type : undefined)
  const item = wireItems.begin(at, typeOfItem, id, tool)
  if (type === "thought") { for (const entry of objects(fields.summary)) addSummary(assembly, item, entry) }
  if (type === "google_search_call") {
    assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: item.index, id: id ?? "" })
  }
  return { item, fields: defined(fields), stopped: false }
}

/** Emits a file, which comes whole. */
export const addFile = (assembly: Assembly, wireItems: WireItems, content: JsonObject): void => {
  const item = wireItems.begin(wireItems.next, "file")
  const type = string(content.type) ?? ""
  const data = nonEmpty(content.data)
  const url = nonEmpty(content.uri)
  assembly.done(item, {
    _tag: "File",
    mediaType: nonEmpty(content.mime_type) ?? `${type === "document" ? "application" : type}/*`,
    ...(data === undefined ? {} : { data }),
    ...(url === undefined ? {} : { url }),
    protocol: name
  })
}

/** Returns what applies the text in a field of a delta to a step. */
export const deltaSink = (assembly: Assembly, { item }: Step, field: string): Repeat | undefined => {
  if (field === "text") return item.type === "message" ? (text) => assembly.text(item, text) : undefined
  if (field !== "arguments") return undefined
  return item.type === "tool-call"
    ? (text) => assembly.toolArguments(item, text)
    : (text) => item.appendArguments(text)
}

const addText = (
  assembly: Assembly,
  step: Step,
  field: "text" | "arguments",
  delta: JsonObject,
  json: string | undefined
): string | undefined => {
  const piece = ScalarText.of(delta[field], field, json)
  if (piece !== undefined) deltaSink(assembly, step, field)?.(piece)
  else if (delta[field] === undefined || delta[field] === null) assembly.unknown(`delta without ${field}`)
  else return `the ${field} of a delta is not a string`
  return undefined
}

/**
 * Adds a delta to a step that accepts it; `json` is the text of its event. Returns what is wrong with a delta whose
 * loss makes the result wrong.
 */
export const add = (
  assembly: Assembly,
  citations: Citations,
  step: Step,
  delta: JsonObject,
  json: string | undefined
): string | undefined => {
  const { fields, item } = step
  switch (delta.type) {
    case "text":
      return addText(assembly, step, "text", delta, json)
    case "arguments_delta":
      return addText(assembly, step, "arguments", delta, json)
    case "text_annotation":
    case "text_annotation_delta": {
      const content = item.content[0] ??= assembly.content(false)
      for (const citation of citations.read(delta.annotations, content.growing)) assembly.citation(item, citation)
      return undefined
    }
    case "thought_summary":
      addSummary(assembly, item, object(delta.content))
      return undefined
    case "thought_signature":
      // The delta holds the whole signature.
      if (nonEmpty(delta.signature) !== undefined) fields.signature = string(delta.signature) ?? ""
      return undefined
    default:
      if (item.type === "unknown") assembly.unknown(`delta ${string(delta.type) ?? "without a type"}`)
      for (const [key, value] of Object.entries(defined(delta))) {
        if (key !== "type" && value !== null && value !== "") fields[key] = value
      }
      return undefined
  }
}

/** The fields of a tool call that are not kept apart for the next request. */
const plainFields = new Set(["type", "id", "name", "arguments"])

const finishedCall = (assembly: Assembly, { fields, item }: Step, cut: boolean): ResponseItem => {
  const raw = inputText(item, fields.arguments)
  if (item.arguments === "") assembly.toolArguments(item, raw)
  const call = toolCall({ id: item.id ?? "", name: item.name, arguments: raw, protocol: name }, cut)
  const beside = Object.entries(fields).filter(([key, value]) => !plainFields.has(key) && value !== "")
  return call._tag === "ToolCall" && beside.length > 0 ? { ...call, native: Object.fromEntries(beside) } : call
}

const nativeOf = ({ fields, item }: Step): Record<string, Schema.Json> => {
  const input = item.arguments === "" ? undefined : parse(item.arguments)
  return input === undefined ? fields : { ...fields, arguments: input }
}

/** Returns the item of a step that is done. `cut` says that a limit may have cut it off. */
export const finished = (assembly: Assembly, step: Step, cut: boolean): ResponseItem => {
  const { fields, item } = step
  const type = string(fields.type) ?? ""
  switch (item.type) {
    case "message":
      return { _tag: "Message", content: messageContent(item), protocol: name }
    case "reasoning": {
      const signature = nonEmpty(fields.signature)
      return {
        _tag: "Reasoning",
        content: [],
        summary: item.summary,
        ...(signature === undefined ? {} : { signature }),
        protocol: name
      }
    }
    case "tool-call":
      return finishedCall(assembly, step, cut)
    case "server-tool-call":
      return {
        _tag: "ServerToolCall",
        type,
        ...(item.id === undefined ? {} : { id: item.id }),
        ...(fields.name === undefined ? {} : { name: item.name }),
        protocol: name,
        native: nativeOf(step)
      }
    case "custom-tool-call":
    case "file":
    case "unknown":
      return { _tag: "UnknownItem", type, protocol: name, native: nativeOf(step) }
  }
}
