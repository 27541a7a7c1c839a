/**
 * Counts results of one kind, and finds when there are too many failures among them.
 */

/** When there are too many failures. */
export interface CountRules {
  /** So many in a row. */
  readonly failures: number
  /** Or this share of the results of the window, between 0 and 1. */
  readonly failureShare: number
  /** How many results the window has at most. */
  readonly windowSize: number
  /** How many results the window must have before the share counts. */
  readonly windowMinimum: number
  /** How old a result of the window may be, in milliseconds. */
  readonly window: number
}

interface Counted {
  readonly at: number
  readonly isFailure: boolean
}

/** The results of one kind. Times are in milliseconds. */
export class FailureCount {
  readonly #rules: CountRules
  #results: Array<Counted> = []
  #inARow = 0

  constructor(rules: CountRules) {
    this.#rules = rules
  }

  /** How many failures came since the latest success. */
  get inARow(): number {
    return this.#inARow
  }

  /** Whether no failure is remembered. */
  get isClear(): boolean {
    return this.#inARow === 0 && this.#results.every(({ isFailure }) => !isFailure)
  }

  /** Counts a success. */
  succeed(now: number): void {
    this.#inARow = 0
    this.#push({ at: now, isFailure: false })
  }

  /** Counts a failure, and returns whether there are too many now. */
  fail(now: number): boolean {
    this.#inARow++
    this.#push({ at: now, isFailure: true })
    const { failures, failureShare, windowMinimum } = this.#rules
    if (this.#inARow >= failures) return true
    const count = this.#results.length
    return count >= windowMinimum && this.#results.filter(({ isFailure }) => isFailure).length >= failureShare * count
  }

  /** Forgets everything. */
  reset(): void {
    this.#results = []
    this.#inARow = 0
  }

  #push(result: Counted): void {
    const { window, windowSize } = this.#rules
    this.#results.push(result)
    while (this.#results.length > windowSize || (this.#results[0]?.at ?? result.at) <= result.at - window) {
      this.#results.shift()
    }
  }
}
