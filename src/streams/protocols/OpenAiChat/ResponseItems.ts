/**
 * Builds the items of one Chat Completions response: when each begins, and what it is when the response is done.
 */
import type * as Schema from "effect/Schema"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem, TokenLogprob } from "../../../domain/ResponseItem.ts"
import { isJson, type JsonObject } from "../../json/Json.ts"
import { type Assembly, cutsOff, messageContent } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import * as ThinkTags from "../../response/ThinkTags.ts"
import * as Citations from "./Citations.ts"
import * as ReasoningDetails from "./ReasoningDetails.ts"
import * as ResponseToolCalls from "./ResponseToolCalls.ts"

/** The protocol's name, which items carry. */
export const name = "openai-chat"

const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["stop", "stop"],
  // Together.
  ["eos", "stop"],
  ["end", "stop"],
  ["length", "length"],
  // Mistral.
  ["model_length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["content_filter", "content-filter"],
  // DeepSeek.
  ["insufficient_system_resource", "error"],
  // Zhipu.
  ["sensitive", "content-filter"],
  ["network_error", "error"],
  ["model_context_window_exceeded", "length"],
  ["error", "error"]
])

/** A part of the content that stands between two pieces of text. */
interface Reference {
  readonly at: number
  readonly part: Schema.JsonObject
}

/** Returns the content in parts, with each reference at its place in the text. */
const withReferences = (
  text: string,
  references: ReadonlyArray<Reference>
): ReadonlyArray<Schema.JsonObject> => {
  const parts: Array<Schema.JsonObject> = []
  const addText = (from: number, to: number): void => {
    if (to > from) parts.push({ type: "text", text: text.slice(from, to) })
  }
  let from = 0
  for (const { at, part } of references) {
    addText(from, at)
    parts.push(part)
    from = at
  }
  addText(from, text.length)
  return parts
}

/**
 * The items of one response.
 *
 * **Details**
 *
 * Reasoning is one item, the message another, each tool call one more, in the order in which they begin. They are done
 * only when the response is: servers send deltas after the finish reason (recorded: Together, Writer). Empty deltas are
 * ignored.
 */
export class ResponseItems {
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #protocol: string
  readonly #tags: ThinkTags.ThinkTags | undefined
  #reasoning: OpenItem | undefined
  #message: OpenItem | undefined
  #textIndex = -1
  #refusalIndex = -1
  #details: ReasoningDetails.ReasoningDetails | undefined
  #citations: Citations.Citations | undefined
  #toolCalls: ResponseToolCalls.ResponseToolCalls | undefined
  #count = 0
  #textLength = 0
  #hasThinkingParts = false
  #references: Array<Reference> | undefined

  constructor(context: DecodeContext, assembly: Assembly, protocol: string) {
    this.#context = context
    this.#assembly = assembly
    this.#protocol = protocol
    const { thinkTags } = context.quirks
    this.#tags = thinkTags === undefined || thinkTags === false
      ? undefined
      : ThinkTags.make(
        { text: (delta) => this.#text(delta), reasoning: (delta) => this.reasoning(delta) },
        thinkTags === "open"
      )
  }

  /** Whether an item has begun. */
  get begun(): boolean {
    return this.#count > 0
  }

  /** Whether a tool call has begun. */
  get hasToolCalls(): boolean {
    return this.#toolCalls?.begun === true
  }

  /** Adds a piece of the content, in which `quirks.thinkTags` may find reasoning. */
  text(delta: string): void {
    if (this.#tags === undefined) this.#text(delta)
    else this.#tags.push(delta)
  }

  /** Adds the probabilities of the content's tokens. */
  logprobs(entries: ReadonlyArray<TokenLogprob>): void {
    if (this.#message !== undefined) this.#assembly.logprobs(this.#message, entries, this.#textIndex)
  }

  /** Adds a piece of a refusal by the model. */
  refusal(delta: string): void {
    if (delta === "") return
    this.#message ??= this.#open("message")
    if (this.#refusalIndex < 0) this.#refusalIndex = this.#textIndex + 1
    this.#assembly.refusal(this.#message, delta, this.#refusalIndex)
  }

  /** Adds a piece of reasoning. */
  reasoning(delta: string): void {
    if (delta !== "") this.#assembly.reasoning(this.#reasoning ??= this.#open("reasoning"), delta)
  }

  /** Adds reasoning that is a part of the content, as which a next request sends it back. */
  thinking(delta: string): void {
    this.#hasThinkingParts = true
    this.reasoning(delta)
  }

  /** Adds a part of the content that refers to a source; a next request sends it back at its place in the text. */
  reference(part: JsonObject): void {
    if (isJson(part)) {
      this.#references ??= []
      this.#references.push({ at: this.#textLength, part })
    }
    this.annotations([part])
  }

  /** Keeps the raw details of the reasoning, and returns the text in them. */
  reasoningDetails(entries: ReadonlyArray<unknown>): string {
    this.#reasoning ??= this.#open("reasoning")
    if (!this.#assembly.assembles) return ReasoningDetails.make().add(entries)
    this.#details ??= ReasoningDetails.make()
    return this.#details.add(entries)
  }

  /** Adds the citations in annotations. */
  annotations(entries: ReadonlyArray<JsonObject>): void {
    this.#cite((this.#citations ??= Citations.make()).annotations(entries))
  }

  /** Adds the citations in the lists of sources that a chunk has beside its choices. */
  sources(chunk: JsonObject): void {
    this.#cite((this.#citations ??= Citations.make()).sources(chunk))
  }

  /** Adds fragments of tool calls. Returns what is wrong with one that cannot be read. */
  toolCalls(entries: ReadonlyArray<unknown>, json: string | undefined): string | undefined {
    return this.#openToolCalls().add(entries, json)
  }

  /** Adds a `function_call`, the form that came before `tool_calls`. */
  functionCall(call: JsonObject, json: string | undefined): string | undefined {
    return this.#openToolCalls().addFunctionCall(call, json)
  }

  /** Emits the finished items and `Completed`. */
  finish(): void {
    const assembly = this.#assembly
    this.#tags?.end()
    assembly.created(null, null)
    const raw = assembly.finishReasonRaw
    const reason = raw === null ? "other" : (finishReasons.get(raw) ?? "other")
    for (const item of assembly.items()) assembly.done(item, this.#finished(item, cutsOff(reason)))
    assembly.complete(reason)
  }

  #openToolCalls(): ResponseToolCalls.ResponseToolCalls {
    return this.#toolCalls ??= new ResponseToolCalls.ResponseToolCalls(
      this.#context,
      this.#assembly,
      (type, id, tool) => this.#open(type, id, tool)
    )
  }

  #open(type: OpenItem["type"], id?: string, tool?: string): OpenItem {
    this.#assembly.created(null, null)
    return this.#assembly.add(this.#count++, type, id, tool)
  }

  #text(delta: string): void {
    if (delta === "") return
    this.#message ??= this.#open("message")
    if (this.#textIndex < 0) this.#textIndex = this.#refusalIndex + 1
    this.#textLength += delta.length
    this.#assembly.text(this.#message, delta, this.#textIndex)
  }

  #cite(citations: ReadonlyArray<Citation>): void {
    if (citations.length === 0) return
    this.#message ??= this.#open("message")
    if (this.#textIndex < 0) this.#textIndex = this.#refusalIndex + 1
    for (const citation of citations) this.#assembly.citation(this.#message, citation, this.#textIndex)
  }

  /**
   * Returns what the provider wants back with an item. It carries the provider's name: signed and encrypted details are
   * of no use to another.
   */
  #native(item: OpenItem): { readonly native?: Schema.JsonObject } {
    const { provider } = this.#context.error
    if (item.type === "message") {
      const text = item.content[this.#textIndex]?.text ?? ""
      return this.#references === undefined
        ? {}
        : { native: { provider, content: withReferences(text, this.#references) } }
    }
    if (this.#details !== undefined) return { native: { provider, reasoning_details: this.#details.merged } }
    return this.#hasThinkingParts ? { native: { provider, type: "thinking" } } : {}
  }

  #finished(item: OpenItem, cut: boolean): ResponseItem {
    const protocol = this.#protocol
    switch (item.type) {
      case "message":
        return { _tag: "Message", content: messageContent(item), protocol, ...this.#native(item) }
      case "reasoning":
        return { _tag: "Reasoning", content: item.reasoning, summary: [], protocol, ...this.#native(item) }
      default:
        return this.#openToolCalls().finished(item, protocol, this.#context.error.provider, cut)
    }
  }
}
