/**
 * The texts that a recording has written, for finding out whether a secret that becomes known later is among them.
 *
 * A Bloom filter of the windows of all texts excludes almost every secret in time proportional to its length. Only the
 * others are searched.
 */
import { leastLength, searchedTexts } from "../../domain/secrets/SecretSearch.ts"
import { forEachWindow, windowLength } from "../../domain/secrets/TextWindows.ts"
import { spellingsOf } from "./SecretIndex.ts"

const smallestFilter = 1 << 16

/** The texts that a recording has written. */
export class WrittenText {
  readonly #texts: Array<string> = []
  #filter = new Uint8Array(smallestFilter / 8)
  #windows = 0

  /** Adds texts with one character a byte. */
  add(texts: Iterable<string>): void {
    for (const text of [...texts].flatMap(searchedTexts)) {
      this.#texts.push(text)
      this.#windows += Math.max(0, text.length - windowLength + 1)
      // At most every fourth bit is set. A larger filter is filled from the texts again, which doubles the work at
      // most.
      if (this.#windows * 4 > this.#filter.length * 8) {
        this.#filter = new Uint8Array(2 ** Math.ceil(Math.log2(this.#windows * 8)) / 8)
        for (const earlier of this.#texts) this.#fill(earlier)
      } else this.#fill(text)
    }
  }

  /** Returns whether any of the texts contains the secret, or a long beginning of it, in any spelling. */
  contains(secret: string): boolean {
    return spellingsOf(secret).some((spelling) => {
      const beginning = spelling.slice(0, leastLength(spelling.length))
      return this.#mayContain(beginning) && this.#texts.some((text) => text.includes(beginning))
    })
  }

  #fill(text: string): void {
    const filter = this.#filter
    const mask = filter.length * 8 - 1
    forEachWindow(text, (hash) => {
      const bit = hash & mask
      filter[bit >> 3] = (filter[bit >> 3] ?? 0) | 1 << (bit & 7)
    })
  }

  #mayContain(spelling: string): boolean {
    const mask = this.#filter.length * 8 - 1
    let isPossible = true
    forEachWindow(spelling, (hash) => {
      const bit = hash & mask
      if (((this.#filter[bit >> 3] ?? 0) & 1 << (bit & 7)) === 0) isPossible = false
    })
    return isPossible
  }
}
