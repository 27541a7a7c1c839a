/**
 * A text builder, and a digest of a text for prefix checks.
 */

/** A growing text. */
export interface Growing {
  /** The length in UTF-16 units. */
  readonly length: number
  /** Adds a piece at the end. */
  readonly append: (piece: string) => void
  /** Returns whether the text is in another one at an index. */
  readonly stands: (whole: string, at: number) => boolean
  /** Returns the text; empty if it is not kept. */
  readonly toString: () => string
}

const most = 64

/**
 * A growing text that is kept.
 *
 * **Details**
 *
 * V8 makes a rope of a string that is appended to: 32 bytes a piece, and every piece stays alive. Here a few pieces at
 * a time are joined to a part, and many parts to a larger one, so that little more than the text is kept.
 */
export class Text implements Growing {
  length = 0
  // The first `#count` are the latest pieces. The array is used again, since growing one costs more than the pieces.
  readonly #pieces: Array<string> = []
  #count = 0
  #parts: Array<string> | undefined
  #large: Array<string> | undefined

  constructor(text = "") {
    if (text !== "") this.append(text)
  }

  /** Adds a piece at the end. */
  append(piece: string): void {
    this.length += piece.length
    this.#pieces[this.#count++] = piece
    if (this.#count === most) this.#settle()
  }

  stands(whole: string, at: number): boolean {
    // A shorter text is not joined first: whoever repeats a short one behind every delta would have all joined every
    // time.
    return whole.length - at >= this.length && whole.startsWith(this.toString(), at)
  }

  toString(): string {
    const text = [...(this.#large ?? []), ...(this.#parts ?? []), ...this.#pieces.slice(0, this.#count)].join("")
    this.#large = undefined
    this.#parts = undefined
    this.#pieces[0] = text
    this.#count = text === "" ? 0 : 1
    return text
  }

  #settle(): void {
    this.#count = 0
    this.#parts ??= []
    this.#parts.push(this.#pieces.join(""))
    if (this.#parts.length < most) return
    this.#large ??= []
    this.#large.push(this.#parts.join(""))
    this.#parts = []
  }
}

/** A growing text of which only a digest of 128 bits is kept. It is not cryptographic. */
export class Digest implements Growing {
  length = 0
  #a = 0x243f6a88
  #b = 0x85a308d3
  #c = 0x13198a2e
  #d = 0x03707344

  append(piece: string): void {
    this.length += piece.length
    this.#read(piece, 0, piece.length)
  }

  stands(whole: string, at: number): boolean {
    if (whole.length - at < this.length) return false
    const other = new Digest()
    other.#read(whole, at, at + this.length)
    return other.#a === this.#a && other.#b === this.#b && other.#c === this.#c && other.#d === this.#d
  }

  toString(): string {
    return ""
  }

  #read(text: string, from: number, to: number): void {
    let a = this.#a
    let b = this.#b
    let c = this.#c
    let d = this.#d
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i)
      a = Math.imul(a ^ unit, 0x9e3779b1)
      b = Math.imul(b ^ (unit + a), 0x85ebca6b)
      c = Math.imul(c ^ (unit + (b >>> 15)), 0xc2b2ae35)
      d = Math.imul(d ^ (unit + (c >>> 13)), 0x27d4eb2f)
      a ^= d >>> 16
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#d = d
  }
}

/** Returns the rest of a text that was not delivered; empty if the delivered parts are not its beginning. */
export const rest = (whole: string, delivered: ReadonlyArray<Growing | undefined>): string => {
  let at = 0
  for (const part of delivered) {
    if (part === undefined) continue
    if (!part.stands(whole, at)) return ""
    at += part.length
  }
  return whole.slice(at)
}

/** Returns whether a growing text equals another one. */
export const is = (text: Growing | undefined, whole: string): boolean =>
  text !== undefined && text.length === whole.length && text.stands(whole, 0)
