/**
 * A limit of requests at once that is found by trying: halved when the provider refuses, raised by one for each round
 * of requests that it accepts.
 */

/** The limit. Times are in milliseconds. */
export class AdaptiveLimit {
  #limit = Infinity
  #loweredAt = -Infinity

  /** How many requests may run at once; `Infinity` before the first refusal. */
  get limit(): number {
    return Math.floor(this.#limit)
  }

  /**
   * Halves what runs, for a request that was sent at a moment and is refused now. Requests that were sent before the
   * latest change say nothing about it. Returns whether it has changed.
   */
  lower(running: number, sentAt: number, now: number): boolean {
    if (sentAt < this.#loweredAt) return false
    this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, running) / 2))
    this.#loweredAt = now
    return true
  }

  /** Raises it for a request that has ended well. */
  raise(): void {
    this.#limit += 1 / this.#limit
  }
}
