/**
 * What events have in common that differ in their texts and numbers alone: learned from one of them, and known to all
 * streams.
 *
 * @since 0.1.0
 */
import type { Locate } from "../framing/Locate.ts"
import { type Leaf, leaves } from "./JsonLeaves.ts"
import * as Scalars from "./Scalars.ts"
import { type Place, Template } from "./Template.ts"
import * as Words from "./Words.ts"

/**
 * The places in a protocol's events that differ from one delta to the next, as paths (`choices.0.delta.content`).
 *
 * **Details**
 *
 * `isDelta` tells the events of which the protocol keeps no object: theirs are written to and used again. It does not depend on
 * what stands in the places. `read` are the strings and integers that the protocol reads. `unread` are those that it never looks
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

/** A scalar of an event: where it is found in the object, whether it stays the same in one stream (`steady`), how it is read. */
interface Scalar {
  readonly keys: ReadonlyArray<string>
  readonly use: "steady" | "read" | "unread"
  readonly scan: Scalars.Scan
  /** What it is where nobody reads it. */
  readonly nothing: string | number
}

/** More than these is a structure of its own each time. */
const mostScalars = 64
const mostBytes = 8192

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null

/** A copy of parsed JSON. */
const copy = (value: unknown): unknown => {
  if (!isContainer(value)) return value
  if (Array.isArray(value)) return value.map(copy)
  const made: Container = {}
  for (const key in value) made[key] = copy(value[key])
  return made
}

/** The object or array that holds the value that the keys lead to. */
const holderOf = (value: object, keys: ReadonlyArray<string>): Container | undefined => {
  let holder: unknown = value
  for (let i = 0; i < keys.length - 1; i++) holder = isContainer(holder) ? holder[keys[i] ?? ""] : undefined
  return isContainer(holder) ? holder : undefined
}

// Where the scalars of the event that was read last begin and end, and what they are.
const bounds = new Int32Array(2 * mostScalars)
const values: Array<string | number> = Array.from({ length: mostScalars }, () => "")

/**
 * One learned shape.
 *
 * @category models
 * @since 0.1.0
 */
export class Shape<A extends object> {
  /** The name of the event. */
  readonly event: string

  readonly #skeleton: A
  readonly #holes: Holes<A>
  readonly #scalars: ReadonlyArray<Scalar>
  // The bytes before each scalar and behind the last one.
  readonly #lengths: ReadonlyArray<number>
  readonly #words: Words.Runs

  constructor(
    event: string,
    skeleton: A,
    holes: Holes<A>,
    scalars: ReadonlyArray<Scalar>,
    bytes: Buffer,
    // Where the bytes before each scalar begin and end, and those behind the last one.
    runs: ReadonlyArray<number>
  ) {
    this.event = event
    this.#skeleton = skeleton
    this.#holes = holes
    this.#scalars = scalars
    this.#lengths = Words.lengths(runs)
    this.#words = Words.join(bytes, runs)
  }

  /**
   * Answers where the event that begins at `at` ends, when it has this shape and is whole before `limit`; -1 when not. Until
   * the next event is read, `object` and `template` are about this one.
   */
  read(chunk: Words.Chunk, at: number, limit: number): number {
    const scalars = this.#scalars
    const lengths = this.#lengths
    let word = 0
    let position = at
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i] ?? 0
      if (position + length > limit || !Words.stand(this.#words, word, length, chunk, position)) return -1
      word += Words.count(length)
      position += length
      const scalar = scalars[i]
      if (scalar === undefined) break
      bounds[2 * i] = position
      position = scalar.scan(chunk, position, limit)
      if (position < 0) return -1
      bounds[2 * i + 1] = position
      values[i] = scalar.use === "unread" ? scalar.nothing : Scalars.read()
    }
    return position
  }

  /** The object of the event that was read last; nothing if it is one that a protocol may keep. */
  object(): A | undefined {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A copy of parsed JSON is of the same type.
    const value = copy(this.#skeleton) as A
    for (let i = 0; i < this.#scalars.length; i++) {
      const keys = this.#scalars[i]?.keys ?? []
      const holder = holderOf(value, keys)
      if (holder !== undefined) holder[lastOf(keys)] = values[i]
    }
    return this.#holes.isDelta(value) ? value : undefined
  }

  /** Makes a template of the event that was read last, between `from` and `to`, and of its object. */
  template(bytes: Buffer, from: number, to: number, value: A): Template<A> {
    const places: Array<Place> = []
    const runs: Array<number> = [from]
    for (let i = 0; i < this.#scalars.length; i++) {
      const scalar = this.#scalars[i]
      if (scalar === undefined || scalar.use === "steady") continue
      const holder = scalar.use === "read" ? holderOf(value, scalar.keys) : undefined
      places.push({ scan: scalar.scan, holder, key: lastOf(scalar.keys), path: scalar.keys.join(".") })
      runs.push(bounds[2 * i] ?? 0, bounds[2 * i + 1] ?? 0)
    }
    runs.push(to)
    return new Template(this.event, value, places, Words.lengths(runs), Words.join(bytes, runs))
  }
}

const lastOf = (keys: ReadonlyArray<string>): string => keys[keys.length - 1] ?? ""

const stringScans = { steady: Scalars.name, read: Scalars.string, unread: Scalars.skipString }

const scalarOf = (leaf: Leaf, use: Scalar["use"]): Scalar => ({
  keys: leaf.path.split("."),
  use,
  scan: leaf.kind === "integer" ? Scalars.integer : stringScans[use],
  nothing: leaf.kind === "integer" ? 0 : ""
})

/**
 * Learns the shape of the event whose bytes, its end included, stand between `from` and `to`, and whose object is `value`. Answers
 * nothing when `locate` finds no JSON in the event, or when it is so large that no other will be like it.
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
): Shape<A> | undefined => {
  if (to - from > mostBytes || bytes.subarray(from, to).includes(0)) return undefined
  const json = locate(bytes, from, to)
  const found = json === undefined ? undefined : leaves(bytes, json.from, json.to)
  if (found === undefined) return undefined
  const scalars: Array<Scalar> = []
  const runs: Array<number> = [from]
  for (const leaf of found) {
    // Which is no field like others when an object is copied.
    if (leaf.path.includes("__proto__")) return undefined
    if (leaf.kind === "other") continue
    const use = holes.unread.has(leaf.path) ? "unread" : holes.read(leaf.path) ? "read" : "steady"
    scalars.push(scalarOf(leaf, use))
    runs.push(leaf.from, leaf.to)
  }
  runs.push(to)
  return scalars.length === 0 || scalars.length > mostScalars
    ? undefined
    : new Shape(event, value, holes, scalars, bytes, runs)
}
