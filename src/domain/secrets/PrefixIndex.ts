/**
 * Texts by their beginnings: finds in one pass which of many texts may occur in another one.
 */
import { forEachWindow, windowLength } from "./TextWindows.ts"

/** Values by the beginnings of texts, which are at least as long as a window. */
export class PrefixIndex<A> {
  readonly #entries = new Map<number, Array<{ readonly prefix: string; readonly value: A }>>()

  /** Adds the value of a text. */
  add(text: string, value: A): void {
    const prefix = text.slice(0, windowLength)
    forEachWindow(prefix, (hash) => {
      const entries = this.#entries.get(hash)
      if (entries === undefined) this.#entries.set(hash, [{ prefix, value }])
      else entries.push({ prefix, value })
    })
  }

  /** Adds to `found` the values of all texts whose beginnings occur in a text. */
  collect(text: string, found: Set<A>): void {
    forEachWindow(text, (hash, position) => {
      const entries = this.#entries.get(hash)
      if (entries === undefined) return
      for (const { prefix, value } of entries) if (text.startsWith(prefix, position)) found.add(value)
    })
  }
}
