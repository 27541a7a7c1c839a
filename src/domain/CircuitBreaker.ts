/**
 * The circuit breaker of one target.
 *
 * Every change is one synchronous step, so that any number of fibers can share one. The first content of a response and
 * its end are counted apart: a stream that has begun shows that the provider accepts requests, long before it ends.
 */
import type { Circuit, CircuitState, CircuitStatus, CircuitTransition } from "./Circuit.ts"
import { type CountRules, FailureCount } from "./FailureCount.ts"

/** When a circuit breaker opens, and for how long. Times are in milliseconds. */
export interface CircuitRules extends CountRules {
  /** How long it is open the first time. */
  readonly openFor: number
  /** How many times longer than before it is open where it opens again soon. */
  readonly openFactor: number
  /** The longest time that it is open. */
  readonly maxOpenFor: number
}

/** Why an attempt may not be sent. */
export interface Barred {
  /** The moment from which another one may be, in milliseconds since 1970. */
  readonly retryAt: number
  /** The `_tag` of the error that opened the circuit breaker. */
  readonly lastFailure: string | undefined
}

/** A failure that counts. */
export interface CircuitFailure {
  /** The `_tag` of the error. */
  readonly tag: string
  /** How long the provider says to wait, in milliseconds; `undefined` where it says nothing. */
  readonly retryAfter: number | undefined
}

/** The circuit breaker. Times are in milliseconds since 1970. */
export class CircuitBreaker {
  readonly #circuit: Circuit
  readonly #rules: CircuitRules
  readonly #onTransition: (transition: CircuitTransition) => void
  readonly #openings: FailureCount
  readonly #ends: FailureCount
  #state: CircuitState = "closed"
  // What attempts report counts only while the state is the one in which they were let through.
  #epoch = 0
  #since: number | undefined
  #openFor = 0
  #retryAt = 0
  #lastFailure: string | undefined
  #probe: CircuitPermit | undefined

  constructor(circuit: Circuit, rules: CircuitRules, onTransition: (transition: CircuitTransition) => void) {
    this.#circuit = circuit
    this.#rules = rules
    this.#onTransition = onTransition
    this.#openings = new FailureCount(rules)
    this.#ends = new FailureCount(rules)
  }

  /** The state of now. */
  get status(): CircuitStatus {
    return {
      circuit: this.#circuit,
      state: this.#state,
      since: this.#since,
      retryAt: this.#state === "closed" ? undefined : this.#retryAt,
      failures: this.#openings.inARow,
      cuts: this.#ends.inARow
    }
  }

  /** Whether nothing would be lost with it. */
  get isIdle(): boolean {
    return this.#state === "closed" && this.#openings.isClear && this.#ends.isClear
  }

  /**
   * Lets an attempt through, or returns why not. Where it is half-open, that is one attempt, and another one when the
   * first has shown nothing for as long as `openFor`.
   */
  enter(permit: CircuitPermit, now: number): number | Barred {
    if (permit === this.#probe) return this.#epoch
    if (this.#state !== "closed") {
      if (now < this.#retryAt && (this.#state === "open" || this.#probe !== undefined)) {
        return { retryAt: this.#retryAt, lastFailure: this.#lastFailure }
      }
      this.#probe = permit
      this.#retryAt = now + this.#rules.openFor
      if (this.#state === "open") this.#change("half-open", now)
    }
    return this.#epoch
  }

  /** Counts a first content, and returns the epoch to which the rest of the response belongs. */
  opened(epoch: number, now: number): number {
    if (epoch !== this.#epoch) return epoch
    if (this.#state === "half-open") this.#close(now)
    else this.#openings.succeed(now)
    return this.#epoch
  }

  /** Counts a response that has ended well. */
  ended(epoch: number, now: number): void {
    if (epoch === this.#epoch) this.#ends.succeed(now)
  }

  /** Counts a failure, before the first content or after it. */
  failed(epoch: number, hasContent: boolean, failure: CircuitFailure, now: number): void {
    if (epoch !== this.#epoch) return
    const isTooMany = (hasContent ? this.#ends : this.#openings).fail(now)
    if (isTooMany || this.#state === "half-open") this.#open(failure, now)
  }

  /** Lets another attempt decide in the place of one that has shown nothing. */
  release(permit: CircuitPermit): void {
    if (permit === this.#probe) this.#probe = undefined
  }

  #open({ retryAfter, tag }: CircuitFailure, now: number): void {
    const { maxOpenFor, openFactor, openFor } = this.#rules
    // One that was closed for longer than it had been open has recovered.
    const isRecovered = this.#openFor === 0 ||
      (this.#state === "closed" && now - (this.#since ?? 0) > this.#openFor)
    this.#openFor = isRecovered ? openFor : Math.min(maxOpenFor, this.#openFor * openFactor)
    this.#retryAt = now + Math.max(this.#openFor, Math.min(retryAfter ?? 0, maxOpenFor))
    this.#lastFailure = tag
    this.#change("open", now)
  }

  #close(now: number): void {
    this.#openings.reset()
    this.#ends.reset()
    this.#change("closed", now)
  }

  #change(to: CircuitState, now: number): void {
    const from = this.#state
    this.#state = to
    this.#since = now
    this.#epoch++
    if (to !== "half-open") this.#probe = undefined
    this.#onTransition({
      circuit: this.#circuit,
      from,
      to,
      at: now,
      retryAt: to === "open" ? this.#retryAt : undefined,
      failure: to === "open" ? this.#lastFailure : undefined
    })
  }
}

/** What one attempt holds of a circuit breaker. Times are in milliseconds since 1970. */
export class CircuitPermit {
  readonly #breaker: CircuitBreaker
  #epoch = -1
  #hasContent = false

  constructor(breaker: CircuitBreaker) {
    this.#breaker = breaker
  }

  /**
   * Returns why the attempt may not be sent; `undefined` where it may. Called before a connection is sought, and again
   * when it is there.
   */
  enter(now: number): Barred | undefined {
    const entered = this.#breaker.enter(this, now)
    if (typeof entered !== "number") return entered
    this.#epoch = entered
    return undefined
  }

  /** Reports the first content. Further calls do nothing. */
  opened(now: number): void {
    if (this.#hasContent) return
    this.#hasContent = true
    this.#epoch = this.#breaker.opened(this.#epoch, now)
  }

  /** Reports the end of a whole response. */
  ended(now: number): void {
    this.opened(now)
    this.#breaker.ended(this.#epoch, now)
  }

  /** Reports a failure that counts. */
  failed(failure: CircuitFailure, now: number): void {
    this.#breaker.failed(this.#epoch, this.#hasContent, failure, now)
  }

  /** Reports that nothing more comes of the attempt: it ended in another way, or has reported its end. */
  release(): void {
    this.#breaker.release(this)
  }
}
