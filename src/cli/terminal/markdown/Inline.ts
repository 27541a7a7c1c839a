/**
 * Styles the emphasis and the code spans of a line of Markdown as its text arrives.
 *
 * Markers stay in the text, dimmed. A run of them is held until the next character shows what it is. What a line leaves
 * open ends with the line.
 */
import * as Emphasis from "./Emphasis.ts"
import { type Painter, styles } from "./Painter.ts"

/** The text of a line that is being styled. */
export interface Inline {
  /** Adds text without a line end. */
  readonly push: (text: string) => void
  /** Adds the markers that are held, as those of the end of the text. */
  readonly flush: () => void
}

const special = /[*_`\\]/g

/** Starts a line whose text has a style, or a code span that a run of `opening` backticks has opened. */
export const make = (painter: Painter, base: string, opening = 0): Inline => {
  const emphasis = Emphasis.make()
  /** The length of the run that opened a code span; 0 outside of one. */
  let code = opening
  let isEscaped = false
  let before = ""
  /** The run of one marker that is held. */
  let marker = ""
  let count = 0

  const style = (): string => code > 0 ? styles.code : [...(base === "" ? [] : [base]), ...emphasis.styles()].join(";")
  const addMarkers = (length: number, isMarker: boolean): void =>
    painter.add(marker.repeat(length), isMarker ? styles.marker : style())

  /** Ends the run that is held, before the character `after`. */
  const release = (after: string): void => {
    if (count === 0) return
    const ends = marker === "`" && code === count
    const begins = marker === "`" && code === 0
    if (begins || ends) {
      code = begins ? count : 0
      addMarkers(count, true)
    } else if (code > 0) addMarkers(count, false)
    else emphasis.run(marker, count, before, after, addMarkers)
    before = marker
    count = 0
  }

  const plain = (text: string): void => {
    release(text.charAt(0))
    painter.add(text, style())
    before = text.charAt(text.length - 1)
  }

  const read = (character: string): void => {
    if (isEscaped || character === "\\") {
      plain(character)
      isEscaped = !isEscaped && code === 0
    } else {
      if (character !== marker) release(character)
      marker = character
      count++
    }
  }

  return {
    push: (text) => {
      let position = 0
      while (position < text.length) {
        special.lastIndex = position
        const next = isEscaped ? position : special.exec(text)?.index ?? text.length
        if (next > position) plain(text.slice(position, next))
        if (next < text.length) read(text.charAt(next))
        position = next + 1
      }
    },
    flush: () => release("")
  }
}
