/**
 * Removes the line breaks of a text, since a server may break a long secret over lines.
 */

/** A text without its line breaks. */
export interface Joined {
  /** The text. */
  readonly text: string
  /** Returns where a character of the text was before. */
  readonly original: (position: number) => number
}

// Also as JSON escapes them, in strings of strings too, and with the indentation of the next line.
const lineBreak = /(?:[\r\n]|\\{1,8}[nr])[ \t]*/g

/** Removes the line breaks of a text; `undefined` where it has none. */
export const joinLines = (text: string): Joined | undefined => {
  const parts: Array<string> = []
  // Where each part starts in the joined text, and how many characters were removed before it.
  const starts: Array<number> = []
  const removed: Array<number> = []
  let from = 0
  let length = 0
  const add = (to: number): void => {
    parts.push(text.slice(from, to))
    starts.push(length)
    removed.push(from - length)
    length += to - from
  }
  for (const { 0: found, index } of text.matchAll(lineBreak)) {
    add(index)
    from = index + found.length
  }
  if (from === 0) return undefined
  add(text.length)
  return {
    text: parts.join(""),
    original: (position) => {
      let low = 0
      let high = starts.length - 1
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if ((starts[middle] ?? 0) <= position) low = middle
        else high = middle - 1
      }
      return position + (removed[low] ?? 0)
    }
  }
}
