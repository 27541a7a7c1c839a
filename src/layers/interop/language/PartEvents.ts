/**
 * Converts the parts that a `LanguageModel` of `effect/ai` streams, or returns at once, to the events of a completion.
 *
 * Tool calls are held back until the finish, which proves them whole.
 */
import type * as Response from "effect/ai/Response"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { RateLimitSnapshot } from "../../../domain/RateLimitSnapshot.ts"
import type { Completed, ItemStart, ResponseEvent, Warning } from "../../../domain/ResponseEvent.ts"
import type { Citation, InvalidToolCall, ResponseItem, ToolCall } from "../../../domain/ResponseItem.ts"
import { ResponsePartial } from "../../../domain/ResponsePartial.ts"
import * as FinishReasons from "../../../streams/response/FinishReasons.ts"
import type { FinishMetadata, PieceKind } from "./Metadata.ts"
import * as PartItems from "./PartItems.ts"

type Part = Response.AnyPart

/** A text or a reasoning that has begun. */
interface Block {
  readonly index: number
  text: string
  kind: PieceKind
  part: number
  isAnnounced: boolean
}

/** A tool call that has begun. */
interface Call {
  readonly index: number
  readonly id: string
  readonly name: string
  text: string
}

const typeOf = (item: ResponseItem): ItemStart["type"] => {
  switch (item._tag) {
    case "Message":
      return "message"
    case "Reasoning":
      return "reasoning"
    case "ToolCall":
    case "InvalidToolCall":
      return "tool-call"
    case "CustomToolCall":
      return "custom-tool-call"
    case "ServerToolCall":
      return "server-tool-call"
    case "File":
      return "file"
    case "UnknownItem":
      return "unknown"
  }
}

const finishReasonOf = (reason: Response.FinishReason): FinishReason => {
  switch (reason) {
    case "pause":
      return "stop"
    case "unknown":
      return "other"
    default:
      return reason
  }
}

/** Converts the parts of one completion. */
export class PartEvents {
  readonly #warnings: ReadonlyArray<Warning>
  #out: Array<ResponseEvent> = []
  #created: { readonly responseId: string | null; readonly model: string | null } | undefined
  #next = 0
  readonly #texts = new Map<string, Block>()
  readonly #reasonings = new Map<string, Block>()
  /** The calls whose arguments arrive, by the id that the model gave them. */
  readonly #open = new Map<string, Call>()
  readonly #ids = new Set<string>()
  readonly #held: Array<{ readonly index: number; readonly item: ResponseItem }> = []
  /** The calls of the provider's own tools whose items Sluice made: their results are in the same items. */
  readonly #served = new Set<string>()
  /** The message that has ended, whose sources may still come. */
  #message: { readonly index: number; readonly text: string; readonly part: Response.TextEndPart } | undefined
  #citations: Array<Citation> = []
  #lastMessage = 0
  readonly #unknown = new Map<string, number>()
  #partial = { text: "", reasoning: "", refusal: "" }
  /** Whether the finish was seen. Nothing behind it is read. */
  isComplete = false
  /** The error that the model reported as a part. */
  failure: { readonly error: unknown } | undefined

  constructor(warnings: ReadonlyArray<Warning>) {
    this.#warnings = warnings
  }

  /** What has arrived. */
  get partial(): ResponsePartial {
    const { model = null, responseId = null } = this.#created ?? {}
    return new ResponsePartial({
      ...this.#partial,
      responseId,
      model,
      toolCalls: [],
      finishReasonRaw: null,
      usage: null
    })
  }

  /** Converts the parts of one chunk. */
  push(parts: ReadonlyArray<Part>): ReadonlyArray<ResponseEvent> {
    this.#out = []
    for (const part of parts) {
      if (this.isComplete || this.failure !== undefined) break
      this.#read(part)
    }
    return this.#out
  }

  #read(part: Part): void {
    if (part.type === "response-metadata") return this.#create(part.id ?? null, part.modelId ?? null)
    if (this.#created === undefined) this.#create(null, null)
    if (part.type !== "source") this.#flush()
    switch (part.type) {
      case "text-start":
        this.#block(this.#texts, part, "text")
        return
      case "text-delta":
        return this.#text(part)
      case "text-end":
        return this.#endText(part)
      case "text":
        return this.#wholeText(part)
      case "reasoning-start":
        this.#block(this.#reasonings, part, "content")
        return
      case "reasoning-delta":
        return this.#reason(part)
      case "reasoning-end":
        return this.#endReasoning(part)
      case "reasoning":
        return this.#wholeReasoning(part)
      case "tool-params-start":
        if (!part.providerExecuted) this.#call(part.id, part.name, PartItems.sluiceOf(part.metadata).index)
        return
      case "tool-params-delta":
        return this.#argument(part.id, part.delta)
      case "tool-params-end":
        return
      case "tool-call":
        return part.providerExecuted ? this.#serve(part) : this.#endCall(part)
      case "tool-result":
        return part.providerExecuted ? this.#serve(part) : this.#count(part.type)
      case "file":
        return this.#item(this.#indexOf(part), PartItems.file(part))
      case "source":
        return this.#source(part)
      case "finish":
        return this.#finish(part)
      case "error":
        this.failure = part
        return
      default:
        return this.#count((part as Part).type)
    }
  }

  #count(name: string): void {
    this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1)
  }

  #create(responseId: string | null, model: string | null): void {
    if (this.#created !== undefined) {
      this.#created = { responseId: responseId ?? this.#created.responseId, model: model ?? this.#created.model }
      return
    }
    this.#created = { responseId, model }
    this.#out.push({ _tag: "Created", responseId, model })
    if (this.#warnings.length > 0) this.#out.push({ _tag: "Warnings", warnings: this.#warnings })
  }

  /** The position that Sluice gave the part's item, or the next one. */
  #indexOf({ metadata }: { readonly metadata: Response.ProviderMetadata }): number {
    const index = PartItems.sluiceOf(metadata).index ?? this.#next
    this.#next = Math.max(this.#next, index + 1)
    return index
  }

  #add(outputIndex: number, item: ItemStart): void {
    this.#out.push({ _tag: "OutputItemAdded", outputIndex, item })
  }

  #done(outputIndex: number, item: ResponseItem): void {
    this.#out.push({ _tag: "OutputItemDone", outputIndex, item })
  }

  /** An item that comes at once. */
  #item(index: number, item: ResponseItem): void {
    const id = "id" in item && item.id !== undefined ? { id: item.id } : {}
    const name = "name" in item && item.name !== undefined ? { name: item.name } : {}
    this.#add(index, { type: typeOf(item), ...id, ...name })
    this.#done(index, item)
  }

  #block(
    blocks: Map<string, Block>,
    part: { readonly id: string; readonly metadata: Response.ProviderMetadata },
    kind: PieceKind
  ): Block {
    const block = { index: this.#indexOf(part), text: "", kind, part: 0, isAnnounced: false }
    blocks.set(part.id, block)
    return block
  }

  #announce(block: Block, type: "message" | "reasoning"): void {
    if (!block.isAnnounced) this.#add(block.index, { type })
    block.isAnnounced = true
  }

  #text(part: Response.TextDeltaPart): void {
    const block = this.#texts.get(part.id) ?? this.#block(this.#texts, part, "text")
    block.kind = PartItems.sluiceOf(part.metadata).kind ?? block.kind
    this.#announce(block, "message")
    block.text += part.delta
    this.#piece(block.index, block.kind === "refusal", part.delta)
  }

  #piece(outputIndex: number, isRefusal: boolean, delta: string): void {
    this.#lastMessage = outputIndex
    this.#partial[isRefusal ? "refusal" : "text"] += delta
    this.#out.push({ _tag: isRefusal ? "RefusalDelta" : "OutputTextDelta", outputIndex, delta })
  }

  #endText(part: Response.TextEndPart): void {
    const block = this.#texts.get(part.id) ?? this.#block(this.#texts, part, "text")
    this.#texts.delete(part.id)
    const item = PartItems.itemOf(part.metadata)
    if (item !== undefined && item._tag !== "Message") return this.#item(block.index, item)
    this.#announce(block, "message")
    if (item !== undefined) return this.#done(block.index, item)
    this.#message = { index: block.index, text: block.text, part }
  }

  /** Ends the message whose sources have come. */
  #flush(): void {
    if (this.#message === undefined) return
    const { index, part, text } = this.#message
    this.#message = undefined
    this.#done(index, PartItems.message(text, this.#citations.splice(0), part.metadata))
  }

  #wholeText(part: Response.TextPart): void {
    const item = PartItems.itemOf(part.metadata)
    const index = this.#indexOf(part)
    if (item !== undefined && item._tag !== "Message") return this.#item(index, item)
    this.#add(index, { type: "message" })
    if (item === undefined) {
      this.#piece(index, false, part.text)
      this.#message = { index, text: part.text, part: part as never }
      return
    }
    for (const content of item.content) {
      if (content._tag === "OutputText") this.#piece(index, false, content.text)
      else this.#piece(index, true, content.refusal)
    }
    this.#done(index, item)
  }

  #reason(part: Response.ReasoningDeltaPart): void {
    const known = this.#reasonings.get(part.id)
    const block = known ?? this.#block(this.#reasonings, part, "content")
    const { kind, part: position = 0 } = PartItems.sluiceOf(part.metadata)
    this.#announce(block, "reasoning")
    if (kind !== undefined) Object.assign(block, { kind, part: position })
    // Sluice begins each piece but the first with a line break of its own.
    const delta = kind !== undefined && block.text !== "" ? part.delta.replace(/^\n/, "") : part.delta
    block.text += part.delta
    this.#thought(block.index, block.kind, block.part, delta)
  }

  #thought(outputIndex: number, kind: PieceKind, part: number, delta: string): void {
    if (kind === "plan") {
      this.#out.push({ _tag: "ToolPlanDelta", outputIndex, delta })
      return
    }
    this.#partial.reasoning += delta
    this.#out.push(
      kind === "summary"
        ? { _tag: "ReasoningSummaryDelta", outputIndex, summaryIndex: part, delta }
        : { _tag: "ReasoningContentDelta", outputIndex, contentIndex: part, delta }
    )
  }

  #endReasoning(part: Response.ReasoningEndPart): void {
    const block = this.#reasonings.get(part.id) ?? this.#block(this.#reasonings, part, "content")
    this.#reasonings.delete(part.id)
    this.#announce(block, "reasoning")
    this.#done(block.index, PartItems.itemOf(part.metadata) ?? PartItems.reasoning(block.text, part.metadata))
  }

  #wholeReasoning(part: Response.ReasoningPart): void {
    const index = this.#indexOf(part)
    const item = PartItems.itemOf(part.metadata) ?? PartItems.reasoning(part.text, part.metadata)
    this.#add(index, { type: "reasoning" })
    if (item._tag === "Reasoning") {
      item.summary.forEach((text, position) => this.#thought(index, "summary", position, text))
      item.content.forEach((text, position) => this.#thought(index, "content", position, text))
    }
    this.#done(index, item)
  }

  /** Begins a tool call. A second call with the id of another one gets an id of its own. */
  #call(given: string, name: string, position: number | undefined, isCustom = false): Call {
    const index = position ?? this.#next
    this.#next = Math.max(this.#next, index + 1)
    let id = given
    for (let number = 2; this.#ids.has(id); number++) id = `${given}_${number}`
    this.#ids.add(id)
    const call = { index, id, name, text: "" }
    this.#open.set(given, call)
    this.#add(index, { type: isCustom ? "custom-tool-call" : "tool-call", id, name })
    return call
  }

  #argument(given: string, delta: string): void {
    const call = this.#open.get(given)
    if (call === undefined) return
    call.text += delta
    this.#out.push({ _tag: "ToolCallArgumentsDelta", outputIndex: call.index, id: call.id, delta })
  }

  #endCall(part: Response.ToolCallPart<string, unknown>): void {
    const known = PartItems.itemOf(part.metadata)
    const call = this.#open.get(part.id) ??
      this.#call(part.id, part.name, PartItems.sluiceOf(part.metadata).index, known?._tag === "CustomToolCall")
    if (call.text === "") this.#argument(part.id, JSON.stringify(part.params ?? {}))
    this.#open.delete(part.id)
    const item = known === undefined || !("id" in known)
      ? PartItems.toolCall(part, call.id)
      : { ...known, id: call.id } as ToolCall
    this.#held.push({ index: call.index, item })
  }

  #serve(part: Response.ToolCallPart<string, unknown> | Response.ToolResultPart<string, unknown, unknown>): void {
    const known = PartItems.itemOf(part.metadata)
    if (known === undefined && part.type === "tool-result" && this.#served.has(part.id)) return
    if (known !== undefined) this.#served.add(part.id)
    this.#item(this.#indexOf(part), known ?? PartItems.serverTool(part))
  }

  #source(part: Response.UrlSourcePart | Response.DocumentSourcePart): void {
    const citation = PartItems.citation(part)
    if (part.metadata.sluice === undefined) this.#citations.push(citation)
    this.#out.push({ _tag: "CitationAdded", outputIndex: this.#lastMessage, citation })
  }

  /** Ends what the model did not end. */
  #close(reason: FinishReason, invalid: ReadonlyArray<InvalidToolCall>): void {
    for (const { index, text } of this.#texts.values()) this.#done(index, PartItems.message(text, [], {}))
    for (const { index, text } of this.#reasonings.values()) this.#done(index, PartItems.reasoning(text, {}))
    for (const { index, item } of this.#held) this.#done(index, item)
    for (const { id, index, name, text } of this.#open.values()) {
      const known = invalid.find((call) => call.id === id)
      const cause = reason === "length" ? "cut" : "malformed"
      this.#done(index, known ?? { _tag: "InvalidToolCall", id, name, argumentsRaw: text, reason: cause })
    }
    for (const call of invalid) {
      if (!this.#ids.has(call.id)) this.#item(this.#next++, call)
    }
  }

  #finish(part: Response.FinishPart): void {
    this.isComplete = true
    const known = part.metadata.sluice as FinishMetadata | undefined
    const reason = finishReasonOf(part.reason)
    this.#close(reason, (known?.invalidToolCalls ?? []) as ReadonlyArray<InvalidToolCall>)
    const warnings = [...this.#warnings, ...(known?.warnings ?? []) as ReadonlyArray<Warning>]
    const unknown = { ...known?.unknown, ...Object.fromEntries(this.#unknown) }
    const runs = this.#held.some(({ item }) => item._tag === "ToolCall" || item._tag === "CustomToolCall")
    if (known?.rateLimits !== undefined) {
      this.#out.push({ _tag: "RateLimits", snapshot: known.rateLimits as RateLimitSnapshot })
    }
    this.#out.push({
      _tag: "Completed",
      responseId: this.#created?.responseId ?? null,
      model: this.#created?.model ?? null,
      finishReason: runs ? FinishReasons.withToolCalls(reason) : reason,
      finishReasonRaw: known?.finishReasonRaw ?? null,
      ...(known?.finishMessage === undefined ? {} : { finishMessage: known.finishMessage }),
      usage: PartItems.usage(part),
      evidence: known?.evidence ?? ["finish-reason"],
      ...(Object.keys(unknown).length === 0 ? {} : { unknown }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(known?.attempts === undefined ? {} : { attempts: known.attempts as Required<Completed>["attempts"] })
    })
  }
}
