/**
 * Writes a prompt as the `messages` of Ollama's chat.
 *
 * @since 0.1.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { protocol } from "./ResponseItems.ts"

/** An image, as base64 and nothing around it. */
const image = (part: Prompt.FilePart, found: PromptParts.Problems): string => {
  if (!part.mediaType.startsWith("image/")) {
    found.refuse("prompt", `Ollama takes images, not ${part.mediaType}: send it as text`)
    return ""
  }
  const file = PromptParts.fileData(part)
  if (file.type === "base64") return file.base64
  found.refuse("prompt", "Ollama takes images as bytes or base64, not by URL or id: fetch them first")
  return ""
}

const userMessage = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  found: PromptParts.Problems
): Schema.JsonObject => {
  const texts = parts.filter((part) => part.type === "text").map((part) => part.text)
  const images = parts.filter((part) => part.type === "file").map((part) => image(part, found))
  return { role: "user", content: texts.join("\n"), ...(images.length === 0 ? {} : { images }) }
}

const toolCall = (part: Prompt.ToolCallPart, found: PromptParts.Problems): Schema.JsonObject => {
  const given = part.params === undefined || part.params === null ? {} : PromptParts.toJson(part.params)
  if (!isObject(given)) {
    found.refuse("prompt", `the arguments of the call of tool "${part.name}" are not a JSON object`)
  }
  return {
    ...(part.id === "" ? {} : { id: part.id }),
    function: { name: part.name, arguments: isObject(given) ? defined(given) : {} }
  }
}

const assistantMessage = (
  message: Prompt.AssistantMessage,
  found: PromptParts.Problems
): Schema.JsonObject | undefined => {
  let content = ""
  let thinking = ""
  const calls: Array<Schema.Json> = []
  for (const part of message.content) {
    switch (part.type) {
      case "text":
        content += part.text
        break
      case "reasoning":
        // What another model thought is not sent.
        if (Replay.itemOf(part, protocol) !== undefined) thinking += part.text
        break
      case "tool-call":
        if (!part.providerExecuted) calls.push(toolCall(part, found))
        break
      case "file":
        found.refuse("prompt", "Ollama takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  if (content === "" && thinking === "" && calls.length === 0) return undefined
  return {
    role: "assistant",
    content,
    ...(thinking === "" ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls })
  }
}

/**
 * Writes the messages of a prompt.
 *
 * **Details**
 *
 * Thoughts are sent back where they came over this protocol. A result names its tool for the templates of models, and its
 * call for the servers that give them ids. The text of a tool's failure begins with `Error: `; files that a tool answers
 * with follow the results in a user message.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
 * @category encoding
 * @since 0.1.0
 */
export const encode = (prompt: Prompt.Prompt, found: PromptParts.Problems): ReadonlyArray<Schema.JsonObject> =>
  MessageList.make(prompt, {
    system: ({ content }) => ({ role: "system", content }),
    user: (parts) => userMessage(parts, found),
    assistant: (message) => assistantMessage(message, found),
    result: (part, content) => ({
      role: "tool",
      tool_name: part.name,
      ...(part.id === "" ? {} : { tool_call_id: part.id }),
      content
    })
  }, found)
