/**
 * A text that grows by small pieces.
 *
 * V8 makes a rope of a string that is appended to: 32 bytes a piece, and every piece alive. Here the pieces are joined some
 * hundred at a time, so that what is kept is the text and little more.
 *
 * @since 0.1.0
 */

const mostPieces = 512

/**
 * A growing text.
 *
 * @category models
 * @since 0.1.0
 */
export class Text {
  readonly #parts: Array<string> = []
  #pieces: Array<string> = []

  constructor(text = "") {
    if (text !== "") this.#pieces.push(text)
  }

  /** Puts a piece at the end. */
  append(piece: string): void {
    this.#pieces.push(piece)
    if (this.#pieces.length === mostPieces) this.#settle()
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#pieces.length === 0
  }

  toString(): string {
    this.#settle()
    if (this.#parts.length > 1) this.#parts.splice(0, this.#parts.length, this.#parts.join(""))
    return this.#parts[0] ?? ""
  }

  #settle(): void {
    if (this.#pieces.length === 0) return
    const text = this.#pieces.join("")
    this.#pieces = []
    if (text !== "") this.#parts.push(text)
  }
}
