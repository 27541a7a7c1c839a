/**
 * The items of a completion by their index on the wire: servers reuse an index once its item is done.
 */
import type { ItemStart } from "../../domain/ResponseEvent.ts"
import type { Assembly } from "./Assembly.ts"
import type { OpenItem } from "./OpenItem.ts"

// More parts than any completion has. A larger index is an error, and would make an array with a million holes.
const maxIndex = 100_000

/** Returns an index on the wire; `undefined` if it is not a whole number within the limit. */
export const index = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxIndex ? value : undefined

/**
 * The items of one completion by their index on the wire. An item keeps that index in events unless another item has
 * it.
 */
export class WireItems {
  readonly #assembly: Assembly
  readonly #items = new Map<number, OpenItem>()
  #next = 0

  constructor(assembly: Assembly) {
    this.#assembly = assembly
  }

  /** Returns the item that has an index now. */
  at(wireIndex: number): OpenItem | undefined {
    return this.#items.get(wireIndex)
  }

  /** Returns the index that a server that numbers its items would use next. */
  get next(): number {
    return this.#next
  }

  /** Begins an item, which has the index from now on. */
  begin(wireIndex: number, type: ItemStart["type"], id?: string | undefined, name?: string | undefined): OpenItem {
    // `Created` comes before everything else, though some servers begin with an item.
    this.#assembly.created(null, null)
    const free = this.#assembly.item(wireIndex) === undefined ? wireIndex : this.#next
    if (free >= this.#next) this.#next = free + 1
    const item = this.#assembly.add(free, type, id, name)
    this.#items.set(wireIndex, item)
    return item
  }
}
