/**
 * Finds the objects of items in the final object of a response, each once: two tool calls may have one id.
 */
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { JsonObject } from "../../json/Json.ts"
import * as WireItem from "./WireItem.ts"

/** The objects of one kind and id. All before `next` are taken. */
interface SameId {
  readonly items: Array<JsonObject>
  next: number
}

const keyOf = (type: ItemStart["type"], id: string): string => `${type} ${id}`

/** The items in the final object of a response. */
export class FinalItems {
  readonly #output: ReadonlyArray<JsonObject>
  readonly #byId = new Map<string, SameId>()
  readonly #taken = new Set<JsonObject>()

  constructor(output: ReadonlyArray<JsonObject>) {
    this.#output = output
    for (const item of output) {
      const id = WireItem.idOf(item)
      if (id === undefined) continue
      const key = keyOf(WireItem.kind(item), id)
      const same = this.#byId.get(key)
      if (same === undefined) this.#byId.set(key, { items: [item], next: 0 })
      else same.items.push(item)
    }
  }

  /** Takes the next object of a kind and id. */
  take(type: ItemStart["type"], id: string): JsonObject | undefined {
    const same = this.#byId.get(keyOf(type, id))
    if (same === undefined) return undefined
    for (let item = same.items[same.next]; item !== undefined; item = same.items[same.next]) {
      same.next++
      if (this.#taken.has(item)) continue
      this.#taken.add(item)
      return item
    }
    return undefined
  }

  /** Takes the object at an index, if it is of a kind and not taken. */
  takeAt(at: number, type: ItemStart["type"]): JsonObject | undefined {
    const item = this.#output[at]
    if (item === undefined || this.#taken.has(item) || WireItem.kind(item) !== type) return undefined
    this.#taken.add(item)
    return item
  }

  /** Whether an object is taken. */
  isTaken(item: JsonObject): boolean {
    return this.#taken.has(item)
  }
}
