/**
 * Counts amounts over a window of time that moves with the clock: at no moment are they more than the limit.
 *
 * A provider may count by fixed minutes or by a bucket that fills evenly: what fits into every window fits into both.
 */

/** Amounts of about the same moment, which leave the window together. */
interface Slot {
  at: number
  amount: number
  isOver: boolean
}

/** An amount in the window, which can still be changed. */
export interface Counted {
  slot: Slot
  amount: number
}

/** Into how many slots a window is divided: an amount leaves it late by at most such a part of it, and never early. */
const slotsOfWindow = 1000

/** The window. Times are in milliseconds. */
export class SlidingWindow {
  readonly length: number
  readonly #width: number
  limit: number
  #slots: Array<Slot> = []
  #used = 0

  constructor(limit: number, length: number) {
    this.limit = limit
    this.length = length
    this.#width = length / slotsOfWindow
  }

  /** Returns the sum of the amounts in the window. */
  used(now: number): number {
    let over = 0
    for (const slot of this.#slots) {
      if (slot.at + this.length > now) break
      slot.isOver = true
      this.#used -= slot.amount
      over++
    }
    if (over > 0) this.#slots = this.#slots.slice(over)
    return this.#used
  }

  /** Returns the earliest moment at which an amount fits. One over the limit fits when the window is empty. */
  availableAt(amount: number, now: number): number {
    let excess = this.used(now) + Math.min(amount, this.limit) - this.limit
    if (excess <= 0) return now
    for (const slot of this.#slots) {
      excess -= slot.amount
      if (excess <= 0) return slot.at + this.length
    }
    return now
  }

  /** Counts an amount from a moment on. */
  add(amount: number, at: number): Counted {
    this.#used += amount
    const last = this.#slots.at(-1)
    if (last !== undefined && at >= last.at && Math.floor(at / this.#width) === Math.floor(last.at / this.#width)) {
      last.at = at
      last.amount += amount
      return { slot: last, amount }
    }
    const slot: Slot = { at, amount, isOver: false }
    let index = this.#slots.length
    while (index > 0 && (this.#slots[index - 1]?.at ?? 0) > at) index--
    this.#slots.splice(index, 0, slot)
    return { slot, amount }
  }

  /** Replaces an amount by another one, from the same moment on. */
  replace(counted: Counted, amount: number): void {
    if (!counted.slot.isOver) {
      counted.slot.amount += amount - counted.amount
      this.#used += amount - counted.amount
    }
    counted.amount = amount
  }

  /** Counts an amount from a later moment on. */
  move(counted: Counted, at: number): void {
    if (!counted.slot.isOver && counted.slot.at === at) return
    const { amount } = counted
    this.replace(counted, 0)
    Object.assign(counted, this.add(amount, at))
  }
}
