/**
 * The two ways in which providers count over time. Times are in milliseconds.
 */

/** What a provider counts, and how much of it is left. */
export interface CountingWindow {
  readonly limit: number
  /** Returns how much is left. It is below zero where refused requests have counted. */
  readonly left: (now: number) => number
  /** Returns how long it takes until an amount fits; 0 where it does. */
  readonly wait: (amount: number, now: number) => number
  /** Counts an amount, whether it fits or not. */
  readonly take: (amount: number, now: number) => void
}

const minute = 60_000

/** A limit that fills evenly within a minute. It is full at first. */
export class Bucket implements CountingWindow {
  readonly limit: number
  #left: number
  #since = 0

  constructor(limit: number) {
    this.limit = limit
    this.#left = limit
  }

  left(now: number): number {
    this.#left = Math.min(this.limit, this.#left + Math.max(0, now - this.#since) / minute * this.limit)
    this.#since = now
    return this.#left
  }

  wait(amount: number, now: number): number {
    return Math.max(0, (amount - this.left(now)) / this.limit * minute)
  }

  take(amount: number, now: number): void {
    this.#left = Math.min(this.limit, this.left(now) - amount)
  }
}

/** A limit for each period of a length. Periods begin at fixed moments. */
export class FixedWindow implements CountingWindow {
  readonly limit: number
  readonly #length: number
  #period = -1
  #used = 0

  constructor(limit: number, length: number = minute) {
    this.limit = limit
    this.#length = length
  }

  left(now: number): number {
    const period = Math.floor(now / this.#length)
    if (period !== this.#period) {
      this.#period = period
      this.#used = 0
    }
    return this.limit - this.#used
  }

  wait(amount: number, now: number): number {
    return amount <= this.left(now) ? 0 : (Math.floor(now / this.#length) + 1) * this.#length - now
  }

  take(amount: number, now: number): void {
    this.left(now)
    this.#used += amount
  }
}
