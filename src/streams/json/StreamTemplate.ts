/**
 * Reads an event without parsing it, when it is an earlier one of its stream but for a few places.
 *
 * The deltas of a stream are the same bytes again and again, except for the text, a counter and padding. A template keeps
 * the bytes of an event, the object that it means, and the places in it that may differ. Another event matches when every byte
 * outside the places is the same and in every place is a complete JSON value of its kind: then parsing it would give the same
 * object but for the places, so they are written into that object and nothing is parsed. Anything else, by a single byte, goes
 * the full way. So both ways give the same object by construction, whatever a protocol makes of it.
 *
 * @since 0.1.0
 */
import * as Scalars from "./Scalars.ts"
import * as Words from "./Words.ts"

/**
 * A place that may differ: how its value is read, and where it is put; nowhere when nobody reads it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place {
  readonly scan: Scalars.Scan
  readonly holder: { [key: string]: unknown } | undefined
  readonly key: string
  readonly path: string
}

/**
 * The events of one stream that are alike.
 *
 * @category models
 * @since 0.1.0
 */
export class Template<A extends object> {
  /** The name of the event. */
  readonly event: string
  /** The object of the event that matched last. */
  readonly value: A

  /** The path of the text that somebody reads, if there is one and nothing else. */
  readonly only: string | undefined

  readonly #places: ReadonlyArray<Place>
  // The bytes before each place and behind the last one.
  readonly #lengths: ReadonlyArray<number>
  readonly #words: Words.Runs
  #read: string | number = ""

  constructor(
    event: string,
    value: A,
    places: ReadonlyArray<Place>,
    lengths: ReadonlyArray<number>,
    words: Words.Runs
  ) {
    this.event = event
    this.value = value
    this.#places = places
    this.#lengths = lengths
    this.#words = words
    const read = places.filter(({ holder }) => holder !== undefined)
    this.only = read.length === 1 && read[0]?.scan !== Scalars.integer ? read[0]?.path : undefined
  }

  /**
   * Answers where the event that begins at `at` ends, when it is one of this template, and has its object in `value`;
   * answers -1 when it is not, or goes on behind `limit`, and `value` is then of no event.
   */
  match(chunk: Words.Chunk, at: number, limit: number): number {
    return this.#match(chunk, at, limit, true)
  }

  /**
   * Reads the events of this template that follow each other from `at` on, none of which is longer than `longest`, for their only
   * text alone. Answers where the first one begins that is of another kind. `value` is then of no event.
   */
  run(chunk: Words.Chunk, at: number, longest: number, take: (text: string) => void): number {
    const length = chunk.bytes.length
    let from = at
    for (;;) {
      const end = this.#match(chunk, from, Math.min(length, from + longest), false)
      if (end < 0) return from
      take(String(this.#read))
      from = end
    }
  }

  #match(chunk: Words.Chunk, at: number, limit: number, isKept: boolean): number {
    const places = this.#places
    const lengths = this.#lengths
    const words = this.#words
    let word = 0
    let position = at
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i] ?? 0
      if (position + length > limit || !Words.stand(words, word, length, chunk, position)) return -1
      word += Words.count(length)
      position += length
      const place = places[i]
      if (place === undefined) return position
      position = place.scan(chunk, position, limit)
      if (position < 0) return -1
      if (place.holder !== undefined) {
        this.#read = Scalars.read()
        if (isKept) place.holder[place.key] = this.#read
      }
    }
    return position
  }
}
