/**
 * Encodes a prompt as the system blocks and turns of Converse.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject } from "../../json/Json.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as Turns from "../../request/Turns.ts"
import { name } from "./ResponseItems.ts"
import * as RequestFiles from "./RequestFiles.ts"
import type { Family } from "./ModelFamilies.ts"

type Block = Schema.JsonObject

/** What the encoding of a prompt depends on. */
export interface MessageEncoding {
  readonly family: Family
  /** Collects what the protocol cannot express. */
  readonly problems: Problems.Problems
  /** The lifetime of cache entries whose breakpoint has none. */
  readonly ttl: string | undefined
  /** Whether the assistant must speak between the results of tools and the user. */
  readonly separatesResults: boolean
  /** Whether the system blocks and the last user turn end with a breakpoint. */
  readonly isCached: boolean
  /** Whether blocks of tools may be sent. The API refuses them in a request without tools: text takes their place. */
  readonly hasTools: boolean
}

interface PromptEncoding extends MessageEncoding {
  /** Returns a unique name for a document. */
  readonly nameOf: (fileName: string | undefined) => string
}

/**
 * Encodes a breakpoint of the prompt cache.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 */
export const cachePoint = (ttl: string | undefined): Block => ({
  cachePoint: { type: "default", ...(ttl === undefined ? {} : { ttl }) }
})

/** Appends a breakpoint to blocks whose part or message has a cache mark. Reasoning cannot stand before one. */
const marked = (
  blocks: ReadonlyArray<Block>,
  holder: { readonly options: Prompt.ProviderOptions },
  encoding: PromptEncoding
): ReadonlyArray<Block> => {
  const { cache } = Replay.optionsOf(holder)
  const last = blocks.at(-1)
  if (
    cache === undefined || cache === false || encoding.family.cachePoints === undefined || last === undefined ||
    last.reasoningContent !== undefined || last.cachePoint !== undefined
  ) return blocks
  return [...blocks, cachePoint(cache === true ? encoding.ttl : cache.ttl)]
}

/** Encodes text. The API refuses an empty text, or one of only white space, so these are left out. */
const textBlocks = (text: string): ReadonlyArray<Block> => (text.trim() === "" ? [] : [{ text }])

const inputBlocks = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  encoding: PromptEncoding
): ReadonlyArray<Block> =>
  parts.flatMap((part) =>
    marked(
      part.type === "file" ? RequestFiles.encode(part, encoding.nameOf, encoding.problems) : textBlocks(part.text),
      part,
      encoding
    )
  )

const resultBlocks = (part: Prompt.ToolResultPart, encoding: PromptEncoding): ReadonlyArray<Block> => {
  const content = part.modelOutput === undefined
    ? textBlocks(PromptParts.resultText(part, encoding.problems))
    : part.modelOutput.flatMap((output) =>
      output.type === "file" ? RequestFiles.encode(output, encoding.nameOf, encoding.problems) : textBlocks(output.text)
    )
  const blocks: ReadonlyArray<Block> = encoding.hasTools
    ? [
      {
        toolResult: {
          toolUseId: part.id,
          // The API refuses a failure without content.
          content: part.isFailure && content.length === 0 ? [{ text: "The tool failed." }] : [...content],
          ...(part.isFailure ? { status: "error" } : {})
        }
      }
    ]
    : [{ text: `The tool ${part.name} ${part.isFailure ? "failed" : "answered"}:` }, ...content]
  return marked(blocks, part, encoding)
}

const messageBlocks = (item: ResponseItem & { readonly _tag: "Message" }): ReadonlyArray<Block> =>
  item.content.flatMap((part) => textBlocks(part._tag === "OutputText" ? part.text : part.refusal))

/** Encodes reasoning that is signed or encrypted, and any other where the family does not require a signature. */
const reasoningBlocks = (item: ResponseItem & { readonly _tag: "Reasoning" }, family: Family): ReadonlyArray<Block> => {
  if (item.redacted !== undefined) return [{ reasoningContent: { redactedContent: item.redacted } }]
  if (item.signature === undefined && family.replaysUnsigned === undefined) return []
  const text = item.content.join("")
  return [{
    reasoningContent: {
      reasoningText: { text, ...(item.signature === undefined ? {} : { signature: item.signature }) }
    }
  }]
}

const toolCallBlocks = (part: Prompt.ToolCallPart, encoding: PromptEncoding): ReadonlyArray<Block> => {
  const item = Replay.itemOf(part, name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    const isTool = item._tag === "ServerToolCall"
    return isObject(item.native) && (encoding.hasTools || !isTool) ? [defined(item.native)] : []
  }
  // A tool that another provider ran has no meaning to this one.
  if (part.providerExecuted) return []
  const { problems, hasTools } = encoding
  return hasTools
    ? [{
      toolUse: {
        toolUseId: part.id,
        name: part.name,
        input: PromptParts.argumentsObject(Replay.argumentsOf(part, name), part.name, problems)
      }
    }]
    : [{ text: `I called the tool ${part.name} with ${PromptParts.argumentsText(part.params, part.name, problems)}.` }]
}

const assistantBlocks = (entry: Prompt.AssistantMessage, encoding: PromptEncoding): ReadonlyArray<Block> =>
  entry.content.flatMap((part): ReadonlyArray<Block> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, name)
        return marked(item === undefined ? textBlocks(part.text) : messageBlocks(item), part, encoding)
      }
      case "reasoning": {
        const item = Replay.itemOf(part, name)
        return item?._tag === "Reasoning" ? reasoningBlocks(item, encoding.family) : []
      }
      case "tool-call":
        return marked(toolCallBlocks(part, encoding), part, encoding)
      case "file":
        // A file that Converse sent is sent back.
        if (Replay.itemOf(part, name)?._tag === "File") {
          return RequestFiles.encode(part, encoding.nameOf, encoding.problems)
        }
        PromptParts.refuseAssistantFile(encoding.problems)
        return []
      case "tool-result":
      case "tool-approval-request":
        return []
    }
  })

/** Appends a breakpoint that lets the next request read the blocks from the cache. */
const cached = (blocks: ReadonlyArray<Block>, encoding: PromptEncoding): ReadonlyArray<Block> =>
  encoding.isCached && encoding.family.cachePoints !== undefined && blocks.length > 0 &&
    blocks.at(-1)?.cachePoint === undefined
    ? [...blocks, cachePoint(encoding.ttl)]
    : blocks

/**
 * Encodes the messages of a prompt as `system` and `messages`.
 *
 * **Details**
 *
 * System messages go to the top level wherever they are.
 */
export const encode = (messages: ReadonlyArray<Prompt.Message>, options: MessageEncoding): Schema.JsonObject => {
  const encoding: PromptEncoding = {
    ...options,
    nameOf: RequestFiles.naming()
  }
  const system = messages.flatMap((entry) =>
    entry.role === "system" ? marked(textBlocks(entry.content), entry, encoding) : []
  )
  const turns = Turns.make<Block>(messages, {
    user: (entry) => marked(inputBlocks(entry.content, encoding), entry, encoding),
    assistant: (entry) => marked(assistantBlocks(entry, encoding), entry, encoding),
    results: (parts, entry) => {
      return marked(parts.flatMap((part) => resultBlocks(part, encoding)), entry, encoding)
    },
    between: options.separatesResults && options.hasTools ? { text: Turns.afterResults } : undefined
  }, encoding.problems)
  const lastOfUser = turns.findLastIndex((turn) => turn.role === "user")
  return {
    ...(system.length === 0 ? {} : { system: [...cached(system, encoding)] }),
    messages: turns.map((turn, at) => {
      const blocks = [...turn.results, ...turn.blocks]
      return {
        role: turn.role,
        content: [
          ...(at === lastOfUser
            ? cached(blocks, encoding)
            : turn.role === "assistant" && at === turns.length - 1
            ? Turns.trimmed(blocks)
            : blocks)
        ]
      }
    })
  }
}
