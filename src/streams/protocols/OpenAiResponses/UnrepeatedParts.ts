/**
 * Finds the part of an item whose whole text an event repeats under another index than its deltas had.
 *
 * Such servers count their parts from another number, so they repeat the parts in the order of the deltas, each at its
 * end or all at the end of the item: only the oldest part without a repetition and the latest one are compared. A
 * response of many parts is read in linear time.
 */
import { type Growing, is } from "../../response/Text.ts"

/** The parts of one kind of one item whose deltas have begun, and whose whole text no event has repeated. */
export class UnrepeatedParts {
  readonly #begun: Array<number> = []
  readonly #repeated = new Set<number>()
  #oldest = 0

  /** Adds a part whose first delta has come. */
  begin(at: number): void {
    if (this.#begun.at(-1) !== at) this.#begun.push(at)
  }

  /** Removes a part whose text was repeated under its own index. */
  repeat(at: number): void {
    this.#repeated.add(at)
  }

  /** Removes the part that has this text. Returns whether there is one. */
  repeatText(whole: string, textAt: (at: number) => Growing | undefined): boolean {
    while (this.#repeated.has(this.#begun[this.#oldest] ?? -1)) this.#oldest++
    for (const at of [this.#begun[this.#oldest], this.#begun.at(-1)]) {
      if (at === undefined || this.#repeated.has(at) || !is(textAt(at), whole)) continue
      this.#repeated.add(at)
      return true
    }
    return false
  }
}
