/**
 * Decides which runs of `*` and `_` begin and end emphasis (CommonMark, 6.2).
 */

/** The emphasis that is open in a line. */
export interface Emphasis {
  /** Returns the styles of what is open, as parameters of escape sequences. */
  readonly styles: () => ReadonlyArray<string>
  /**
   * Reads a run of `count` markers between two characters, which are empty at either end of the text. Calls `add` with
   * numbers of markers, and whether they are markers of emphasis or text.
   */
  readonly run: (
    marker: string,
    count: number,
    before: string,
    after: string,
    add: (count: number, isMarker: boolean) => void
  ) => void
}

const space = /^\s?$/
const punctuation = /^[\p{P}\p{S}]$/u

/** Returns whether a run can begin and whether it can end emphasis. */
const abilities = (marker: string, before: string, after: string) => {
  const isApart = (one: string, other: string): boolean =>
    !space.test(one) && (!punctuation.test(one) || space.test(other) || punctuation.test(other))
  const left = isApart(after, before)
  const right = isApart(before, after)
  // An underscore inside a word is a part of it.
  return marker === "*"
    ? { begins: left, ends: right }
    : { begins: left && (!right || punctuation.test(before)), ends: right && (!left || punctuation.test(after)) }
}

/** Creates the state of a line in which nothing is open. */
export const make = (): Emphasis => {
  /** The markers that opened strong and plain emphasis; empty where none is open. */
  let strong = ""
  let plain = ""
  return {
    styles: () => [...(strong === "" ? [] : ["1"]), ...(plain === "" ? [] : ["3"])],
    run: (marker, count, before, after, add) => {
      const { begins, ends } = abilities(marker, before, after)
      let left = count
      const take = (taken: number): void => {
        left -= taken
        add(taken, true)
      }
      if (ends && plain === marker && left % 2 === 1) {
        plain = ""
        take(1)
      }
      if (ends && strong === marker && left >= 2) {
        strong = ""
        take(2)
      }
      if (begins && strong === "" && left >= 2) {
        take(2)
        strong = marker
      }
      if (begins && plain === "" && left === 1) {
        take(1)
        plain = marker
      }
      add(left, false)
    }
  }
}
