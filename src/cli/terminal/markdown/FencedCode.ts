/**
 * Styles a block of fenced code, from behind the first three characters of its opening fence to its closing fence.
 */
import { type Painter, styles } from "./Painter.ts"

/** A block of fenced code that is being styled. */
export interface FencedCode {
  /**
   * Adds text without a line end. Returns the rest of it where the line turns out to begin with a code span and not
   * with a fence.
   */
  readonly push: (text: string) => string | undefined
  /** Returns how many characters the opening fence has. */
  readonly length: () => number
  /** Ends the line. Returns whether it was the closing fence. */
  readonly endLine: () => boolean
  /** Adds what is held as the end of the text. Returns whether it was the closing fence. */
  readonly flush: () => boolean
}

/** What the line is: the opening fence, the text behind it, a line of which nothing but a fence is known, or code. */
type Line = "fence" | "info" | "start" | "code"

/** Starts a block whose opening fence has three of a character, and maybe more. */
export const make = (painter: Painter, fence: string): FencedCode => {
  let line: Line = "fence"
  /** How many characters the opening fence has; the closing one has as many or more. */
  let length = 3
  /** What may be the closing fence, and how many of its characters it has. */
  let held = ""
  let run = 0

  const release = (style: string): void => {
    painter.add(held, style)
    held = ""
    run = 0
  }

  const opening = (text: string): string | undefined => {
    let index = 0
    if (line === "fence") { while (text.charAt(index) === fence) index++ }
    length += index
    if (index < text.length) line = "info"
    // A fence of backticks has none behind it: this is a code span.
    const end = fence === "`" ? text.indexOf("`", index) : -1
    painter.add(end < 0 ? text : text.slice(0, end), styles.marker)
    return end < 0 ? undefined : text.slice(end)
  }

  const startOfCode = (text: string): string => {
    for (let index = 0; index < text.length; index++) {
      const character = text.charAt(index)
      const isSpace = character === " " || character === "\t" || character === "\r"
      if (character === fence && (run === 0 || held.endsWith(fence))) run++
      else if (!isSpace || (run > 0 && run < length)) {
        release(styles.code)
        line = "code"
        return text.slice(index)
      }
      if (isSpace && run === 0) painter.add(character, styles.code)
      else held += character
    }
    return ""
  }

  const close = (): boolean => {
    const isClosing = line === "start" && run >= length
    release(isClosing ? styles.marker : styles.code)
    return isClosing
  }

  return {
    length: () => length,
    push: (text) => {
      if (line === "fence" || line === "info") return opening(text)
      painter.add(line === "start" ? startOfCode(text) : text, styles.code)
      return undefined
    },
    endLine: () => {
      const isClosing = close()
      line = "start"
      return isClosing
    },
    flush: () => {
      if (held === "") return false
      const isClosing = close()
      line = "code"
      return isClosing
    }
  }
}
