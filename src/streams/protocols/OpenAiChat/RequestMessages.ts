/**
 * Writes a prompt as the `messages` of Chat Completions.
 *
 * @since 0.1.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { Quirks } from "../../../domain/Quirks.ts"
import * as Replay from "../../../domain/Replay.ts"
import { array, type JsonObject, object } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { protocol } from "./ResponseItems.ts"
import * as RequestContent from "./RequestContent.ts"
import * as ToolCallIds from "./ToolCallIds.ts"
import * as RequestTurns from "./RequestTurns.ts"

type Message = Schema.JsonObject

/** What is known while the messages of one prompt are written. */
interface MessageWriting extends RequestContent.Writing {
  /** The id of a call as the server wants it. */
  readonly callId: (id: string) => string
}

const systemMessage = (message: Prompt.SystemMessage, role: string, writing: MessageWriting): Message => {
  const mark = RequestContent.cacheMark(message, writing)
  return { role, content: mark === undefined ? message.content : [{ type: "text", text: message.content, ...mark }] }
}

const toolCall = (part: Prompt.ToolCallPart, { callId, found }: MessageWriting): Schema.JsonObject => {
  const item = Replay.itemOf(part, protocol)
  return item?._tag === "CustomToolCall"
    ? {
      id: callId(part.id),
      type: "custom",
      custom: { name: part.name, input: typeof part.params === "string" ? part.params : item.input }
    }
    : {
      id: callId(part.id),
      type: "function",
      function: { name: part.name, arguments: PromptParts.argumentsText(part.params, part.name, found) }
    }
}

/** What this provider keeps with an item for its own next request, and no other's. */
const nativeOf = (
  part: Prompt.ReasoningPart | Prompt.TextPart,
  { context }: MessageWriting
): JsonObject | undefined => {
  const item = part.type === "text" ? PromptParts.messageOf(part, protocol) : Replay.itemOf(part, protocol)
  const native = item?._tag === "Reasoning" || item?._tag === "Message" ? object(item.native) : undefined
  return native?.provider === context.provider ? native : undefined
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

/** An assistant message in the making. */
interface Said {
  text: string
  refusal: string
  reasoning: string
  mark: Schema.JsonObject | undefined
  readonly details: Array<Schema.Json>
  readonly calls: Array<Schema.Json>
  /** The content in parts, for servers that have thoughts and references among them. */
  readonly parts: Array<Schema.Json>
}

const gather = (message: Prompt.AssistantMessage, writing: MessageWriting): Said => {
  const said: Said = {
    text: "",
    refusal: "",
    reasoning: "",
    mark: RequestContent.cacheMark(message, writing),
    details: [],
    calls: [],
    parts: []
  }
  for (const part of message.content) {
    switch (part.type) {
      case "text": {
        const { refusal, text } = textOf(part)
        said.text += text
        said.refusal += refusal
        said.parts.push(...(array(nativeOf(part, writing)?.content) ?? (text === "" ? [] : [{ type: "text", text }])))
        said.mark = RequestContent.cacheMark(part, writing) ?? said.mark
        break
      }
      case "reasoning": {
        said.reasoning += part.text
        const native = nativeOf(part, writing)
        said.details.push(...(array(native?.reasoning_details) ?? []))
        if (native?.type === "thinking" && part.text !== "") {
          said.parts.push({ type: "thinking", thinking: [{ type: "text", text: part.text }] })
        }
        break
      }
      case "tool-call":
        // What a provider ran itself has no form in Chat: its outcome is in the text.
        if (!part.providerExecuted) said.calls.push(toolCall(part, writing))
        break
      case "file":
        writing.found.refuse("prompt", "Chat Completions takes no files in assistant messages: move them to the user's")
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  return said
}

const contentOf = ({ mark, parts, text }: Said, { context }: MessageWriting): Schema.Json => {
  const isPlain = parts.every((part) => object(part)?.type === "text")
  if (context.quirks.thinkingParts === true && !isPlain) return parts
  if (text === "") return null
  return mark === undefined ? text : [{ type: "text", text, ...mark }]
}

const assistantMessage = (message: Prompt.AssistantMessage, writing: MessageWriting): Message | undefined => {
  const said = gather(message, writing)
  const { calls, details, reasoning, refusal } = said
  const { reasoningReplayAlways, reasoningReplayField: field } = writing.context.quirks
  const content = contentOf(said, writing)
  const replays = field !== undefined && reasoning !== ""
  const isEmpty = content === null && refusal === "" && calls.length === 0 && details.length === 0 && !replays
  if (isEmpty) return undefined
  return {
    role: "assistant",
    content,
    ...(refusal === "" ? {} : { refusal }),
    ...(replays || (field !== undefined && reasoningReplayAlways === true) ? { [field]: reasoning } : {}),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls })
  }
}

const toolMessage = (part: Prompt.ToolResultPart, text: string, writing: MessageWriting): Message => ({
  role: "tool",
  tool_call_id: writing.callId(part.id),
  ...(writing.context.quirks.toolResultName === true ? { name: part.name } : {}),
  content: text,
  ...RequestContent.cacheMark(part, writing)
})

/** Marks an assistant message at the end as the beginning of the answer, where the server wants that said. */
const prefilled = (messages: ReadonlyArray<Message>, mark: Quirks["prefill"]): ReadonlyArray<Message> => {
  const last = messages.at(-1)
  return mark === undefined || last?.role !== "assistant" || last.tool_calls !== undefined
    ? messages
    : [...messages.slice(0, -1), { ...last, [mark]: true }]
}

const same = (id: string): string => id

/**
 * Writes the messages of a prompt. `systemRole` is what the model calls its instructions.
 *
 * **Details**
 *
 * Reasoning is sent back in the field that `quirks.reasoningReplayField` names, as parts of the content (`thinkingParts`), and
 * `reasoning_details`, each to the provider they came from. The text of a tool's failure begins with `Error: `. Files that
 * a tool answers with follow the results in a user message, since tool messages take only text. Approvals, and tools that a
 * provider ran itself, have no form in Chat and are left out.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category encoding
 * @since 0.1.0
 */
export const encode = (
  prompt: Prompt.Prompt,
  systemRole: string,
  writing: RequestContent.Writing
): ReadonlyArray<Message> => {
  const { alternatingRoles, prefill, toolIds, tools } = writing.context.quirks
  const callId = toolIds === "nine-letters" ? ToolCallIds.nineLetters(prompt) : same
  const all: MessageWriting = { ...writing, callId }
  const written = MessageList.make(prompt, {
    system: (message) => systemMessage(message, systemRole, all),
    user: (parts) => ({ role: "user", content: RequestContent.content(parts, all) }),
    assistant: (message) => assistantMessage(message, all),
    result: (part, text) => toolMessage(part, text, all)
  }, writing.found)
  if (tools === false && written.some(({ role, tool_calls }) => role === "tool" || tool_calls !== undefined)) {
    writing.found.refuse("prompt", "this provider knows no tools: leave calls and their results out of the prompt")
  }
  return prefilled(alternatingRoles === true ? RequestTurns.alternate(written, systemRole) : written, prefill)
}
