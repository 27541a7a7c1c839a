/**
 * Converts the items of a completion to parts of `effect/ai`.
 */
import type * as Response from "effect/ai/Response"
import type * as Tool from "effect/ai/Tool"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type {
  Citation,
  CustomToolCall,
  File,
  InvalidToolCall,
  Message,
  ResponseItem,
  ToolCall
} from "../../../domain/ResponseItem.ts"
import { type ItemMetadata, plain } from "./Metadata.ts"

/** The metadata of the parts that an item becomes. */
export const metadataOf = (item: ResponseItem, index: number): ItemMetadata => ({ item, index })

/** A text part without text, which carries an item that no part of `effect/ai` can hold into the next request. */
export const carrier = (item: ResponseItem, index: number): Response.TextPartEncoded => ({
  type: "text",
  text: "",
  metadata: { sluice: metadataOf(item, index) }
})

/** Returns the text of a message, that of a refusal included. */
export const textOf = (item: Message): string =>
  item.content.map((content) => (content._tag === "OutputText" ? content.text : content.refusal)).join("")

/** Whether a message is a refusal. */
export const isRefusal = (item: Message): boolean => item.content.some(({ _tag }) => _tag === "Refusal")

/** Converts a tool call. */
export const toolCall = (item: ToolCall | CustomToolCall, index: number): Response.ToolCallPartEncoded => ({
  type: "tool-call",
  id: item.id,
  name: item.name,
  params: item._tag === "ToolCall" ? item.arguments : item.input,
  metadata: { sluice: metadataOf(item, index) }
})

const acceptsText = (tool: Tool.Any, text: string): boolean =>
  !Schema.isSchema(tool.parametersSchema) ||
  Option.isSome(Schema.decodeUnknownOption(tool.parametersSchema as Schema.Codec<unknown, unknown>)(text))

/**
 * Converts a tool call whose arguments are not JSON. The toolkit then treats it as the tool declares: as a failure, or
 * as a failed result for the model. Returns `undefined` for a tool that would run with the text as its parameters,
 * unless the caller checks and runs calls by itself.
 */
export const invalidToolCall = (
  item: InvalidToolCall,
  index: number,
  { isUnchecked, tools }: { readonly isUnchecked: boolean; readonly tools: ReadonlyArray<Tool.Any> }
): Response.ToolCallPartEncoded | undefined => {
  const tool = tools.find(({ name }) => name === item.name)
  const runs = tool === undefined || acceptsText(tool, item.argumentsRaw)
  if (runs && !isUnchecked) return undefined
  return {
    type: "tool-call",
    id: item.id,
    name: item.name,
    params: item.argumentsRaw,
    metadata: { sluice: metadataOf(item, index) }
  }
}

/** Converts a file. One that only has an address becomes a source. */
export const file = (item: File, index: number): Response.FilePartEncoded | Response.TextPartEncoded => {
  const { data, ...rest } = item
  if (data === undefined) return carrier(item, index)
  return { type: "file", mediaType: item.mediaType, data, metadata: { sluice: metadataOf(rest, index) } }
}

/** Converts a citation; `undefined` for one without an address, which only the message's item has. */
export const source = (citation: Citation, id: string): Response.UrlSourcePartEncoded | undefined => {
  const { title, url } = citation
  if (url === undefined || !URL.canParse(url)) return undefined
  return {
    type: "source",
    sourceType: "url",
    id,
    url,
    title: title ?? url,
    metadata: { sluice: { citation: plain(citation) } }
  }
}
