/**
 * Keeps the items of one response in the order in which they began, which is the order that they are sent back in, and
 * emits each as done when nothing can be added to it or to an earlier one.
 */
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"

/** Whether the response is complete, or a limit, a filter or a failure may have cut its last tool call. */
export type Ending = "complete" | "cut"

/** An item that is not done. */
export interface PendingItem {
  readonly item: OpenItem
  /** Returns the item as it is done. */
  readonly finished: (ending: Ending) => ResponseItem
  /** Whether nothing can be added to it any more. */
  isReady: boolean
}

/** The items of one response. */
export class PendingItems {
  readonly #assembly: Assembly
  #pending: Array<PendingItem> = []
  #count = 0

  constructor(assembly: Assembly) {
    this.#assembly = assembly
  }

  /** Begins an item. */
  open(type: ItemStart["type"], id?: string, name?: string): OpenItem {
    this.#assembly.created(null, null)
    return this.#assembly.add(this.#count++, type, id, name)
  }

  /** Adds an item that has begun. */
  add(entry: PendingItem): void {
    this.#pending.push(entry)
  }

  /** Adds an item that is whole as it comes. */
  addWhole(item: OpenItem, finished: ResponseItem): void {
    const entry: PendingItem = { item, finished: () => finished, isReady: true }
    this.#pending.push(entry)
    this.settle(entry)
  }

  /** Marks an item as ready, and emits those that are done. */
  settle(entry: PendingItem): void {
    entry.isReady = true
    const firstOpen = this.#pending.findIndex(({ isReady }) => !isReady)
    if (firstOpen === 0) return
    for (const { finished, item } of this.#pending.splice(0, firstOpen < 0 ? this.#pending.length : firstOpen)) {
      this.#assembly.done(item, finished("complete"))
    }
  }

  /** Emits all items that are left. */
  finish(ending: Ending): void {
    for (const { finished, item } of this.#pending) this.#assembly.done(item, finished(ending))
    this.#pending = []
  }
}
