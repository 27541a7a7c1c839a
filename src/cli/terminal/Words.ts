/**
 * Measures text in cells of a terminal, and breaks it into lines between words.
 */
import * as CliOutput from "effect/cli/CliOutput"

const ascii = /^[\x20-\x7e]*$/

/** Returns how many cells of a terminal a text takes: wide characters take two, styles and accents none. */
export const cells = (text: string): number => (ascii.test(text) ? text.length : CliOutput.displayWidth(text))

/** Returns the number of cells of the longest word. */
export const longest = (text: string): number => Math.max(0, ...text.split(" ").map(cells))

/**
 * Breaks a text into lines of at most `width` cells, between words. A word that is longer has a line of its own.
 * Without a width the text is one line.
 */
export const lines = (text: string, width: number | undefined): ReadonlyArray<string> => {
  if (width === undefined || cells(text) <= width) return [text]
  const broken: Array<string> = []
  let line = ""
  let length = 0
  for (const word of text.split(" ")) {
    const added = cells(word)
    if (line !== "" && length + 1 + added > width) {
      broken.push(line)
      line = word
      length = added
    } else {
      line = line === "" ? word : `${line} ${word}`
      length = line === word ? added : length + 1 + added
    }
  }
  return [...broken, line]
}

/** Pads a text to `width` cells. */
export const padded = (text: string, width: number, align: "left" | "right" = "left"): string => {
  const gap = " ".repeat(Math.max(0, width - cells(text)))
  return align === "right" ? gap + text : text + gap
}

/** Puts a text beside a label, with its further lines under the first. `label` has its own gap at the end. */
export const beside = (label: string, text: string, width: number | undefined): string => {
  const indent = cells(label)
  const room = width === undefined ? undefined : width - indent
  return lines(text, room).map((line, index) => `${index === 0 ? label : " ".repeat(indent)}${line}`.trimEnd())
    .join("\n")
}
