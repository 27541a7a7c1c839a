/**
 * Reads the `delta` of a chunk, and the `message` of a whole response, which has the same fields.
 *
 * @since 0.1.0
 */
import type { Assembly } from "../../response/Assembly.ts"
import { isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { Answer } from "./ResponseItems.ts"

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ""

/** Mistral's content: a list of text, thinking, references and images. https://docs.mistral.ai/capabilities/reasoning/ */
const readParts = (parts: ReadonlyArray<unknown>, answer: Answer, assembly: Assembly): string | undefined => {
  for (const part of parts) {
    if (typeof part === "string") {
      answer.text(part)
      continue
    }
    if (!isObject(part)) return "a part of `content` is not an object"
    if (part.type === "text") {
      if (typeof part.text !== "string") return "the `text` of a part is not a string"
      answer.text(part.text)
    } else if (part.type === "thinking") {
      if (typeof part.thinking === "string") answer.thinking(part.thinking)
      else if (Array.isArray(part.thinking)) {
        for (const piece of part.thinking) answer.thinking(nonEmpty(object(piece)?.text) ?? "")
      } else return "the `thinking` of a part is neither text nor a list"
    } else if (part.type === "reference") answer.reference(part)
    else assembly.unknown(`content:${nonEmpty(part.type) ?? "?"}`)
  }
  return undefined
}

const readReasoning = (delta: JsonObject, answer: Answer): string | undefined => {
  // Gateways say the same thing under two names: only the first that says something counts.
  let thought = delta.reasoning_content
  if (isNothing(thought)) thought = delta.reasoning
  if (isNothing(thought)) thought = delta.reasoning_text
  const details = delta.reasoning_details
  if (details !== undefined && details !== null) {
    if (!Array.isArray(details)) return "`reasoning_details` is not an array"
    if (details.length > 0) {
      const text = answer.reasoningDetails(details)
      if (isNothing(thought)) thought = text
    }
  }
  if (typeof thought === "string") answer.reasoning(thought)
  else if (thought !== undefined && thought !== null) return "the reasoning is not a string"
  return undefined
}

/**
 * Reads one delta. Answers a sentence when a known field is not of its kind.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 * @category decoding
 * @since 0.1.0
 */
export const read = (delta: JsonObject, answer: Answer, assembly: Assembly): string | undefined => {
  let problem = readReasoning(delta, answer)
  if (problem !== undefined) return problem
  const content = delta.content
  if (typeof content === "string") answer.text(content)
  else if (Array.isArray(content)) {
    problem = readParts(content, answer, assembly)
    if (problem !== undefined) return problem
  } else if (content !== undefined && content !== null) return "`content` is neither text nor a list"
  const refusal = delta.refusal
  if (typeof refusal === "string") answer.refusal(refusal)
  else if (refusal !== undefined && refusal !== null) return "`refusal` is not a string"
  const toolCalls = delta.tool_calls
  if (toolCalls !== undefined && toolCalls !== null) {
    if (!Array.isArray(toolCalls)) return "`tool_calls` is not an array"
    if (toolCalls.length > 0) {
      problem = answer.toolCalls(toolCalls)
      if (problem !== undefined) return problem
    }
  }
  const functionCall = delta.function_call
  if (functionCall !== undefined && functionCall !== null) {
    if (!isObject(functionCall)) return "`function_call` is not an object"
    problem = answer.functionCall(functionCall)
    if (problem !== undefined) return problem
  }
  const annotations = delta.annotations
  if (annotations !== undefined && annotations !== null) {
    if (!Array.isArray(annotations)) return "`annotations` is not an array"
    answer.annotations(annotations)
  }
  return undefined
}
