/**
 * Vectors and scores for tests: texts that share words are similar, all others are not.
 */
import * as Seed from "../Seed.ts"

/** Hashes a text with FNV-1a, which gives the same number on every machine. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** Returns the words of a text in lower case. */
export const wordsOf = (text: string): ReadonlyArray<string> => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

/** Estimates the number of tokens of a text. */
export const tokensOf = (text: string): number => Math.max(1, Math.ceil(text.length / 4))

/**
 * Returns the vector of a text: the sum of pseudo-random vectors of its words, scaled to length 1. A vector of fewer
 * dimensions is a prefix of one of more, before scaling.
 */
export const vectorOf = (text: string, dimensions: number, seed: number): Float32Array => {
  const sum = new Float64Array(dimensions)
  const words = wordsOf(text)
  for (const word of words.length === 0 ? [text] : words) {
    const random = Seed.make(seed, hash(word))
    for (let index = 0; index < dimensions; index++) sum[index] = (sum[index] ?? 0) + random.next() * 2 - 1
  }
  const length = Math.hypot(...sum)
  return Float32Array.from(sum, (value) => (length === 0 ? 0 : value / length))
}

/** Scores a text for a query from 0 to 1: the share of the query's words that it has, plus a little noise. */
export const relevance = (query: string, text: string, seed: number): number => {
  const wanted = new Set(wordsOf(query))
  const found = new Set(wordsOf(text))
  const common = [...wanted].filter((word) => found.has(word)).length
  const noise = Seed.make(seed, hash(`${query}\n${text}`)).next()
  return Number((0.95 * (wanted.size === 0 ? 0 : common / wanted.size) + 0.05 * noise).toFixed(7))
}
