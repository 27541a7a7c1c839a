/**
 * Reads an event without parsing it, when it is an earlier one but for a few places.
 *
 * The deltas of a stream are the same bytes again and again, except for the text, a counter and padding. A template keeps
 * the bytes of an event that was parsed in full, the object that came of it, and the places in it that may differ (holes).
 * Another event matches when every byte outside the holes is the same and every hole is a complete JSON value of its kind:
 * then parsing it would give the same object but for the holes, so they are written into that object and nothing is
 * parsed. Anything else, by a single byte, goes the full way. So both ways give the same object by construction, whatever
 * a protocol makes of it.
 *
 * @since 0.1.0
 */
import { leaves } from "./JsonLeaves.ts"

/**
 * The places in a protocol's events that differ from one delta to the next, as paths (`choices.0.delta.content`).
 *
 * **Details**
 *
 * `isDelta` tells the events of which the protocol keeps no object: theirs are written to and used again. `read` are the
 * strings and integers that the protocol reads; a template needs a string among them. `unread` are those that it never looks
 * at: they are checked and not made into values.
 *
 * @category models
 * @since 0.1.0
 */
export interface Holes<A extends object> {
  readonly isDelta: (value: A) => boolean
  readonly read: (path: string) => boolean
  readonly unread: ReadonlySet<string>
}

type Container = { [key: string]: unknown }

/** A place that may differ: the bytes before it, since the last one, and how its value is read. */
interface Hole {
  readonly before: Constant
  /** Reads the value at `at`, and answers where it ends; -1 when it is not one. */
  readonly fill: (bytes: Buffer, at: number, limit: number) => number
}

const QUOTE = 34
const BACKSLASH = 92
const ZERO = 48
const NINE = 57
const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

/** Every integer of this many digits is a safe one. */
const mostDigits = 15

/** Short ASCII texts come again and again, over all streams: looking one up costs less than making it. */
const cacheSize = 4096
const longestCached = 12
const cache: Array<string> = Array.from({ length: cacheSize }, () => "")

const cached = (bytes: Buffer, from: number, to: number, hash: number): string => {
  const slot = hash & (cacheSize - 1)
  const known = cache[slot] ?? ""
  const length = to - from
  if (known.length === length) {
    let i = 0
    while (i < length && known.charCodeAt(i) === bytes[from + i]) i++
    if (i === length) return known
  }
  return cache[slot] = bytes.toString("latin1", from, to)
}

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

let words: DataView = new DataView(new ArrayBuffer(0))

/**
 * Makes ready to compare with the bytes of a chunk.
 *
 * @category constructors
 * @since 0.1.0
 */
export const chunkOf = (bytes: Buffer): Chunk => {
  const memory = bytes.buffer
  if (words.buffer !== memory) words = new DataView(memory)
  return { bytes, words, base: bytes.byteOffset }
}

const wordsOf = (bytes: Buffer): Int32Array => {
  const found = new Int32Array(bytes.length >> 2)
  for (let i = 0; i < found.length; i++) found[i] = bytes.readInt32LE(i * 4)
  return found
}

/** Constant bytes: compared a word at a time, which is faster than a call into native code up to some hundred bytes. */
class Constant {
  readonly #bytes: Buffer
  readonly #words: Int32Array
  readonly #length: number

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#words = wordsOf(bytes)
    this.#length = bytes.length
  }

  /** The end of these bytes in a chunk, if they stand there from `at` on; -1 if not. */
  end(chunk: Chunk, at: number, limit: number): number {
    const mine = this.#words
    const length = this.#length
    const end = at + length
    if (end > limit) return -1
    const theirs = chunk.words
    let offset = chunk.base + at
    for (let i = 0; i < mine.length; i++, offset += 4) if (mine[i] !== theirs.getInt32(offset, true)) return -1
    for (let i = length & ~3; i < length; i++) if (this.#bytes[i] !== chunk.bytes[at + i]) return -1
    return end
  }
}

/**
 * One learned event.
 *
 * @category models
 * @since 0.1.0
 */
export class Template<A extends object> {
  /** The name of the event. */
  readonly event: string
  /** The object of the event that matched last. */
  readonly value: A

  readonly #holes: ReadonlyArray<Hole>
  readonly #tail: Constant

  constructor(event: string, value: A, holes: ReadonlyArray<Hole>, tail: Buffer) {
    this.event = event
    this.value = value
    this.#holes = holes
    this.#tail = new Constant(tail)
  }

  /**
   * Answers where the event that begins at `at` ends, when it is one of this template, and has its object in `value`;
   * answers -1 when it is not, or goes on behind `limit`, and `value` is then of no event.
   */
  match(chunk: Chunk, at: number, limit: number): number {
    const holes = this.#holes
    let position = at
    for (let i = 0; i < holes.length; i++) {
      const hole = holes[i]
      if (hole === undefined) return -1
      position = hole.before.end(chunk, position, limit)
      if (position < 0) return -1
      position = hole.fill(chunk.bytes, position, limit)
      if (position < 0) return -1
    }
    return this.#tail.end(chunk, position, limit)
  }
}

const escaped = (bytes: Buffer, from: number, to: number): string | undefined => {
  try {
    return String(JSON.parse(bytes.toString("utf8", from - 1, to + 1)))
  } catch {
    return undefined
  }
}

/** Reads a string whose opening quote is before `at`. */
const readString = (holder: Container, key: string) => (bytes: Buffer, at: number, limit: number): number => {
  let ascii = true
  let plain = true
  let hash = 0
  for (let end = at; end < limit; end++) {
    const byte = bytes[end] ?? 0
    if (byte === QUOTE) {
      if (!plain) {
        const text = escaped(bytes, at, end)
        if (text === undefined) return -1
        holder[key] = text
      } else if (!ascii) holder[key] = bytes.toString("utf8", at, end)
      else if (end - at <= longestCached) holder[key] = cached(bytes, at, end, hash)
      else holder[key] = bytes.toString("latin1", at, end)
      return end
    }
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) {
      plain = false
      end++
    } else {
      if (byte > 127) ascii = false
      hash = (Math.imul(hash, 31) + byte) | 0
    }
  }
  return -1
}

/** Passes over a string that nobody reads. An escape in it must be a right one all the same. */
const skipString = (bytes: Buffer, at: number, limit: number): number => {
  let plain = true
  for (let end = at; end < limit; end++) {
    const byte = bytes[end] ?? 0
    if (byte === QUOTE) return plain || escaped(bytes, at, end) !== undefined ? end : -1
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) {
      plain = false
      end++
    }
  }
  return -1
}

const readInteger =
  (holder: Container | undefined, key: string) => (bytes: Buffer, at: number, limit: number): number => {
    let end = at
    let value = 0
    while (end < limit) {
      const byte = bytes[end] ?? 0
      if (byte < ZERO || byte > NINE) break
      value = value * 10 + byte - ZERO
      end++
    }
    const digits = end - at
    if (digits === 0 || digits > mostDigits || (digits > 1 && bytes[at] === ZERO)) return -1
    if (holder !== undefined) holder[key] = value
    return end
  }

/**
 * Finds the JSON in the bytes of an event, its end included. Answers nothing where there is more than one piece of it.
 *
 * @category models
 * @since 0.1.0
 */
export type Locate = (
  bytes: Buffer,
  from: number,
  to: number
) => { readonly from: number; readonly to: number } | undefined

/**
 * Finds the JSON in the bytes of an event of one `data:` line, perhaps named by an `event:` line. Answers nothing for any
 * other event.
 *
 * @category decoding
 * @since 0.1.0
 */
export const jsonOf: Locate = (bytes, from, to) => {
  let found: { readonly from: number; readonly to: number } | undefined
  let at = from
  while (at < to) {
    const lf = bytes.indexOf(LF, at)
    if (lf < 0 || lf >= to) return undefined
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf
    if (end > at) {
      const colon = bytes.indexOf(COLON, at)
      if (colon < 0 || colon >= end) return undefined
      const name = bytes.toString("latin1", at, colon)
      if (name === "data" && found === undefined)
        found = { from: bytes[colon + 1] === SPACE ? colon + 2 : colon + 1, to: end }
      else if (name !== "event") return undefined
    }
    at = lf + 1
  }
  return found
}

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null

/** The object or array that holds the value at a path, and the value's key in it. */
const holderOf = (
  value: object,
  path: string
): { readonly holder: Container; readonly key: string } | undefined => {
  const keys = path.split(".")
  const key = keys.pop() ?? ""
  let holder: unknown = value
  for (const step of keys) holder = isContainer(holder) ? holder[step] : undefined
  return isContainer(holder) && Object.hasOwn(holder, key) ? { holder, key } : undefined
}

/**
 * Makes a template of the event whose bytes, its blank line included, stand between `from` and `to`, and whose object is
 * `value`. Answers nothing when `locate` finds no JSON in the event, or it has no string that a protocol reads.
 *
 * @category constructors
 * @since 0.1.0
 */
export const learn = <A extends object>(
  bytes: Buffer,
  from: number,
  to: number,
  event: string,
  value: A,
  holes: Holes<A>,
  locate: Locate
): Template<A> | undefined => {
  const json = bytes[to - 1] === LF ? locate(bytes, from, to) : undefined
  const found = json === undefined ? undefined : leaves(bytes, json.from, json.to)
  if (found === undefined) return undefined
  const places: Array<Hole> = []
  let reads = false
  let at = from
  for (const leaf of found) {
    if (leaf.kind === "other") continue
    const unread = holes.unread.has(leaf.path)
    const place = unread || !holes.read(leaf.path) ? undefined : holderOf(value, leaf.path)
    if (!unread && place === undefined) continue
    if (leaf.kind === "string" && place !== undefined) reads = true
    places.push({
      before: new Constant(Buffer.from(bytes.subarray(at, leaf.from))),
      fill: leaf.kind === "integer"
        ? readInteger(place?.holder, place?.key ?? "")
        : place === undefined
        ? skipString
        : readString(place.holder, place.key)
    })
    at = leaf.to
  }
  return reads ? new Template(event, value, places, Buffer.from(bytes.subarray(at, to))) : undefined
}
