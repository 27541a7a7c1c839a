/**
 * Random numbers for the simulator: the same seed gives the same ids, sizes and jitter on every machine.
 */

/** A repeatable sequence of random numbers. */
export interface Seed {
  /** Returns the next number, at least 0 and below 1. */
  readonly next: () => number
  /** Returns the next integer between two bounds, both included. */
  readonly between: (minimum: number, maximum: number) => number
  /** Returns the next identifier: a prefix and `length` letters and digits. */
  readonly id: (prefix: string, length: number) => string
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/**
 * Creates the sequence of a seed and a salt.
 *
 * **Details**
 *
 * The salt separates sequences of one seed (one for each request, one for each use), so that more numbers of one
 * sequence change nothing in another.
 */
export const make = (seed: number, ...salt: ReadonlyArray<number>): Seed => {
  // The generator is splitmix with 32 bits of state, which is enough for test data.
  let state = seed >>> 0
  for (const grain of salt) state = Math.imul(state ^ (grain >>> 0), 0x85ebca6b) + 0x9e3779b9 >>> 0
  const next = () => {
    state = state + 0x9e3779b9 >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ mixed >>> 16, 0x21f0aaad)
    mixed = Math.imul(mixed ^ mixed >>> 15, 0x735a2d97)
    return ((mixed ^ mixed >>> 15) >>> 0) / 0x1_0000_0000
  }
  return {
    next,
    between: (minimum, maximum) => minimum + Math.floor(next() * (Math.max(minimum, maximum) - minimum + 1)),
    id: (prefix, length) => {
      let id = prefix
      for (let index = 0; index < length; index++) id += alphabet.charAt(Math.floor(next() * alphabet.length))
      return id
    }
  }
}
