/**
 * Decodes the `delta` of a chunk, and the `message` of a whole response, which has the same fields.
 *
 * A field of an unexpected type beside readable ones is unknown data. It fails the response only where its content or
 * its tool calls would be lost.
 */
import { array, isEmpty as isEmptyField, isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { Assembly } from "../../response/Assembly.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { ResponseItems } from "./ResponseItems.ts"

/** Returns whether a field has nothing in it, or an empty list. */
export const isEmpty = (value: unknown): boolean => isEmptyField(value) || (Array.isArray(value) && value.length === 0)

const contents = ["content", "reasoning_content", "reasoning", "reasoning_text", "tool_calls", "function_call"]

/** Returns whether a delta has content. */
export const hasContent = (delta: JsonObject): boolean => contents.some((name) => !isEmpty(delta[name]))

/** Returns whether a delta has content in another field. */
const hasOther = (delta: JsonObject, field: string): boolean =>
  contents.some((name) => name !== field && !isEmpty(delta[name]))

/**
 * Returns the text of a piece of reasoning, which `json` has under `key`: text, an object with text, or a list of
 * these.
 */
const reasoningText = (value: unknown, key: string, json: string | undefined): string => {
  if (Array.isArray(value)) return value.map((piece, at) => reasoningText(piece, String(at), json)).join("")
  const fields = object(value)
  if (fields === undefined) return ScalarText.of(value, key, json) ?? ""
  return nonEmpty(ScalarText.of(fields.text, "text", json)) ??
    nonEmpty(ScalarText.of(fields.content, "content", json)) ??
    reasoningText(array(fields.summary) ?? [], "summary", json)
}

/**
 * Decodes one part of a content list, which `json` has under `key`: text, thinking and references of Mistral, reasoning
 * of Databricks.
 *
 * @see https://docs.mistral.ai/capabilities/reasoning/
 * @see https://docs.databricks.com/aws/en/machine-learning/model-serving/query-reason-models
 */
const decodePart = (
  part: unknown,
  key: string,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): string | undefined => {
  const fields = object(part)
  if (fields === undefined) {
    const text = ScalarText.of(part, key, json)
    if (text === undefined) assembly.unknown("content:?")
    else items.text(text)
    return undefined
  }
  switch (fields.type) {
    case "thinking":
      items.thinking(reasoningText(fields.thinking, "thinking", json))
      return undefined
    case "reasoning":
      items.reasoning(reasoningText(fields, "text", json))
      return undefined
    case "reference":
      items.reference(fields)
      return undefined
    case undefined:
    case null:
    case "text":
    case "output_text": {
      const text = ScalarText.of(fields.text, "text", json)
      if (text !== undefined) items.text(text)
      else if (!isEmpty(fields.text)) return "the `text` of a part is not a string"
      else assembly.unknown("content:?")
      return undefined
    }
    default:
      assembly.unknown(`content:${nonEmpty(fields.type) ?? "?"}`)
      return undefined
  }
}

const decodeContent = (
  delta: JsonObject,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): string | undefined => {
  const { content, refusal } = delta
  if (typeof content === "string") items.text(content)
  else if (content !== undefined && content !== null) {
    const problem = decodeOtherContent(content, items, assembly, json)
    if (problem !== undefined && !hasOther(delta, "content")) return problem
    if (problem !== undefined) assembly.unknown("content")
  }
  if (typeof refusal === "string") items.refusal(refusal)
  else if (refusal !== undefined && refusal !== null && refusal !== false) assembly.unknown("refusal")
  return undefined
}

/** Decodes content that is not a string: a list of parts, one part, a number or a boolean. */
const decodeOtherContent = (
  content: unknown,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): string | undefined => {
  if (isObject(content) && content.type === undefined && content.text === undefined) {
    return "`content` is neither text nor a list"
  }
  if (!Array.isArray(content)) return decodePart(content, "content", items, assembly, json)
  for (const [at, part] of content.entries()) {
    const problem = decodePart(part, String(at), items, assembly, json)
    if (problem !== undefined) return problem
  }
  return undefined
}

const decodeReasoning = (
  delta: JsonObject,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): void => {
  // Gateways repeat the same text under two names: only the first that is not empty counts.
  let text = readReasoning(delta.reasoning_content, "reasoning_content", assembly, json)
  if (text === "") text = readReasoning(delta.reasoning, "reasoning", assembly, json)
  if (text === "") text = readReasoning(delta.reasoning_text, "reasoning_text", assembly, json)
  const details = delta.reasoning_details
  if (Array.isArray(details)) {
    if (details.length > 0) {
      const detailText = items.reasoningDetails(details)
      if (text === "") text = detailText
    }
  } else if (details !== undefined && details !== null) assembly.unknown("reasoning_details")
  items.reasoning(text)
}

/** Returns the text of a reasoning field, and counts an object as unknown: its other fields have no place. */
const readReasoning = (value: unknown, key: string, assembly: Assembly, json: string | undefined): string => {
  if (typeof value === "string") return value
  if (value === undefined || value === null) return ""
  if (typeof value === "object") assembly.unknown(key)
  return reasoningText(value, key, json)
}

const decodeToolCalls = (
  delta: JsonObject,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): string | undefined => {
  const { function_call: functionCall, tool_calls: toolCalls } = delta
  // Text-generation-inference sends one call without its list.
  const list = isObject(toolCalls) ? [toolCalls] : toolCalls
  if (Array.isArray(list)) {
    if (list.length > 0) return items.toolCalls(list, json)
  } else if (!isEmpty(list) && list !== false) {
    if (!hasOther(delta, "tool_calls")) return "`tool_calls` is not an array"
    assembly.unknown("tool_calls")
  }
  if (isObject(functionCall)) return items.functionCall(functionCall, json)
  if (!isEmpty(functionCall) && functionCall !== false) {
    if (!hasOther(delta, "function_call")) return "`function_call` is not an object"
    assembly.unknown("function_call")
  }
  return undefined
}

/**
 * Decodes one delta; `json` is the text of its event. Returns what is wrong with a field whose loss makes the result
 * wrong.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 */
export const decode = (
  delta: JsonObject,
  items: ResponseItems,
  assembly: Assembly,
  json: string | undefined
): string | undefined => {
  decodeReasoning(delta, items, assembly, json)
  const problem = decodeContent(delta, items, assembly, json) ?? decodeToolCalls(delta, items, assembly, json)
  if (problem !== undefined) return problem
  const annotations = delta.annotations
  if (Array.isArray(annotations)) items.annotations(annotations.filter(isObject))
  else if (annotations !== undefined && annotations !== null) assembly.unknown("annotations")
  return undefined
}
