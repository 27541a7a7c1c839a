/**
 * The shapes that a protocol's events have, as far as its streams have shown them.
 *
 * @since 0.1.0
 */
import type { Locate } from "../framing/Locate.ts"
import { type Holes, learn, type Shape } from "./Shape.ts"
import type { Chunk } from "./Words.ts"

/** A provider has a few kinds of events, and a program talks to a few providers. */
const most = 24

/** How many shapes may be learned at once. */
const mostCredit = 4

/** What an event of no known shape earns of learning one: so much at best, and so much where no shape ever comes again. */
const bestRate = 1 / 8
const leastRate = 1 / 512

/**
 * The shapes of a protocol, the latest used first.
 *
 * **Details**
 *
 * Learning costs some ten times what parsing does. A shape that is given up without ever having been of use makes it rarer, and
 * one that is of use makes it more frequent.
 *
 * @category models
 * @since 0.1.0
 */
export class Shapes<A extends object> {
  readonly #holes: Holes<A>
  readonly #locate: Locate
  readonly #shapes: Array<Shape<A>> = []
  readonly #useless = new Set<Shape<A>>()
  #credit = mostCredit
  #rate = bestRate
  #found: Shape<A> | undefined

  constructor(holes: Holes<A>, locate: Locate) {
    this.#holes = holes
    this.#locate = locate
  }

  /** The shape that was found last. */
  get found(): Shape<A> {
    if (this.#found === undefined) throw new Error("no event had a known shape")
    return this.#found
  }

  /** Where the event at `at` ends, if it has a shape that is known, and has been read by it; -1 if not. */
  read(chunk: Chunk, at: number, limit: number): number {
    const shapes = this.#shapes
    for (let i = 0; i < shapes.length; i++) {
      const shape = shapes[i]
      if (shape === undefined) break
      const end = shape.read(chunk, at, limit)
      if (end < 0) continue
      if (i > 0) {
        shapes.splice(i, 1)
        shapes.unshift(shape)
      }
      if (this.#useless.delete(shape)) this.#rate = Math.min(bestRate, this.#rate * 2)
      this.#found = shape
      return end
    }
    return -1
  }

  /** Learns the shape of an event that was parsed, if it is a delta and there is credit for it. */
  learn(bytes: Buffer, from: number, to: number, event: string, value: A): void {
    this.#credit = Math.min(mostCredit, this.#credit + this.#rate)
    if (this.#credit < 1 || !this.#holes.isDelta(value)) return
    this.#credit--
    const shape = learn(bytes, from, to, event, value, this.#holes, this.#locate)
    if (shape === undefined) return
    if (this.#shapes.length >= most) this.#forget()
    this.#shapes.unshift(shape)
    this.#useless.add(shape)
  }

  /** Gives up the oldest shape that was of no use, or else the oldest of all. */
  #forget(): void {
    const [oldest] = this.#useless
    if (oldest === undefined) {
      this.#shapes.pop()
      return
    }
    this.#useless.delete(oldest)
    this.#shapes.splice(this.#shapes.indexOf(oldest), 1)
    this.#rate = Math.max(leastRate, this.#rate / 2)
  }
}

const all = new WeakMap<object, WeakMap<Locate, unknown>>()

/**
 * The shapes that all streams with these holes have in common.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = <A extends object>(holes: Holes<A>, locate: Locate): Shapes<A> => {
  const known = all.get(holes)?.get(locate)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What is kept for these holes was made of them.
  if (known instanceof Shapes) return known as Shapes<A>
  const shapes = new Shapes(holes, locate)
  const located = all.get(holes) ?? new WeakMap<Locate, unknown>()
  all.set(holes, located.set(locate, shapes))
  return shapes
}
