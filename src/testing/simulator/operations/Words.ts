/**
 * Meaning for tests: texts that share words are near each other, and nothing else is.
 *
 * @since 0.1.0
 */
import * as Seed from "../Seed.ts"

/** FNV-1a: the same number for the same word on every machine. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/**
 * The words of a text, in lower case.
 *
 * @category accessors
 * @since 0.1.0
 */
export const wordsOf = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/**
 * How many tokens a text has, about.
 *
 * @category accessors
 * @since 0.1.0
 */
export const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4))

/**
 * The vector of a text: the sum of those of its words, which chance made, of length 1. Fewer dimensions are the first of
 * more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const vectorOf = (text: string, dimensions: number, seed: number): Float32Array => {
  const sum = new Float64Array(dimensions)
  const words = wordsOf(text)
  for (const word of words.length === 0 ? [text] : words) {
    const chance = Seed.make(seed, hash(word))
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + chance.next() * 2 - 1
  }
  const length = Math.hypot(...sum)
  return Float32Array.from(sum, (value) => (length === 0 ? 0 : value / length))
}

/**
 * How well a text answers a query, from 0 to 1: how many of the query's words it has, and a little chance.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relevance = (query: string, text: string, seed: number): number => {
  const asked = new Set(wordsOf(query))
  const found = new Set(wordsOf(text))
  const common = [...asked].filter((word) => found.has(word)).length
  const chance = Seed.make(seed, hash(`${query}\n${text}`)).next()
  return Number((0.95 * (asked.size === 0 ? 0 : common / asked.size) + 0.05 * chance).toFixed(7))
}
