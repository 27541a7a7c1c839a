/**
 * Finds the end of a JSON object that arrives in pieces, in time linear in its length.
 */

const QUOTE = 34
const BACKSLASH = 92
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93

/** Follows one text, piece by piece. */
export class ObjectEnd {
  #depth = 0
  #isQuoted = false
  #isEscaped = false
  #isWhole = false

  /** Whether what was added is one object, or several one after the other, with nothing open. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Adds the next piece. */
  add(piece: string): void {
    for (let at = 0; at < piece.length; at++) this.#add(piece.charCodeAt(at))
  }

  #add(code: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (this.#isQuoted) {
      if (code === BACKSLASH) this.#isEscaped = true
      else if (code === QUOTE) this.#isQuoted = false
    } else if (code === QUOTE) this.#isQuoted = true
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      this.#depth++
      this.#isWhole = false
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      this.#depth--
      this.#isWhole = this.#depth === 0
    }
  }
}
