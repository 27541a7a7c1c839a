/**
 * A prompt as the system blocks and turns of Converse.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html
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
import * as RequestFiles from "./RequestFiles.ts"
import type { Family } from "./ModelFamilies.ts"
import * as ToolCallIds from "./ToolCallIds.ts"

type Block = Schema.JsonObject

/**
 * What the encoding of a prompt depends on. `ttl` is how long cache entries live where a breakpoint does not say; `isCached`
 * asks for breakpoints at the ends of what comes first. `hasTools` says that blocks of tools may be sent: the API refuses them
 * in a request without tools, so they are told in words then.
 *
 * @category models
 * @since 0.1.0
 */
export interface MessagesContext {
  readonly family: Family
  readonly found: PromptParts.Problems
  readonly ttl: string | undefined
  readonly isCached: boolean
  readonly hasTools: boolean
}

interface Context extends MessagesContext {
  readonly idOf: (id: string) => string
  readonly nameOf: (fileName: string | undefined) => string
}

/**
 * Writes a breakpoint of the prompt cache.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
 * @category encoding
 * @since 0.1.0
 */
export const cachePoint = (ttl: string | undefined): Block => ({
  cachePoint: { type: "default", ...(ttl === undefined ? {} : { ttl }) }
})

/** Blocks, with a breakpoint behind them where their part or message says so. Reasoning cannot be the last before one. */
const marked = (
  blocks: ReadonlyArray<Block>,
  holder: { readonly options: Prompt.ProviderOptions },
  context: Context
): ReadonlyArray<Block> => {
  const { cache } = Replay.optionsOf(holder)
  const last = blocks.at(-1)
  if (
    cache === undefined || cache === false || context.family.cachePoints === undefined || last === undefined ||
    last.reasoningContent !== undefined || last.cachePoint !== undefined
  ) return blocks
  return [...blocks, cachePoint(cache === true ? context.ttl : cache.ttl)]
}

/** Empty text is refused, and so is text of nothing but white space. */
const textBlocks = (text: string): ReadonlyArray<Block> => (text.trim() === "" ? [] : [{ text }])

const inputBlocks = (
  parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>,
  context: Context
): ReadonlyArray<Block> =>
  parts.flatMap((part) =>
    marked(
      part.type === "file" ? RequestFiles.block(part, context.nameOf, context.found) : textBlocks(part.text),
      part,
      context
    )
  )

const result = (part: Prompt.ToolResultPart, context: Context): ReadonlyArray<Block> => {
  const content = part.modelOutput === undefined
    ? textBlocks(PromptParts.resultText(part, context.found))
    : part.modelOutput.flatMap((output) =>
      output.type === "file" ? RequestFiles.block(output, context.nameOf, context.found) : textBlocks(output.text)
    )
  const said: ReadonlyArray<Block> = context.hasTools
    ? [
      {
        toolResult: {
          toolUseId: context.idOf(part.id),
          content: [...content],
          ...(part.isFailure ? { status: "error" } : {})
        }
      }
    ]
    : [{ text: `The tool ${part.name} ${part.isFailure ? "failed" : "answered"}:` }, ...content]
  return marked(said, part, context)
}

const message = (item: ResponseItem & { readonly _tag: "Message" }): ReadonlyArray<Block> =>
  item.content.flatMap((part) => textBlocks(part._tag === "OutputText" ? part.text : part.refusal))

/** Reasoning is sent back where it is signed or encrypted, so that it proves itself, and where nobody asks for that. */
const reasoning = (item: ResponseItem & { readonly _tag: "Reasoning" }, family: Family): ReadonlyArray<Block> => {
  if (item.redacted !== undefined) return [{ reasoningContent: { redactedContent: item.redacted } }]
  if (item.signature === undefined && family.replaysUnsigned === undefined) return []
  const text = item.content.join("")
  return [{
    reasoningContent: {
      reasoningText: { text, ...(item.signature === undefined ? {} : { signature: item.signature }) }
    }
  }]
}

/** A tool's input is always an object here; that of a free-form tool becomes one. */
const input = (params: unknown, name: string, found: PromptParts.Problems): Schema.JsonObject => {
  const value = params === undefined || params === null ? {} : PromptParts.toJson(params)
  if (value === undefined) found.refuse("prompt", `the arguments of the call of tool "${name}" are not JSON`)
  return isObject(value) ? defined(value) : { input: value ?? null }
}

const call = (part: Prompt.ToolCallPart, context: Context): ReadonlyArray<Block> => {
  const item = Replay.itemOf(part, ResponseItems.name)
  if (item?._tag === "ServerToolCall" || item?._tag === "UnknownItem") {
    const isTool = item._tag === "ServerToolCall"
    return isObject(item.native) && (context.hasTools || !isTool) ? [defined(item.native)] : []
  }
  // What another provider ran, or what is not known to be ours, means nothing to this one.
  if (part.providerExecuted) return []
  const { found, hasTools } = context
  return hasTools
    ? [{ toolUse: { toolUseId: context.idOf(part.id), name: part.name, input: input(part.params, part.name, found) } }]
    : [{ text: `I called the tool ${part.name} with ${PromptParts.argumentsText(part.params, part.name, found)}.` }]
}

const assistant = (entry: Prompt.AssistantMessage, context: Context): ReadonlyArray<Block> =>
  entry.content.flatMap((part): ReadonlyArray<Block> => {
    switch (part.type) {
      case "text": {
        const item = PromptParts.messageOf(part, ResponseItems.name)
        return marked(item === undefined ? textBlocks(part.text) : message(item), part, context)
      }
      case "reasoning": {
        const item = Replay.itemOf(part, ResponseItems.name)
        return item?._tag === "Reasoning" ? reasoning(item, context.family) : []
      }
      case "tool-call":
        return marked(call(part, context), part, context)
      case "file":
        // What came from there goes back.
        if (Replay.itemOf(part, ResponseItems.name)?._tag === "File") {
          return RequestFiles.block(part, context.nameOf, context.found)
        }
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
  return last !== undefined && typeof last.text === "string"
    ? [...blocks.slice(0, -1), { text: last.text.trimEnd() }]
    : blocks
}

/** The blocks of the last user's turn, with the breakpoint that lets the next request read them from the cache. */
const remembered = (blocks: ReadonlyArray<Block>, context: Context): ReadonlyArray<Block> =>
  context.isCached && context.family.cachePoints !== undefined && blocks.length > 0 &&
    blocks.at(-1)?.cachePoint === undefined
    ? [...blocks, cachePoint(context.ttl)]
    : blocks

/**
 * Writes the messages of a prompt as `system` and `messages`.
 *
 * **Details**
 *
 * System messages go to the top level wherever they stand.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (messages: ReadonlyArray<Prompt.Message>, given: MessagesContext): Schema.JsonObject => {
  const context: Context = {
    ...given,
    idOf: ToolCallIds.make(given.family.toolIds),
    nameOf: RequestFiles.naming()
  }
  const system = messages.flatMap((entry) =>
    entry.role === "system" ? marked(textBlocks(entry.content), entry, context) : []
  )
  const turns = Turns.make<Block>(messages, {
    user: (entry) => marked(inputBlocks(entry.content, context), entry, context),
    assistant: (entry) => marked(assistant(entry, context), entry, context),
    results: (parts, entry) => {
      const results = parts.flatMap((part) => result(part, context))
      return entry.role === "tool" ? marked(results, entry, context) : results
    }
  }, context.found)
  const lastOfUser = turns.findLastIndex((turn) => turn.role === "user")
  return {
    ...(system.length === 0 ? {} : { system: [...remembered(system, context)] }),
    messages: turns.map((turn, at) => {
      const blocks = [...turn.results, ...turn.blocks]
      return {
        role: turn.role,
        content: [
          ...(at === lastOfUser
            ? remembered(blocks, context)
            : turn.role === "assistant" && at === turns.length - 1
            ? trimmed(blocks)
            : blocks)
        ]
      }
    })
  }
}
