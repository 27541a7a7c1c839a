/**
 * The items of one answer of Gemini's: when each begins, and what it is when it is done.
 *
 * A signature belongs to the very part that it came with, and must come back on it. So a text that has one is a content of
 * its own in the message, and the calls, the reasoning and the provider's own parts each keep theirs.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, isStorable, messageContent } from "../../response/Assembly.ts"
import * as CallIds from "../../response/CallIds.ts"
import { defined, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import * as Citations from "./Citations.ts"
import { type Allowance, PartialArguments } from "./PartialArguments.ts"

/**
 * The name of the protocol, as items carry it.
 *
 * @category constants
 * @since 0.1.0
 */
export const protocol = "gemini"

/** How an answer ended, as far as it says what became of the calls in it. */
type Ending = "complete" | "cut"

interface Pending {
  readonly item: OpenItem
  readonly assemble: (ending: Ending) => ResponseItem
  /** Whether nothing can be added to it any more. */
  isReady: boolean
}

interface Message extends Pending {
  /** The signatures of its contents, by their index. */
  readonly signatures: Array<string | undefined>
  at: number
}

interface Reasoning extends Pending {
  signature: string | undefined
}

interface Call extends Pending {
  readonly pieces: PartialArguments
}

/** What a part is, by the field that says so, unless it is a text. */
const kinds = [
  "functionCall",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
  "inlineData",
  "fileData"
] as const

/** Fields that say something about a part of any kind. */
const attributes = new Set(["thought", "thoughtSignature", "partMetadata", "videoMetadata", "mediaResolution", "text"])

/**
 * An answer that is being read.
 *
 * **Details**
 *
 * `part` reads one part; it answers a sentence when the part is not what the protocol says. `sources` reads what a candidate
 * says beside its parts. `awaitsResult` tells whether code was run whose result is still to come, `hasCalls` whether there are
 * calls for the caller. `finish` emits the items that are not done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly part: (part: JsonObject) => string | undefined
  readonly sources: (candidate: JsonObject) => void
  readonly awaitsResult: boolean
  readonly hasCalls: boolean
  readonly finish: (ending: Ending) => void
}

/**
 * Begins an answer to the request that is given.
 *
 * **Details**
 *
 * A message stays open until another begins, because its sources come at the end; calls are done when the answer is. Items
 * are done in the order in which they began, which is the order that they are sent back in.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({ error, limits }: DecodeContext, assembly: Assembly): Answer => {
  const { providerRequestId, requestId } = error
  // What comes in pieces may be as large as if it came in one event.
  const limit = limits.maxEventBytes
  const allowance: Allowance = { left: limit }
  // What the next piece of text or of thoughts may belong to.
  let message: Message | undefined
  let reasoning: Reasoning | undefined
  // The message that sources belong to: the last one.
  let sourced: Message | undefined
  let streamed: Call | undefined
  let pending: Array<Pending> = []
  let items = 0
  let calls = 0
  let awaitsResult = false
  let searched = false
  let grounding: Citations.Grounding | undefined
  let metadata: JsonObject | undefined
  let pages: JsonObject | undefined

  const open = (type: ItemStart["type"], id?: string, name?: string): OpenItem => {
    assembly.created(null, null)
    return assembly.add(items++, type, id, name)
  }

  const settle = (entry: Pending): void => {
    entry.isReady = true
    const held = pending.findIndex(({ isReady }) => !isReady)
    if (held === 0) return
    for (const { assemble, item } of pending.splice(0, held < 0 ? pending.length : held)) {
      assembly.done(item, assemble("complete"))
    }
  }

  /** Begins an item that is whole as it comes. */
  const wholly = (item: OpenItem, assembled: ResponseItem): void => {
    const entry: Pending = { item, assemble: () => assembled, isReady: true }
    pending.push(entry)
    settle(entry)
  }

  const endReasoning = (): void => {
    if (reasoning !== undefined) settle(reasoning)
    reasoning = undefined
  }

  const beginMessage = (): Message => {
    endReasoning()
    if (sourced !== undefined) settle(sourced)
    const item = open("message")
    const signatures: Message["signatures"] = []
    const begun: Message = {
      item,
      signatures,
      at: 0,
      isReady: false,
      assemble: () => ({
        _tag: "Message",
        content: messageContent(item),
        protocol,
        ...(signatures.length === 0
          ? {}
          : { native: { thoughtSignatures: item.content.map((_, index) => signatures[index] ?? null) } })
      })
    }
    pending.push(begun)
    sourced = begun
    return begun
  }

  const text = (value: string, signature: string | undefined): void => {
    if (value === "" && signature === undefined) return
    message ??= beginMessage()
    const { item, signatures } = message
    // A part with a signature is not to be joined with its neighbours.
    if (signatures[message.at] !== undefined || (signature !== undefined && item.content[message.at] !== undefined)) {
      message.at++
    }
    if (signature !== undefined) {
      item.content[message.at] = assembly.content(false)
      signatures[message.at] = signature
    }
    assembly.text(item, value, message.at)
  }

  const beginReasoning = (): Reasoning => {
    message = undefined
    const item = open("reasoning")
    const begun: Reasoning = {
      item,
      signature: undefined,
      isReady: false,
      assemble: () => ({
        _tag: "Reasoning",
        content: item.reasoning,
        summary: [],
        ...(begun.signature === undefined ? {} : { signature: begun.signature }),
        protocol
      })
    }
    pending.push(begun)
    return begun
  }

  const thought = (value: string, signature: string | undefined): void => {
    if (value === "" && signature === undefined) return
    if (reasoning?.signature !== undefined) endReasoning()
    reasoning ??= beginReasoning()
    if (signature !== undefined) reasoning.signature = signature
    assembly.reasoning(reasoning.item, value)
  }

  /** Ends what text and thoughts may go on with. */
  const interrupt = (): void => {
    endReasoning()
    message = undefined
  }

  const pieces = (call: Call, value: JsonObject): string | undefined => {
    for (const piece of objects(value.partialArgs)) {
      const added = call.pieces.add(piece)
      if (added === undefined) return "a piece of a call's arguments has no place or no value"
      if (allowance.left < 0) return `the arguments of calls in pieces are larger than the limit of ${limit} bytes`
      assembly.toolArguments(call.item, added)
    }
    if (value.willContinue === true) return undefined
    assembly.toolArguments(call.item, call.pieces.close())
    streamed = undefined
    return undefined
  }

  const functionCall = (part: JsonObject, value: unknown): string | undefined => {
    if (!isObject(value)) return "a functionCall is not an object"
    const name = nonEmpty(value.name)
    if (name === undefined) {
      if (streamed !== undefined) return pieces(streamed, value)
      // The end of a call that had ended.
      return Object.keys(value).length === 0 ? undefined : "a functionCall has no name"
    }
    const args = value.args
    if (args !== undefined && args !== null && !isObject(args)) return "the args of a functionCall are not an object"
    interrupt()
    // A call that is never said to end ends where the next one begins.
    if (streamed !== undefined) assembly.toolArguments(streamed.item, streamed.pieces.close())
    streamed = undefined
    const given = nonEmpty(value.id)
    const id = given ?? CallIds.make(assembly.responseId ?? requestId ?? providerRequestId, calls)
    calls++
    const item = open("tool-call", id, name)
    const { functionCall: _, ...beside } = part
    // Without an id of Google's own, a result is matched by name and order: one of ours would mean nothing to it.
    const native = { ...defined(beside), ...(given === undefined ? {} : { id: given }) }
    const origin = { protocol, ...(Object.keys(native).length === 0 ? {} : { native }) }
    const call: Call = {
      item,
      pieces: new PartialArguments(allowance),
      isReady: false,
      assemble: (ending): ResponseItem => {
        const isWhole = streamed !== call || (ending === "complete" && !call.pieces.isOpen)
        const input: Schema.Json = call.pieces.isEmpty ? defined(args ?? {}) : call.pieces.value
        return isWhole && isStorable(input)
          ? { _tag: "ToolCall", id, name, arguments: input, ...origin }
          : { _tag: "InvalidToolCall", id, name, argumentsRaw: item.arguments, reason: isWhole ? "malformed" : "cut" }
      }
    }
    pending.push(call)
    if (value.willContinue === true || value.partialArgs !== undefined) {
      streamed = call
      return pieces(call, value)
    }
    assembly.toolArguments(item, JSON.stringify(args ?? {}))
    return undefined
  }

  const searchBegins = (item: OpenItem): void => {
    searched = true
    assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: item.index, id: item.id ?? "" })
  }

  /** A part that is an item by itself, and whole. */
  const server = (type: string, part: JsonObject, value: JsonObject | undefined): void => {
    interrupt()
    const id = nonEmpty(value?.id)
    const name = nonEmpty(value?.toolType)
    const status = nonEmpty(value?.outcome)
    const item = open("server-tool-call", id, name ?? type)
    if (type === "executableCode") awaitsResult = true
    if (type === "codeExecutionResult") awaitsResult = false
    if (type === "toolCall" && name?.startsWith("GOOGLE_SEARCH") === true) searchBegins(item)
    wholly(item, {
      _tag: "ServerToolCall",
      type,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      ...(status === undefined ? {} : { status }),
      protocol,
      native: defined(part)
    })
  }

  const file = (part: JsonObject, value: JsonObject): string | undefined => {
    const data = string(value.data)
    const url = string(value.fileUri)
    if (data === undefined && url === undefined) return "a file in the answer has neither data nor an address"
    interrupt()
    const { fileData: _, inlineData: __, ...beside } = part
    wholly(open("file"), {
      _tag: "File",
      mediaType: nonEmpty(value.mimeType) ?? "application/octet-stream",
      ...(data === undefined ? {} : { data }),
      ...(url === undefined ? {} : { url }),
      protocol,
      ...(Object.keys(beside).length === 0 ? {} : { native: defined(beside) })
    })
    return undefined
  }

  /** A part that is neither a text nor anything else that is known. Answers whether it is one at all. */
  const unknown = (part: JsonObject): boolean => {
    const type = Object.keys(part).find((key) => !attributes.has(key))
    if (type === undefined) return false
    interrupt()
    assembly.unknown(`part ${type}`)
    wholly(open("unknown", undefined, type), { _tag: "UnknownItem", type, protocol, native: defined(part) })
    return true
  }

  const part = (value: JsonObject): string | undefined => {
    const kind = kinds.find((key) => value[key] !== undefined)
    switch (kind) {
      case undefined: {
        if (value.text === undefined && unknown(value)) return undefined
        if (value.text !== undefined && typeof value.text !== "string") return "the text of a part is not a string"
        const signature = nonEmpty(value.thoughtSignature)
        if (value.thought === true) thought(value.text ?? "", signature)
        else text(value.text ?? "", signature)
        return undefined
      }
      case "functionCall":
        return functionCall(value, value.functionCall)
      case "inlineData":
      case "fileData":
        return file(value, object(value[kind]) ?? {})
      default:
        server(kind, value, object(value[kind]))
        return undefined
    }
  }

  const sources = (candidate: JsonObject): void => {
    metadata = object(candidate.groundingMetadata) ?? metadata
    pages = object(candidate.urlContextMetadata) ?? pages
    if (candidate.groundingMetadata === undefined && candidate.citationMetadata === undefined) return
    const texts = sourced?.item.content.map((content) => content.text) ?? []
    const found = (grounding ??= Citations.make()).read(candidate, texts)
    if (found.length === 0) return
    // Sources without a text come before it.
    const { item } = sourced ?? (message ??= beginMessage())
    for (const { citation, textIndex } of found) assembly.citation(item, citation, textIndex)
  }

  /** What the search says beside the sources: its queries, and what Google wants shown with a grounded answer. */
  const beside = (type: string, native: JsonObject | undefined, isSearch: boolean): void => {
    if (native === undefined || Object.keys(native).length === 0) return
    const item = open("server-tool-call", undefined, type)
    if (isSearch && !searched) searchBegins(item)
    wholly(item, { _tag: "ServerToolCall", type, protocol, native: defined(native) })
  }

  return {
    part,
    sources,
    get awaitsResult() {
      return awaitsResult
    },
    get hasCalls() {
      return calls > 0
    },
    finish: (ending) => {
      if (streamed !== undefined && ending === "complete" && !streamed.pieces.isOpen) {
        assembly.toolArguments(streamed.item, streamed.pieces.close())
        streamed = undefined
      }
      for (const entry of pending) assembly.done(entry.item, entry.assemble(ending))
      pending = []
      beside("groundingMetadata", metadata, Array.isArray(metadata?.webSearchQueries))
      beside("urlContextMetadata", pages, false)
    }
  }
}
