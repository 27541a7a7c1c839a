/**
 * Builds the items of one Gemini response: when each begins, and what it is when it is done.
 *
 * A thought signature belongs to the part that it came with, and must be sent back on that part. So a text with a
 * signature is a content of its own in the message, and tool calls, reasoning and the provider's own parts each keep
 * theirs.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures
 */
import { defined, type JsonObject, nonEmpty, object, string } from "../../json/Json.ts"
import { type Assembly, messageContent } from "../../response/Assembly.ts"
import * as Logprobs from "../../response/Logprobs.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { Citations } from "./Citations.ts"
import { type Ending, type PendingItem, PendingItems } from "./PendingItems.ts"
import { ResponseToolCalls } from "./ResponseToolCalls.ts"

/** The protocol's name, which items carry. */
export const name = "gemini"

interface Message extends PendingItem {
  /** The signatures of its contents, by their index. */
  readonly signatures: Array<string | undefined>
  /** The index of the content to which the next text belongs. */
  at: number
}

interface Reasoning extends PendingItem {
  signature: string | undefined
}

/** The fields that tell what kind of part a part is, except for text. */
const kinds = [
  "functionCall",
  "executableCode",
  "codeExecutionResult",
  "toolCall",
  "toolResponse",
  "inlineData",
  "fileData"
] as const

/** The fields that a part of any kind may have. */
const attributes = new Set(["thought", "thoughtSignature", "partMetadata", "videoMetadata", "mediaResolution", "text"])

/**
 * The items of one response.
 *
 * **Details**
 *
 * A message stays open until another begins, because its citations come at the end; tool calls are done at the end of
 * the response. Items are done in the order in which they began.
 */
export class ResponseItems {
  readonly #assembly: Assembly
  readonly #items: PendingItems
  readonly #calls: ResponseToolCalls
  /** The message that the next text belongs to. */
  #message: Message | undefined
  /** The reasoning that the next thought belongs to. */
  #reasoning: Reasoning | undefined
  /** The latest message, to which citations belong. */
  #cited: Message | undefined
  #citations: Citations | undefined
  #awaitsResult = false
  #hasSearched = false
  #groundingMetadata: JsonObject | undefined
  #urlContextMetadata: JsonObject | undefined

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#assembly = assembly
    this.#items = new PendingItems(assembly)
    this.#calls = new ResponseToolCalls(context, assembly, this.#items, name)
  }

  /** Whether Google runs code whose result is still to come. */
  get awaitsResult(): boolean {
    return this.#awaitsResult
  }

  /** Whether there are tool calls. */
  get hasCalls(): boolean {
    return this.#calls.count > 0
  }

  /** Adds a part of the content. Returns what is wrong with one that the protocol does not allow. */
  part(part: JsonObject, json: string | undefined): string | undefined {
    // An empty sibling (`functionCall: null`) is no kind.
    const kind = kinds.find((key) => part[key] !== undefined && part[key] !== null)
    switch (kind) {
      case undefined:
        return this.#textPart(part, json)
      case "functionCall":
        return this.#calls.add(part, () => this.#interrupt())
      case "inlineData":
      case "fileData":
        return this.#file(part, object(part[kind]) ?? {})
      default:
        this.#serverTool(kind, part, object(part[kind]))
        return undefined
    }
  }

  /** Adds the probabilities of the tokens, which come with a piece of the text, or behind all of it. */
  logprobs(result: JsonObject): void {
    const message = this.#message ?? this.#cited
    if (message !== undefined) this.#assembly.logprobs(message.item, Logprobs.readResult(result), message.at)
  }

  /** Adds the citations that a candidate has beside its content. */
  citations(candidate: JsonObject): void {
    this.#groundingMetadata = object(candidate.groundingMetadata) ?? this.#groundingMetadata
    this.#urlContextMetadata = object(candidate.urlContextMetadata) ?? this.#urlContextMetadata
    if (candidate.groundingMetadata === undefined && candidate.citationMetadata === undefined) return
    const texts = this.#cited?.item.content.map((content) => content.growing) ?? []
    const found = (this.#citations ??= new Citations()).read(candidate, texts)
    if (found.length === 0) return
    // Citations may come before any text.
    const { item } = this.#cited ?? (this.#message ??= this.#beginMessage())
    for (const { citation, textIndex } of found) this.#assembly.citation(item, citation, textIndex)
  }

  /** Emits the items that are not done. */
  finish(ending: Ending): void {
    this.#calls.finish(ending)
    this.#items.finish(ending)
    this.#metadata(
      "groundingMetadata",
      this.#groundingMetadata,
      Array.isArray(this.#groundingMetadata?.webSearchQueries)
    )
    this.#metadata("urlContextMetadata", this.#urlContextMetadata, false)
  }

  #textPart(part: JsonObject, json: string | undefined): string | undefined {
    const value = part.text ?? undefined
    if (value === undefined && this.#unknownPart(part)) return undefined
    const text = ScalarText.of(value, "text", json)
    if (value !== undefined && text === undefined) return "the text of a part is not a string"
    const signature = nonEmpty(part.thoughtSignature)
    if ((text ?? "") === "" && signature === undefined) return undefined
    if (part.thought === true) this.#addThought(text ?? "", signature)
    else this.#addText(text ?? "", signature)
    return undefined
  }

  #addText(text: string, signature: string | undefined): void {
    const message = this.#message ??= this.#beginMessage()
    const { item, signatures } = message
    // A part with a signature must not be joined with its neighbours.
    if (signatures[message.at] !== undefined || (signature !== undefined && item.content[message.at] !== undefined)) {
      message.at++
    }
    if (signature !== undefined) {
      item.content[message.at] = this.#assembly.content(false)
      signatures[message.at] = signature
    }
    this.#assembly.text(item, text, message.at)
  }

  #addThought(text: string, signature: string | undefined): void {
    if (this.#reasoning?.signature !== undefined) this.#endReasoning()
    const reasoning = this.#reasoning ??= this.#beginReasoning()
    if (signature !== undefined) reasoning.signature = signature
    this.#assembly.reasoning(reasoning.item, text)
  }

  #beginMessage(): Message {
    this.#endReasoning()
    if (this.#cited !== undefined) this.#items.settle(this.#cited)
    const item = this.#items.open("message")
    const signatures: Message["signatures"] = []
    const message: Message = {
      item,
      signatures,
      at: 0,
      isReady: false,
      finished: () => ({
        _tag: "Message",
        content: messageContent(item),
        protocol: name,
        ...(signatures.length === 0
          ? {}
          : { native: { thoughtSignatures: item.content.map((_, index) => signatures[index] ?? null) } })
      })
    }
    this.#items.add(message)
    this.#cited = message
    return message
  }

  #beginReasoning(): Reasoning {
    this.#message = undefined
    const item = this.#items.open("reasoning")
    const reasoning: Reasoning = {
      item,
      signature: undefined,
      isReady: false,
      finished: () => ({
        _tag: "Reasoning",
        content: item.reasoning,
        summary: [],
        ...(reasoning.signature === undefined ? {} : { signature: reasoning.signature }),
        protocol: name
      })
    }
    this.#items.add(reasoning)
    return reasoning
  }

  #endReasoning(): void {
    if (this.#reasoning !== undefined) this.#items.settle(this.#reasoning)
    this.#reasoning = undefined
  }

  /** Ends the message and the reasoning that the next part could continue. */
  #interrupt(): void {
    this.#endReasoning()
    this.#message = undefined
  }

  #beginSearch(item: OpenItem): void {
    this.#hasSearched = true
    this.#assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: item.index, id: item.id ?? "" })
  }

  /** Adds a part of a tool that Google runs, which is whole. */
  #serverTool(type: string, part: JsonObject, value: JsonObject | undefined): void {
    this.#interrupt()
    const id = nonEmpty(value?.id)
    const tool = nonEmpty(value?.toolType)
    const status = nonEmpty(value?.outcome)
    const item = this.#items.open("server-tool-call", id, tool ?? type)
    if (type === "executableCode") this.#awaitsResult = true
    if (type === "codeExecutionResult") this.#awaitsResult = false
    if (type === "toolCall" && tool?.startsWith("GOOGLE_SEARCH") === true) this.#beginSearch(item)
    this.#items.addWhole(item, {
      _tag: "ServerToolCall",
      type,
      ...(id === undefined ? {} : { id }),
      ...(tool === undefined ? {} : { name: tool }),
      ...(status === undefined ? {} : { status }),
      protocol: name,
      native: defined(part)
    })
  }

  #file(part: JsonObject, value: JsonObject): string | undefined {
    const data = string(value.data)
    const url = string(value.fileUri)
    if (data === undefined && url === undefined) return "a file has neither data nor a URL"
    this.#interrupt()
    const { fileData: _, inlineData: __, ...beside } = part
    this.#items.addWhole(this.#items.open("file"), {
      _tag: "File",
      mediaType: nonEmpty(value.mimeType) ?? "application/octet-stream",
      ...(data === undefined ? {} : { data }),
      ...(url === undefined ? {} : { url }),
      protocol: name,
      ...(Object.keys(beside).length === 0 ? {} : { native: defined(beside) })
    })
    return undefined
  }

  /** Adds a part of an unknown kind. Returns whether it has a kind at all. */
  #unknownPart(part: JsonObject): boolean {
    const type = Object.keys(part).find((key) => !attributes.has(key) && part[key] !== null)
    if (type === undefined) return false
    this.#interrupt()
    this.#assembly.unknown(`part ${type}`)
    this.#items.addWhole(this.#items.open("unknown", undefined, type), {
      _tag: "UnknownItem",
      type,
      protocol: name,
      native: defined(part)
    })
    return true
  }

  /** Adds metadata as an item: the queries of a search, and what Google requires to be shown with its results. */
  #metadata(type: string, native: JsonObject | undefined, isSearch: boolean): void {
    if (native === undefined || Object.keys(native).length === 0) return
    const item = this.#items.open("server-tool-call", undefined, type)
    if (isSearch && !this.#hasSearched) this.#beginSearch(item)
    this.#items.addWhole(item, { _tag: "ServerToolCall", type, protocol: name, native: defined(native) })
  }
}
