/**
 * An event template of one stream, by which an event is read without being parsed.
 *
 * The deltas of a stream are the same bytes again and again, except for the text, a counter and padding. A template
 * keeps the bytes of an event, its object, and its slots: the values that may differ. Another event matches if every
 * byte outside the slots is the same and there is a complete JSON value of the right kind in every slot. Parsing it
 * would then give the same object but for the slots, so these are written into the object and nothing is parsed. Any
 * other event is parsed. So both ways give the same object by construction, whatever a protocol makes of it.
 */
import type { Buffer } from "../framing/Buffer.ts"
import * as ByteRuns from "./ByteRuns.ts"
import type { ScalarKind, ScalarReader } from "./ScalarReader.ts"

/**
 * A variable part of an event template.
 */
export interface Slot {
  /** How its value is read. */
  readonly kind: ScalarKind
  /** The object that the value is written to; `undefined` if nobody reads it. */
  readonly holder: { [key: string]: unknown } | undefined
  /** The key of the value in `holder`. */
  readonly key: string
  /** The path of the value in the event (`choices.0.delta.content`). */
  readonly path: string
}

/**
 * An event that was read without being parsed. It is valid until the next event of its stream is read.
 */
export interface TemplateEvent<A extends object> {
  /** The name of the event. */
  readonly event: string
  /** The object of the event. */
  readonly value: A
  /** Where the event ends. */
  readonly end: number
  /** The stream's template that it matched; `undefined` if there is none yet. */
  readonly template: StreamTemplate<A> | undefined
}

/**
 * An event template of one stream, which is also the event that matched it last.
 */
export class StreamTemplate<A extends object> implements TemplateEvent<A> {
  readonly event: string
  readonly value: A
  readonly template = this
  end = -1

  /** The path of the only slot that is read, if it is a string. */
  readonly onlyPath: string | undefined

  readonly #slots: ReadonlyArray<Slot>
  // The bytes before each slot and behind the last one.
  readonly #lengths: ReadonlyArray<number>
  readonly #runs: ByteRuns.Runs
  readonly #scalars: ScalarReader

  /** `bounds` has the begin and the end of the bytes before each slot, and of those behind the last one. */
  constructor(
    event: string,
    value: A,
    slots: ReadonlyArray<Slot>,
    bytes: Buffer,
    bounds: ReadonlyArray<number>,
    scalars: ScalarReader
  ) {
    this.event = event
    this.value = value
    this.#slots = slots
    this.#lengths = ByteRuns.lengthsOf(bounds)
    this.#runs = ByteRuns.runsOf(bytes, bounds)
    this.#scalars = scalars
    const read = slots.filter(({ holder }) => holder !== undefined)
    this.onlyPath = read.length === 1 && read[0]?.kind !== "integer" ? read[0]?.path : undefined
  }

  /**
   * Reads the event that begins at `at` into `value` and `end`. Returns whether it matches and is whole before `limit`;
   * if not, `value` is the object of no event.
   */
  match(chunk: ByteRuns.Chunk, at: number, limit: number): boolean {
    this.end = this.#match(chunk, at, limit, true)
    return this.end >= 0
  }

  /**
   * Reads the events that follow each other from `at` on and match, none of them longer than `longest` bytes, and
   * passes the text of the only slot that is read to `take`. Returns where the first event begins that does not match.
   * `value` is then the object of no event.
   */
  run(chunk: ByteRuns.Chunk, at: number, longest: number, take: (text: string) => void): number {
    const length = chunk.bytes.length
    const scalars = this.#scalars
    let from = at
    for (;;) {
      const end = this.#match(chunk, from, Math.min(length, from + longest), false)
      if (end < 0) return from
      take(String(scalars.value))
      from = end
    }
  }

  #match(chunk: ByteRuns.Chunk, at: number, limit: number, isKept: boolean): number {
    const slots = this.#slots
    const lengths = this.#lengths
    const runs = this.#runs
    const scalars = this.#scalars
    let word = 0
    let position = at
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i] ?? 0
      if (position + length > limit || !ByteRuns.matches(runs, word, length, chunk, position)) return -1
      word += ByteRuns.wordCount(length)
      position += length
      const slot = slots[i]
      if (slot === undefined) return position
      position = scalars.read(slot.kind, chunk, position, limit)
      if (position < 0) return -1
      if (isKept && slot.holder !== undefined) slot.holder[slot.key] = scalars.value
    }
    return position
  }
}
