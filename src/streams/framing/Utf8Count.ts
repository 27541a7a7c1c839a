/**
 * Counts the bytes of texts in UTF-8 without encoding them.
 */

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

/** Counts the bytes of a text in pieces. Half of a surrogate pair without its other half counts as U+FFFD: 3 bytes. */
export class Utf8Count {
  /** The bytes so far. */
  bytes = 0
  #endsInHigh = false

  /** Adds a piece. */
  add(piece: string): void {
    let more = 0
    let wasHigh = this.#endsInHigh
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at)
      if (code < 0x80) more += 1
      else if (code < 0x800) more += 2
      // The two halves of a pair are 4 bytes together, and 3 of them are counted.
      else more += wasHigh && isLow(code) ? 1 : 3
      wasHigh = isHigh(code)
    }
    this.bytes += more
    this.#endsInHigh = wasHigh
  }
}
