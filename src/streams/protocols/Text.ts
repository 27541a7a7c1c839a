/**
 * A text that grows by small pieces.
 *
 * V8 makes a rope of a string that is appended to: 32 bytes a piece, and every piece alive. Here a few pieces at a time are
 * joined to a part, and many parts to a larger one, so that what is kept is the text and little more.
 *
 * @since 0.1.0
 */

const most = 64

/**
 * A growing text.
 *
 * @category models
 * @since 0.1.0
 */
export class Text {
  #pieces: Array<string> = []
  #parts: Array<string> | undefined
  #large: Array<string> | undefined

  constructor(text = "") {
    if (text !== "") this.#pieces.push(text)
  }

  /** Puts a piece at the end. */
  append(piece: string): void {
    this.#pieces.push(piece)
    if (this.#pieces.length === most) this.#settle()
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#parts === undefined && this.#large === undefined
  }

  toString(): string {
    const text = [...(this.#large ?? []), ...(this.#parts ?? []), ...this.#pieces].join("")
    this.#large = undefined
    this.#parts = undefined
    this.#pieces = text === "" ? [] : [text]
    return text
  }

  #settle(): void {
    this.#parts ??= []
    this.#parts.push(this.#pieces.join(""))
    this.#pieces = []
    if (this.#parts.length < most) return
    this.#large ??= []
    this.#large.push(this.#parts.join(""))
    this.#parts = []
  }
}
