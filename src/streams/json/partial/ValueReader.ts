/**
 * Reads one JSON text, in pieces, into a value that grows.
 */
import type * as Schema from "effect/Schema"
import { OpenPath } from "./OpenPath.ts"
import { Gaps } from "./Gaps.ts"
import { StringReader } from "./StringReader.ts"

/** Why a text is not JSON, or is more than the limits allow. */
export type Problem = "syntax" | "trailing" | "unfinished" | "too-deep" | "too-large"

/** What is repaired in a lenient text. */
export type RepairKind = "fence" | "prose" | "comment" | "trailing-comma" | "single-quotes" | "control-character"

/** The limits of a text by default: the most levels of containers, and the most UTF-16 code units. */
export const defaultLimits = { maxDepth: 128, maxLength: 16_777_216 }

/** What the reading depends on. */
export interface ReaderOptions {
  readonly isLenient: boolean
  readonly hidesUnfinishedStrings: boolean
  readonly maxDepth: number
  readonly maxLength: number
  /** Creates the error of a problem at a place in the whole text. */
  readonly error: (problem: Problem, position: number, expected: string) => Error
  readonly onRepair: (kind: RepairKind, position: number) => void
  readonly onRepeatedKey: (path: ReadonlyArray<string | number>) => void
}

/** What the text goes on with. */
type State =
  | "value"
  | "element"
  | "first-element"
  | "key"
  | "first-key"
  | "colon"
  | "next"
  | "text"
  | "name"
  | "number"
  | "word"
  | "end"

const expected: Readonly<Record<State, string>> = {
  value: "a value",
  element: "a value",
  "first-element": "a value or ]",
  key: "a key",
  "first-key": "a key or }",
  colon: ":",
  next: ", or the end of the container",
  text: "a character of a string",
  name: "a character of a string",
  number: "a number",
  word: "true, false or null",
  end: "nothing more"
}

const words = { t: "true", f: "false", n: "null" } as const
const values = { true: true, false: false, null: null } as const

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

const isNumberPart = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === 0x2e || code === 0x45 || code === 0x65

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const quote = 0x22
const apostrophe = 0x27

/** Reads one JSON text. */
export class ValueReader {
  readonly path = new OpenPath()
  readonly #options: ReaderOptions
  readonly #string = new StringReader()
  readonly #gaps: Gaps | undefined
  #state: State
  /** The length of the pieces before this one. */
  #base = 0
  /** The number or word so far, and where it begins. */
  #scalar = ""
  #scalarAt = 0
  #word: keyof typeof values = "null"
  /** Where a comma stands behind which nothing has come; -1 for none. */
  #commaAt = -1
  #failure: Error | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#state = "value"
    this.#gaps = options.isLenient ? new Gaps(options.onRepair) : undefined
  }

  /** Whether the whole value has been read. */
  get isComplete(): boolean {
    return this.#state === "end"
  }

  /** Reads the next piece. Throws what `error` creates, and then each time the same. */
  push(piece: string): void {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#base + piece.length > this.#options.maxLength) {
      throw this.#fail("too-large", this.#options.maxLength, `at most ${this.#options.maxLength} characters`)
    }
    let index = 0
    while (index < piece.length) index = this.#read(piece, index)
    this.#base += piece.length
    if (this.#state === "text" && !this.#options.hidesUnfinishedStrings) this.path.set(this.#string.text)
  }

  /** Ends the text and returns the value. Throws when it is not whole. */
  end(): Schema.Json {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#state === "number" && this.path.depth === 0) this.#endNumber("")
    const { root } = this.path
    if (this.#state !== "end" || root === undefined) throw this.#fail("unfinished", this.#base, expected[this.#state])
    return root
  }

  #fail(problem: Problem, position: number, what: string): Error {
    this.#failure = this.#options.error(problem, position, what)
    return this.#failure
  }

  #read(piece: string, index: number): number {
    switch (this.#state) {
      case "text":
      case "name":
        return this.#readString(piece, index)
      case "number":
        return this.#readNumber(piece, index)
      case "word":
        return this.#readWord(piece, index)
      default:
        return this.#readStructure(piece, index)
    }
  }

  #readStructure(piece: string, from: number): number {
    let index = from
    if (this.#gaps?.isInComment !== true) {
      while (index < piece.length && isSpace(piece.charCodeAt(index))) index++
      if (index === piece.length) return index
    }
    if (this.#gaps !== undefined) {
      const next = this.#gaps.skip(piece, index, this.#base, this.path.root === undefined, this.#state === "end")
      if (next !== index) return next
    }
    return this.#readToken(piece, index)
  }

  #readToken(piece: string, index: number): number {
    const code = piece.charCodeAt(index)
    switch (this.#state) {
      case "value":
        return this.#beginValue(piece, index, code)
      case "first-element":
        if (code === 0x5d) return this.#close(index)
        this.path.beginElement()
        return this.#beginValue(piece, index, code)
      case "element":
        if (code === 0x5d && this.#repairsComma()) return this.#close(index)
        this.path.beginElement()
        return this.#beginValue(piece, index, code)
      case "first-key":
        if (code === 0x7d) return this.#close(index)
        return this.#beginKey(index, code)
      case "key":
        if (code === 0x7d && this.#repairsComma()) return this.#close(index)
        return this.#beginKey(index, code)
      case "colon":
        if (code !== 0x3a) return this.#unexpected(index)
        this.#state = "value"
        return index + 1
      case "next":
        return this.#readNext(index, code)
      default:
        throw this.#fail("trailing", this.#base + index, expected.end)
    }
  }

  #readNext(index: number, code: number): number {
    const isInArray = this.path.isInArray
    if (code === 0x2c) {
      this.#commaAt = this.#base + index
      this.#state = isInArray ? "element" : "key"
      return index + 1
    }
    return code === (isInArray ? 0x5d : 0x7d) ? this.#close(index) : this.#unexpected(index)
  }

  /** Whether a container may end behind a comma. */
  #repairsComma(): boolean {
    if (!this.#options.isLenient) return false
    this.#options.onRepair("trailing-comma", this.#commaAt)
    return true
  }

  #unexpected(index: number): number {
    // What looked like the beginning of a value was a bracket in prose.
    if (this.#gaps !== undefined && this.path.isEmpty) {
      this.path.clear()
      this.#gaps.restart()
      this.#state = "value"
      return index
    }
    throw this.#fail("syntax", this.#base + index, expected[this.#state])
  }

  #isQuote(code: number): boolean {
    return code === quote || (code === apostrophe && this.#options.isLenient)
  }

  #beginString(index: number, code: number, state: "text" | "name"): number {
    if (code === apostrophe) this.#options.onRepair("single-quotes", this.#base + index)
    this.#string.begin(code)
    this.#state = state
    return index + 1
  }

  #beginKey(index: number, code: number): number {
    return this.#isQuote(code) ? this.#beginString(index, code, "name") : this.#unexpected(index)
  }

  #beginValue(piece: string, index: number, code: number): number {
    if (code === 0x7b || code === 0x5b) {
      if (this.path.depth >= this.#options.maxDepth) {
        throw this.#fail("too-deep", this.#base + index, `at most ${this.#options.maxDepth} levels`)
      }
      this.path.open(code === 0x7b ? {} : [])
      this.#state = code === 0x7b ? "first-key" : "first-element"
      return index + 1
    }
    if (this.#isQuote(code)) {
      this.path.isGrowing = true
      return this.#beginString(index, code, "text")
    }
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#beginScalar("number", index)
    const first = piece.charAt(index)
    if (first !== "t" && first !== "f" && first !== "n") return this.#unexpected(index)
    this.#word = words[first]
    return this.#beginScalar("word", index)
  }

  #beginScalar(state: "number" | "word", index: number): number {
    this.path.isGrowing = true
    this.#scalar = ""
    this.#scalarAt = this.#base + index
    this.#state = state
    return index
  }

  #afterValue(): void {
    this.path.isGrowing = false
    this.#state = this.path.depth === 0 ? "end" : "next"
  }

  #close(index: number): number {
    this.path.close()
    this.#afterValue()
    return index + 1
  }

  #readString(piece: string, from: number): number {
    const stop = this.#string.read(piece, from)
    const { index } = this.#string
    if (stop === "end") return index
    if (stop === "control" && this.#options.isLenient) {
      this.#options.onRepair("control-character", this.#base + index)
      this.#string.addControl(piece.charAt(index))
      return index + 1
    }
    if (stop !== "quote") {
      throw this.#fail("syntax", this.#base + index, stop === "escape" ? "an escape" : expected.text)
    }
    const text = this.#string.end()
    if (this.#state === "name") {
      if (this.path.beginKey(text)) this.#options.onRepeatedKey(this.path.path())
      this.path.isGrowing = true
      this.#state = "colon"
    } else {
      this.path.set(text)
      this.#afterValue()
    }
    return index + 1
  }

  #readNumber(piece: string, from: number): number {
    let index = from
    while (index < piece.length && isNumberPart(piece.charCodeAt(index))) index++
    const part = piece.slice(from, index)
    if (index < piece.length) this.#endNumber(part)
    else this.#scalar += part
    return index
  }

  #endNumber(part: string): void {
    const text = this.#scalar + part
    numberPattern.lastIndex = 0
    const length = numberPattern.exec(text)?.[0].length ?? 0
    if (length !== text.length) {
      throw this.#fail("syntax", this.#scalarAt + length, expected.number)
    }
    this.path.set(Number(text))
    this.#afterValue()
  }

  #readWord(piece: string, from: number): number {
    let index = from
    while (index < piece.length && this.#scalar.length < this.#word.length) {
      if (piece.charAt(index) !== this.#word.charAt(this.#scalar.length)) {
        return this.#unexpected(index)
      }
      this.#scalar += piece.charAt(index++)
    }
    if (this.#scalar === this.#word) {
      this.path.set(values[this.#word])
      this.#afterValue()
    }
    return index
  }
}
