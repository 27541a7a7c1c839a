/**
 * Encodes a prompt as the input items of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject } from "../../json/Json.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import { name } from "./ResponseItems.ts"

type Item = Schema.JsonObject

/** What the encoding of a prompt depends on. */
export interface PromptContext {
  readonly problems: Problems.Problems
  /** The role of system messages in the middle of a conversation. */
  readonly systemRole: "system" | "developer"
  /** Whether the server stores its responses. */
  readonly isStored: boolean
  /** Whether the tool calls of a step must come after its other items. */
  readonly callsLast: boolean
  /** Whether tool calls must have reasoning before them, also where none was kept. */
  readonly replaysReasoning: boolean
}

const file = (part: Prompt.FilePart, context: PromptContext): Item => {
  const data = PromptParts.fileData(part)
  const kind = MediaTypes.kindOf(data.mediaType)
  if (kind === "image") {
    const detail = Replay.optionsOf(part).detail
    return {
      type: "input_image",
      ...(data.type === "id"
        ? { file_id: data.id }
        : { image_url: data.type === "url" ? data.url : PromptParts.dataUrl(data) }),
      ...(detail === undefined ? {} : { detail })
    }
  }
  if (kind === "audio" || kind === "video") {
    context.problems.refuse(
      "prompt",
      `a ${data.mediaType} file cannot be sent over the Responses API; take Chat Completions`
    )
  }
  if (data.type === "id") return { type: "input_file", file_id: data.id }
  if (data.type === "url") return { type: "input_file", file_url: data.url }
  // The API requires a name for a file that is sent as data.
  const extension = MediaTypes.extensionOf(data.mediaType) ?? data.mediaType.split("/")[1]?.split("+")[0] ?? "bin"
  return {
    type: "input_file",
    filename: part.fileName ?? `file.${extension}`,
    file_data: PromptParts.dataUrl(data)
  }
}

const inputPart = (part: Prompt.TextPart | Prompt.FilePart, context: PromptContext): Item =>
  part.type === "text" ? { type: "input_text", text: part.text } : file(part, context)

const assistantText = (text: string): Item => ({ role: "assistant", content: [{ type: "output_text", text }] })

const messageItem = (item: ResponseItem & { readonly _tag: "Message" }): Item => ({
  role: "assistant",
  ...(item.id === undefined ? {} : { id: item.id }),
  ...(item.phase === undefined ? {} : { phase: item.phase }),
  content: item.content.map((part) =>
    part._tag === "Refusal"
      ? { type: "refusal", refusal: part.refusal }
      : {
        type: "output_text",
        text: part.text,
        ...(part.citations.length === 0 ? {} : { annotations: part.citations.map((citation) => citation.native) })
      }
  )
})

const native = (value: Schema.Json | undefined): Item => {
  if (!isObject(value)) return {}
  const { status: _, ...item } = defined(value)
  return item
}

const reasoningItem = (
  item: ResponseItem & { readonly _tag: "Reasoning" },
  context: PromptContext
): ReadonlyArray<Item> => {
  // A server that stores nothing cannot look up a reasoning item by its id.
  if (!context.isStored && item.encryptedContent === undefined && item.content.length === 0) return []
  return [{
    ...native(item.native),
    type: "reasoning",
    ...(item.id === undefined ? {} : { id: item.id }),
    summary: item.summary.map((text) => ({ type: "summary_text", text })),
    ...(item.content.length === 0 ? {} : { content: item.content.map((text) => ({ type: "reasoning_text", text })) }),
    ...(item.encryptedContent === undefined ? {} : { encrypted_content: item.encryptedContent })
  }]
}

const toolCall = (part: Prompt.ToolCallPart, context: PromptContext): ReadonlyArray<Item> => {
  const item = Replay.itemOf(part, name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    return isObject(item.native) ? [defined(item.native)] : []
  }
  // A tool call that a provider ran is sent only to that provider.
  if (part.providerExecuted) return []
  if (item?._tag === "CustomToolCall") {
    const input = typeof part.params === "string" ? part.params : item.input
    return [{ ...native(item.native), type: "custom_tool_call", call_id: part.id, name: part.name, input }]
  }
  const own = item?._tag === "ToolCall" ? item : undefined
  const kept = native(own?.native)
  const encoded = PromptParts.argumentsText(Replay.argumentsOf(part, name), part.name, context.problems)
  return [{
    ...kept,
    type: "function_call",
    ...(own?.itemId === undefined ? {} : { id: own.itemId }),
    call_id: part.id,
    name: part.name,
    arguments: own !== undefined && typeof kept.arguments === "string" && encoded === JSON.stringify(own.arguments)
      ? kept.arguments
      : encoded
  }]
}

const toolResult = (part: Prompt.ToolResultPart, custom: ReadonlySet<string>, context: PromptContext): Item => {
  const modelOutput = part.modelOutput
  return {
    type: custom.has(part.id) ? "custom_tool_call_output" : "function_call_output",
    call_id: part.id,
    output: modelOutput === undefined
      ? PromptParts.resultText(part, context.problems)
      : modelOutput.some((entry) => entry.type === "file")
      ? modelOutput.map((entry) => inputPart(entry, context))
      : Prompt.toolModelOutputToText(modelOutput)
  }
}

/** Encodes reasoning as its text alone, for servers that require reasoning and have no item of theirs for it. */
const reasoningText = (text: string): Item => ({
  type: "reasoning",
  summary: [],
  content: [{ type: "reasoning_text", text }]
})

const isCall = ({ type }: Item): boolean => type === "function_call" || type === "custom_tool_call"

/** Moves the tool calls of a step behind its other items, where the server refuses another order. */
const ordered = (items: ReadonlyArray<Item>, { callsLast }: PromptContext): ReadonlyArray<Item> =>
  callsLast ? [...items.filter((item) => !isCall(item)), ...items.filter(isCall)] : items

/** Puts empty reasoning before items with a tool call and without reasoning, where the server refuses them so. */
const withReasoning = (items: ReadonlyArray<Item>, { replaysReasoning }: PromptContext): ReadonlyArray<Item> =>
  replaysReasoning && items.some(isCall) &&
    !items.some(({ type }) => type === "reasoning")
    ? [reasoningText(""), ...items]
    : items

const assistantItems = (
  { content }: Prompt.AssistantMessage,
  context: PromptContext
): ReadonlyArray<Item> =>
  content.flatMap((part): ReadonlyArray<Item> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, name)
        if (item !== undefined) return item.content.length === 0 ? [] : [messageItem(item)]
        return part.text === "" ? [] : [assistantText(part.text)]
      }
      case "reasoning": {
        const item = Replay.itemOf(part, name)
        if (item?._tag === "Reasoning") return reasoningItem(item, context)
        return context.replaysReasoning && part.text !== "" ? [reasoningText(part.text)] : []
      }
      case "tool-call":
        return toolCall(part, context)
      case "file":
        PromptParts.refuseAssistantFile(context.problems)
        return []
      case "tool-result":
      case "tool-approval-request":
        return []
    }
  })

const userMessage = (message: Prompt.UserMessage, context: PromptContext): ReadonlyArray<Item> => {
  const content = message.content
    .filter((part) => part.type !== "text" || part.text !== "")
    .map((part) => inputPart(part, context))
  return content.length === 0 ? [] : [{ role: "user", content }]
}

/** Encodes messages as input items. */
export const encode = (messages: ReadonlyArray<Prompt.Message>, context: PromptContext): ReadonlyArray<Item> => {
  // The results of free-form tools have a type of their own, which only the item of the tool call tells.
  const custom = new Set<string>()
  for (const entry of messages) {
    if (entry.role !== "assistant") continue
    for (const part of entry.content) {
      if (part.type === "tool-call" && Replay.itemOf(part, name)?._tag === "CustomToolCall")
        custom.add(part.id)
    }
  }
  return messages.flatMap((entry): ReadonlyArray<Item> => {
    switch (entry.role) {
      case "system":
        return entry.content === ""
          ? []
          : [{ role: context.systemRole, content: [{ type: "input_text", text: entry.content }] }]
      case "user":
        return userMessage(entry, context)
      case "assistant":
        return withReasoning(ordered(assistantItems(entry, context), context), context)
      case "tool":
        return entry.content.flatMap((part) => part.type === "tool-result" ? [toolResult(part, custom, context)] : [])
    }
  })
}
