/**
 * Decodes the `delta` of a chunk, and the `message` of a whole response, which has the same fields.
 */
import { isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { ResponseItems } from "./ResponseItems.ts"

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ""

/**
 * Decodes Mistral's content, a list of text, thinking, references and images.
 *
 * @see https://docs.mistral.ai/capabilities/reasoning/
 */
const decodeParts = (
  parts: ReadonlyArray<unknown>,
  items: ResponseItems,
  assembly: Assembly
): string | undefined => {
  for (const part of parts) {
    if (typeof part === "string") {
      items.text(part)
      continue
    }
    if (!isObject(part)) return "a part of `content` is not an object"
    if (part.type === "text") {
      if (typeof part.text !== "string") return "the `text` of a part is not a string"
      items.text(part.text)
    } else if (part.type === "thinking") {
      if (typeof part.thinking === "string") items.thinking(part.thinking)
      else if (Array.isArray(part.thinking)) {
        for (const piece of part.thinking) items.thinking(nonEmpty(object(piece)?.text) ?? "")
      } else return "the `thinking` of a part is neither text nor a list"
    } else if (part.type === "reference") items.reference(part)
    else assembly.unknown(`content:${nonEmpty(part.type) ?? "?"}`)
  }
  return undefined
}

const decodeReasoning = (delta: JsonObject, items: ResponseItems): string | undefined => {
  // Gateways repeat the same text under two names: only the first that is not empty counts.
  let text = delta.reasoning_content
  if (isEmpty(text)) text = delta.reasoning
  if (isEmpty(text)) text = delta.reasoning_text
  const details = delta.reasoning_details
  if (details !== undefined && details !== null) {
    if (!Array.isArray(details)) return "`reasoning_details` is not an array"
    if (details.length > 0) {
      const detailText = items.reasoningDetails(details)
      if (isEmpty(text)) text = detailText
    }
  }
  if (typeof text === "string") items.reasoning(text)
  else if (text !== undefined && text !== null) return "the reasoning is not a string"
  return undefined
}

const decodeContent = (delta: JsonObject, items: ResponseItems, assembly: Assembly): string | undefined => {
  const { content, refusal } = delta
  if (typeof content === "string") items.text(content)
  else if (Array.isArray(content)) {
    const problem = decodeParts(content, items, assembly)
    if (problem !== undefined) return problem
  } else if (content !== undefined && content !== null) return "`content` is neither text nor a list"
  if (typeof refusal === "string") items.refusal(refusal)
  else if (refusal !== undefined && refusal !== null) return "`refusal` is not a string"
  return undefined
}

const decodeToolCalls = (delta: JsonObject, items: ResponseItems): string | undefined => {
  const toolCalls = delta.tool_calls
  if (toolCalls !== undefined && toolCalls !== null) {
    if (!Array.isArray(toolCalls)) return "`tool_calls` is not an array"
    if (toolCalls.length > 0) {
      const problem = items.toolCalls(toolCalls)
      if (problem !== undefined) return problem
    }
  }
  const functionCall = delta.function_call
  if (functionCall === undefined || functionCall === null) return undefined
  return isObject(functionCall) ? items.functionCall(functionCall) : "`function_call` is not an object"
}

/**
 * Decodes one delta. Returns what is wrong with a known field of the wrong type.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 */
export const decode = (delta: JsonObject, items: ResponseItems, assembly: Assembly): string | undefined => {
  const problem = decodeReasoning(delta, items) ?? decodeContent(delta, items, assembly) ??
    decodeToolCalls(delta, items)
  if (problem !== undefined) return problem
  const annotations = delta.annotations
  if (annotations === undefined || annotations === null) return undefined
  if (!Array.isArray(annotations)) return "`annotations` is not an array"
  items.annotations(annotations)
  return undefined
}
