/**
 * Encodes a prompt as the `messages` of Chat Completions.
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { Quirks } from "../../../domain/Quirks.ts"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { array, defined, type JsonObject, object } from "../../json/Json.ts"
import * as MessageList from "../../request/MessageList.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestContent from "./RequestContent.ts"
import * as RequestTurns from "./RequestTurns.ts"
import { name } from "./ResponseItems.ts"

type Message = Schema.JsonObject

type MessageEncoding = RequestContent.Encoding

const systemMessage = (message: Prompt.SystemMessage, role: string, encoding: MessageEncoding): Message => {
  const mark = RequestContent.cacheMark(message, encoding)
  return { role, content: mark === undefined ? message.content : [{ type: "text", text: message.content, ...mark }] }
}

/** Encodes what the provider sent beside a tool call: Gemini refuses a call without the signature of its thought. */
const extraContent = (item: ResponseItem | undefined, provider: string): Schema.JsonObject => {
  const native = item?._tag === "ToolCall" ? object(item.native) : undefined
  const extra = native?.provider === provider ? object(native.extra_content) : undefined
  return extra === undefined ? {} : { extra_content: defined(extra) }
}

const toolCall = (part: Prompt.ToolCallPart, { context, problems }: MessageEncoding): Schema.JsonObject => {
  const item = Replay.itemOf(part, name)
  return item?._tag === "CustomToolCall"
    ? {
      id: part.id,
      type: "custom",
      custom: { name: part.name, input: typeof part.params === "string" ? part.params : item.input }
    }
    : {
      id: part.id,
      type: "function",
      function: {
        name: part.name,
        arguments: PromptParts.argumentsText(Replay.argumentsOf(part, name), part.name, problems)
      },
      ...extraContent(item, context.provider)
    }
}

/** Returns what this provider wants back with an item; `undefined` when the item is another provider's. */
const nativeOf = (
  part: Prompt.ReasoningPart | Prompt.TextPart,
  { context }: MessageEncoding
): JsonObject | undefined => {
  const item = part.type === "text" ? PromptParts.messageOf(part, name) : Replay.itemOf(part, name)
  const native = item?._tag === "Reasoning" || item?._tag === "Message" ? object(item.native) : undefined
  return native?.provider === context.provider ? native : undefined
}

/** Returns the text of a part, and the refusal in it, which has a field of its own. */
const textOf = (part: Prompt.TextPart): { readonly text: string; readonly refusal: string } => {
  const item = PromptParts.messageOf(part, name)
  if (item === undefined) return { text: part.text, refusal: "" }
  let text = ""
  let refusal = ""
  for (const content of item.content) {
    if (content._tag === "Refusal") refusal += content.refusal
    else text += content.text
  }
  return { text, refusal }
}

/** The contents of an assistant message. */
interface Contents {
  text: string
  refusal: string
  reasoning: string
  mark: Schema.JsonObject | undefined
  readonly details: Array<Schema.Json>
  readonly calls: Array<Schema.Json>
  /** The content in parts, for servers that have reasoning and references among them. */
  readonly parts: Array<Schema.Json>
}

/** Collects the contents of an assistant message. */
const gather = (message: Prompt.AssistantMessage, encoding: MessageEncoding): Contents => {
  const contents: Contents = {
    text: "",
    refusal: "",
    reasoning: "",
    mark: RequestContent.cacheMark(message, encoding),
    details: [],
    calls: [],
    parts: []
  }
  for (const part of message.content) {
    switch (part.type) {
      case "text": {
        const { refusal, text } = textOf(part)
        contents.text += text
        contents.refusal += refusal
        contents.parts.push(
          ...(array(nativeOf(part, encoding)?.content) ?? (text === "" ? [] : [{ type: "text", text }]))
        )
        contents.mark = RequestContent.cacheMark(part, encoding) ?? contents.mark
        break
      }
      case "reasoning": {
        contents.reasoning += part.text
        const native = nativeOf(part, encoding)
        contents.details.push(...(array(native?.reasoning_details) ?? []))
        if (native?.type === "thinking" && part.text !== "") {
          contents.parts.push({ type: "thinking", thinking: [{ type: "text", text: part.text }] })
        }
        break
      }
      case "tool-call":
        // Chat has no form for tools that a provider ran: their outcome is in the text.
        if (!part.providerExecuted) contents.calls.push(toolCall(part, encoding))
        break
      case "file":
        encoding.problems.refuse(
          "prompt",
          "Chat Completions takes no files in assistant messages: move them to a user message"
        )
        break
      case "tool-result":
      case "tool-approval-request":
        break
    }
  }
  return contents
}

const contentOf = ({ mark, parts, text }: Contents, { context }: MessageEncoding): Schema.Json => {
  const isPlain = parts.every((part) => object(part)?.type === "text")
  if (context.quirks.thinkingParts === true && !isPlain) return parts
  if (text === "") return null
  return mark === undefined ? text : [{ type: "text", text, ...mark }]
}

const assistantMessage = (message: Prompt.AssistantMessage, encoding: MessageEncoding): Message | undefined => {
  const contents = gather(message, encoding)
  const { calls, details, reasoning, refusal } = contents
  const { reasoningReplayAlways, reasoningReplayField: field } = encoding.context.quirks
  const content = contentOf(contents, encoding)
  const replays = field !== undefined && reasoning !== ""
  const isRequired = reasoningReplayAlways === true || (reasoningReplayAlways === "calls" && calls.length > 0)
  const isEmpty = content === null && refusal === "" && calls.length === 0 && details.length === 0 && !replays
  if (isEmpty) return undefined
  return {
    role: "assistant",
    content,
    ...(refusal === "" ? {} : { refusal }),
    ...(field !== undefined && (replays || isRequired) ? { [field]: reasoning } : {}),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls })
  }
}

const toolMessage = (part: Prompt.ToolResultPart, text: string, encoding: MessageEncoding): Message => ({
  role: "tool",
  tool_call_id: part.id,
  ...(encoding.context.quirks.toolResultName === true ? { name: part.name } : {}),
  content: text,
  ...RequestContent.cacheMark(part, encoding)
})

/** Marks an assistant message at the end as the beginning of the completion, where the server requires a mark. */
const prefilled = (messages: ReadonlyArray<Message>, mark: Quirks["prefill"]): ReadonlyArray<Message> => {
  const last = messages.at(-1)
  return (mark !== "prefix" && mark !== "partial") || last?.role !== "assistant" || last.tool_calls !== undefined
    ? messages
    : [...messages.slice(0, -1), { ...last, [mark]: true }]
}

/**
 * Encodes the messages of a prompt. `systemRole` is the role of system messages.
 *
 * **Details**
 *
 * Reasoning is sent back in the field that `quirks.reasoningReplayField` names, as parts of the content
 * (`thinkingParts`) and as `reasoning_details`, each to the provider that sent it. The text of a tool's failure begins
 * with `Error: `. Files in a tool's result follow the results in a user message, since tool messages hold only text.
 * Chat has no form for approvals and for tools that a provider ran: they are left out.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export const encode = (
  history: ReadonlyArray<Prompt.Message>,
  systemRole: string,
  encoding: MessageEncoding
): ReadonlyArray<Message> => {
  const { prefill, tools } = encoding.context.quirks
  const messages = MessageList.make(history, {
    system: (message) => systemMessage(message, systemRole, encoding),
    user: (parts) => ({ role: "user", content: RequestContent.content(parts, encoding) }),
    assistant: (message) => assistantMessage(message, encoding),
    result: (part, text) => toolMessage(part, text, encoding)
  }, encoding.problems)
  if (tools === false && messages.some(({ role, tool_calls }) => role === "tool" || tool_calls !== undefined)) {
    encoding.problems.refuse(
      "prompt",
      "this provider knows no tools: leave tool calls and their results out of the prompt"
    )
  }
  return prefilled(RequestTurns.ordered(messages, systemRole, encoding.context.quirks), prefill)
}
