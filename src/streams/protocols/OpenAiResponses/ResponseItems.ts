/**
 * Keeps the items of one response of the Responses API: which event is about which item, and what is left at the end.
 *
 * An item is identified by `output_index`, and by its id only where two open items have had the same index: some
 * servers give an item a new id in every event.
 */
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import { isObject, type JsonObject, nonEmpty, objects, string } from "../../json/Json.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import { FinalItems } from "./FinalItems.ts"
import * as FinishedItems from "./FinishedItems.ts"
import { UnrepeatedParts } from "./UnrepeatedParts.ts"
import * as SearchResults from "./SearchResults.ts"
import * as WireItem from "./WireItem.ts"

export { name } from "./WireItem.ts"

/** The items of which a caller needs nothing but to send them back in their place. */
const opaque: ReadonlySet<string> = new Set(["compaction", "configuration_update"])

const isOpen = (item: OpenItem | undefined, type: ItemStart["type"]): item is OpenItem =>
  item !== undefined && item.type === type && !item.done

/** The parts of one item that no event has repeated, by their kind. */
interface ItemParts {
  readonly content: UnrepeatedParts
  readonly summary: UnrepeatedParts
  readonly reasoning: UnrepeatedParts
}

/** What the wire said of an item when it began. */
interface Beginning {
  /** The wire item; `undefined` where a delta began the item. */
  readonly item: JsonObject | undefined
  /** The id on the wire. That of a tool call may not be the one that it has here: two may come with one id. */
  readonly id: string | undefined
}

/** The items of one kind, in the order in which they began. All before `first` are done. */
interface Begun {
  readonly items: Array<OpenItem>
  first: number
}

/** The items of one response. */
export class ResponseItems {
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  readonly #beginnings = new Map<OpenItem, Beginning>()
  readonly #parts = new Map<OpenItem, ItemParts>()
  readonly #byKind = new Map<ItemStart["type"], Begun>()
  /** The items by the id of their wire item; `undefined` for an id that several open items have. */
  readonly #ids = new Map<string, OpenItem | undefined>()
  readonly #callIds: UniqueCallIds
  /** The ids of finished wire items. */
  readonly #itemIds = new Set<string>()
  readonly #results = new SearchResults.SearchResults()
  /** The index of the latest item. */
  #latest = 0
  /** Whether two open items have had the same index: then their ids identify them. */
  #sharesIndex = false

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#assembly = assembly
    this.#callIds = new UniqueCallIds(context, assembly)
    this.#wireItems = new WireItems(assembly)
  }

  /** Returns the open item that an event is about, begun where the server did not, or what is wrong with the event. */
  itemOf(value: JsonObject, type: ItemStart["type"]): OpenItem | string {
    const at = value.output_index
    if (typeof at === "number" && !this.#sharesIndex) {
      const open = this.#wireItems.at(at)
      if (isOpen(open, type)) return open
    }
    const known = this.#ids.get(string(value.item_id) ?? "")
    if (isOpen(known, type)) return known
    const wireIndex = this.#indexOf(at, type)
    if (wireIndex === undefined) return "output_index is not an index"
    const open = this.#wireItems.at(wireIndex)
    if (isOpen(open, type)) return open
    if (type === "tool-call" && open === undefined && nonEmpty(value.item_id) === undefined) {
      // The index of arguments may drift. Without an id, they continue the latest tool call.
      const latest = this.#wireItems.at(this.#latest)
      if (isOpen(latest, type)) return latest
    }
    if (this.#wireItems.at(wireIndex)?.done === false) this.#sharesIndex = true
    this.#latest = wireIndex
    const id = type === "message" || type === "reasoning" ? nonEmpty(value.item_id) : undefined
    return this.#register(this.#wireItems.begin(wireIndex, type, id), { item: undefined, id })
  }

  /** Whether the item that an event is about is done. */
  isDone(value: JsonObject): boolean {
    const at = value.output_index
    const open = typeof at === "number" ? this.#wireItems.at(at) : this.#ids.get(string(value.item_id) ?? "")
    return open?.done === true
  }

  /** Returns the parts of an item that no event has repeated. */
  partsOf(open: OpenItem): ItemParts {
    let parts = this.#parts.get(open)
    if (parts === undefined) {
      parts = { content: new UnrepeatedParts(), summary: new UnrepeatedParts(), reasoning: new UnrepeatedParts() }
      this.#parts.set(open, parts)
    }
    return parts
  }

  /** Returns the item of an event that repeats what its deltas said; `undefined` when the item is done. */
  itemToSettle(value: JsonObject, type: ItemStart["type"]): OpenItem | string | undefined {
    const at = value.output_index
    const past = this.#ids.get(string(value.item_id) ?? "") ??
      (typeof at === "number" ? this.#wireItems.at(at) : undefined)
    return past?.done === true ? undefined : this.itemOf(value, type)
  }

  /** Whether an event is about a tool that the provider runs, whose item has its whole input. */
  isServerTool(value: JsonObject): boolean {
    return typeof value.output_index === "number" &&
      this.#wireItems.at(value.output_index)?.type === "server-tool-call"
  }

  /** Begins an item, unless an event has begun it already. */
  added(value: JsonObject): string | undefined {
    const item = value.item
    if (!isObject(item) || typeof item.type !== "string") return "an item has no type"
    const wireIndex = index(value.output_index ?? this.#wireItems.next)
    if (wireIndex === undefined) return "output_index is not an index"
    const before = this.#wireItems.at(wireIndex)
    const id = WireItem.idOf(item)
    if (isOpen(before, WireItem.kind(item))) {
      const beginning = this.#beginnings.get(before)
      // A server may send the same event twice.
      if (beginning?.item !== undefined && beginning.id === id) return undefined
      if (beginning?.item === undefined && (beginning?.id === undefined || beginning.id === id)) {
        this.#complete(before, item)
        return undefined
      }
    }
    this.#begin(wireIndex, item)
    return undefined
  }

  /** Ends an item, and begins it where no event has. */
  done(value: JsonObject): string | undefined {
    const item = value.item
    if (!isObject(item) || typeof item.type !== "string") return "an item has no type"
    const kind = WireItem.kind(item)
    const wireIndex = this.#indexOf(value.output_index, kind)
    if (wireIndex === undefined) return "output_index is not an index"
    const known = this.#ids.get(string(item.id) ?? "")
    const here = this.#wireItems.at(wireIndex)
    let open = isOpen(known, kind) ? known : isOpen(here, kind) ? here : undefined
    if (open === undefined) {
      // A server may send the same event twice.
      const past = known ?? here
      const pastId = past === undefined ? undefined : this.#beginnings.get(past)?.id
      if (past?.type === kind && (pastId === undefined || pastId === WireItem.idOf(item))) return undefined
      open = this.#oldestOpen(kind) ?? this.#begin(wireIndex, item)
    }
    this.#settle(open, item, false)
    return undefined
  }

  /**
   * Ends every open item with its final object, where `response` has one, and begins the items that no event has begun.
   *
   * **Details**
   *
   * Final objects are not reliable: some are empty, some leave out the reasoning, some have new ids. So an item begins
   * here only when no event began one of its kind, or when it is a tool call with an id of its own.
   */
  finish(response: JsonObject, cut: boolean): void {
    const output = objects(response.output)
    for (const item of output) this.#results.add(item)
    const begun = this.#assembly.items()
    const finals = new FinalItems(output)
    for (const open of begun) {
      const id = this.#beginnings.get(open)?.id
      const final = (id === undefined ? undefined : finals.take(open.type, id)) ??
        (open.done ? undefined : finals.takeAt(open.index, open.type))
      if (open.done) continue
      const item = final ?? FinishedItems.unfinished(open, this.#beginnings.get(open)?.item)
      if (item !== undefined) this.#settle(open, item, cut)
    }
    const types = new Set(begun.map((open) => open.type))
    for (const item of output) {
      const type = WireItem.kind(item)
      const isCall = type === "tool-call" || type === "custom-tool-call"
      const isBegun = isCall && WireItem.idOf(item) !== undefined ? finals.isTaken(item) : types.has(type)
      if (!isBegun) this.#settle(this.#begin(this.#wireItems.next, item), item, cut)
    }
  }

  /** Returns the index of an event. One without an index is about the latest item, or a new one. */
  #indexOf(at: unknown, type: ItemStart["type"]): number | undefined {
    return at === undefined || at === null
      ? (isOpen(this.#wireItems.at(this.#latest), type) ? this.#latest : this.#wireItems.next)
      : index(at)
  }

  #begin(wireIndex: number, item: JsonObject): OpenItem {
    if (this.#wireItems.at(wireIndex)?.done === false) this.#sharesIndex = true
    const type = string(item.type) ?? ""
    const kind = WireItem.kind(item)
    if (kind === "unknown" && !opaque.has(type)) this.#assembly.unknown(`item ${type}`)
    const wireId = WireItem.idOf(item)
    const isCall = kind === "tool-call" || kind === "custom-tool-call"
    const id = isCall && wireId !== undefined ? this.#callIds.take(wireId) : wireId
    const tool = nonEmpty(item.name)
    const open = this.#register(
      this.#wireItems.begin(wireIndex, kind, id, kind === "server-tool-call" ? (tool ?? type) : tool),
      { item, id: wireId }
    )
    open.phase = nonEmpty(item.phase)
    if (type === "web_search_call") {
      this.#assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: open.index, id: id ?? "" })
    }
    this.#latest = wireIndex
    this.#remember(nonEmpty(item.id), open)
    return open
  }

  /** Adds id and name to an item that a delta has begun. */
  #complete(open: OpenItem, item: JsonObject): void {
    const wireId = WireItem.idOf(item)
    this.#beginnings.set(open, { item, id: wireId })
    const isCall = open.type === "tool-call" || open.type === "custom-tool-call"
    if (wireId !== undefined) open.id ??= isCall ? this.#callIds.takeLater(wireId) : wireId
    if (open.name === "") open.name = nonEmpty(item.name) ?? ""
    open.phase ??= nonEmpty(item.phase)
    this.#remember(nonEmpty(item.id), open)
  }

  #remember(itemId: string | undefined, open: OpenItem): void {
    if (itemId === undefined) return
    const other = this.#ids.get(itemId)
    this.#ids.set(itemId, other === undefined || other === open || other.done ? open : undefined)
  }

  #register(open: OpenItem, beginning: Beginning): OpenItem {
    this.#beginnings.set(open, beginning)
    const begun = this.#byKind.get(open.type)
    if (begun === undefined) this.#byKind.set(open.type, { items: [open], first: 0 })
    else begun.items.push(open)
    return open
  }

  #oldestOpen(type: ItemStart["type"]): OpenItem | undefined {
    const begun = this.#byKind.get(type)
    if (begun === undefined) return undefined
    while (begun.items[begun.first]?.done === true) begun.first++
    return begun.items[begun.first]
  }

  #settle(open: OpenItem, item: JsonObject, cut: boolean): void {
    const wireId = WireItem.idOf(item)
    if (open.type === "tool-call" || open.type === "custom-tool-call") this.#settleCallId(open, wireId)
    else open.id ??= wireId
    this.#results.add(item)
    const isCited = open.content.some((part) => part?.citations.length > 0)
    const final = open.type === "message" && !isCited ? this.#results.annotate(item) : item
    this.#assembly.done(open, FinishedItems.read(this.#assembly, open, this.#withOwnItemId(final), cut))
  }

  /** Removes the id of a wire item that another has: the next request would name both by it. */
  #withOwnItemId(item: JsonObject): JsonObject {
    const id = nonEmpty(item.id)
    if (id === undefined || !this.#itemIds.has(id)) {
      if (id !== undefined) this.#itemIds.add(id)
      return item
    }
    return { ...item, id: undefined }
  }

  /** Gives a tool call its id: the latest one on the wire, or one of ours where it has none or another has the same. */
  #settleCallId(open: OpenItem, wireId: string | undefined): void {
    const isNew = wireId !== undefined && wireId !== this.#beginnings.get(open)?.id
    const id = isNew ? this.#callIds.takeLater(wireId) : undefined
    open.id = id ?? open.id ?? this.#callIds.take(undefined)
  }
}
