/**
 * Skips what stands around and between the parts of a lenient JSON text: prose, code fences and comments.
 */
import type { RepairKind } from "./ValueReader.ts"

type Comment = "none" | "slash" | "line" | "block" | "star"

/** Skips what is not JSON, across pieces. */
export class Gaps {
  readonly #onRepair: (kind: RepairKind, position: number) => void
  #comment: Comment = "none"
  /** Whether the prose before or behind the value has been reported. */
  #reported: "none" | "before" | "behind" = "none"
  /** Whether the prose goes on after a bracket of its own. */
  #isRestarted = false

  constructor(onRepair: (kind: RepairKind, position: number) => void) {
    this.#onRepair = onRepair
  }

  /** Whether the next character is one of a comment, also where it is a space. */
  get isInComment(): boolean {
    return this.#comment !== "none"
  }

  /** Goes on in the prose before the value. */
  restart(): void {
    this.#isRestarted = true
    this.#comment = "none"
  }

  /**
   * Skips at the first character that is no space. Returns the index at which the reading goes on: the same one where a
   * part of the value begins.
   */
  skip(piece: string, index: number, base: number, isBefore: boolean, isBehind: boolean): number {
    if (isBehind) {
      this.#report("behind", piece, index, base)
      return piece.length
    }
    if (isBefore && this.#comment === "none") return this.#skipProse(piece, index, base)
    return this.#skipComment(piece, index, base)
  }

  #report(where: "before" | "behind", piece: string, index: number, base: number): void {
    if (this.#reported === where) return
    this.#reported = where
    this.#onRepair(piece.charAt(index) === "`" ? "fence" : "prose", base + index)
  }

  /** Skips to the next bracket. A value that is no container cannot be told from prose. */
  #skipProse(piece: string, index: number, base: number): number {
    let next = index
    while (next < piece.length) {
      const code = piece.charCodeAt(next)
      if (code === 0x7b || code === 0x5b) break
      next++
    }
    if (next > index || this.#isRestarted) this.#report("before", piece, index, base)
    this.#isRestarted = false
    return next
  }

  #skipComment(piece: string, from: number, base: number): number {
    let index = from
    while (index < piece.length) {
      const character = piece.charAt(index)
      switch (this.#comment) {
        case "none":
          if (character !== "/") return index
          this.#onRepair("comment", base + index)
          this.#comment = "slash"
          break
        case "slash":
          if (character !== "/" && character !== "*") return index
          this.#comment = character === "/" ? "line" : "block"
          break
        case "line":
          if (character === "\n") this.#comment = "none"
          break
        case "block":
          if (character === "*") this.#comment = "star"
          break
        case "star":
          this.#comment = character === "/" ? "none" : character === "*" ? "star" : "block"
          break
      }
      index++
      if (this.#comment === "none") return index
    }
    return index
  }
}
