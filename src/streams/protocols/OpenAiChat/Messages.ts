/**
 * Writes a prompt as the `messages` of Chat Completions.
 *
 * @since 0.1.0
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import { array, object } from "../Json.ts"
import * as PromptParts from "../PromptParts.ts"
import { protocol } from "./Answer.ts"
import * as Content from "./Content.ts"

type Message = Schema.JsonObject

const systemMessage = (message: Prompt.SystemMessage, role: string, writing: Content.Writing): Message => {
  const mark = Content.cacheMark(message, writing)
  return { role, content: mark === undefined ? message.content : [{ type: "text", text: message.content, ...mark }] }
}

const toolCall = (part: Prompt.ToolCallPart, { found }: Content.Writing): Schema.JsonObject => {
  const item = Replay.itemOf(part, protocol)
  return item?._tag === "CustomToolCall"
    ? {
      id: part.id,
      type: "custom",
      custom: { name: part.name, input: typeof part.params === "string" ? part.params : item.input }
    }
    : {
      id: part.id,
      type: "function",
      function: { name: part.name, arguments: PromptParts.argumentsText(part.params, part.name, found) }
    }
}

/** What this provider wants back of its own reasoning, signatures and all. */
const detailsOf = (part: Prompt.ReasoningPart, { context }: Content.Writing): ReadonlyArray<Schema.Json> => {
  const item = Replay.itemOf(part, protocol)
  const native = item?._tag === "Reasoning" ? object(item.native) : undefined
  return native?.provider === context.provider ? array(native.reasoning_details) ?? [] : []
}

/** The text of a part, and the refusal in it, which has a field of its own. */
const textOf = (part: Prompt.TextPart): { readonly text: string; readonly refusal: string } => {
  const item = PromptParts.messageOf(part, protocol)
  if (item === undefined) return { text: part.text, refusal: "" }
  let text = ""
  let refusal = ""
  for (const content of item.content) {
    if (content._tag === "Refusal") refusal += content.refusal
    else text += content.text
  }
  return { text, refusal }
}

const assistantMessage = (message: Prompt.AssistantMessage, writing: Content.Writing): Message | undefined => {
  let text = ""
  let refusal = ""
  let reasoning = ""
  let mark = Content.cacheMark(message, writing)
  const details: Array<Schema.Json> = []
  const calls: Array<Schema.Json> = []
  for (const part of message.content) {
    switch (part.type) {
      case "text": {
        const said = textOf(part)
        text += said.text
        refusal += said.refusal
        mark = Content.cacheMark(part, writing) ?? mark
        break
      }
      case "reasoning":
        reasoning += part.text
        details.push(...detailsOf(part, writing))
        break
      case "tool-call":
        // What a provider ran itself has no form in Chat: its outcome is in the text.
        if (!part.providerExecuted) calls.push(toolCall(part, writing))
        break
      case "file":
        writing.found.refuse("prompt", "Chat Completions takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  const field = writing.context.quirks.reasoningReplayField
  const replaysReasoning = field !== undefined && reasoning !== ""
  const isEmpty = text === "" && refusal === "" && calls.length === 0 && details.length === 0 && !replaysReasoning
  if (isEmpty) return undefined
  return {
    role: "assistant",
    content: text === "" ? null : mark === undefined ? text : [{ type: "text", text, ...mark }],
    ...(refusal === "" ? {} : { refusal }),
    ...(replaysReasoning ? { [field]: reasoning } : {}),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls })
  }
}

const resultContent = (part: Prompt.ToolResultPart, { found }: Content.Writing): string => {
  if (part.modelOutput !== undefined) {
    return Prompt.toolModelOutputToText(part.modelOutput.filter((output) => output.type === "text"))
  }
  const text = PromptParts.resultText(part, found)
  // There is no field that says so, and a failure that looks like a result would be believed.
  return part.isFailure ? `Error: ${text}` : text
}

/**
 * Writes the messages of a prompt. `systemRole` is what the model calls its instructions.
 *
 * **Details**
 *
 * Reasoning is sent back in the field that `quirks.reasoningReplayField` names, and `reasoning_details` to the provider they
 * came from. The text of a tool's failure begins with `Error: `. Files that a tool answers with follow the results in a
 * user message, since tool messages take only text. Approvals, and tools that a provider ran itself, have no form in Chat
 * and are left out.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category encoding
 * @since 0.1.0
 */
export const encode = (prompt: Prompt.Prompt, systemRole: string, writing: Content.Writing): ReadonlyArray<Message> => {
  const messages: Array<Message> = []
  let files: Array<Prompt.FilePart> = []
  const flush = (): void => {
    if (files.length > 0) messages.push({ role: "user", content: files.map((file) => Content.part(file, writing)) })
    files = []
  }
  for (const message of prompt.content) {
    // The results of all calls come first: nothing may stand between them.
    if (message.role !== "tool") flush()
    switch (message.role) {
      case "system":
        messages.push(systemMessage(message, systemRole, writing))
        break
      case "user":
        messages.push({ role: "user", content: Content.content(message.content, writing) })
        break
      case "assistant": {
        const encoded = assistantMessage(message, writing)
        if (encoded !== undefined) messages.push(encoded)
        break
      }
      case "tool":
        for (const part of message.content) {
          if (part.type !== "tool-result" || part.providerExecuted) continue
          messages.push({
            role: "tool",
            tool_call_id: part.id,
            content: resultContent(part, writing),
            ...Content.cacheMark(part, writing)
          })
          files.push(...(part.modelOutput ?? []).filter((output) => output.type === "file"))
        }
        break
    }
  }
  flush()
  if (messages.length === 0) {
    writing.found.refuse("prompt", "there is no message in the prompt: give it at least one of the user")
  }
  return messages
}
