/**
 * A prompt as the system blocks and turns of the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as Turns from "../../request/Turns.ts"
import * as ResponseItems from "./ResponseItems.ts"

type Block = Schema.JsonObject

/**
 * What the encoding of a prompt depends on. `ttl` is how long cache entries live where a breakpoint does not say.
 * `takesReferences` says that files may be given by their URL or their id.
 *
 * @category models
 * @since 0.1.0
 */
export interface MessagesContext {
  readonly found: PromptParts.Problems
  readonly ttl: string | undefined
  readonly takesReferences: boolean
}

/**
 * Writes a breakpoint of the prompt cache.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 * @category encoding
 * @since 0.1.0
 */
export const cacheControl = (ttl: string | undefined): Schema.JsonObject => ({
  type: "ephemeral",
  ...(ttl === undefined ? {} : { ttl })
})

/** A block, marked as a breakpoint where its part or message says so. */
const marked = (
  block: Block,
  holder: { readonly options: Prompt.ProviderOptions },
  context: MessagesContext
): Block => {
  const cache = Replay.optionsOf(holder).cache
  return cache === undefined || cache === false
    ? block
    : { ...block, cache_control: cacheControl(cache === true ? context.ttl : cache.ttl) }
}

/** A message's own mark goes on its last block; thinking cannot be one. */
const markedLast = (
  blocks: ReadonlyArray<Block>,
  message: Prompt.Message,
  context: MessagesContext
): ReadonlyArray<Block> => {
  const last = blocks.at(-1)
  return last === undefined || last.type === "thinking" || last.type === "redacted_thinking"
    ? blocks
    : [...blocks.slice(0, -1), marked(last, message, context)]
}

const file = (part: Prompt.FilePart, context: MessagesContext): Block => {
  const data = PromptParts.fileData(part)
  const { mediaType } = data
  if (data.type !== "base64" && !context.takesReferences) {
    context.found.refuse("prompt", `a ${mediaType} file must come as its bytes or as base64 here`)
    return {}
  }
  const source = data.type === "id"
    ? { type: "file", file_id: data.id }
    : data.type === "url"
    ? { type: "url", url: data.url }
    : { type: "base64", media_type: mediaType, data: data.base64 }
  if (mediaType.startsWith("image/")) return { type: "image", source }
  const title = part.fileName === undefined ? {} : { title: part.fileName }
  if (mediaType === "application/pdf" || data.type === "id") return { type: "document", source, ...title }
  if (mediaType.startsWith("text/")) {
    const text = data.type === "base64" ? PromptParts.textOfBase64(data.base64) : undefined
    if (text !== undefined)
      return { type: "document", source: { type: "text", media_type: "text/plain", data: text }, ...title }
    context.found.refuse("prompt", `a ${mediaType} file must come as its bytes or as base64, not by URL`)
    return {}
  }
  context.found.refuse(
    "prompt",
    `a ${mediaType} file cannot be sent over the Messages API; send an image, a PDF or text`
  )
  return {}
}

/** Empty text is refused, and so is text of nothing but white space. */
const isBlank = (text: string): boolean => text.trim() === ""

const inputBlocks = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  context: MessagesContext
): ReadonlyArray<Block> =>
  parts.flatMap((part) =>
    part.type === "file"
      ? [marked(file(part, context), part, context)]
      : isBlank(part.text)
      ? []
      : [marked({ type: "text", text: part.text }, part, context)]
  )

const result = (part: Prompt.ToolResultPart, context: MessagesContext): Block => {
  const content = part.modelOutput === undefined
    ? PromptParts.resultText(part, context.found)
    : [...inputBlocks(part.modelOutput, context)]
  return marked(
    {
      type: "tool_result",
      tool_use_id: part.id,
      ...(content.length === 0 ? {} : { content }),
      ...(part.isFailure ? { is_error: true } : {})
    },
    part,
    context
  )
}

const message = (item: ResponseItem & { readonly _tag: "Message" }): ReadonlyArray<Block> =>
  item.content.flatMap((part) => {
    const text = part._tag === "OutputText" ? part.text : part.refusal
    if (isBlank(text)) return []
    const citations = part._tag === "OutputText" ? part.citations.map((citation) => citation.native) : []
    return [{ type: "text", text, ...(citations.length === 0 ? {} : { citations }) }]
  })

const reasoning = (item: ResponseItem & { readonly _tag: "Reasoning" }): Block =>
  item.redacted === undefined
    ? {
      type: "thinking",
      thinking: item.content.join(""),
      ...(item.signature === undefined ? {} : { signature: item.signature })
    }
    : { type: "redacted_thinking", data: item.redacted }

/** A tool's input is always an object here; that of a free-form tool becomes one. */
const input = (params: unknown, name: string, found: PromptParts.Problems): Schema.JsonObject => {
  const value = params === undefined || params === null ? {} : PromptParts.toJson(params)
  if (value === undefined) found.refuse("prompt", `the arguments of the call of tool "${name}" are not JSON`)
  return isObject(value) ? defined(value) : { input: value ?? null }
}

const call = (part: Prompt.ToolCallPart, context: MessagesContext): ReadonlyArray<Block> => {
  const item = Replay.itemOf(part, ResponseItems.name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    return isObject(item.native) ? [marked(defined(item.native), part, context)] : []
  }
  // What another provider ran, or what is not known to be ours, means nothing to this one.
  if (part.providerExecuted) return []
  const native = item?._tag === "ToolCall" && isObject(item.native) ? defined(item.native) : {}
  return [
    marked(
      {
        ...native,
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: input(part.params, part.name, context.found)
      },
      part,
      context
    )
  ]
}

const assistant = (entry: Prompt.AssistantMessage, context: MessagesContext): ReadonlyArray<Block> =>
  entry.content.flatMap((part): ReadonlyArray<Block> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, ResponseItems.name)
        const blocks = item !== undefined
          ? message(item)
          : isBlank(part.text)
          ? []
          : [{ type: "text", text: part.text }]
        return blocks.map((block, at) => (at === blocks.length - 1 ? marked(block, part, context) : block))
      }
      case "reasoning": {
        const item = Replay.itemOf(part, ResponseItems.name)
        return item?._tag === "Reasoning" ? [reasoning(item)] : []
      }
      case "tool-call":
        return call(part, context)
      case "file":
        context.found.refuse(
          "prompt",
          "a file in an assistant's message cannot be sent back; put it into a user's message"
        )
        return []
      case "tool-result":
      case "tool-approval-request":
        return []
    }
  })

/** An answer that is begun for the model must not end in white space. */
const trimmed = (blocks: ReadonlyArray<Block>): ReadonlyArray<Block> => {
  const last = blocks.at(-1)
  return last?.type === "text" && typeof last.text === "string"
    ? [...blocks.slice(0, -1), { ...last, text: last.text.trimEnd() }]
    : blocks
}

/**
 * Writes the messages of a prompt as `system` and `messages`.
 *
 * **Details**
 *
 * System messages go to the top level wherever they stand: inside the conversation the API takes them only as a beta.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (messages: ReadonlyArray<Prompt.Message>, context: MessagesContext): Schema.JsonObject => {
  const system = messages.flatMap((entry) =>
    entry.role === "system" && !isBlank(entry.content)
      ? [marked({ type: "text", text: entry.content }, entry, context)]
      : []
  )
  const turns = Turns.make(messages, {
    user: (message) => markedLast(inputBlocks(message.content, context), message, context),
    assistant: (message) => markedLast(assistant(message, context), message, context),
    results: (parts, message) => {
      const results = parts.map((part) => result(part, context))
      return message.role === "tool" ? markedLast(results, message, context) : results
    }
  }, context.found)
  return {
    ...(system.length === 0 ? {} : { system }),
    messages: turns.map((turn, at) => ({
      role: turn.role,
      content: [
        ...turn.results,
        ...(turn.role === "assistant" && at === turns.length - 1 ? trimmed(turn.blocks) : turn.blocks)
      ]
    }))
  }
}
