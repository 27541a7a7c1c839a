/**
 * Encodes a prompt as the `system_instruction` and the steps of an interaction's input.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import { defined, isObject } from "../../json/Json.ts"
import type { Problems } from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { name } from "./ResponseItems.ts"

type Step = Schema.JsonObject
type Content = Schema.JsonObject

/** The kind of content by the beginning of a media type. Text files other than tables are sent as text. */
const kindOf = (mediaType: string): "image" | "audio" | "video" | "document" | "text" | undefined => {
  if (/^(image|audio|video)\//.test(mediaType)) return mediaType.slice(0, 5) as "image" | "audio" | "video"
  if (mediaType === "application/pdf" || mediaType === "text/csv") return "document"
  return mediaType.startsWith("text/") ? "text" : undefined
}

const file = (part: Prompt.FilePart, problems: Problems): Content => {
  const refuse = (detail: string): Content => {
    problems.refuse("prompt", detail)
    return {}
  }
  const data = PromptParts.fileData(part)
  const kind = kindOf(data.mediaType)
  if (data.type === "id") {
    return refuse(`file "${data.id}" was uploaded to another provider: give its bytes, or the URI of Google's copy`)
  }
  if (kind === undefined) {
    return refuse(`a ${data.mediaType} file cannot be sent over the Interactions API; send media, a PDF or text`)
  }
  // The type of an image at a URL may be unknown (`image/*`).
  const type = data.mediaType.includes("*") ? {} : { mime_type: data.mediaType }
  if (data.type === "url") return { type: kind === "text" ? "document" : kind, uri: data.url, ...type }
  if (kind !== "text") return { type: kind, data: data.base64, ...type }
  const text = PromptParts.textOfBase64(data.base64)
  return text === undefined ? refuse(`the data of a ${data.mediaType} file is not base64`) : { type: "text", text }
}

const inputs = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  problems: Problems
): ReadonlyArray<Content> =>
  parts.flatMap((part) =>
    part.type === "file" ? [file(part, problems)] : part.text === "" ? [] : [{ type: "text", text: part.text }]
  )

const toolCall = (part: Prompt.ToolCallPart, problems: Problems): ReadonlyArray<Step> => {
  const item = Replay.itemOf(part, name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    return isObject(item.native) ? [defined(item.native)] : []
  }
  // A tool call that a provider ran is sent only to that provider.
  if (part.providerExecuted) return []
  const beside = item?._tag === "ToolCall" && isObject(item.native) ? defined(item.native) : {}
  return [{
    ...beside,
    type: "function_call",
    id: part.id,
    name: part.name,
    arguments: PromptParts.argumentsObject(part.params, part.name, problems)
  }]
}

const toolResult = (part: Prompt.ToolResultPart, problems: Problems): Step => {
  const shown = part.modelOutput
  return {
    type: "function_result",
    call_id: part.id,
    name: part.name,
    result: shown === undefined ? PromptParts.resultText(part, problems) : [...inputs(shown, problems)],
    ...(part.isFailure ? { is_error: true } : {})
  }
}

/** Encodes the steps of an assistant's message. Neighbouring texts and files are one step. */
const assistantSteps = (entry: Prompt.AssistantMessage, problems: Problems): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  const output = (content: Content): void => {
    const last = steps.at(-1)
    const before = last?.type === "model_output" && Array.isArray(last.content) ? last.content : undefined
    if (before === undefined) steps.push({ type: "model_output", content: [content] })
    else steps[steps.length - 1] = { type: "model_output", content: [...before, content] }
  }
  for (const part of entry.content) {
    switch (part.type) {
      case "text":
        if (part.text !== "") output({ type: "text", text: part.text })
        break
      case "file":
        output(file(part, problems))
        break
      case "reasoning": {
        const item = Replay.itemOf(part, name)
        // Reasoning without a signature is not sent back.
        if (item?._tag !== "Reasoning" || item.signature === undefined) break
        const summary = item.summary.map((text) => ({ type: "text", text }))
        steps.push({
          type: "thought",
          signature: item.signature,
          ...(summary.length === 0 ? {} : { summary })
        })
        break
      }
      case "tool-call":
        steps.push(...toolCall(part, problems))
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  return steps
}

/**
 * Encodes the messages of a prompt as the steps of a conversation, whole: nothing of it needs to be stored at the
 * provider. System messages are joined, wherever they stand.
 */
export const encode = (messages: ReadonlyArray<Prompt.Message>, problems: Problems): Schema.JsonObject => {
  const instructions = messages.flatMap((entry) =>
    entry.role === "system" && entry.content !== "" ? [entry.content] : []
  )
  const input = messages.flatMap((entry): ReadonlyArray<Step> => {
    switch (entry.role) {
      case "system":
        return []
      case "user": {
        const content = inputs(entry.content, problems)
        return content.length === 0 ? [] : [{ type: "user_input", content: [...content] }]
      }
      case "assistant":
        return assistantSteps(entry, problems)
      case "tool":
        return entry.content.flatMap((part) => (part.type === "tool-result" ? [toolResult(part, problems)] : []))
    }
  })
  return {
    ...(instructions.length === 0 ? {} : { system_instruction: instructions.join("\n\n") }),
    ...(input.length === 0 ? {} : { input })
  }
}
