/**
 * Remembers which values of a service were provided inside of which others, so that the innermost one can win.
 */

/** The nesting of the values of one service. */
export class Nesting<A extends object> {
  readonly #outer = new WeakMap<A, A>()

  /** Records that a value was provided where another one was in the context. */
  record(inner: A, outer: A): void {
    if (inner !== outer) this.#outer.set(inner, outer)
  }

  /** Returns a value and those that it was provided inside of, the innermost first. */
  *from(value: A): Generator<A> {
    for (let current: A | undefined = value; current !== undefined; current = this.#outer.get(current)) yield current
  }

  /** Returns whether a value was provided inside of another one. */
  isInside(inner: A, outer: A): boolean {
    for (const value of this.from(inner)) if (value === outer) return true
    return false
  }
}
