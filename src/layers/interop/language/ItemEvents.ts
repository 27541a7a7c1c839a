/**
 * Emits the events of items, and counts their positions.
 */
import type { ItemStart, ResponseEvent } from "../../../domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"

const typeOf = (item: ResponseItem): ItemStart["type"] => {
  switch (item._tag) {
    case "Message":
      return "message"
    case "Reasoning":
      return "reasoning"
    case "ToolCall":
    case "InvalidToolCall":
      return "tool-call"
    case "CustomToolCall":
      return "custom-tool-call"
    case "ServerToolCall":
      return "server-tool-call"
    case "File":
      return "file"
    case "UnknownItem":
      return "unknown"
  }
}

/** The events of one completion. */
export class ItemEvents {
  #out: Array<ResponseEvent> = []
  #next = 0

  /** Returns the events since the last call. */
  take(): ReadonlyArray<ResponseEvent> {
    const out = this.#out
    this.#out = []
    return out
  }

  /** Adds an event. */
  emit(event: ResponseEvent): void {
    this.#out.push(event)
  }

  /** Returns the given position, or the next one. */
  position(given: number | undefined): number {
    const index = given ?? this.#next
    this.#next = Math.max(this.#next, index + 1)
    return index
  }

  /** Returns whether no item has a later position. */
  isLast(index: number): boolean {
    return index === this.#next - 1
  }

  /** Begins an item. */
  add(outputIndex: number, item: ItemStart): void {
    this.#out.push({ _tag: "OutputItemAdded", outputIndex, item })
  }

  /** Ends an item. */
  done(outputIndex: number, item: ResponseItem): void {
    this.#out.push({ _tag: "OutputItemDone", outputIndex, item })
  }

  /** Begins and ends an item that comes at once. */
  whole(index: number, item: ResponseItem): void {
    const id = "id" in item && item.id !== undefined ? { id: item.id } : {}
    const name = "name" in item && item.name !== undefined ? { name: item.name } : {}
    this.add(index, { type: typeOf(item), ...id, ...name })
    this.done(index, item)
  }
}
