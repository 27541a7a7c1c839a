/**
 * Styles Markdown for a terminal while it arrives.
 *
 * The text stays as it is, with its markers: only styles are added, so that nothing is lost and a copy of the screen is
 * Markdown. Headings, list markers, quotes, emphasis, code spans and fenced code are styled, tables are not. Only
 * markers are held back, until the next character shows what they are. The time is linear in the length of the text.
 */
import * as FencedCode from "./FencedCode.ts"
import * as Inline from "./Inline.ts"
import * as Painter from "./Painter.ts"

/** Markdown that is being styled. */
export interface Markdown {
  /** Adds text and returns what to print: the text with styles, without the markers that are held. */
  readonly push: (text: string) => string
  /** Returns the markers that are held. More text may follow, on the same line. */
  readonly flush: () => string
}

const { styles } = Painter

/** The most digits of the number of a list item (CommonMark, 5.2). */
const mostDigits = 9

const isDigit = (character: string): boolean => character >= "0" && character <= "9"

/** Whether a line can begin with a marker that starts with this character. */
const mayBegin = (character: string): boolean => "#`~-+*".includes(character) || isDigit(character)

/** Returns what the beginning of a line is when `next` follows; `held` while that is open. */
const beginning = (held: string, next: string): "held" | "heading" | "list" | "fence" | "text" => {
  const first = held.charAt(0)
  if (first === "#") {
    if (next === "#" && held.length < 6) return "held"
    return next === " " || next === "\n" ? "heading" : "text"
  }
  if (first === "`" || first === "~") {
    if (next !== first) return "text"
    return held.length === 2 ? "fence" : "held"
  }
  if (isDigit(first) && isDigit(held.charAt(held.length - 1))) {
    return (isDigit(next) && held.length < mostDigits) || next === "." || next === ")" ? "held" : "text"
  }
  return next === " " ? "list" : "text"
}

/** What the line is: a start of which nothing is known, text, or a line of a table. */
type Line = "start" | "text" | "table"

class Styling {
  readonly #painter = Painter.make()
  #line: Line = "start"
  #inline = Inline.make(this.#painter, styles.plain)
  #code: FencedCode.FencedCode | undefined
  #held = ""

  push(text: string): string {
    let position = 0
    while (position < text.length) {
      const end = text.indexOf("\n", position)
      this.#read(text.slice(position, end < 0 ? undefined : end))
      if (end >= 0) this.#endLine()
      position = end < 0 ? text.length : end + 1
    }
    return this.#painter.take()
  }

  flush(): string {
    if (this.#code?.flush() === true) {
      this.#code = undefined
      this.#startText(styles.plain)
    }
    if (this.#held !== "") this.#settle("")
    this.#inline.flush()
    return this.#painter.take()
  }

  #startText(style: string, backticks?: number): void {
    this.#line = "text"
    this.#inline = Inline.make(this.#painter, style, backticks)
  }

  #drop(style: string): void {
    this.#painter.add(this.#held, style)
    this.#held = ""
  }

  /** Ends the start of a line that is held, before the character `next`. */
  #settle(next: string): void {
    const found = beginning(this.#held, next)
    if (found === "list") this.#drop(styles.list)
    else if (found === "heading") {
      this.#drop(styles.marker)
      this.#startText(styles.heading)
    } else {
      const text = this.#held
      this.#held = ""
      this.#startText(styles.plain)
      this.#inline.push(text)
    }
  }

  /** Reads a character at the start of a line. Returns whether it was read. */
  #readStart(character: string): boolean {
    if (this.#held !== "") return this.#readHeld(character)
    if (mayBegin(character)) this.#held = character
    else if (character === " " || character === "\t") this.#painter.add(character, styles.plain)
    else if (character === ">") this.#painter.add(character, styles.marker)
    else {
      this.#startText(styles.plain)
      if (character === "|") this.#line = "table"
      return false
    }
    return true
  }

  /** Reads a character behind the start of a line that is held. Returns whether it was read. */
  #readHeld(character: string): boolean {
    const found = beginning(this.#held, character)
    if (found !== "held" && found !== "fence") {
      this.#settle(character)
      return false
    }
    this.#held += character
    if (found === "fence") {
      this.#drop(styles.marker)
      this.#code = FencedCode.make(this.#painter, character)
    }
    return true
  }

  /** Reads a part of a line, without its end. */
  #read(text: string): void {
    let position = 0
    while (this.#line === "start" && this.#code === undefined && position < text.length) {
      if (this.#readStart(text.charAt(position))) position++
    }
    const rest = text.slice(position)
    if (this.#code !== undefined) {
      const other = this.#code.push(rest)
      if (other === undefined) return
      this.#startText(styles.plain, this.#code.length())
      this.#code = undefined
      this.#inline.push(other)
    } else if (this.#line === "text") this.#inline.push(rest)
    else this.#painter.add(rest, styles.plain)
  }

  #endLine(): void {
    if (this.#code?.endLine() === true) this.#code = undefined
    if (this.#held !== "") this.#settle("\n")
    this.#inline.flush()
    this.#line = "start"
    this.#painter.add("\n", styles.plain)
  }
}

/** Creates the styling of one text. */
export const make = (): Markdown => {
  const styling = new Styling()
  return { push: (text) => styling.push(text), flush: () => styling.flush() }
}
