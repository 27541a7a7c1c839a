/**
 * Builds the items of one Cohere response: blocks of text and thinking, the plan for the tools, and tool calls.
 */
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { array, isEmpty, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import { type Assembly, cutsOff, messageContent, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import * as Citations from "./Citations.ts"

/** The protocol's name, which items carry. */
export const name = "cohere"

const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["COMPLETE", "stop"],
  ["STOP_SEQUENCE", "stop"],
  ["MAX_TOKENS", "length"],
  ["ERROR_LIMIT", "length"],
  ["TOOL_CALL", "tool-calls"],
  ["ERROR_TOXIC", "content-filter"]
])

interface Call {
  readonly item: OpenItem
  ended: boolean
}

/**
 * The items of one response.
 *
 * **Details**
 *
 * Each block is an item, and so is the plan, which is reasoning that is sent back under a name of its own. All items
 * are done at the end of the response, since citations come after their text. An index counts within its kind: the
 * first block and the first call both have index 0. Without an index, a delta belongs to the latest of its kind. The
 * methods return what is wrong with a value that the protocol does not allow.
 */
export class ResponseItems {
  readonly #assembly: Assembly
  readonly #ids: UniqueCallIds
  /** The blocks by index. Blocks of an unknown kind have no item. */
  readonly #blocks = new Map<number, OpenItem | undefined>()
  /** The latest tool call of each index. */
  readonly #calls = new Map<number, Call>()
  readonly #callOf = new Map<OpenItem, Call>()
  /** The citations of reasoning items. */
  readonly #cited = new Map<OpenItem, Array<Citation>>()
  #count = 0
  #latestBlock = -1
  #latestCall = -1
  #message: OpenItem | undefined
  #reasoning: OpenItem | undefined
  #plan: OpenItem | undefined

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#assembly = assembly
    this.#ids = new UniqueCallIds(context, assembly)
  }

  /** Begins a block of text or thinking. */
  beginContent(index: number | undefined, content: JsonObject, json: string | undefined): string | undefined {
    const type = nonEmpty(content.type) ?? (content.thinking === undefined ? "text" : "thinking")
    this.#latestBlock = index ?? this.#latestBlock + 1
    let item: OpenItem | undefined
    if (type === "text") item = this.#message = this.#open("message")
    else if (type === "thinking") item = this.#reasoning = this.#open("reasoning")
    else this.#assembly.unknown(`content ${type}`)
    this.#blocks.set(this.#latestBlock, item)
    return this.#add(item, content, json)
  }

  /** Adds to a block, and begins it where the server did not. */
  content(index: number | undefined, content: JsonObject, json: string | undefined): string | undefined {
    const at = index ?? this.#latestBlock
    return this.#blocks.has(at)
      ? this.#add(this.#blocks.get(at), content, json)
      : this.beginContent(index, content, json)
  }

  /** Adds to the plan for the tools. */
  plan(delta: unknown, json: string | undefined): string | undefined {
    if (isEmpty(delta)) return undefined
    const text = ScalarText.of(delta, "tool_plan", json)
    if (text === undefined) return "`tool_plan` is not a string"
    this.#assembly.toolPlan(this.#plan ??= this.#open("reasoning"), text)
    return undefined
  }

  /** Begins a tool call, or names the one that its arguments have begun. */
  beginCall(index: number | undefined, value: JsonObject): string | undefined {
    const body = value.function
    if (!isObject(body)) return "a tool call has no `function`"
    const unnamed = this.#calls.get(index ?? this.#latestCall)
    if (unnamed !== undefined && unnamed.item.name === "" && !unnamed.ended) {
      const id = nonEmpty(value.id)
      unnamed.item.id ??= id === undefined ? undefined : this.#ids.takeLater(id)
      unnamed.item.name = string(body.name) ?? ""
      return this.#arguments(unnamed, body)
    }
    return this.#arguments(this.#openCall(index, this.#ids.take(value.id), string(body.name)), body)
  }

  /**
   * Adds to the arguments of a tool call. A fragment at an index that no tool call has continues the latest one, or
   * begins one whose name comes later.
   */
  callArguments(index: number | undefined, value: JsonObject): string | undefined {
    const call = this.#calls.get(index ?? this.#latestCall) ?? this.#calls.get(this.#latestCall)
    const body = object(value.function)
    if (call !== undefined) return this.#arguments(call, body)
    const id = nonEmpty(value.id)
    return this.#arguments(
      this.#openCall(index, id === undefined ? undefined : this.#ids.take(id), string(body?.name)),
      body
    )
  }

  /** Ends a tool call. */
  endCall(index: number | undefined): void {
    const call = this.#calls.get(index ?? this.#latestCall)
    if (call !== undefined) call.ended = true
  }

  /** Adds a citation to the item that it names, or to the latest text. */
  citation(value: JsonObject): void {
    const item = this.#citedItem(value)
    const citation = Citations.read(value)
    if (item.type === "message") return this.#assembly.citation(item, citation)
    // A reasoning item has no citations of its own: they are kept in `native`.
    const kept = this.#cited.get(item) ?? []
    kept.push(citation)
    this.#cited.set(item, kept)
    this.#assembly.emit({ _tag: "CitationAdded", outputIndex: item.index, citation })
  }

  /** Adds all items of a message that came as a whole. */
  message(value: JsonObject, json: string | undefined): string | undefined {
    const { citations, content, tool_calls: calls, tool_plan: plan } = value
    let problem = this.plan(plan, json)
    if (problem !== undefined) return problem
    const text = ScalarText.of(content, "content", json)
    if (text !== undefined) problem = this.beginContent(undefined, { type: "text", text }, json)
    else if (content !== undefined && content !== null && !Array.isArray(content)) {
      return "`content` is neither text nor a list"
    }
    for (const part of array(content) ?? []) {
      if (!isObject(part)) return "a part of `content` is not an object"
      problem ??= this.beginContent(undefined, part, json)
    }
    // Some servers send one tool call without a list.
    const toolCalls = isObject(calls) ? [calls] : calls
    if (toolCalls !== undefined && toolCalls !== null && !Array.isArray(toolCalls))
      return "`tool_calls` is not an array"
    for (const call of array(toolCalls) ?? []) {
      if (!isObject(call)) return "an entry of `tool_calls` is not an object"
      problem ??= this.beginCall(undefined, call)
      this.endCall(undefined)
    }
    for (const citation of objects(citations)) this.citation(citation)
    return problem
  }

  /** Emits the finished items and `Completed`. */
  finish(): void {
    const assembly = this.#assembly
    assembly.created(null, null)
    const raw = assembly.finishReasonRaw
    const reason = raw !== null ? (finishReasons.get(raw) ?? "other") : this.#callOf.size === 0 ? "other" : "tool-calls"
    for (const item of assembly.items()) assembly.done(item, this.#finished(item, cutsOff(reason)))
    assembly.complete(reason)
  }

  #open(type: OpenItem["type"], id?: string, tool?: string): OpenItem {
    this.#assembly.created(null, null)
    return this.#assembly.add(this.#count++, type, id, tool)
  }

  /** Adds text and thinking, each to a block of its kind: some gateways send one in a block of the other. */
  #add(block: OpenItem | undefined, content: JsonObject, json: string | undefined): string | undefined {
    if (block === undefined) return undefined
    const { text: textValue, thinking: thinkingValue } = content
    const text = ScalarText.of(textValue, "text", json)
    const thinking = ScalarText.of(thinkingValue, "thinking", json)
    if (thinking !== undefined && thinking !== "") {
      this.#assembly.reasoning(
        block.type === "reasoning" ? block : this.#reasoning ??= this.#open("reasoning"),
        thinking
      )
    } else if (thinking === undefined && thinkingValue !== undefined && thinkingValue !== null) {
      this.#assembly.unknown("thinking")
    }
    if (text !== undefined && text !== "") {
      this.#assembly.text(block.type === "message" ? block : this.#message ??= this.#open("message"), text)
    } else if (text === undefined && textValue !== undefined && textValue !== null) return "the `text` is not a string"
    return undefined
  }

  #openCall(index: number | undefined, id: string | undefined, tool: string | undefined): Call {
    const call: Call = { item: this.#open("tool-call", id, tool), ended: false }
    this.#latestCall = index ?? this.#latestCall + 1
    this.#calls.set(this.#latestCall, call)
    this.#callOf.set(call.item, call)
    return call
  }

  #arguments(call: Call, body: JsonObject | undefined): string | undefined {
    const input = body?.arguments
    if (isEmpty(input)) return undefined
    // Some servers send the arguments as an object.
    if (typeof input !== "string" && !isObject(input)) return "the arguments of a tool call are not a string"
    this.#assembly.toolArguments(call.item, typeof input === "string" ? input : JSON.stringify(input))
    return undefined
  }

  #citedItem(citation: JsonObject): OpenItem {
    if (citation.type === "PLAN" && this.#plan !== undefined) return this.#plan
    const at = citation.content_index
    const block = typeof at === "number" ? this.#blocks.get(at) : undefined
    if (block !== undefined) return block
    if (citation.type === "THINKING_CONTENT" && this.#reasoning !== undefined) return this.#reasoning
    return this.#message ??= this.#open("message")
  }

  #finished(item: OpenItem, cut: boolean): ResponseItem {
    switch (item.type) {
      case "message":
        return { _tag: "Message", content: messageContent(item), protocol: name }
      case "reasoning":
        return this.#finishedReasoning(item)
      default:
        return this.#finishedCall(item, cut)
    }
  }

  #finishedReasoning(item: OpenItem): ResponseItem {
    const citations = this.#cited.get(item)
    const isPlan = item === this.#plan
    return {
      _tag: "Reasoning",
      content: item.reasoning,
      summary: [],
      protocol: name,
      ...(isPlan || citations !== undefined
        ? {
          native: {
            type: isPlan ? "tool_plan" : "thinking",
            ...(citations === undefined ? {} : { citations: citations.map(({ native }) => native) })
          }
        }
        : {})
    }
  }

  #finishedCall(item: OpenItem, cut: boolean): ResponseItem {
    item.id ??= this.#ids.take(undefined)
    const call = { id: item.id, name: item.name, arguments: item.arguments, protocol: name }
    // A limit cuts off the call that is being written, and not those that had ended.
    return cut && this.#callOf.get(item)?.ended === false
      ? { _tag: "InvalidToolCall", id: call.id, name: call.name, argumentsRaw: call.arguments, reason: "cut" }
      : toolCall(call, cut)
  }
}
