/**
 * The keys of JSON objects by their bytes: each is made into a string once, and has a number from then on.
 *
 * @since 0.1.0
 */
import * as Text from "./JsonText.ts"

// To an engine, constants of the module itself are constants; those of others are not.
const text = Text.chunk.words

/** Keys are shorter than this. */
const tooLong = 48
const wordsEach = tooLong / 4
/** Keys shorter than this are four whole words at most, and one that is not whole. */
const long = 20

/**
 * The numbers of keys are below this.
 *
 * @category models
 * @since 0.1.0
 */
export const size = 1 << 10

/** So few that each is found at once, or nearly, and none without a place. */
const most = size / 2
const mostTries = 32

/** A key that orders itself among others (`7`), that is none (`__proto__`), or that has escapes, is not for us. */
const usual = /^(?!__proto__$|[0-9]+$)[ !#-[\]-~]+$/

const lengths = new Uint8Array(size)
const hashes = new Int32Array(size)
const words = new Int32Array(size * wordsEach)
const texts: Array<string> = Array.from({ length: size }, () => "")
let inUse = 0

/**
 * What is known of keys by their numbers: how many bytes they have; a hash of these, which is always the same; what they are
 * as strings.
 *
 * @category models
 * @since 0.1.0
 */
export const known = { lengths, hashes, texts }

/**
 * Whether no other key can be learned until all are forgotten.
 *
 * @category guards
 * @since 0.1.0
 */
export const isFull = (): boolean => inUse >= most

/**
 * Forgets all keys: their numbers mean nothing any more.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forget = (): void => {
  lengths.fill(0)
  inUse = 0
}

/** Marks the quotes in a word. What stands above a quote may be marked too. */
const quotes = (word: number): number => {
  const zeros = word ^ 0x22222222
  return (zeros - 0x01010101) & ~zeros & 0x80808080
}

/** How many bits of a word stand before the lowest mark. */
const bitsBefore = (marks: number): number => (31 - Math.clz32(marks & -marks)) & 24

/** The lowest bits of a word. */
const lowest = (word: number, bits: number): number => word & ~(-1 << bits)

/** A word of a long key: the last one overlaps the one before it. */
const wordOf = (at: number, length: number, index: number): number =>
  text.getInt32(at + Math.min(4 * index, length - 4), true)

const countOf = (length: number): number => (length + 3) >> 2

/** Where a key with this hash is looked for: of a product, the highest bits depend on all others. */
const slotOf = (hash: number, tries: number): number => ((hash >>> 22) + tries) & (size - 1)

/** A number that says nothing of the one it is made of, so that sums of such numbers are seldom the same. */
const mixed = (hash: number): number => {
  const half = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  const nearly = Math.imul(half ^ (half >>> 15), 0x735a2d97)
  return nearly ^ (nearly >>> 15)
}

const learn = (key: number, at: number, length: number, hash: number): number => {
  const made = Text.chunk.bytes.toString("latin1", at, at + length)
  if (isFull() || !usual.test(made)) return -1
  const first = key * wordsEach
  if (length < long) {
    const whole = length >> 2
    words.fill(0, first, first + wordsEach)
    for (let i = 0; i < whole; i++) words[first + i] = text.getInt32(at + 4 * i, true)
    words[first + 4] = lowest(text.getInt32(at + 4 * whole, true), 8 * (length & 3))
  } else {
    for (let i = 0; i < countOf(length); i++) words[first + i] = wordOf(at, length, i)
  }
  lengths[key] = length
  hashes[key] = mixed(hash)
  texts[key] = made
  inUse++
  return key
}

/** Whether a known key stands there that is long. */
const stands = (key: number, at: number, length: number): boolean => {
  for (let i = 0; i < countOf(length); i++) {
    if (words[key * wordsEach + i] !== wordOf(at, length, i)) return false
  }
  return true
}

/** Finds a key of which four words were read. */
const findLong = (at: number): number => {
  let length = long - 4
  let hash = 0
  let marks = 0
  do {
    if (length + 4 >= tooLong) return -1
    hash = Math.imul(hash ^ text.getInt32(at + length, true), 0x9e3779b1)
    length += 4
    marks = quotes(text.getInt32(at + length, true))
  } while (marks === 0)
  length += bitsBefore(marks) >> 3
  hash = Math.imul(hash ^ text.getInt32(at, true), 0x85ebca6b) ^ Math.imul(wordOf(at, length, wordsEach), 0xc2b2ae35)
  for (let tries = 0; tries < mostTries; tries++) {
    const key = slotOf(hash, tries)
    if (lengths[key] === 0) return learn(key, at, length, hash)
    if (lengths[key] === length && stands(key, at, length)) return key
  }
  return -1
}

/**
 * Finds the key whose bytes begin at `at`, behind its opening quote, and learns it when it is new. Answers its number; -1 when
 * it is not of ASCII alone, too long, or unusual.
 *
 * **Details**
 *
 * Bytes are looked at for the quote only. What else makes a key a wrong one was looked for when it was learned, and these bytes
 * are the same. There is no loop over the words, so that a processor has to guess once only how long a key is.
 *
 * @category decoding
 * @since 0.1.0
 */
export const find = (at: number): number => {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let length = 0
  let last = text.getInt32(at, true)
  let marks = quotes(last)
  if (marks === 0) {
    a = last
    length = 4
    last = text.getInt32(at + 4, true)
    marks = quotes(last)
    if (marks === 0) {
      b = last
      length = 8
      last = text.getInt32(at + 8, true)
      marks = quotes(last)
      if (marks === 0) {
        c = last
        length = 12
        last = text.getInt32(at + 12, true)
        marks = quotes(last)
        if (marks === 0) {
          d = last
          length = 16
          last = text.getInt32(at + 16, true)
          marks = quotes(last)
          if (marks === 0) return findLong(at)
        }
      }
    }
  }
  const bits = bitsBefore(marks)
  last = lowest(last, bits)
  length += bits >> 3
  const hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^
    Math.imul(d, 0x27d4eb2f) ^ Math.imul(last, 0x165667b1) ^ length
  for (let tries = 0; tries < mostTries; tries++) {
    const key = slotOf(hash, tries)
    if (lengths[key] === 0) return learn(key, at, length, hash)
    const first = key * wordsEach
    const difference = ((words[first] ?? 0) ^ a) | ((words[first + 1] ?? 0) ^ b) | ((words[first + 2] ?? 0) ^ c) |
      ((words[first + 3] ?? 0) ^ d) | ((words[first + 4] ?? 0) ^ last) | ((lengths[key] ?? 0) ^ length)
    if (difference === 0) return key
  }
  return -1
}
