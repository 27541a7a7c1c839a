/**
 * Finds secrets in texts, in any spelling, in time proportional to the text: no regular expression is made of a secret,
 * which would be too large for a long one.
 */
import { joinLines } from "./LineBreaks.ts"
import { PrefixIndex } from "./PrefixIndex.ts"
import { shortest, spellings } from "./Spellings.ts"

/** A part of a text: from the first position to before the second. */
export type Range = readonly [from: number, to: number]

/**
 * Returns how long a beginning of a spelling must be to count as the secret in the middle of a text. Keys begin with up
 * to 13 characters that are the same in all of them (`sk-ant-api03-`).
 */
export const leastLength = (length: number): number =>
  Math.min(length, Math.max(12, Math.min(16, Math.ceil(length / 2))))

/** One spelling, found by the algorithm of Knuth, Morris and Pratt, which never goes back in the text. */
class Needle {
  readonly #text: string
  #borders: Int32Array | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the length of the longest proper border of each beginning: where to go on after a mismatch. */
  #bordersOf(): Int32Array {
    const text = this.#text
    const borders = new Int32Array(text.length)
    for (let index = 1, matched = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      while (matched > 0 && text.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0
      if (text.charCodeAt(matched) === code) matched++
      borders[index] = matched
    }
    return borders
  }

  /** Adds where a text has the needle, a long beginning of it, or a shorter one at its end. */
  collect(text: string, found: Array<Range>): void {
    const needle = this.#text
    const borders = this.#borders ??= this.#bordersOf()
    const least = leastLength(needle.length)
    let matched = 0
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (matched > 0 && needle.charCodeAt(matched) !== code) {
        if (matched >= least) found.push([index - matched, index])
        do matched = borders[matched - 1] ?? 0
        while (matched > 0 && needle.charCodeAt(matched) !== code)
      }
      if (needle.charCodeAt(matched) === code) matched++
      if (matched === needle.length) {
        found.push([index + 1 - matched, index + 1])
        matched = borders[matched - 1] ?? 0
      }
    }
    if (matched >= shortest) found.push([text.length - matched, text.length])
  }
}

/** Returns the texts that a secret is searched by: its spellings, also without their line breaks. */
export const needlesOf = (secret: string): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const spelling of spellings(secret)) {
    found.add(spelling)
    const joined = joinLines(spelling)
    if (joined !== undefined && joined.text.length >= shortest) found.add(joined.text)
  }
  return [...found]
}

/** Returns the texts in which a secret is searched for: the text, and the text without its line breaks. */
export const searchedTexts = (text: string): ReadonlyArray<string> => {
  const joined = joinLines(text)
  return joined === undefined ? [text] : [text, joined.text]
}

const merged = (ranges: ReadonlyArray<Range>): ReadonlyArray<Range> => {
  const all: Array<[from: number, to: number]> = []
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = all.at(-1)
    if (last !== undefined && from < last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}

/** Secrets that texts are searched for. */
export class SecretSearch {
  readonly #index = new PrefixIndex<Needle>()

  /** `write` converts a spelling for a text that holds bytes as characters. */
  constructor(secrets: Iterable<string>, write?: (spelling: string) => string) {
    const known = new Set<string>()
    for (const secret of secrets) {
      for (const spelling of needlesOf(secret)) {
        const text = write === undefined ? spelling : write(spelling)
        if (known.has(text)) continue
        known.add(text)
        this.#index.add(text, new Needle(text))
      }
    }
  }

  #collect(text: string): Array<Range> {
    const found: Array<Range> = []
    if (text.length < shortest) return found
    const needles = new Set<Needle>()
    this.#index.collect(text, needles)
    for (const needle of needles) needle.collect(text, found)
    return found
  }

  /** Returns the parts of a text that are secret, in order. */
  find(text: string): ReadonlyArray<Range> {
    const found = this.#collect(text)
    const joined = joinLines(text)
    if (joined !== undefined) {
      for (const [from, to] of this.#collect(joined.text)) {
        found.push([joined.original(from), joined.original(to - 1) + 1])
      }
    }
    return found.length === 0 ? found : merged(found)
  }

  /** Replaces the parts of a text that are secret. */
  replace(text: string, fill: (secret: string) => string): string {
    const ranges = this.find(text)
    if (ranges.length === 0) return text
    let result = ""
    let done = 0
    for (const [from, to] of ranges) {
      result += text.slice(done, from) + fill(text.slice(from, to))
      done = to
    }
    return result + text.slice(done)
  }
}
