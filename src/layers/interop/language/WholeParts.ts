/**
 * Converts whole completions to the parts of `effect/ai`.
 */
import type * as Response from "effect/ai/Response"
import type { Completion } from "../../../domain/Completion.ts"
import type { Message, ResponseItem } from "../../../domain/ResponseItem.ts"
import * as FinishParts from "./FinishParts.ts"
import * as ItemParts from "./ItemParts.ts"
import type { Options } from "./StreamParts.ts"

type Part = Response.PartEncoded

/** The parts of a completion, or the tool whose call cannot be handed to the toolkit: its arguments are not JSON. */
export interface WholeParts {
  /** The parts, in order. */
  readonly parts: Array<Part>
  /** The name of the tool; `undefined` where there is none. */
  readonly unusable: string | undefined
}

const messageParts = (item: Message, index: number, prefix: string): ReadonlyArray<Part> => {
  const text = ItemParts.textOf(item)
  const metadata = ItemParts.metadataOf(item, index)
  const sluice = ItemParts.isRefusal(item) ? { ...metadata, isRefusal: true } : metadata
  const citations = item.content.flatMap((content) => (content._tag === "OutputText" ? content.citations : []))
  return [
    ...(text === "" ? [] : [{ type: "text", text, metadata: { sluice } } as const]),
    ...citations.flatMap((citation, position) =>
      ItemParts.source(citation, `${prefix}:${index}:source:${position}`) ?? []
    )
  ]
}

/** Converts a completion. */
export const fromCompletion = (completion: Completion, options: Options): WholeParts => {
  const prefix = completion.responseId ?? options.responseId
  let unusable: string | undefined

  const partsOf = (item: ResponseItem, index: number): ReadonlyArray<Part> => {
    switch (item._tag) {
      case "Message":
        return messageParts(item, index, prefix)
      case "Reasoning": {
        const text = [...item.summary, ...item.content].join("\n")
        return [{ type: "reasoning", text, metadata: { sluice: ItemParts.metadataOf(item, index) } }]
      }
      case "ToolCall":
      case "CustomToolCall":
        return [ItemParts.toolCall(item, index)]
      case "InvalidToolCall": {
        if (item.reason === "cut") return []
        const part = ItemParts.invalidToolCall(item, index, options)
        if (part === undefined) unusable ??= item.name
        return part === undefined ? [] : [part]
      }
      case "ServerToolCall": {
        const sluice = ItemParts.metadataOf(item, index)
        return options.serverTools(item, item.id ?? `${prefix}:${index}`, sluice) ?? [ItemParts.carrier(item, index)]
      }
      case "File":
        return [ItemParts.file(item, index)]
      case "UnknownItem":
        return [ItemParts.carrier(item, index)]
    }
  }

  const parts = [
    FinishParts.begin(completion, options.now()),
    ...completion.items.flatMap(partsOf),
    FinishParts.end(completion)
  ]
  return { parts, unusable }
}
