/**
 * Finds places in a text by their offsets in bytes of UTF-8, which is how Google counts.
 */
import { Buffer } from "../framing/Buffer.ts"
import type { Growing } from "./Text.ts"

const markEvery = 1024

/** A text with offsets in bytes of UTF-8, which is how Google counts. */
export class ByteText {
  readonly #growing: Growing
  #text: string | undefined
  #bytes: Buffer | undefined
  /** How many characters come before every 1,024 bytes. */
  #marks: ReadonlyArray<number> = []

  constructor(growing: Growing) {
    this.#growing = growing
  }

  /** The length in UTF-16 units, which does not join the text. */
  get length(): number {
    return this.#growing.length
  }

  /** Whether the text was joined, which takes time in proportion to its length. */
  get joined(): boolean {
    return this.#text !== undefined
  }

  get text(): string {
    return this.#text ??= this.#growing.toString()
  }

  /** Returns the passage between two byte offsets; `undefined` when they divide a character. */
  between(from: number, to: number): { readonly start: number; readonly text: string } | undefined {
    const bytes = this.#bytes ??= this.#read()
    const isBoundary = (at: number): boolean =>
      // A byte of the form 10xxxxxx continues the character before it.
      Number.isInteger(at) && at >= 0 && at <= bytes.length && ((bytes[at] ?? 0) & 0xc0) !== 0x80
    if (!isBoundary(from) || !isBoundary(to) || from > to) return undefined
    const start = this.#characters(bytes, from)
    return { start, text: this.text.slice(start, this.#characters(bytes, to)) }
  }

  #read(): Buffer {
    const bytes = Buffer.from(this.text)
    const marks = [0]
    for (let at = markEvery; at <= bytes.length; at += markEvery) {
      marks.push((marks.at(-1) ?? 0) + units(bytes, at - markEvery, at))
    }
    this.#marks = marks
    return bytes
  }

  #characters(bytes: Buffer, at: number): number {
    const mark = Math.floor(at / markEvery)
    return (this.#marks[mark] ?? 0) + units(bytes, mark * markEvery, at)
  }
}

/** Counts the UTF-16 units of some bytes of UTF-8. A character of four bytes has two. */
const units = (bytes: Buffer, from: number, to: number): number => {
  let total = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if ((byte & 0xc0) !== 0x80) total += byte >= 0xf0 ? 2 : 1
  }
  return total
}
