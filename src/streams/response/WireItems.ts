/**
 * Which item an index on the wire stands for: servers reuse an index once its item is done.
 */
import type { ItemStart } from "../../domain/ResponseEvent.ts"
import type { Assembly } from "./Assembly.ts"
import type { OpenItem } from "./OpenItem.ts"

// More parts than any answer has; above it an index is a mistake, and would be an array with a million holes.
const maxIndex = 100_000

/** An index on the wire: `undefined` when it is not a whole number in a sane range. */
export const index = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxIndex ? value : undefined

/**
 * The items of one answer by their index on the wire. An item keeps that index in events unless another item has it.
 */
export class WireItems {
  readonly #assembly: Assembly
  readonly #items = new Map<number, OpenItem>()
  #next = 0

  constructor(assembly: Assembly) {
    this.#assembly = assembly
  }

  /** The item that an index stands for now. */
  at(wireIndex: number): OpenItem | undefined {
    return this.#items.get(wireIndex)
  }

  /** The index that a server that numbers its items would use next. */
  get next(): number {
    return this.#next
  }

  /** Begins an item. From now on the index stands for it. */
  begin(wireIndex: number, type: ItemStart["type"], id?: string | undefined, name?: string | undefined): OpenItem {
    // Before everything else, says the event, though some servers begin with an item.
    this.#assembly.created(null, null)
    const free = this.#assembly.item(wireIndex) === undefined ? wireIndex : this.#next
    if (free >= this.#next) this.#next = free + 1
    const item = this.#assembly.add(free, type, id, name)
    this.#items.set(wireIndex, item)
    return item
  }
}
