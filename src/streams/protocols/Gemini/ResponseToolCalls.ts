/**
 * Builds the tool calls of one Gemini response, which come whole or, where the request allows it, in pieces.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 */
import type * as Schema from "effect/Schema"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isJson, isObject, isStorable, type JsonObject, nonEmpty, objects, parse } from "../../json/Json.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import { type Allowance, PartialArguments } from "./PartialArguments.ts"
import type { Ending, PendingItem, PendingItems } from "./PendingItems.ts"

interface Call extends PendingItem {
  readonly pieces: PartialArguments
  /** What Google wants sent back with the tool call: its signature, and the id that Google gave it. */
  native: Record<string, Schema.Json>
}

/** The tool calls of one response. All are done at its end. `protocol` is the name that they carry. */
export class ResponseToolCalls {
  readonly #assembly: Assembly
  readonly #items: PendingItems
  readonly #protocol: string
  readonly #ids: UniqueCallIds
  readonly #maxBytes: number
  readonly #allowance: Allowance
  /** The call whose arguments continue in the next part. */
  #streamed: Call | undefined
  #count = 0

  constructor(context: DecodeContext, assembly: Assembly, items: PendingItems, protocol: string) {
    this.#assembly = assembly
    this.#items = items
    this.#protocol = protocol
    this.#ids = new UniqueCallIds(context, assembly)
    // Arguments in pieces may be as large as in one event.
    this.#maxBytes = context.limits.maxEventBytes
    this.#allowance = { left: this.#maxBytes }
  }

  /** How many tool calls have begun. */
  get count(): number {
    return this.#count
  }

  /**
   * Adds the `functionCall` of a part. `interrupt` is called before another item begins. Returns what is wrong with a
   * part that the protocol does not allow.
   */
  add(part: JsonObject, interrupt: () => void): string | undefined {
    const value = part.functionCall
    if (!isObject(value)) return "a functionCall is not an object"
    const tool = nonEmpty(value.name)
    if (tool === undefined) {
      if (this.#streamed !== undefined) return this.#continue(this.#streamed, part, value)
      // An empty one after the end of a tool call.
      if (Object.keys(value).length === 0) return undefined
    }
    const args = value.args ?? undefined
    interrupt()
    // Without a last piece, a tool call ends where the next one begins.
    if (this.#streamed !== undefined) this.#close(this.#streamed)
    const call = this.#begin(part, nonEmpty(value.id), tool ?? "", args)
    if (value.willContinue === true || value.partialArgs !== undefined) {
      this.#streamed = call
      return this.#addPieces(call, value)
    }
    this.#assembly.toolArguments(call.item, typeof args === "string" ? args : JSON.stringify(args ?? {}))
    return undefined
  }

  /** Ends the tool calls. */
  finish(ending: Ending): void {
    const call = this.#streamed
    if (call !== undefined && ending === "complete" && !call.pieces.isOpen) this.#close(call)
  }

  #begin(part: JsonObject, ownId: string | undefined, tool: string, args: Schema.Json | undefined): Call {
    const id = this.#ids.take(ownId)
    this.#count++
    const item = this.#items.open("tool-call", id, tool)
    const { functionCall: _, ...beside } = part
    const pieces = new PartialArguments(this.#allowance)
    const call: Call = {
      item,
      pieces,
      // Google matches a result of a tool call without an id by name and order, so an id of ours is not sent back.
      native: { ...defined(beside), ...(ownId === id ? { id } : {}) },
      isReady: false,
      finished: (ending) => this.#finished(call, tool, args, ending)
    }
    this.#items.add(call)
    return call
  }

  #finished(call: Call, tool: string, args: Schema.Json | undefined, ending: Ending): ResponseItem {
    const { item, native, pieces } = call
    const id = item.id ?? ""
    const isWhole = this.#streamed !== call || (ending === "complete" && !pieces.isOpen)
    if (!isWhole) return { _tag: "InvalidToolCall", id, name: tool, argumentsRaw: item.arguments, reason: "cut" }
    // Some gateways send the arguments as text.
    const whole = typeof args === "string" ? (args.trim() === "" ? {} : parse(args)) : (args ?? {})
    const input = pieces.isEmpty ? whole : pieces.value
    return tool !== "" && isObject(input) && isJson(input) && isStorable(input)
      ? {
        _tag: "ToolCall",
        id,
        name: tool,
        arguments: input,
        protocol: this.#protocol,
        ...(Object.keys(native).length === 0 ? {} : { native })
      }
      : { _tag: "InvalidToolCall", id, name: tool, argumentsRaw: item.arguments, reason: "malformed" }
  }

  /** Adds a part that continues a tool call. Its signature may come with any of its parts. */
  #continue(call: Call, part: JsonObject, value: JsonObject): string | undefined {
    const { functionCall: _, ...beside } = part
    call.native = { ...call.native, ...defined(beside) }
    return this.#addPieces(call, value)
  }

  #addPieces(call: Call, value: JsonObject): string | undefined {
    for (const piece of objects(value.partialArgs)) {
      const delta = call.pieces.add(piece)
      if (delta === undefined) return "a piece of a call's arguments has no place or no value"
      if (this.#allowance.left < 0) {
        return `the arguments of calls in pieces are larger than the limit of ${this.#maxBytes} bytes`
      }
      this.#assembly.toolArguments(call.item, delta)
    }
    if (value.willContinue !== true) this.#close(call)
    return undefined
  }

  #close(call: Call): void {
    this.#assembly.toolArguments(call.item, call.pieces.close())
    this.#streamed = undefined
  }
}
