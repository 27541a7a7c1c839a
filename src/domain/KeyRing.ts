/**
 * The states of the keys of one provider, and which of them is used next. Times are in milliseconds since 1970.
 */

import type * as Arr from "effect/Array"

/** What tells a key apart from others. */
interface Name {
  readonly name: string
  readonly fingerprint: number
}

/** One of several keys. */
interface Choice {
  readonly name: Name
}

/** A key that is not used for a while. */
interface State {
  /** Whether its provider refuses it, and not only its rate. */
  isAside: boolean
  /** When it is tried again. */
  until: number
  /** How often it was refused in a row. */
  refusals: number
  /** Whether an attempt tries it again now. */
  isTried: boolean
}

/** How long a key is set aside, in milliseconds: the first time, and at most. */
const firstPause = 300_000
const longestPause = 3_600_000

/** How long a key is set aside at least, whatever its provider says. */
const shortestPause = 60_000

/** How many states are kept. */
const mostStates = 1000

/** Compares lists of numbers by the first that differ. */
const isLess = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): boolean => {
  const at = left.findIndex((value, index) => value !== right[index])
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0)
}

const idOf = ({ fingerprint, name }: Name, model: string | undefined): string =>
  model === undefined ? `${name}\n${fingerprint}` : `${name}\n${fingerprint}\n${model}`

/** The keys of one provider. A key may be set aside or paused as a whole, or for one model. */
export class KeyRing {
  static readonly #byOwner = new WeakMap<object, KeyRing>()
  readonly #states = new Map<string, State>()
  #turn = 0

  /** Returns the ring of an object that has keys: the same for all calls that use it. */
  static of(owner: object): KeyRing {
    const known = KeyRing.#byOwner.get(owner)
    if (known !== undefined) return known
    const made = new KeyRing()
    KeyRing.#byOwner.set(owner, made)
    return made
  }

  /**
   * Returns the key for an attempt with a model: of the usable ones the one with the least rank, and the next in turn
   * of those with the same. Where none is usable it is the one that is tried again first, paused ones before those set
   * aside. An attempt that has got a key must report its end.
   */
  choose<A extends Choice>(
    keys: Arr.NonEmptyReadonlyArray<A>,
    model: string | undefined,
    now: number,
    rank: (key: A) => ReadonlyArray<number> = () => []
  ): A {
    const first = this.#turn++ % keys.length
    const usable = (key: A): boolean => this.isUsable(key.name, model, now)
    const rankOf = (key: A): ReadonlyArray<number> =>
      usable(key) ? [0, ...rank(key)] : [1, ...this.#unusable(key, model)]
    let best: A = keys[first] ?? keys[0]
    let least = rankOf(best)
    for (let step = 1; step < keys.length; step++) {
      const key = keys[(first + step) % keys.length] ?? best
      const own = rankOf(key)
      if (isLess(own, least)) {
        best = key
        least = own
      }
    }
    for (const state of this.#of(best.name, model)) state.isTried = true
    return best
  }

  /** Returns whether a key can be used: it never failed, or it may be tried again and no attempt does so now. */
  isUsable(name: Name, model: string | undefined, now: number): boolean {
    return this.#of(name, model).every(({ isTried, until }) => until <= now && !isTried)
  }

  /** Ends the use of a key by an attempt, whatever came of it. */
  ended(name: Name, model: string | undefined): void {
    for (const state of this.#of(name, model)) state.isTried = false
  }

  /**
   * Reports that the provider has accepted a key. What keeps others from using it now stays, since this attempt may
   * have been sent before; unless it was an attempt to try the key again.
   */
  accept(name: Name, model: string | undefined, now: number): void {
    if (this.#states.size === 0) return
    for (const id of [idOf(name, undefined), idOf(name, model)]) {
      const state = this.#states.get(id)
      if (state !== undefined && (state.isTried || state.until <= now)) this.#states.delete(id)
    }
  }

  /** Returns how often a key was refused in a row. */
  refusals(name: Name, model: string | undefined): number {
    return this.#states.get(idOf(name, model))?.refusals ?? 0
  }

  /** Does not use a key for some milliseconds, since it has sent too much. */
  pause(name: Name, model: string | undefined, now: number, millis: number): void {
    const id = idOf(name, model)
    const { isAside = false, refusals = 0, until = -Infinity } = this.#states.get(id) ?? {}
    // Those that were sent together are refused together.
    const next = until > now ? refusals : refusals + 1
    this.#keep(id, { isAside, until: Math.max(until, now + millis), refusals: next, isTried: false })
  }

  /**
   * Sets a key aside, for longer each time, or for as long as its provider says: an hour at most. `model` is
   * `undefined` where the key is refused for all. Returns when it is tried again; `undefined` where it was set aside
   * already.
   */
  setAside(
    name: Name,
    model: string | undefined,
    now: number,
    hint: number | undefined
  ): number | undefined {
    const id = idOf(name, model)
    const known = this.#states.get(id)
    if (known?.isAside === true && known.until > now) return undefined
    const refusals = known?.isAside === true ? known.refusals : 0
    const pause = hint === undefined ? firstPause * 2 ** Math.min(refusals, 10) : Math.max(shortestPause, hint)
    const until = now + Math.min(longestPause, pause)
    this.#keep(id, { isAside: true, until, refusals: refusals + 1, isTried: false })
    return until
  }

  #of(name: Name, model: string | undefined): ReadonlyArray<State> {
    if (this.#states.size === 0) return []
    const ids = model === undefined ? [undefined] : [undefined, model]
    return ids.flatMap((scope) => this.#states.get(idOf(name, scope)) ?? [])
  }

  #unusable({ name }: Choice, model: string | undefined): ReadonlyArray<number> {
    const states = this.#of(name, model)
    return [states.some(({ isAside }) => isAside) ? 1 : 0, Math.max(...states.map(({ until }) => until))]
  }

  #keep(id: string, state: State): void {
    this.#states.delete(id)
    const oldest = this.#states.size < mostStates ? undefined : this.#states.keys().next().value
    if (oldest !== undefined) this.#states.delete(oldest)
    this.#states.set(id, state)
  }
}
