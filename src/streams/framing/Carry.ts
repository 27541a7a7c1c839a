/**
 * The beginning of a frame whose end has not arrived.
 *
 * @since 0.1.0
 */

/**
 * Bytes that are kept from one chunk to the next. They grow by doubling, so that each is copied a bounded number of times
 * however small the chunks are.
 *
 * @category models
 * @since 0.1.0
 */
export class Carry {
  #bytes = Buffer.allocUnsafe(0)
  length = 0

  /** The last byte that is kept, or nothing. */
  get last(): number | undefined {
    return this.length === 0 ? undefined : this.#bytes[this.length - 1]
  }

  keep(bytes: Buffer, from: number, to: number): void {
    const needed = this.length + to - from
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, this.#bytes.length * 2, needed))
      this.#bytes.copy(larger, 0, 0, this.length)
      this.#bytes = larger
    }
    bytes.copy(this.#bytes, this.length, from, to)
    this.length = needed
  }

  /** What is kept, which is then kept no more: it is good until the next `keep`. */
  take(): Buffer {
    const kept = this.#bytes.subarray(0, this.length)
    this.length = 0
    return kept
  }

  /** Forgets what is kept, and gives its memory back. */
  drop(): void {
    this.#bytes = Buffer.allocUnsafe(0)
    this.length = 0
  }
}
