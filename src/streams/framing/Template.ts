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

  readonly #places: ReadonlyArray<Place>
  // The bytes before each place and behind the last one.
  readonly #lengths: ReadonlyArray<number>
  readonly #words: Int32Array

  constructor(
    event: string,
    value: A,
    places: ReadonlyArray<Place>,
    lengths: ReadonlyArray<number>,
    words: Int32Array
  ) {
    this.event = event
    this.value = value
    this.#places = places
    this.#lengths = lengths
    this.#words = words
  }

  /**
   * Answers where the event that begins at `at` ends, when it is one of this template, and has its object in `value`;
   * answers -1 when it is not, or goes on behind `limit`, and `value` is then of no event.
   */
  match(chunk: Words.Chunk, at: number, limit: number): number {
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
      if (place.holder !== undefined) place.holder[place.key] = Scalars.read()
    }
    return position
  }
}
