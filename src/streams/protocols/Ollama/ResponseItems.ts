/**
 * Builds the items of one Ollama response: thinking, text, and tool calls, which come whole.
 */
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { ResponseItem, TokenLogprob } from "../../../domain/ResponseItem.ts"
import { isObject, type JsonObject, nonEmpty } from "../../json/Json.ts"
import { type Assembly, cutsOff, messageContent, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import * as ThinkTags from "../../response/ThinkTags.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"

/** The protocol's name, which items carry. */
export const name = "ollama"

/**
 * Reads the finish reason. It is `stop` after tool calls as well (recorded), and `load` or `unload` without a prompt.
 */
const finishReason = (raw: string | null, hasCalls: boolean): FinishReason => {
  if (raw === "length") return "length"
  if (hasCalls) return "tool-calls"
  return raw === "stop" ? "stop" : "other"
}

const finished = (item: OpenItem, cut: boolean): ResponseItem => {
  switch (item.type) {
    case "message":
      return { _tag: "Message", content: messageContent(item), protocol: name }
    case "reasoning":
      return { _tag: "Reasoning", content: item.reasoning, summary: [], protocol: name }
    default:
      return toolCall({ id: item.id ?? "", name: item.name, arguments: item.arguments, protocol: name }, cut)
  }
}

/**
 * The items of one response.
 *
 * **Details**
 *
 * Newer servers give tool calls ids; others get one that no other response has. Thinking that an old template leaves in
 * the text stays there, unless `quirks.thinkTags` says otherwise.
 */
export class ResponseItems {
  readonly #assembly: Assembly
  readonly #tags: ThinkTags.ThinkTags | undefined
  readonly #ids: UniqueCallIds
  #hasCalls = false
  #reasoning: OpenItem | undefined
  #message: OpenItem | undefined
  #count = 0

  constructor(context: DecodeContext, assembly: Assembly) {
    const { thinkTags = false } = context.quirks
    this.#assembly = assembly
    this.#ids = new UniqueCallIds(context, assembly)
    this.#tags = thinkTags === false
      ? undefined
      : ThinkTags.make({
        text: (delta) => this.#text(delta),
        reasoning: (delta) => this.reasoning(delta)
      }, thinkTags === "open")
  }

  /** Adds a text delta. An empty one is ignored. */
  text(delta: string): void {
    if (this.#tags === undefined) this.#text(delta)
    else this.#tags.push(delta)
  }

  /** Adds the probabilities of the tokens of the text. */
  logprobs(entries: ReadonlyArray<TokenLogprob>): void {
    if (this.#message !== undefined) this.#assembly.logprobs(this.#message, entries)
  }

  /** Adds a thinking delta. An empty one is ignored. */
  reasoning(delta: string): void {
    if (delta !== "") this.#assembly.reasoning(this.#reasoning ??= this.#open("reasoning"), delta)
  }

  /** Adds tool calls. Returns what is wrong with one that the protocol does not allow. */
  toolCalls(entries: ReadonlyArray<unknown>): string | undefined {
    for (const entry of entries) {
      if (!isObject(entry)) return "an entry of `tool_calls` is not an object"
      const problem = this.#toolCall(entry)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  /** Emits the finished items and `Completed`. */
  finish(): void {
    const assembly = this.#assembly
    this.#tags?.end()
    assembly.created(null, null)
    const reason = finishReason(assembly.finishReasonRaw, this.#hasCalls)
    for (const item of assembly.items()) assembly.done(item, finished(item, cutsOff(reason)))
    assembly.complete(reason)
  }

  #open(type: OpenItem["type"], id?: string, tool?: string): OpenItem {
    this.#assembly.created(null, null)
    return this.#assembly.add(this.#count++, type, id, tool)
  }

  #text(delta: string): void {
    if (delta !== "") this.#assembly.text(this.#message ??= this.#open("message"), delta)
  }

  #toolCall(value: JsonObject): string | undefined {
    const body = value.function
    if (!isObject(body)) return "a tool call has no `function`"
    const input = body.arguments
    // Compatible servers send the arguments as text.
    if (input !== undefined && input !== null && typeof input !== "string" && !isObject(input)) {
      return "the arguments of a tool call are not an object"
    }
    this.#hasCalls = true
    // Some servers number the tool calls of each line from the start, so an id may come twice.
    const item = this.#open("tool-call", this.#ids.take(value.id), nonEmpty(body.name))
    if (input !== undefined && input !== null) {
      this.#assembly.toolArguments(item, typeof input === "string" ? input : JSON.stringify(input))
    }
    return undefined
  }
}
