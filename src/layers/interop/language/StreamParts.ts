/**
 * Converts the events of a completion to the parts that `effect/ai` streams.
 *
 * Tool calls are held back until the completion has ended: `effect/ai` runs a tool as soon as anything follows its
 * call, and a response that is then cut would have run it. Their arguments are streamed as they arrive.
 */
import type * as Response from "effect/ai/Response"
import type * as Tool from "effect/ai/Tool"
import type { RateLimitSnapshot } from "../../../domain/RateLimitSnapshot.ts"
import type { Completed, ItemStart, ResponseEvent } from "../../../domain/ResponseEvent.ts"
import type { InvalidToolCall, Message, Reasoning, ResponseItem } from "../../../domain/ResponseItem.ts"
import * as FinishParts from "./FinishParts.ts"
import * as ItemParts from "./ItemParts.ts"
import type { ItemMetadata, PieceKind } from "./Metadata.ts"
import { type ServerTools } from "./ServerTools.ts"

type Part = Response.StreamPartEncoded
type Delta = { -readonly [K in keyof Response.TextDeltaPartEncoded]: Response.TextDeltaPartEncoded[K] }

/** What the conversion needs of a request. */
export interface Options {
  /** The tools of the request. */
  readonly tools: ReadonlyArray<Tool.Any>
  /** Whether calls are returned to the caller as they came, tools unknown and arguments unchecked. */
  readonly isUnchecked: boolean
  /** Converts calls of the provider's own tools. */
  readonly serverTools: ServerTools
  /** The id of a response without one of its provider. */
  readonly responseId: string
  /** Returns the time, in ISO 8601. */
  readonly now: () => string
}

/** Converts the events of one completion. */
export class StreamParts {
  readonly #options: Options
  #prefix: string
  #out: Array<Part> = []
  /** The delta at the end of `#out`, to which the next one of the same block is added. */
  #last: Delta | undefined
  #sources = 0
  /** What each open text is at the moment. */
  readonly #texts = new Map<number, PieceKind>()
  /** The part of its item that each open reasoning is in. */
  readonly #reasoning = new Map<number, { readonly kind: PieceKind; readonly part: number }>()
  readonly #arguments = new Set<number>()
  readonly #held: Array<Response.ToolCallPartEncoded> = []
  readonly #invalid: Array<InvalidToolCall> = []
  /** The name of a tool whose call cannot be handed to the toolkit, because its arguments are not JSON. */
  unusable: string | undefined = undefined
  #rateLimits: RateLimitSnapshot | null = null

  constructor(options: Options) {
    this.#options = options
    this.#prefix = options.responseId
  }

  /** Converts the events of one chunk. Deltas of the same block that follow each other become one. */
  push(events: ReadonlyArray<ResponseEvent>): ReadonlyArray<Part> {
    this.#out = []
    this.#last = undefined
    for (const event of events) this.#read(event)
    return this.#out
  }

  #read(event: ResponseEvent): void {
    switch (event._tag) {
      case "OutputTextDelta":
        return this.#text(event.outputIndex, event.delta)
      case "ReasoningContentDelta":
        return this.#reason(event.outputIndex, "content", event.contentIndex, event.delta)
      case "ReasoningSummaryDelta":
        return this.#reason(event.outputIndex, "summary", event.summaryIndex, event.delta)
      case "ToolPlanDelta":
        return this.#reason(event.outputIndex, "plan", 0, event.delta)
      case "RefusalDelta":
        return this.#text(event.outputIndex, event.delta, "refusal")
      case "ToolCallArgumentsDelta":
        return this.#argument(event.outputIndex, event.id, event.delta)
      case "OutputItemAdded":
        return this.#begin(event.outputIndex, event.item)
      case "OutputItemDone":
        return this.#end(event.outputIndex, event.item)
      case "CitationAdded":
        return this.#emit(ItemParts.source(event.citation, `${this.#prefix}:source:${this.#sources++}`))
      case "Created":
        this.#prefix = event.responseId ?? this.#prefix
        return this.#emit(FinishParts.begin(event, this.#options.now()))
      case "RateLimits":
        this.#rateLimits = event.snapshot
        return
      case "Completed":
        return this.#finish(event)
      case "Warnings":
      case "ReasoningSummaryPartAdded":
      case "WebSearchCallBegin":
        return
    }
  }

  #emit(part: Part | undefined): void {
    if (part === undefined) return
    this.#out.push(part)
    this.#last = undefined
  }

  #append(
    type: "text-delta" | "reasoning-delta" | "tool-params-delta",
    id: string,
    delta: string,
    metadata?: { readonly sluice: ItemMetadata }
  ): void {
    if (metadata === undefined && this.#last?.type === type && this.#last.id === id) {
      this.#last.delta += delta
      return
    }
    const part = metadata === undefined ? { type, id, delta } : { type, id, delta, metadata }
    this.#out.push(part as Part)
    this.#last = part as Delta
  }

  #idOf(index: number): string {
    return `${this.#prefix}:${index}`
  }

  #text(index: number, delta: string, kind: PieceKind = "text"): void {
    const id = this.#idOf(index)
    const before = this.#texts.get(index)
    if (before === undefined) this.#emit({ type: "text-start", id, metadata: { sluice: { index } } })
    if (before !== kind) this.#texts.set(index, kind)
    const isSame = (before ?? "text") === kind
    this.#append("text-delta", id, delta, isSame ? undefined : { sluice: { kind } })
  }

  #reason(index: number, kind: PieceKind, part: number, delta: string): void {
    const id = this.#idOf(index)
    const before = this.#reasoning.get(index)
    if (before?.kind === kind && before.part === part) return this.#append("reasoning-delta", id, delta)
    this.#reasoning.set(index, { kind, part })
    if (before === undefined) this.#emit({ type: "reasoning-start", id, metadata: { sluice: { index } } })
    const text = before === undefined ? delta : `\n${delta}`
    this.#append("reasoning-delta", id, text, { sluice: { kind, part } })
  }

  #argument(index: number, id: string, delta: string): void {
    // The name of the tool is not known yet: the arguments follow when the call is whole.
    if (!this.#arguments.has(index)) return
    this.#append("tool-params-delta", id, delta)
  }

  #begin(index: number, { id, name, type }: ItemStart): void {
    if (type !== "tool-call" && type !== "custom-tool-call" || id === undefined || name === undefined) return
    this.#arguments.add(index)
    this.#emit({ type: "tool-params-start", id, name, metadata: { sluice: { index } } })
  }

  #end(index: number, item: ResponseItem): void {
    switch (item._tag) {
      case "Message":
        return this.#endMessage(index, item)
      case "Reasoning":
        return this.#endReasoning(index, item)
      case "ToolCall":
        this.#endArguments(index, item, JSON.stringify(item.arguments))
        this.#held.push(ItemParts.toolCall(item, index))
        return
      case "CustomToolCall":
        this.#endArguments(index, item, item.input)
        this.#held.push(ItemParts.toolCall(item, index))
        return
      case "InvalidToolCall":
        return this.#endInvalid(index, item)
      case "ServerToolCall": {
        const id = item.id ?? this.#idOf(index)
        const parts = this.#options.serverTools(item, id, ItemParts.metadataOf(item, index))
        if (parts === undefined) return this.#carry(index, item)
        for (const part of parts) this.#emit(part)
        return
      }
      case "File": {
        const part = ItemParts.file(item, index)
        return part.type === "file" ? this.#emit(part) : this.#carry(index, item)
      }
      case "UnknownItem":
        return this.#carry(index, item)
    }
  }

  #endMessage(index: number, item: Message): void {
    if (!this.#texts.delete(index)) {
      const text = ItemParts.textOf(item)
      if (text === "") return
      this.#text(index, text, ItemParts.isRefusal(item) ? "refusal" : "text")
      this.#texts.delete(index)
    }
    const metadata = ItemParts.metadataOf(item, index)
    const sluice = ItemParts.isRefusal(item) ? { ...metadata, isRefusal: true } : metadata
    this.#emit({ type: "text-end", id: this.#idOf(index), metadata: { sluice } })
  }

  #endReasoning(index: number, item: Reasoning): void {
    const id = this.#idOf(index)
    if (!this.#reasoning.delete(index)) {
      this.#emit({ type: "reasoning-start", id, metadata: { sluice: { index } } })
      const text = [...item.summary, ...item.content].join("\n")
      if (text !== "") this.#append("reasoning-delta", id, text)
    }
    this.#emit({ type: "reasoning-end", id, metadata: { sluice: ItemParts.metadataOf(item, index) } })
  }

  #endArguments(index: number, { id, name }: { readonly id: string; readonly name: string }, text: string): void {
    if (!this.#arguments.delete(index)) {
      this.#emit({ type: "tool-params-start", id, name, metadata: { sluice: { index } } })
      this.#append("tool-params-delta", id, text)
    }
    this.#emit({ type: "tool-params-end", id })
  }

  #endInvalid(index: number, item: InvalidToolCall): void {
    this.#endArguments(index, item, item.argumentsRaw)
    this.#invalid.push(item)
    if (item.reason === "cut") return
    const part = ItemParts.invalidToolCall(item, index, this.#options)
    if (part === undefined) this.unusable ??= item.name
    else this.#held.push(part)
  }

  #carry(index: number, item: ResponseItem): void {
    const id = this.#idOf(index)
    const { metadata } = ItemParts.carrier(item, index)
    this.#emit({ type: "text-start", id, metadata: { sluice: { index } } })
    this.#emit({ type: "text-end", id, metadata })
  }

  #finish(completed: Completed): void {
    const held = this.#held.splice(0)
    for (const part of held) this.#emit(part)
    this.#emit(FinishParts.end({ ...completed, rateLimits: this.#rateLimits, invalidToolCalls: this.#invalid }))
  }
}
