/**
 * Builds the tool calls of one Gemini response, which come whole or, where the request allows it, in pieces.
 *
 * @see https://ai.google.dev/gemini-api/docs/function-calling
 */
import type * as Schema from "effect/Schema"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { defined, isObject, type JsonObject, nonEmpty, objects } from "../../json/Json.ts"
import { type Assembly, isStorable } from "../../response/Assembly.ts"
import * as CallIds from "../../response/CallIds.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { type Allowance, PartialArguments } from "./PartialArguments.ts"
import type { Ending, PendingItem, PendingItems } from "./PendingItems.ts"

interface Call extends PendingItem {
  readonly pieces: PartialArguments
}

/** The tool calls of one response. All are done at its end. `protocol` is the name that they carry. */
export class ResponseToolCalls {
  readonly #assembly: Assembly
  readonly #items: PendingItems
  readonly #protocol: string
  readonly #requestId: string | undefined
  readonly #maxBytes: number
  readonly #allowance: Allowance
  /** The call whose arguments continue in the next part. */
  #streamed: Call | undefined
  #count = 0

  constructor({ error, limits }: DecodeContext, assembly: Assembly, items: PendingItems, protocol: string) {
    this.#assembly = assembly
    this.#items = items
    this.#protocol = protocol
    this.#requestId = error.requestId ?? error.providerRequestId
    // Arguments in pieces may be as large as in one event.
    this.#maxBytes = limits.maxEventBytes
    this.#allowance = { left: limits.maxEventBytes }
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
      if (this.#streamed !== undefined) return this.#addPieces(this.#streamed, value)
      // An empty one after the end of a tool call.
      return Object.keys(value).length === 0 ? undefined : "a functionCall has no name"
    }
    const args = value.args
    if (args !== undefined && args !== null && !isObject(args)) return "the args of a functionCall are not an object"
    interrupt()
    // Without a last piece, a tool call ends where the next one begins.
    if (this.#streamed !== undefined) this.#close(this.#streamed)
    const call = this.#begin(part, nonEmpty(value.id), tool, args ?? undefined)
    if (value.willContinue === true || value.partialArgs !== undefined) {
      this.#streamed = call
      return this.#addPieces(call, value)
    }
    this.#assembly.toolArguments(call.item, JSON.stringify(args ?? {}))
    return undefined
  }

  /** Ends the tool calls. */
  finish(ending: Ending): void {
    const call = this.#streamed
    if (call !== undefined && ending === "complete" && !call.pieces.isOpen) this.#close(call)
  }

  #begin(part: JsonObject, ownId: string | undefined, tool: string, args: JsonObject | undefined): Call {
    const assembly = this.#assembly
    const id = ownId ?? CallIds.make(assembly.responseId ?? this.#requestId, this.#count)
    this.#count++
    const item = this.#items.open("tool-call", id, tool)
    const { functionCall: _, ...beside } = part
    // Google matches a result of a tool call without an id by name and order, so an id of ours is not sent back.
    const native = { ...defined(beside), ...(ownId === undefined ? {} : { id: ownId }) }
    const pieces = new PartialArguments(this.#allowance)
    const call: Call = {
      item,
      pieces,
      isReady: false,
      finished: (ending): ResponseItem => {
        const isWhole = this.#streamed !== call || (ending === "complete" && !pieces.isOpen)
        const input: Schema.Json = pieces.isEmpty ? defined(args ?? {}) : pieces.value
        return isWhole && isStorable(input)
          ? {
            _tag: "ToolCall",
            id,
            name: tool,
            arguments: input,
            protocol: this.#protocol,
            ...(Object.keys(native).length === 0 ? {} : { native })
          }
          : {
            _tag: "InvalidToolCall",
            id,
            name: tool,
            argumentsRaw: item.arguments,
            reason: isWhole ? "malformed" : "cut"
          }
      }
    }
    this.#items.add(call)
    return call
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
