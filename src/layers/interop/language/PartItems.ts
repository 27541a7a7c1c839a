/**
 * Makes items of the parts of `effect/ai`. A part that Sluice made has its item in its metadata; of any other part the
 * item keeps the metadata, which its model wants back with the next request.
 */
import type * as Response from "effect/ai/Response"
import * as Prompt from "effect/ai/Prompt"
import * as Base64 from "effect/encoding/Base64"
import type * as Schema from "effect/Schema"
import * as Replay from "../../../domain/Replay.ts"
import type { Citation, File, Message, Reasoning, ResponseItem, ServerToolCall } from "../../../domain/ResponseItem.ts"
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import type { FinishMetadata, ItemMetadata } from "./Metadata.ts"

/** The name of the protocol of items that a `LanguageModel` made. */
export const protocol = "effect-ai"

type Metadata = Response.ProviderMetadata

/** What Sluice wrote in the metadata of a part. */
export const sluiceOf = (metadata: Metadata): ItemMetadata => (metadata["sluice"] ?? {}) as ItemMetadata

/** The item from which Sluice made a part; `undefined` for the parts of others. */
export const itemOf = (metadata: Metadata): ResponseItem | undefined => Replay.optionsOf({ options: metadata }).item

/** The fields that bring the metadata of a part back. */
const origin = (metadata: Metadata): { readonly protocol?: string; readonly native?: Schema.Json } =>
  Object.keys(metadata).length === 0 ? {} : { protocol, native: metadata as Schema.Json }

/** Makes a message. */
export const message = (text: string, citations: ReadonlyArray<Citation>, metadata: Metadata): Message => ({
  _tag: "Message",
  content: [{ _tag: "OutputText", text, citations: [...citations] }],
  ...origin(metadata)
})

/** Makes a reasoning. */
export const reasoning = (text: string, metadata: Metadata): Reasoning => ({
  _tag: "Reasoning",
  content: text === "" ? [] : [text],
  summary: [],
  ...origin(metadata)
})

/** Makes a tool call. */
export const toolCall = (
  { metadata, name, params }: Response.ToolCallPart<string, unknown>,
  id: string
): ResponseItem => ({ _tag: "ToolCall", id, name, arguments: params as Schema.Json, ...origin(metadata) })

/** Makes a call of a tool that the provider ran, or its result. */
export const serverTool = (
  part: Response.ToolCallPart<string, unknown> | Response.ToolResultPart<string, unknown, unknown>
): ServerToolCall => {
  const { id, metadata, name } = part
  const native = part.type === "tool-call"
    ? { type: part.type, id, name, params: part.params, metadata }
    : { type: part.type, id, name, result: part.encodedResult, isFailure: part.isFailure, metadata }
  return { _tag: "ServerToolCall", id, type: part.type, name, protocol, native: native as Schema.Json }
}

/** Makes a file. Its bytes are not in the metadata. */
export const file = ({ data, mediaType, metadata }: Response.FilePart): File => {
  const item = itemOf(metadata)
  const bytes = Base64.encode(data)
  return item?._tag === "File"
    ? { ...item, data: bytes }
    : { _tag: "File", mediaType, data: bytes, ...origin(metadata) }
}

/** Makes a citation. */
export const citation = (part: Response.UrlSourcePart | Response.DocumentSourcePart): Citation => {
  const known = part.metadata.sluice?.citation
  if (known !== undefined) return known as Citation
  const native = { type: part.type, sourceType: part.sourceType, id: part.id, metadata: part.metadata as Schema.Json }
  return part.sourceType === "url"
    ? { url: part.url.href, title: part.title, native }
    : { title: part.title, native: { ...native, mediaType: part.mediaType } }
}

const sum = (...counts: ReadonlyArray<number | undefined>): number => counts.reduce<number>((a, b) => a + (b ?? 0), 0)

/** Returns the usage of a finish; `null` for one without counts. */
export const usage = (part: Response.FinishPart): TokenUsage | null => {
  const known = part.metadata.sluice as FinishMetadata | undefined
  if (known?.usage !== undefined) return known.usage as TokenUsage | null
  const { inputTokens: input, outputTokens: output } = part.usage
  const counts = [input.total, input.uncached, input.cacheRead, input.cacheWrite, output.total, output.text]
  if (counts.every((count) => count === undefined)) return null
  const inputTokens = input.total ?? sum(input.uncached, input.cacheRead, input.cacheWrite)
  const outputTokens = output.total ?? sum(output.text, output.reasoning)
  return {
    inputTokens,
    cachedInputTokens: input.cacheRead ?? 0,
    cacheWriteInputTokens: input.cacheWrite ?? 0,
    outputTokens,
    reasoningOutputTokens: output.reasoning ?? 0,
    totalTokens: inputTokens + outputTokens
  }
}

type Part = Prompt.AssistantMessagePart

const optionsIn = (native: unknown): Prompt.ProviderOptions =>
  typeof native === "object" && native !== null ? native as Prompt.ProviderOptions : {}

const restorePart = (part: Part): Part => {
  const item = Replay.optionsOf(part).item
  if (item === undefined || !("protocol" in item) || item.protocol !== protocol) return part
  if (item._tag !== "ServerToolCall") return { ...part, options: optionsIn(item.native) } as Part
  const { metadata, ...native } = item.native as unknown as Prompt.ToolCallPart & { readonly metadata: Metadata }
  const fields = { ...native, providerExecuted: true, options: metadata }
  return item.type === "tool-call"
    ? Prompt.toolCallPart(fields)
    : Prompt.toolResultPart(fields as unknown as Prompt.ToolResultPart)
}

/** Restores the parts of earlier completions as the model made them. */
export const restore = (prompt: Prompt.Prompt): Prompt.Prompt =>
  Prompt.fromMessages(prompt.content.map((message) =>
    message.role === "assistant"
      ? Prompt.assistantMessage({ options: message.options, content: message.content.map(restorePart) })
      : message
  ))
