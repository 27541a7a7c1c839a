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
import { index, WireItems } from "../../response/WireItems.ts"
import * as FinishedItems from "./FinishedItems.ts"
import { UnrepeatedParts } from "./UnrepeatedParts.ts"
import * as WireItem from "./WireItem.ts"

export { name } from "./WireItem.ts"

const isOpen = (item: OpenItem | undefined, type: ItemStart["type"]): item is OpenItem =>
  item !== undefined && item.type === type && !item.done

/** The parts of one item that no event has repeated, by their kind. */
interface ItemParts {
  readonly content: UnrepeatedParts
  readonly summary: UnrepeatedParts
  readonly reasoning: UnrepeatedParts
}

/** The items of one kind, in the order in which they began. All before `first` are done. */
interface Begun {
  readonly items: Array<OpenItem>
  first: number
}

/** Returns what identifies an item among those of its response. */
const keyOf = (type: ItemStart["type"], id: string): string => `${type} ${id}`

/** The items of one response. */
export class ResponseItems {
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  /** The wire items as they began. */
  readonly #began = new Map<OpenItem, JsonObject>()
  readonly #parts = new Map<OpenItem, ItemParts>()
  readonly #byKind = new Map<ItemStart["type"], Begun>()
  readonly #ids = new Map<string, OpenItem>()
  /** The index of the latest item. */
  #latest = 0
  /** Whether two open items have had the same index: then their ids identify them. */
  #sharesIndex = false

  constructor(assembly: Assembly) {
    this.#assembly = assembly
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
    if (this.#wireItems.at(wireIndex)?.done === false) this.#sharesIndex = true
    this.#latest = wireIndex
    const id = type === "message" || type === "reasoning" ? nonEmpty(value.item_id) : undefined
    return this.#register(this.#wireItems.begin(wireIndex, type, id))
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
    if (isOpen(before, WireItem.kind(item)) && (before.id === undefined || before.id === WireItem.idOf(item))) {
      return undefined
    }
    this.#began.set(this.#begin(wireIndex, item), item)
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
      if (past?.type === kind && (past.id === undefined || past.id === WireItem.idOf(item))) return undefined
      open = this.#oldestOpen(kind) ?? this.#begin(wireIndex, item)
    }
    open.id ??= WireItem.idOf(item)
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
    const begun = this.#assembly.items()
    const finals = new Map<string, JsonObject>()
    for (const item of output) {
      const id = WireItem.idOf(item)
      const key = id === undefined ? undefined : keyOf(WireItem.kind(item), id)
      if (key !== undefined && !finals.has(key)) finals.set(key, item)
    }
    for (const open of begun) {
      if (open.done) continue
      const atIndex = output[open.index]
      const final = (open.id === undefined ? undefined : finals.get(keyOf(open.type, open.id))) ??
        (atIndex !== undefined && WireItem.kind(atIndex) === open.type ? atIndex : undefined) ??
        FinishedItems.unfinished(open, this.#began.get(open))
      if (final !== undefined) this.#settle(open, final, cut)
    }
    const types = new Set(begun.map((open) => open.type))
    const keys = new Set(begun.map((open) => keyOf(open.type, open.id ?? "")))
    for (const item of output) {
      const type = WireItem.kind(item)
      const id = WireItem.idOf(item)
      const isCall = type === "tool-call" || type === "custom-tool-call"
      const isBegun = isCall && id !== undefined ? keys.has(keyOf(type, id)) : types.has(type)
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
    if (kind === "unknown" && type !== "compaction") this.#assembly.unknown(`item ${type}`)
    const id = WireItem.idOf(item)
    const tool = nonEmpty(item.name)
    const open = this.#register(
      this.#wireItems.begin(wireIndex, kind, id, kind === "server-tool-call" ? (tool ?? type) : tool)
    )
    open.phase = nonEmpty(item.phase)
    if (type === "web_search_call") {
      this.#assembly.emit({ _tag: "WebSearchCallBegin", outputIndex: open.index, id: id ?? "" })
    }
    this.#latest = wireIndex
    const itemId = nonEmpty(item.id)
    if (itemId !== undefined) this.#ids.set(itemId, open)
    return open
  }

  #register(open: OpenItem): OpenItem {
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
    this.#assembly.done(open, FinishedItems.read(this.#assembly, open, item, cut))
  }
}
