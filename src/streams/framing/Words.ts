/**
 * Comparing bytes a word at a time: faster than byte by byte, and up to some hundred bytes faster than a call into native
 * code.
 *
 * @since 0.1.0
 */

/**
 * Bytes to compare with: singly, and in words of four at any offset. One view of words serves all the chunks that one read
 * of a socket brought, since they are slices of one memory; `base` is where the bytes begin in it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Chunk {
  readonly bytes: Buffer
  readonly words: DataView
  readonly base: number
}

let view: DataView = new DataView(new ArrayBuffer(0))

/**
 * Makes ready to compare with the bytes of a chunk.
 *
 * @category constructors
 * @since 0.1.0
 */
export const chunkOf = (bytes: Buffer): Chunk => {
  const memory = bytes.buffer
  if (view.buffer !== memory) view = new DataView(memory)
  return { bytes, words: view, base: bytes.byteOffset }
}

/**
 * How many words a run of bytes becomes: the last of a run that does not come out even overlaps the one before it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const count = (length: number): number => (length + 3) >> 2

/** Writes the bytes of a run into words, from the word `into` on. */
const put = (words: Int32Array, into: number, bytes: Uint8Array, from: number, to: number): void => {
  const byte = (at: number): number => (at < to ? (bytes[at] ?? 0) : 0)
  const word = (at: number): number => byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24)
  let next = into
  for (let at = from; at + 4 <= to; at += 4) words[next++] = word(at)
  if (((to - from) & 3) !== 0) words[next] = word(Math.max(from, to - 4))
}

/**
 * The lengths of runs of bytes, of which is given where each begins and ends.
 *
 * @category accessors
 * @since 0.1.0
 */
export const lengths = (runs: ReadonlyArray<number>): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let i = 0; i < runs.length; i += 2) found.push((runs[i + 1] ?? 0) - (runs[i] ?? 0))
  return found
}

/**
 * The words of runs of bytes, of which is given where each begins and ends; one run behind the other.
 *
 * @category constructors
 * @since 0.1.0
 */
export const join = (bytes: Uint8Array, runs: ReadonlyArray<number>): Int32Array => {
  let size = 0
  for (let i = 0; i < runs.length; i += 2) size += count((runs[i + 1] ?? 0) - (runs[i] ?? 0))
  const words = new Int32Array(size)
  let next = 0
  for (let i = 0; i < runs.length; i += 2) {
    const from = runs[i] ?? 0
    const to = runs[i + 1] ?? 0
    put(words, next, bytes, from, to)
    next += count(to - from)
  }
  return words
}

/**
 * Whether the bytes of a chunk from `at` on are the run of so many bytes whose words begin at `from`. All of them must be
 * in the chunk.
 *
 * @category guards
 * @since 0.1.0
 */
export const stand = (words: Int32Array, from: number, length: number, chunk: Chunk, at: number): boolean => {
  const theirs = chunk.words
  let offset = chunk.base + at
  let next = from
  const whole = from + (length >> 2)
  // Four at a time: half the time of one at a time.
  for (; next + 4 <= whole; next += 4, offset += 16) {
    const difference = ((words[next] ?? 0) ^ theirs.getInt32(offset, true)) |
      ((words[next + 1] ?? 0) ^ theirs.getInt32(offset + 4, true)) |
      ((words[next + 2] ?? 0) ^ theirs.getInt32(offset + 8, true)) |
      ((words[next + 3] ?? 0) ^ theirs.getInt32(offset + 12, true))
    if (difference !== 0) return false
  }
  for (; next < whole; next++, offset += 4) if (words[next] !== theirs.getInt32(offset, true)) return false
  const rest = length & 3
  if (rest === 0) return true
  if (length > 4) return words[next] === theirs.getInt32(offset + rest - 4, true)
  const last = words[next] ?? 0
  for (let i = 0; i < rest; i++) if (((last >>> (8 * i)) & 255) !== chunk.bytes[at + i]) return false
  return true
}
