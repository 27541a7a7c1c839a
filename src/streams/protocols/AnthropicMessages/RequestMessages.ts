/**
 * Encodes a prompt as the system blocks and turns of the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as Turns from "../../request/Turns.ts"
import * as RequestFallback from "./RequestFallback.ts"
import * as RequestSystem from "./RequestSystem.ts"
import { name } from "./ResponseItems.ts"

type Block = Schema.JsonObject

/** What the encoding of a prompt depends on. */
export interface MessageEncoding extends RequestSystem.SystemEncoding {
  /** The lifetime of cache entries whose breakpoint has none. */
  readonly ttl: string | undefined
  /** Whether files may be given by URL or id. */
  readonly takesReferences: boolean
  /** Whether the server knows the block at which another model went on. */
  readonly takesFallbacks: boolean
  /** Whether tool calls must have thinking before them, also where none was kept. */
  readonly replaysReasoning: boolean
}

/** The encoding of the results of tools: the toolsets of the calls that are for a member of one, by id of the call. */
interface ResultEncoding extends MessageEncoding {
  readonly toolsets: ReadonlyMap<string, string>
}

/**
 * Encodes a breakpoint of the prompt cache.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 */
export const cacheControl = (ttl: string | undefined): Schema.JsonObject => ({
  type: "ephemeral",
  ...(ttl === undefined ? {} : { ttl })
})

/** Marks a block as a breakpoint where its part or message has a cache mark. */
const marked = (
  block: Block,
  holder: { readonly options: Prompt.ProviderOptions },
  encoding: MessageEncoding
): Block => {
  const cache = Replay.optionsOf(holder).cache
  return cache === undefined || cache === false
    ? block
    : { ...block, cache_control: cacheControl(cache === true ? encoding.ttl : cache.ttl) }
}

/** Puts a message's cache mark on its last block. Thinking cannot have one. */
const markedLast = (
  blocks: ReadonlyArray<Block>,
  message: Prompt.Message,
  encoding: MessageEncoding
): ReadonlyArray<Block> => {
  const last = blocks.at(-1)
  return last === undefined || last.type === "thinking" || last.type === "redacted_thinking"
    ? blocks
    : [...blocks.slice(0, -1), marked(last, message, encoding)]
}

/** @see https://docs.claude.com/en/docs/build-with-claude/vision */
const imageTypes: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"])

const fileBlock = (part: Prompt.FilePart, encoding: MessageEncoding): Block => {
  const data = PromptParts.fileData(part)
  const { mediaType } = data
  if (data.type !== "base64" && !encoding.takesReferences) {
    encoding.problems.refuse("prompt", `a ${mediaType} file must come as its bytes or as base64 here`)
    return {}
  }
  const source = data.type === "id"
    ? { type: "file", file_id: data.id }
    : data.type === "url"
    ? { type: "url", url: data.url }
    : { type: "base64", media_type: mediaType, data: data.base64 }
  const kind = MediaTypes.kindOf(mediaType)
  if (kind === "image") {
    if (data.type === "base64" && !imageTypes.has(mediaType)) {
      encoding.problems.refuse("prompt", `Claude takes images as ${[...imageTypes].join(", ")}, not as ${mediaType}`)
    }
    return { type: "image", source }
  }
  const title = part.fileName === undefined ? {} : { title: part.fileName }
  if (mediaType === "application/pdf" || data.type === "id") return { type: "document", source, ...title }
  if (MediaTypes.isText(mediaType)) {
    const text = data.type === "base64" ? PromptParts.textOfBase64(data.base64) : undefined
    if (text !== undefined)
      return { type: "document", source: { type: "text", media_type: "text/plain", data: text }, ...title }
    encoding.problems.refuse("prompt", `a ${mediaType} file must come as its bytes or as base64, not by URL`)
    return {}
  }
  encoding.problems.refuse(
    "prompt",
    `a ${mediaType} file cannot be sent over the Messages API; send an image, a PDF or text`
  )
  return {}
}

/** Returns whether the API refuses a text: an empty one, or one of only white space. */
const isBlank = (text: string): boolean => text.trim() === ""

const inputBlocks = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  encoding: MessageEncoding
): ReadonlyArray<Block> =>
  parts.flatMap((part) =>
    part.type === "file"
      ? [marked(fileBlock(part, encoding), part, encoding)]
      : isBlank(part.text)
      ? []
      : [marked({ type: "text", text: part.text }, part, encoding)]
  )

const resultBlock = (part: Prompt.ToolResultPart, encoding: ResultEncoding): Block => {
  const toolset = encoding.toolsets.get(part.id)
  const content = part.modelOutput === undefined
    ? PromptParts.resultText(part, encoding.problems)
    : [...inputBlocks(part.modelOutput, encoding)]
  return marked(
    {
      type: "tool_result",
      tool_use_id: part.id,
      ...(toolset === undefined ? {} : { toolset_name: toolset }),
      ...(content.length === 0 ? {} : { content }),
      ...(part.isFailure ? { is_error: true } : {})
    },
    part,
    encoding
  )
}

const messageBlocks = (item: ResponseItem & { readonly _tag: "Message" }): ReadonlyArray<Block> =>
  item.content.flatMap((part) => {
    const text = part._tag === "OutputText" ? part.text : part.refusal
    if (isBlank(text)) return []
    const citations = part._tag === "OutputText" ? part.citations.map((citation) => citation.native) : []
    return [{ type: "text", text, ...(citations.length === 0 ? {} : { citations }) }]
  })

const reasoningBlock = (item: ResponseItem & { readonly _tag: "Reasoning" }): Block =>
  item.redacted === undefined
    ? {
      type: "thinking",
      thinking: item.content.join(""),
      ...(item.signature === undefined ? {} : { signature: item.signature })
    }
    : { type: "redacted_thinking", data: item.redacted }

const toolCallBlocks = (part: Prompt.ToolCallPart, encoding: MessageEncoding): ReadonlyArray<Block> => {
  const item = Replay.itemOf(part, name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    return isObject(item.native) ? [marked(defined(item.native), part, encoding)] : []
  }
  // A tool that another provider ran has no meaning to this one.
  if (part.providerExecuted) return []
  const native = item?._tag === "ToolCall" && isObject(item.native) ? defined(item.native) : {}
  return [
    marked(
      {
        ...native,
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: PromptParts.argumentsObject(Replay.argumentsOf(part, name), part.name, encoding.problems)
      },
      part,
      encoding
    )
  ]
}

/** Puts empty thinking before blocks with a tool call and without thinking, where the server refuses them so. */
const withThinking = (blocks: ReadonlyArray<Block>, { replaysReasoning }: MessageEncoding): ReadonlyArray<Block> => {
  const has = (...types: ReadonlyArray<string>) => blocks.some(({ type }) => types.some((known) => known === type))
  return replaysReasoning && has("tool_use") && !has("thinking", "redacted_thinking")
    ? [{ type: "thinking", thinking: "" }, ...blocks]
    : blocks
}

const assistantBlocks = (entry: Prompt.AssistantMessage, encoding: MessageEncoding): ReadonlyArray<Block> =>
  entry.content.flatMap((part): ReadonlyArray<Block> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, name)
        const blocks = item !== undefined
          ? messageBlocks(item)
          : isBlank(part.text)
          ? []
          : [{ type: "text", text: part.text }]
        return blocks.map((block, at) => (at === blocks.length - 1 ? marked(block, part, encoding) : block))
      }
      case "reasoning": {
        const item = Replay.itemOf(part, name)
        if (item?._tag === "Reasoning") return [reasoningBlock(item)]
        return encoding.replaysReasoning && part.text !== "" ? [{ type: "thinking", thinking: part.text }] : []
      }
      case "tool-call":
        return toolCallBlocks(part, encoding)
      case "file":
        PromptParts.refuseAssistantFile(encoding.problems)
        return []
      case "tool-result":
      case "tool-approval-request":
        return []
    }
  })

/** Returns the toolsets of calls that are for a member of one, which the API wants again with the results. */
const toolsetsOf = (messages: ReadonlyArray<Prompt.Message>): ReadonlyMap<string, string> => {
  const toolsets = new Map<string, string>()
  for (const message of messages) {
    if (message.role !== "assistant") continue
    for (const part of message.content) {
      if (part.type !== "tool-call") continue
      const item = Replay.itemOf(part, name)
      if (item?._tag !== "ToolCall" || !isObject(item.native)) continue
      const toolset = item.native.toolset_name
      if (typeof toolset === "string") toolsets.set(part.id, toolset)
    }
  }
  return toolsets
}

const encodeTurn = ({ blocks, fields, results, role }: Turns.Turn<Block>, isLast: boolean): Schema.JsonObject => ({
  role,
  content: [...results, ...(role === "assistant" && isLast ? Turns.trimmed(blocks) : blocks)],
  ...fields
})

/**
 * Encodes the messages of a prompt as `system` and `messages`.
 *
 * **Details**
 *
 * System messages go to the top level wherever they are, unless an option says until when they hold, or that they
 * change the effort.
 */
export const encode = (messages: ReadonlyArray<Prompt.Message>, encoding: MessageEncoding): Schema.JsonObject => {
  const system = RequestSystem.split(
    messages,
    encoding,
    (entry) => isBlank(entry.content) ? [] : [marked({ type: "text", text: entry.content }, entry, encoding)]
  )
  const results = { ...encoding, toolsets: toolsetsOf(messages) }
  const turns = Turns.make(messages, {
    system: system.inPlace,
    user: (message) => markedLast(inputBlocks(message.content, encoding), message, encoding),
    assistant: (message) => {
      const blocks = withThinking(assistantBlocks(message, encoding), encoding)
      return markedLast(RequestFallback.accepted(blocks, encoding.takesFallbacks, encoding.problems), message, encoding)
    },
    results: (parts, message) => markedLast(parts.map((part) => resultBlock(part, results)), message, encoding)
  }, encoding.problems)
  RequestSystem.checkPlaces(turns, encoding.problems)
  return {
    ...(system.top.length === 0 ? {} : { system: system.top }),
    messages: turns.map((turn, at) => encodeTurn(turn, at === turns.length - 1))
  }
}
