/**
 * A prompt as the input items of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @since 0.1.0
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as ResponseItems from "./ResponseItems.ts"

type Item = Schema.JsonObject

/**
 * What the encoding of a prompt depends on. `systemRole` is the role of instructions in the middle of a conversation;
 * `stored` says that the server remembers its answers.
 *
 * @category models
 * @since 0.1.0
 */
export interface InputContext {
  readonly found: PromptParts.Problems
  readonly systemRole: "system" | "developer"
  readonly stored: boolean
}

const file = (part: Prompt.FilePart, context: InputContext): Item => {
  const data = PromptParts.fileData(part)
  if (data.mediaType.startsWith("image/")) {
    const detail = Replay.optionsOf(part).detail
    return {
      type: "input_image",
      ...(data.type === "id"
        ? { file_id: data.id }
        : { image_url: data.type === "url" ? data.url : PromptParts.dataUrl(data) }),
      ...(detail === undefined ? {} : { detail })
    }
  }
  if (/^(audio|video)\//.test(data.mediaType)) {
    context.found.refuse(
      "prompt",
      `a ${data.mediaType} file cannot be sent over the Responses API; take Chat Completions`
    )
  }
  if (data.type === "id") return { type: "input_file", file_id: data.id }
  if (data.type === "url") return { type: "input_file", file_url: data.url }
  // A file that comes as data must have a name.
  const extension = data.mediaType.split("/")[1]?.split(/[+;]/)[0] ?? "bin"
  return {
    type: "input_file",
    filename: part.fileName ?? `file.${extension === "plain" ? "txt" : extension}`,
    file_data: PromptParts.dataUrl(data)
  }
}

const inputPart = (part: Prompt.TextPart | Prompt.FilePart, context: InputContext): Item =>
  part.type === "text" ? { type: "input_text", text: part.text } : file(part, context)

const assistantText = (text: string): Item => ({ role: "assistant", content: [{ type: "output_text", text }] })

const message = (item: ResponseItem & { readonly _tag: "Message" }): Item => ({
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

const reasoning = (
  item: ResponseItem & { readonly _tag: "Reasoning" },
  context: InputContext
): ReadonlyArray<Item> => {
  // A server that remembers nothing cannot look up the id of a reasoning item that brings nothing along.
  if (!context.stored && item.encryptedContent === undefined && item.content.length === 0) return []
  return [{
    ...native(item.native),
    type: "reasoning",
    ...(item.id === undefined ? {} : { id: item.id }),
    summary: item.summary.map((text) => ({ type: "summary_text", text })),
    ...(item.content.length === 0 ? {} : { content: item.content.map((text) => ({ type: "reasoning_text", text })) }),
    ...(item.encryptedContent === undefined ? {} : { encrypted_content: item.encryptedContent })
  }]
}

const call = (part: Prompt.ToolCallPart, context: InputContext): ReadonlyArray<Item> => {
  const item = Replay.itemOf(part, ResponseItems.name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    return isObject(item.native) ? [defined(item.native)] : []
  }
  // What another provider ran, or what is not known to be ours, means nothing to this one.
  if (part.providerExecuted) return []
  if (item?._tag === "CustomToolCall") {
    const input = typeof part.params === "string" ? part.params : item.input
    return [{ ...native(item.native), type: "custom_tool_call", call_id: part.id, name: part.name, input }]
  }
  const own = item?._tag === "ToolCall" ? item : undefined
  const kept = native(own?.native)
  const written = PromptParts.argumentsText(part.params, part.name, context.found)
  return [{
    ...kept,
    type: "function_call",
    ...(own?.itemId === undefined ? {} : { id: own.itemId }),
    call_id: part.id,
    name: part.name,
    arguments: own !== undefined && typeof kept.arguments === "string" && written === JSON.stringify(own.arguments)
      ? kept.arguments
      : written
  }]
}

const result = (part: Prompt.ToolResultPart, custom: ReadonlySet<string>, context: InputContext): Item => {
  const shown = part.modelOutput
  return {
    type: custom.has(part.id) ? "custom_tool_call_output" : "function_call_output",
    call_id: part.id,
    output: shown === undefined
      ? PromptParts.resultText(part, context.found)
      : shown.some((entry) => entry.type === "file")
      ? shown.map((entry) => inputPart(entry, context))
      : Prompt.toolModelOutputToText(shown)
  }
}

const assistant = (
  message_: Prompt.AssistantMessage,
  custom: ReadonlySet<string>,
  context: InputContext
): ReadonlyArray<Item> =>
  message_.content.flatMap((part): ReadonlyArray<Item> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, ResponseItems.name)
        if (item !== undefined) return item.content.length === 0 ? [] : [message(item)]
        return part.text === "" ? [] : [assistantText(part.text)]
      }
      case "reasoning": {
        const item = Replay.itemOf(part, ResponseItems.name)
        return item?._tag === "Reasoning" ? reasoning(item, context) : []
      }
      case "tool-call":
        return call(part, context)
      case "tool-result":
        return part.providerExecuted ? [] : [result(part, custom, context)]
      case "file":
        context.found.refuse(
          "prompt",
          "a file in an assistant's message cannot be sent back; put it into a user's message"
        )
        return []
      case "tool-approval-request":
        return []
    }
  })

const user = (message_: Prompt.UserMessage, context: InputContext): ReadonlyArray<Item> => {
  const content = message_.content
    .filter((part) => part.type !== "text" || part.text !== "")
    .map((part) => inputPart(part, context))
  return content.length === 0 ? [] : [{ role: "user", content }]
}

/**
 * Writes the messages of a prompt as input items.
 *
 * @category encoding
 * @since 0.1.0
 */
export const items = (messages: ReadonlyArray<Prompt.Message>, context: InputContext): ReadonlyArray<Item> => {
  // A result goes back in the form of its call, and only the call's item tells which.
  const custom = new Set<string>()
  for (const entry of messages) {
    if (entry.role !== "assistant") continue
    for (const part of entry.content) {
      if (part.type === "tool-call" && Replay.itemOf(part, ResponseItems.name)?._tag === "CustomToolCall")
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
        return user(entry, context)
      case "assistant":
        return assistant(entry, custom, context)
      case "tool":
        return entry.content.flatMap((part) => part.type === "tool-result" ? [result(part, custom, context)] : [])
    }
  })
}
