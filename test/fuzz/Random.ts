/**
 * Makes the random choices of one case, the same for the same seed.
 */

/** Random choices from a seed (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
    // Neighbouring seeds begin alike without this.
    for (let i = 0; i < 4; i++) this.below(2)
  }

  /** Returns a whole number from 0 up to, and without, a bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) % bound
  }

  /** Returns true in one of so many cases. */
  oneIn(count: number): boolean {
    return this.below(count) === 0
  }

  /** Returns one of several values. */
  pick<A>(values: readonly [A, ...ReadonlyArray<A>]): A {
    return values[this.below(values.length)] ?? values[0]
  }

  /** Returns one of the values of a list that may be empty. */
  pickAny<A>(values: ReadonlyArray<A>): A | undefined {
    return values[this.below(Math.max(1, values.length))]
  }
}
