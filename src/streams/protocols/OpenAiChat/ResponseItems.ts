/**
 * The items of one Chat Completions answer: when each begins, and what it is when the answer is done.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, cutsOff, messageContent } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import { isJson, type JsonObject } from "../../json/Json.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import * as ThinkTags from "../../response/ThinkTags.ts"
import * as Citations from "./Citations.ts"
import * as ReasoningDetails from "./ReasoningDetails.ts"
import * as ResponseToolCalls from "./ResponseToolCalls.ts"

/**
 * The name of the protocol, as items carry it.
 *
 * @category constants
 * @since 0.1.0
 */
export const protocol = "openai-chat"

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

/** A part of the content between two pieces of text. */
interface Reference {
  readonly at: number
  readonly part: Schema.JsonObject
}

/** The content in parts, as it came: the references are where they were in the text. */
const inPlace = (text: string, references: ReadonlyArray<Reference>): ReadonlyArray<Schema.JsonObject> => {
  const parts: Array<Schema.JsonObject> = []
  const say = (from: number, to: number): void => {
    if (to > from) parts.push({ type: "text", text: text.slice(from, to) })
  }
  let from = 0
  for (const { at, part } of references) {
    say(from, at)
    parts.push(part)
    from = at
  }
  say(from, text.length)
  return parts
}

/**
 * An answer that is being read, to the request and of the provider that are given. Its items carry the name of the language.
 *
 * **Details**
 *
 * Reasoning is one item, the message another, each tool call one more, in the order in which they begin. They are done
 * only when the answer is: servers send deltas after the finish reason (recorded: Together, Writer). Empty deltas are ignored.
 *
 * @category models
 * @since 0.1.0
 */
export class Answer {
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #language: string
  readonly #tags: ThinkTags.ThinkTags | undefined
  #thoughts: OpenItem | undefined
  #message: OpenItem | undefined
  #textIndex = -1
  #refusalIndex = -1
  #details: ReasoningDetails.ReasoningDetails | undefined
  #cited: Citations.Citations | undefined
  #calls: ResponseToolCalls.ToolCalls | undefined
  #items = 0
  #textLength = 0
  #hasThinkingParts = false
  #references: Array<Reference> | undefined

  constructor(context: DecodeContext, assembly: Assembly, language: string = protocol) {
    this.#context = context
    this.#assembly = assembly
    this.#language = language
    const { thinkTags } = context.quirks
    this.#tags = thinkTags === undefined || thinkTags === false
      ? undefined
      : ThinkTags.make(
        { text: (delta) => this.#say(delta), reasoning: (delta) => this.reasoning(delta) },
        thinkTags === "open"
      )
  }

  get begun(): boolean {
    return this.#items > 0
  }

  /** Takes what servers call the content: by `quirks.thinkTags` there may be reasoning in it. */
  text(delta: string): void {
    if (this.#tags === undefined) this.#say(delta)
    else this.#tags.push(delta)
  }

  refusal(delta: string): void {
    if (delta === "") return
    this.#message ??= this.#open("message")
    if (this.#refusalIndex < 0) this.#refusalIndex = this.#textIndex + 1
    this.#assembly.refusal(this.#message, delta, this.#refusalIndex)
  }

  reasoning(delta: string): void {
    if (delta !== "") this.#assembly.reasoning(this.#thoughts ??= this.#open("reasoning"), delta)
  }

  /** Takes reasoning that is a part of the content: it is sent back where it was. */
  thinking(delta: string): void {
    this.#hasThinkingParts = true
    this.reasoning(delta)
  }

  /** Takes a part of the content that refers to a source: it is sent back where it was. */
  reference(part: JsonObject): void {
    if (isJson(part)) {
      this.#references ??= []
      this.#references.push({ at: this.#textLength, part })
    }
    this.#cite(this.#citations.annotations([part]))
  }

  /** Keeps the raw details of the reasoning, and answers the text in them. */
  reasoningDetails(entries: ReadonlyArray<unknown>): string {
    this.#thoughts ??= this.#open("reasoning")
    if (!this.#assembly.assembles) return ReasoningDetails.make().add(entries)
    this.#details ??= ReasoningDetails.make()
    return this.#details.add(entries)
  }

  annotations(entries: ReadonlyArray<JsonObject>): void {
    this.#cite(this.#citations.annotations(entries))
  }

  sources(chunk: JsonObject): void {
    this.#cite(this.#citations.sources(chunk))
  }

  toolCalls(entries: ReadonlyArray<unknown>): string | undefined {
    return this.#openCalls.read(entries)
  }

  functionCall(call: JsonObject): string | undefined {
    return this.#openCalls.legacy(call)
  }

  /** Emits the finished items and `Completed`. */
  finish(): void {
    const assembly = this.#assembly
    this.#tags?.end()
    assembly.created(null, null)
    const raw = assembly.finishReasonRaw
    const unsaid = this.#calls === undefined ? "other" : "tool-calls"
    const reason = raw === null ? unsaid : (finishReasons.get(raw) ?? "other")
    for (const item of assembly.items()) assembly.done(item, this.#assemble(item, cutsOff(reason)))
    assembly.complete(reason)
  }

  get #citations(): Citations.Citations {
    return this.#cited ??= Citations.make()
  }

  get #openCalls(): ResponseToolCalls.ToolCalls {
    const { providerRequestId, requestId } = this.#context.error
    return this.#calls ??= ResponseToolCalls.make(
      this.#assembly,
      (type, id, name) => this.#open(type, id, name),
      requestId ?? providerRequestId
    )
  }

  #open(type: OpenItem["type"], id?: string, name?: string): OpenItem {
    this.#assembly.created(null, null)
    return this.#assembly.add(this.#items++, type, id, name)
  }

  #say(delta: string): void {
    if (delta === "") return
    this.#message ??= this.#open("message")
    if (this.#textIndex < 0) this.#textIndex = this.#refusalIndex + 1
    this.#textLength += delta.length
    this.#assembly.text(this.#message, delta, this.#textIndex)
  }

  #cite(found: ReadonlyArray<Citation>): void {
    if (found.length === 0) return
    this.#message ??= this.#open("message")
    if (this.#textIndex < 0) this.#textIndex = this.#refusalIndex + 1
    for (const citation of found) this.#assembly.citation(this.#message, citation, this.#textIndex)
  }

  /** What the provider that made an item wants back with it. Signed and encrypted details are worth nothing to another. */
  #nativeOf(item: OpenItem): { readonly native?: Schema.JsonObject } {
    const { provider } = this.#context.error
    if (item.type === "message") {
      return this.#references === undefined
        ? {}
        : { native: { provider, content: inPlace(item.content[this.#textIndex]?.text ?? "", this.#references) } }
    }
    if (this.#details !== undefined) return { native: { provider, reasoning_details: this.#details.merged } }
    return this.#hasThinkingParts ? { native: { provider, type: "thinking" } } : {}
  }

  #assemble(item: OpenItem, cut: boolean): ResponseItem {
    const language = this.#language
    if (item.type === "message")
      return { _tag: "Message", content: messageContent(item), protocol: language, ...this.#nativeOf(item) }
    return item.type === "reasoning"
      ? { _tag: "Reasoning", content: item.reasoning, summary: [], protocol: language, ...this.#nativeOf(item) }
      : ResponseToolCalls.assemble(item, language, cut)
  }
}

/**
 * Begins an answer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, language?: string): Answer =>
  new Answer(context, assembly, language)
