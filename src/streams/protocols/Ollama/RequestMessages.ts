/**
 * Encodes a prompt as the `messages` of Ollama's chat.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import * as Replay from "../../../domain/Replay.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { name } from "./ResponseItems.ts"

/** Encodes an image as bare base64. */
const image = (part: Prompt.FilePart, problems: Problems.Problems): string => {
  if (MediaTypes.kindOf(part.mediaType) !== "image") {
    problems.refuse("prompt", `Ollama takes images, not ${part.mediaType}: send it as text`)
    return ""
  }
  const file = PromptParts.fileData(part)
  if (file.type === "base64") return file.base64
  problems.refuse("prompt", "Ollama takes images as bytes or base64, not by URL or id: fetch them first")
  return ""
}

const userMessage = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  problems: Problems.Problems
): Schema.JsonObject => {
  const texts = parts.filter((part) => part.type === "text").map((part) => part.text)
  const images = parts.filter((part) => part.type === "file").map((part) => image(part, problems))
  return { role: "user", content: texts.join("\n"), ...(images.length === 0 ? {} : { images }) }
}

const toolCall = (part: Prompt.ToolCallPart, problems: Problems.Problems): Schema.JsonObject => {
  const sent = Replay.argumentsOf(part, name)
  const params = sent === undefined || sent === null ? {} : PromptParts.toJson(sent)
  if (!isObject(params)) {
    problems.refuse("prompt", `the arguments of the call of tool "${part.name}" are not a JSON object`)
  }
  return {
    ...(part.id === "" ? {} : { id: part.id }),
    function: { name: part.name, arguments: isObject(params) ? defined(params) : {} }
  }
}

const assistantMessage = (
  message: Prompt.AssistantMessage,
  problems: Problems.Problems
): Schema.JsonObject | undefined => {
  let content = ""
  let thinking = ""
  const toolCalls: Array<Schema.Json> = []
  for (const part of message.content) {
    switch (part.type) {
      case "text":
        content += part.text
        break
      case "reasoning":
        // Reasoning that came over another protocol is not sent.
        if (Replay.itemOf(part, name) !== undefined) thinking += part.text
        break
      case "tool-call":
        if (!part.providerExecuted) toolCalls.push(toolCall(part, problems))
        break
      case "file":
        problems.refuse("prompt", "Ollama takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  if (content === "" && thinking === "" && toolCalls.length === 0) return undefined
  return {
    role: "assistant",
    content,
    ...(thinking === "" ? {} : { thinking }),
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls })
  }
}

/**
 * Encodes the messages of a prompt.
 *
 * **Details**
 *
 * Reasoning is sent back where it came over this protocol. A tool result names its tool, for the templates of models,
 * and its tool call, for the servers that have ids. The text of a failed tool result begins with `Error: `; files of
 * tool results follow them in a user message.
 */
export const encode = (
  history: ReadonlyArray<Prompt.Message>,
  problems: Problems.Problems
): ReadonlyArray<Schema.JsonObject> =>
  MessageList.make(history, {
    system: ({ content }) => ({ role: "system", content }),
    user: (parts) => userMessage(parts, problems),
    assistant: (message) => assistantMessage(message, problems),
    result: (part, content) => ({
      role: "tool",
      tool_name: part.name,
      ...(part.id === "" ? {} : { tool_call_id: part.id }),
      content
    })
  }, problems)
