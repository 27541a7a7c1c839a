/**
 * Builds items from deltas and emits events: the part of a decoder that is the same in every protocol.
 *
 * It owns the order of events (an item is added before its deltas and done once) and what a failed stream leaves
 * behind.
 */
import type { FinishReason } from "../../domain/FinishReason.ts"
import type { Evidence, ItemStart, ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Citation, MessageContent, ResponseItem, TokenLogprob, ToolCall } from "../../domain/ResponseItem.ts"
import { ResponsePartial } from "../../domain/ResponsePartial.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { isStorable, parse } from "../json/Json.ts"
import * as FinishReasons from "./FinishReasons.ts"
import { OpenContent, OpenItem } from "./OpenItem.ts"
import { Digest, type Growing, Text } from "./Text.ts"
import * as TokenCounts from "./TokenCounts.ts"

const maxUnknownNames = 100

/** Returns an item without the text of its deltas and without its native object, which is of no use then. */
const withoutText = (item: ResponseItem): ResponseItem => {
  switch (item._tag) {
    case "Message": {
      const { native: _, ...message } = item
      return {
        ...message,
        content: item.content.map((part) =>
          part._tag === "Refusal"
            ? { ...part, refusal: "" }
            : { _tag: part._tag, text: "", citations: part.citations }
        )
      }
    }
    case "Reasoning": {
      const { native: _, ...reasoning } = item
      return { ...reasoning, content: item.content.map(() => ""), summary: item.summary.map(() => "") }
    }
    default:
      return item
  }
}

/** What is kept of a completion. */
export interface AssemblyOptions {
  readonly assemble?: boolean | undefined
  readonly keep?: boolean | undefined
  /** Names the provider, which goes with reasoning that only it accepts back. */
  readonly error?: { readonly provider: string } | undefined
}

/** The state of one completion while it is decoded. */
export class Assembly {
  responseId: string | null = null
  model: string | null = null
  finishReasonRaw: string | null = null
  finishMessage: string | undefined
  readonly evidence: Array<Evidence> = []
  completed = false

  #events: Array<ResponseEvent> = []
  #created = false
  #usage: TokenUsage | null = null
  #hasToolCall = false
  #unknown: Map<string, number> | undefined
  readonly #items = new Map<number, OpenItem>()
  readonly #toolCalls: Array<ToolCall> = []
  readonly #keeps: boolean
  readonly #assembles: boolean
  readonly #provider: string | undefined

  /** `assemble: false` leaves the text out of finished items; it is still kept if a protocol needs it (`keep`). */
  constructor({ assemble = true, keep = assemble, error }: AssemblyOptions = {}) {
    this.#assembles = assemble
    this.#keeps = keep
    this.#provider = error?.provider
  }

  get assembles(): boolean {
    return this.#assembles
  }

  /** The usage so far. A later zero does not erase a count that was set before. */
  get usage(): TokenUsage | null {
    return this.#usage
  }

  set usage(usage: TokenUsage | null) {
    this.#usage = TokenCounts.merge(this.#usage, usage)
  }

  /** Returns the events since the last call. */
  take(): ReadonlyArray<ResponseEvent> {
    const events = this.#events
    if (events.length > 0) this.#events = []
    return events
  }

  emit(event: ResponseEvent): void {
    this.#events.push(event)
  }

  /** Emits `Created` the first time; later calls fill in what was missing. */
  created(responseId: string | null, model: string | null): void {
    this.responseId ??= responseId
    this.model ??= model
    if (this.#created) return
    this.#created = true
    this.#events.push({ _tag: "Created", responseId: this.responseId, model: this.model })
  }

  /** Counts unknown data by a name. */
  unknown(name: string): void {
    this.#unknown ??= new Map()
    // The names come from the wire: a server that sends ever new ones must not fill the memory.
    const counted = this.#unknown.size < maxUnknownNames || this.#unknown.has(name) ? name : "others"
    this.#unknown.set(counted, (this.#unknown.get(counted) ?? 0) + 1)
  }

  saw(evidence: Evidence): void {
    if (!this.evidence.includes(evidence)) this.evidence.push(evidence)
  }

  /** Removes a signal that turned out to be none. */
  withdraw(evidence: Evidence): void {
    const at = this.evidence.indexOf(evidence)
    if (at >= 0) this.evidence.splice(at, 1)
  }

  item(index: number): OpenItem | undefined {
    return this.#items.get(index)
  }

  items(): ReadonlyArray<OpenItem> {
    return [...this.#items.values()]
  }

  /** Begins an item, with `OutputItemAdded`. */
  add(index: number, type: ItemStart["type"], id?: string | undefined, name?: string | undefined): OpenItem {
    const item = new OpenItem(index, type, id, name)
    this.#items.set(index, item)
    this.#events.push({
      _tag: "OutputItemAdded",
      outputIndex: index,
      item: {
        type,
        ...(id === undefined ? {} : { id }),
        ...(name === undefined || name === "" ? {} : { name })
      }
    })
    return item
  }

  /** Begins a part of a message. */
  content(refusal: boolean): OpenContent {
    return new OpenContent(refusal, this.#growing())
  }

  text(item: OpenItem, delta: string, contentIndex = 0): void {
    if (delta === "") return
    const content = item.content[contentIndex] ??= this.content(false)
    content.growing.append(delta)
    this.#events.push({ _tag: "OutputTextDelta", outputIndex: item.index, delta })
  }

  refusal(item: OpenItem, delta: string, contentIndex = 0): void {
    if (delta === "") return
    const content = item.content[contentIndex] ??= this.content(true)
    content.growing.append(delta)
    this.#events.push({ _tag: "RefusalDelta", outputIndex: item.index, delta })
  }

  citation(item: OpenItem, citation: Citation, contentIndex = 0): void {
    const content = item.content[contentIndex] ??= this.content(false)
    content.citations.push(citation)
    this.#events.push({ _tag: "CitationAdded", outputIndex: item.index, citation })
  }

  /** Adds the probabilities of the tokens of a text, where the text is kept. */
  logprobs(item: OpenItem, entries: ReadonlyArray<TokenLogprob>, contentIndex = 0): void {
    const content = this.#keeps ? item.content[contentIndex] : undefined
    if (content === undefined || entries.length === 0) return
    content.logprobs ??= []
    for (const entry of entries) content.logprobs.push(entry)
  }

  reasoning(item: OpenItem, delta: string, contentIndex = 0): void {
    if (delta === "") return
    const part = item.reasoningParts[contentIndex] ??= this.#growing()
    part.append(delta)
    this.#events.push({ _tag: "ReasoningContentDelta", outputIndex: item.index, contentIndex, delta })
  }

  toolPlan(item: OpenItem, delta: string): void {
    if (delta === "") return
    item.isPlan = true
    const part = item.reasoningParts[0] ??= this.#growing()
    part.append(delta)
    this.#events.push({ _tag: "ToolPlanDelta", outputIndex: item.index, delta })
  }

  summaryPart(item: OpenItem, summaryIndex: number): void {
    item.summaryParts[summaryIndex] ??= this.#growing()
    this.#events.push({ _tag: "ReasoningSummaryPartAdded", outputIndex: item.index, summaryIndex })
  }

  summary(item: OpenItem, delta: string, summaryIndex: number): void {
    if (delta === "") return
    const part = item.summaryParts[summaryIndex] ??= this.#growing()
    part.append(delta)
    this.#events.push({ _tag: "ReasoningSummaryDelta", outputIndex: item.index, summaryIndex, delta })
  }

  toolArguments(item: OpenItem, delta: string): void {
    if (delta === "") return
    item.appendArguments(delta)
    this.#events.push({ _tag: "ToolCallArgumentsDelta", outputIndex: item.index, id: item.id ?? "", delta })
  }

  #growing(): Growing {
    return this.#keeps ? new Text() : new Digest()
  }

  /** Ends an item, once, with `OutputItemDone`. */
  done(item: OpenItem, assembled: ResponseItem): void {
    if (item.done) return
    item.done = true
    if (assembled._tag === "ToolCall") this.#toolCalls.push(assembled)
    if (assembled._tag === "ToolCall" || assembled._tag === "CustomToolCall") this.#hasToolCall = true
    const named = this.#named(assembled)
    this.#events.push({
      _tag: "OutputItemDone",
      outputIndex: item.index,
      item: this.#assembles ? named : withoutText(named)
    })
  }

  /** Names the provider of reasoning that no other provider accepts back. */
  #named(item: ResponseItem): ResponseItem {
    if (item._tag !== "Reasoning" || this.#provider === undefined) return item
    const isOpaque = (item.id ?? item.signature ?? item.encryptedContent ?? item.redacted) !== undefined
    return isOpaque ? { ...item, provider: this.#provider } : item
  }

  /** Emits `Completed`, the last event. With a tool call to run its finish reason is that of `FinishReasons`. */
  complete(finishReason: FinishReason): void {
    if (this.completed) return
    this.completed = true
    this.#events.push({
      _tag: "Completed",
      responseId: this.responseId,
      model: this.model,
      finishReason: this.#hasToolCall ? FinishReasons.withToolCalls(finishReason) : finishReason,
      finishReasonRaw: this.finishReasonRaw,
      ...(this.finishMessage === undefined ? {} : { finishMessage: this.finishMessage }),
      usage: this.usage,
      evidence: [...this.evidence],
      ...(this.#unknown === undefined ? {} : { unknown: Object.fromEntries(this.#unknown) })
    })
  }

  /** Returns what has arrived so far. */
  partial(): ResponsePartial {
    let text = ""
    let refusal = ""
    let reasoning = ""
    for (const item of this.#assembles ? this.#items.values() : []) {
      for (const content of item.content) {
        if (content === undefined) continue
        if (content.refusal) refusal += content.text
        else text += content.text
      }
      for (const part of item.summary) reasoning += part ?? ""
      if (item.isPlan) continue
      for (const part of item.reasoning) reasoning += part ?? ""
    }
    return new ResponsePartial({
      responseId: this.responseId,
      model: this.model,
      text,
      reasoning,
      refusal,
      toolCalls: this.#toolCalls,
      finishReasonRaw: this.finishReasonRaw,
      usage: this.usage
    })
  }
}

const contentOf = (content: OpenContent): MessageContent => {
  const { citations, logprobs, refusal, text } = content
  if (refusal) return { _tag: "Refusal", refusal: text }
  return logprobs === undefined
    ? { _tag: "OutputText", text, citations }
    : { _tag: "OutputText", text, citations, logprobs }
}

/** Returns the content of a message item so far. */
export const messageContent = (item: OpenItem): ReadonlyArray<MessageContent> =>
  // A server may number its parts from 1, which leaves holes.
  item.content.filter((content) => content !== undefined).map(contentOf)

/**
 * Returns whether the last item of a completion may be incomplete: a limit, a filter or a failure stopped the model.
 */
export const cutsOff = (reason: FinishReason): boolean =>
  reason === "length" || reason === "content-filter" || reason === "error"

/**
 * Assembles a call of a caller's tool from its arguments: a `ToolCall` if they are JSON, an `InvalidToolCall`
 * otherwise.
 *
 * **Details**
 *
 * No arguments, and the literal `null` that some servers send, are `{}`, except in a completion that was cut off
 * (`cut`, see `cutsOff`). A cut number is a number (`4` of `48`), so there only a closed object counts as complete.
 * A call without a name is an `InvalidToolCall`: no tool can run it.
 */
export const toolCall = (
  call: {
    readonly id: string
    readonly name: string
    readonly arguments: string
    readonly protocol: string
    readonly itemId?: string | undefined
  },
  cut: boolean
): ResponseItem => {
  const raw = call.arguments.trim()
  const invalid = (): ResponseItem => ({
    _tag: "InvalidToolCall",
    id: call.id,
    name: call.name,
    argumentsRaw: call.arguments,
    reason: cut ? "cut" : "malformed"
  })
  if (call.name === "" || (cut && !raw.endsWith("}"))) return invalid()
  const value = raw === "" || raw === "null" ? {} : parse(raw)
  return value === undefined || !isStorable(value)
    ? invalid()
    : {
      _tag: "ToolCall",
      id: call.id,
      name: call.name,
      ...(call.itemId === undefined ? {} : { itemId: call.itemId }),
      arguments: value,
      protocol: call.protocol
    }
}
