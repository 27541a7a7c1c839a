/**
 * The text of the object that is being read, in memory of our own: to an engine, memory that is always the same is a constant,
 * and reading its bytes takes half of what it takes elsewhere.
 *
 * @since 0.1.0
 */
import type { Chunk } from "./Words.ts"

/** Longer texts are nearly always one long string, which native code reads faster. */
const longest = 2048

/** So many zeros are always behind the text: nothing is read over them. */
const margin = 128

const memory = Buffer.alloc(longest + margin)

/**
 * Where the text is: from the first byte on. Behind it may be bytes of an earlier one.
 *
 * @category models
 * @since 0.1.0
 */
export const chunk: Chunk = {
  bytes: memory,
  words: new DataView(memory.buffer, memory.byteOffset, memory.length),
  base: 0
}

/**
 * Puts the text between two places there, and answers its length; -1 when it is too long.
 *
 * @category constructors
 * @since 0.1.0
 */
export const put = (bytes: Buffer, from: number, to: number): number => {
  const length = to - from
  if (length > longest) return -1
  bytes.copy(memory, 0, from, to)
  return length
}
