/**
 * Converts the parts that a `LanguageModel` of `effect/ai` streams, or returns at once, to the events of a completion.
 *
 * Tool calls are held back until the finish. One with a reason proves them whole; after "unknown" they are cut, because
 * a response that was cut may end so. The rest of the completion stays: there are models that never send a reason.
 */
import type * as Response from "effect/ai/Response"
import { type FinishReason, pauseTurn } from "../../../domain/FinishReason.ts"
import type { RateLimitSnapshot } from "../../../domain/RateLimitSnapshot.ts"
import type { Completed, ResponseEvent, Warning } from "../../../domain/ResponseEvent.ts"
import type { Citation, InvalidToolCall } from "../../../domain/ResponseItem.ts"
import { ResponsePartial } from "../../../domain/ResponsePartial.ts"
import * as FinishReasons from "../../../streams/response/FinishReasons.ts"
import { ItemEvents } from "./ItemEvents.ts"
import type { FinishMetadata, PieceKind } from "./Metadata.ts"
import { PartCalls } from "./PartCalls.ts"
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

/**
 * Returns the signals that prove a completion whole. The reason "unknown" is none: it stands for a reason that the model
 * did not send, also because its response was cut.
 */
const evidenceOf = (reason: Response.FinishReason, known: FinishMetadata | undefined): Completed["evidence"] =>
  known?.evidence ?? (reason === "unknown" ? [] : ["finish-reason"])

/** Converts the parts of one completion. */
export class PartEvents {
  readonly #warnings: ReadonlyArray<Warning>
  readonly #events = new ItemEvents()
  readonly #calls = new PartCalls(this.#events)
  #created: { readonly responseId: string | null; readonly model: string | null } | undefined
  readonly #texts = new Map<string, Block>()
  readonly #reasonings = new Map<string, Block>()
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
    for (const part of parts) {
      if (this.isComplete || this.failure !== undefined) break
      this.#read(part)
    }
    return this.#events.take()
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
        if (!part.providerExecuted) this.#calls.begin(part.id, part.name, PartItems.sluiceOf(part.metadata).index)
        return
      case "tool-params-delta":
        return this.#calls.append(part.id, part.delta)
      case "tool-params-end":
        return
      case "tool-call":
        return part.providerExecuted ? this.#serve(part) : this.#calls.end(part)
      case "tool-result":
        return part.providerExecuted ? this.#serve(part) : this.#count(part.type)
      case "file":
        return this.#events.whole(this.#indexOf(part), PartItems.file(part))
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
    this.#events.emit({ _tag: "Created", responseId, model })
    if (this.#warnings.length > 0) this.#events.emit({ _tag: "Warnings", warnings: this.#warnings })
  }

  /** The position that Sluice gave the part's item, or the next one. */
  #indexOf({ metadata }: { readonly metadata: Response.ProviderMetadata }): number {
    return this.#events.position(PartItems.sluiceOf(metadata).index)
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
    if (!block.isAnnounced) this.#events.add(block.index, { type })
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
    this.#events.emit({ _tag: isRefusal ? "RefusalDelta" : "OutputTextDelta", outputIndex, delta })
  }

  #endText(part: Response.TextEndPart): void {
    const block = this.#texts.get(part.id) ?? this.#block(this.#texts, part, "text")
    this.#texts.delete(part.id)
    const item = PartItems.itemOf(part.metadata)
    if (item !== undefined && item._tag !== "Message") return this.#events.whole(block.index, item)
    this.#announce(block, "message")
    if (item !== undefined) return this.#events.done(block.index, item)
    this.#message = { index: block.index, text: block.text, part }
  }

  /** Ends the message whose sources have come. */
  #flush(): void {
    if (this.#message === undefined) return
    const { index, part, text } = this.#message
    this.#message = undefined
    this.#events.done(index, PartItems.message(text, this.#citations.splice(0), part.metadata))
  }

  #wholeText(part: Response.TextPart): void {
    const item = PartItems.itemOf(part.metadata)
    const index = this.#indexOf(part)
    if (item !== undefined && item._tag !== "Message") return this.#events.whole(index, item)
    this.#events.add(index, { type: "message" })
    if (item === undefined) {
      this.#piece(index, false, part.text)
      this.#message = { index, text: part.text, part: part as never }
      return
    }
    for (const content of item.content) {
      if (content._tag === "OutputText") this.#piece(index, false, content.text)
      else this.#piece(index, true, content.refusal)
    }
    this.#events.done(index, item)
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
      this.#events.emit({ _tag: "ToolPlanDelta", outputIndex, delta })
      return
    }
    this.#partial.reasoning += delta
    this.#events.emit(
      kind === "summary"
        ? { _tag: "ReasoningSummaryDelta", outputIndex, summaryIndex: part, delta }
        : { _tag: "ReasoningContentDelta", outputIndex, contentIndex: part, delta }
    )
  }

  #endReasoning(part: Response.ReasoningEndPart): void {
    const block = this.#reasonings.get(part.id) ?? this.#block(this.#reasonings, part, "content")
    this.#reasonings.delete(part.id)
    this.#announce(block, "reasoning")
    this.#events.done(block.index, PartItems.itemOf(part.metadata) ?? PartItems.reasoning(block.text, part.metadata))
  }

  #wholeReasoning(part: Response.ReasoningPart): void {
    const index = this.#indexOf(part)
    const item = PartItems.itemOf(part.metadata) ?? PartItems.reasoning(part.text, part.metadata)
    this.#events.add(index, { type: "reasoning" })
    if (item._tag === "Reasoning") {
      item.summary.forEach((text, position) => this.#thought(index, "summary", position, text))
      item.content.forEach((text, position) => this.#thought(index, "content", position, text))
    }
    this.#events.done(index, item)
  }

  #serve(part: Response.ToolCallPart<string, unknown> | Response.ToolResultPart<string, unknown, unknown>): void {
    const known = PartItems.itemOf(part.metadata)
    if (known === undefined && part.type === "tool-result" && this.#served.has(part.id)) return
    if (known !== undefined) this.#served.add(part.id)
    this.#events.whole(this.#indexOf(part), known ?? PartItems.serverTool(part))
  }

  #source(part: Response.UrlSourcePart | Response.DocumentSourcePart): void {
    const citation = PartItems.citation(part)
    if (part.metadata.sluice === undefined) this.#citations.push(citation)
    this.#events.emit({ _tag: "CitationAdded", outputIndex: this.#lastMessage, citation })
  }

  /** Ends what the model did not end. */
  #close(): void {
    for (const { index, text } of this.#texts.values()) this.#events.done(index, PartItems.message(text, [], {}))
    for (const { index, text } of this.#reasonings.values()) this.#events.done(index, PartItems.reasoning(text, {}))
  }

  #finish(part: Response.FinishPart): void {
    this.isComplete = true
    const known = part.metadata.sluice as FinishMetadata | undefined
    const reason = finishReasonOf(part.reason)
    const evidence = evidenceOf(part.reason, known)
    this.#close()
    const runs = this.#calls.close({
      reason,
      isProven: part.reason !== "unknown" || evidence.length > 0,
      invalid: (known?.invalidToolCalls ?? []) as ReadonlyArray<InvalidToolCall>
    })
    const warnings = [...this.#warnings, ...(known?.warnings ?? []) as ReadonlyArray<Warning>]
    const unknown = { ...known?.unknown, ...Object.fromEntries(this.#unknown) }
    if (known?.rateLimits !== undefined) {
      this.#events.emit({ _tag: "RateLimits", snapshot: known.rateLimits as RateLimitSnapshot })
    }
    this.#events.emit({
      _tag: "Completed",
      responseId: this.#created?.responseId ?? null,
      model: this.#created?.model ?? null,
      finishReason: runs ? FinishReasons.withToolCalls(reason) : reason,
      finishReasonRaw: known?.finishReasonRaw ?? (part.reason === "pause" ? pauseTurn : null),
      ...(known?.finishMessage === undefined ? {} : { finishMessage: known.finishMessage }),
      usage: PartItems.usage(part),
      evidence,
      ...(Object.keys(unknown).length === 0 ? {} : { unknown }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(known?.attempts === undefined ? {} : { attempts: known.attempts as Required<Completed>["attempts"] })
    })
  }
}
