/**
 * The limits of one scope: what is used of each, and who waits.
 *
 * Every change is one synchronous step, so that any number of fibers can share one without exceeding it.
 */
import { AdaptiveLimit } from "./AdaptiveLimit.ts"
import type { RateLimitedError } from "./CompletionError.ts"
import type { CostRules, RateCost } from "./RateLimitCosts.ts"
import * as RateLimitLearning from "./RateLimitLearning.ts"
import * as RateLimitMeaning from "./RateLimitMeaning.ts"
import type { RateLimitScope, RateLimitSettings, RateLimitStatus } from "./RateLimitRule.ts"
import type { RateLimitSnapshot } from "./RateLimitSnapshot.ts"
import { type Counted, SlidingWindow } from "./SlidingWindow.ts"

/** What is limited. */
export type RateLimitKind = keyof RateLimitSettings

/**
 * What an attempt waits for: a limit, the end of a pause, or the first response, which shows the limits.
 */
export type RateLimitReason = RateLimitKind | "refused" | "unknown"

/** The limits that are counted over time: what of a cost they count, and over how many milliseconds. */
const windows: Readonly<Record<Exclude<RateLimitKind, "concurrency">, readonly [keyof RateCost, number]>> = {
  requestsPerMinute: ["requests", 60_000],
  requestsPerDay: ["requests", 86_400_000],
  tokensPerMinute: ["tokens", 60_000],
  tokensPerDay: ["tokens", 86_400_000],
  inputTokensPerMinute: ["inputTokens", 60_000],
  outputTokensPerMinute: ["outputTokens", 60_000]
}

const kinds = Object.keys(windows) as ReadonlyArray<keyof typeof windows>

/** One limit over time. */
interface Limit {
  readonly kind: RateLimitKind
  readonly counts: keyof RateCost
  readonly window: SlidingWindow
  /** The part of a minute that it is for, in milliseconds; `undefined` for a limit of its own. */
  readonly slice: number | undefined
}

/** When an attempt may be sent, and what it waits for until then. */
export interface Opportunity {
  /** The moment, in milliseconds since 1970; `Infinity` where another attempt has to end first. */
  readonly at: number
  /** What decides; `undefined` where nothing does. */
  readonly reason: RateLimitReason | undefined
}

/** An attempt that waits. */
export interface Waiter {
  /** Lets it look again. */
  wake: () => void
}

/** How a limiter counts. */
export interface LimiterOptions {
  /** The limits that are known from the beginning. */
  readonly settings: RateLimitSettings
  /** What the provider counts and reports. */
  readonly rules: CostRules
  /** Is called when the limits have changed. */
  readonly onChange: () => void
  /** How much longer than the provider's its windows are, in milliseconds, since requests do not all take as long. */
  readonly margin: number
  /** How many attempts may wait. */
  readonly maxWaiting: number
}

/** Returns how many requests a part of a minute allows. */
const sliceOf = (limit: number, slice: number): number => Math.max(1, Math.floor(limit * slice / 60_000))

/** The estimated tokens of a byte, before the first input whose tokens are known. */
const firstTokensPerByte = 0.3

/** How much the latest input counts in the estimate of the next one. */
const learningShare = 0.2

/** The limits of one scope. Times are in milliseconds since 1970. */
export class RateLimiter {
  readonly scope: RateLimitScope
  readonly #options: LimiterOptions
  readonly #waiting = new Set<Waiter>()
  #limits: ReadonlyArray<Limit> = []
  readonly #concurrency: number
  readonly #adaptive = new AdaptiveLimit()
  #isKnown: boolean
  #pausedUntil = -Infinity
  #refusals = 0
  #reported: RateLimitSnapshot | undefined
  #tokensPerByte = firstTokensPerByte
  #running = 0
  #loggedAt = -Infinity

  constructor(scope: RateLimitScope, options: LimiterOptions) {
    this.scope = scope
    this.#options = options
    this.#concurrency = options.settings.concurrency ?? Infinity
    this.#isKnown = options.rules.reportsLimits !== true || kinds.some((kind) => options.settings[kind] !== undefined)
    for (const kind of kinds) {
      const limit = options.settings[kind]
      if (limit !== undefined) this.#add(kind, limit)
    }
  }

  /** Whether it has nothing to remember: no request waits, and what was used has left all windows. */
  isIdle(now: number): boolean {
    return this.#waiting.size === 0 && this.#running === 0 && this.#pausedUntil <= now &&
      this.#limits.every(({ window }) => window.used(now) === 0)
  }

  /** Returns the estimated tokens of an input of so many bytes. */
  estimate(bytes: number): number {
    return Math.ceil(bytes * this.#tokensPerByte)
  }

  /** Learns from an input of so many bytes whose tokens were reported. */
  learn(bytes: number, tokens: number): void {
    if (tokens <= 0 || !(bytes > 0 && bytes < Infinity)) return
    this.#tokensPerByte += learningShare * (Math.min(1, tokens / bytes) - this.#tokensPerByte)
  }

  /** Returns when an attempt may be sent, were it the first. */
  opportunity(cost: RateCost, now: number): Opportunity {
    if (this.#running >= this.#atOnce) return { at: Infinity, reason: "concurrency" }
    // The first response shows the limits, before other requests exceed them.
    if (!this.#isKnown && this.#running > 0) return { at: Infinity, reason: "unknown" }
    let found: Opportunity = this.#pausedUntil > now
      ? { at: this.#pausedUntil, reason: "refused" }
      : { at: now, reason: undefined }
    for (const { counts, kind, window } of this.#limits) {
      const at = window.availableAt(cost[counts], now)
      if (at > found.at) found = { at, reason: kind }
    }
    return found
  }

  /** Takes what an attempt needs. */
  take(cost: RateCost, now: number): RateReservation {
    this.#running++
    const counted = this.#limits.map((limit) => ({
      limit,
      counted: limit.window.add(Math.min(cost[limit.counts], limit.window.limit), now)
    }))
    return new RateReservation(counted, () => {
      this.#running--
      this.#first()?.wake()
    })
  }

  /** Learns from the limits that a response reports; `undefined` where it reports none. */
  report(snapshot: RateLimitSnapshot | undefined, now: number): void {
    const wasKnown = this.#isKnown
    const before = this.#limits
    this.#isKnown = true
    if (snapshot !== undefined) {
      this.#reported = snapshot
      const { rules } = this.#options
      for (const reported of RateLimitLearning.limitsOf(rules, snapshot, now)) this.#learn(reported, now)
    }
    if (this.#limits !== before) this.#options.onChange()
    if (!wasKnown || this.#limits !== before) this.#first()?.wake()
  }

  /** Learns from a refusal of a request that was sent at a moment and has not been settled. */
  refuse(error: RateLimitedError, sentAt: number, now: number): void {
    this.report(error.rateLimits, now)
    const meaning = RateLimitMeaning.of(error)
    const adapts = meaning === "concurrency" || meaning === "acceleration"
    const isLower = adapts && this.#adaptive.lower(this.#running, sentAt, now)
    const until = now + RateLimitMeaning.pauseOf(meaning, error, this.#refusals)
    // Those that were sent before the latest pause are refused together with others.
    if (sentAt >= this.#pausedUntil) this.#refusals++
    const isLonger = until > Math.max(now, this.#pausedUntil)
    if (isLonger) this.#pausedUntil = until
    if (isLower || isLonger) this.#options.onChange()
  }

  /** Learns from a response that was whole. */
  accept(): void {
    this.#refusals = 0
    this.#adaptive.raise()
  }

  /** Lets an attempt wait behind the others, and returns whether there is room. */
  join(waiter: Waiter): boolean {
    if (this.#waiting.size >= this.#options.maxWaiting) return false
    this.#waiting.add(waiter)
    return true
  }

  /** Ends the wait of an attempt. The next one is woken. */
  leave(waiter: Waiter): void {
    const isFirst = this.#first() === waiter
    this.#waiting.delete(waiter)
    if (isFirst) this.#first()?.wake()
  }

  /** Returns whether it is the turn of an attempt: that of the first that waits, or of any where none waits. */
  isTurnOf(waiter: Waiter | undefined): boolean {
    return this.#waiting.size === 0 || this.#first() === waiter
  }

  /** Returns whether a wait should be logged: at most once a minute. */
  shouldLog(now: number): boolean {
    if (now - this.#loggedAt < 60_000) return false
    this.#loggedAt = now
    return true
  }

  /** Returns what is known now. */
  status(now: number): RateLimitStatus {
    const own = this.#limits.filter(({ slice }) => slice === undefined).map(({ kind, window }) => ({
      kind,
      limit: window.limit,
      used: window.used(now)
    }))
    const atOnce = { kind: "concurrency", limit: this.#atOnce, used: this.#running } as const
    const nothing = { requests: 1, tokens: 1, inputTokens: 1, outputTokens: 1 }
    return {
      scope: this.scope,
      limits: this.#atOnce === Infinity ? own : [...own, atOnce],
      pausedUntil: this.#pausedUntil > now ? this.#pausedUntil : undefined,
      reported: this.#reported,
      running: this.#running,
      waiting: this.#waiting.size,
      reason: this.#waiting.size === 0 ? undefined : this.opportunity(nothing, now).reason
    }
  }

  get #atOnce(): number {
    return Math.min(this.#concurrency, this.#adaptive.limit)
  }

  #windowOf(kind: RateLimitKind): SlidingWindow | undefined {
    return this.#limits.find((entry) => entry.kind === kind && entry.slice === undefined)?.window
  }

  /** Takes over a reported limit, and counts what others have used of it. */
  #learn({ kind, limit, remaining, resetsAt }: RateLimitLearning.ReportedLimit, now: number): void {
    if (limit !== undefined && this.#windowOf(kind)?.limit !== limit) this.#set(kind, limit)
    const window = this.#windowOf(kind)
    if (window === undefined || remaining === undefined) return
    const { roundsTo = 1 } = this.#options.rules
    const foreign = window.limit - remaining - window.used(now)
    if (foreign < (windows[kind][0] === "requests" ? 1 : roundsTo)) return
    const leaves = Math.min(resetsAt ?? Infinity, now + window.length)
    if (leaves > now) window.add(foreign, Math.ceil(leaves - window.length))
  }

  #set(kind: keyof typeof windows, limit: number): void {
    const known = this.#limits.filter((entry) => entry.kind === kind)
    if (known.length === 0) return this.#add(kind, limit)
    for (const { slice, window } of known) window.limit = slice === undefined ? limit : sliceOf(limit, slice)
    this.#limits = [...this.#limits]
  }

  #first(): Waiter | undefined {
    return this.#waiting.values().next().value
  }

  #add(kind: keyof typeof windows, limit: number): void {
    const [counts, length] = windows[kind]
    const { margin, rules: { slices = [] } } = this.#options
    const added: Array<Limit> = [
      { kind, counts, window: new SlidingWindow(limit, Math.ceil(length + margin)), slice: undefined }
    ]
    if (kind === "requestsPerMinute") {
      for (const slice of slices) {
        added.push({
          kind,
          counts,
          window: new SlidingWindow(sliceOf(limit, slice), Math.ceil(slice * (1 + margin / length))),
          slice
        })
      }
    }
    this.#limits = [...this.#limits, ...added]
  }
}

interface Taken {
  readonly limit: Limit
  readonly counted: Counted
}

/** What one attempt holds until it has ended. */
export class RateReservation {
  readonly #taken: ReadonlyArray<Taken>
  readonly #onEnd: () => void
  #sentAt: number | undefined
  #isOver = false

  constructor(taken: ReadonlyArray<Taken>, onEnd: () => void) {
    this.#taken = taken
    this.#onEnd = onEnd
  }

  /** When it was sent, in milliseconds since 1970; `undefined` before. */
  get sentAt(): number | undefined {
    return this.#sentAt
  }

  /** Counts it from now on: it may have waited for a connection. */
  sent(now: number): void {
    this.#sentAt = now
    for (const { counted, limit } of this.#taken) limit.window.move(counted, now)
  }

  /** Gives everything back, unless it was sent. */
  release(): void {
    if (this.#sentAt === undefined) this.unsent()
  }

  /** Gives everything back, since it was not sent after all. */
  unsent(): void {
    this.#end(({ counted, limit }) => limit.window.replace(counted, 0))
  }

  /**
   * Counts what it has used in the place of what it reserved; `undefined` where that is not known. What is more than it
   * reserved counts from now on.
   */
  settle(used: RateCost | undefined, now: number): void {
    if (used === undefined) return this.#end(() => {})
    this.#end(({ counted, limit: { counts, window } }) => {
      const amount = Math.min(used[counts], window.limit)
      if (amount > counted.amount) window.add(amount - counted.amount, now)
      else window.replace(counted, amount)
    })
  }

  #end(change: (taken: Taken) => void): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#taken.forEach(change)
    this.#onEnd()
  }
}
