/**
 * Bounds the retries of a whole program: a token bucket for each provider, shared by all calls of one registry.
 *
 * When a provider fails for everyone, each caller's own retries multiply the load on it. The throttle lets retries be a
 * fraction of the traffic, and a few more so that a quiet program can retry at all (gRPC A6, Finagle's RetryBudget).
 */
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import type { Settings } from "../../services/SluiceConfig.ts"

/** The settings of a throttle. */
export type ThrottleSettings = Pick<Settings, "retryShare" | "retryFloor">

/** How many requests' shares a bucket holds at most, so that an hour of success does not pay for a storm. */
const mostRequests = 1000

/** One retry. Sums of fractions are not exact, so that a little less is enough. */
const one = 1 - 1e-9

/** The bucket of one provider. */
export class RetryThrottle {
  readonly #share: number
  readonly #floor: number
  #saved = 0
  #floorLeft: number
  #refilledAt: number | undefined

  constructor({ retryFloor, retryShare }: ThrottleSettings) {
    this.#share = retryShare
    this.#floor = retryFloor
    this.#floorLeft = retryFloor
  }

  /** Records a call, whose share pays for retries. */
  recordCall(): void {
    this.#saved = Math.min(this.#saved + this.#share, mostRequests * this.#share)
  }

  /** Takes one retry from the bucket, and returns whether there was one. `now` is in milliseconds. */
  take(now: number): boolean {
    this.#refill(now)
    if (this.#saved >= one) {
      this.#saved = Math.max(0, this.#saved - 1)
      return true
    }
    if (this.#floorLeft < one) return false
    this.#floorLeft = Math.max(0, this.#floorLeft - 1)
    return true
  }

  /** Refills the floor evenly over ten seconds. */
  #refill(now: number): void {
    const elapsed = now - (this.#refilledAt ?? now)
    this.#refilledAt = now
    if (elapsed > 0) this.#floorLeft = Math.min(this.#floor, this.#floorLeft + (elapsed / 10_000) * this.#floor)
  }
}

/** The throttles of the providers of one registry, for calls with the same settings. */
export class RetryThrottles {
  static readonly #byRegistry = new WeakMap<ProviderRegistry["Service"], Map<string, RetryThrottles>>()
  readonly #settings: ThrottleSettings
  readonly #throttles = new Map<string, RetryThrottle>()

  private constructor(settings: ThrottleSettings) {
    this.#settings = settings
  }

  /**
   * Returns the throttles of a registry, which all operations on it share. Calls with another share or floor have
   * throttles of their own.
   */
  static of(registry: ProviderRegistry["Service"], settings: ThrottleSettings): RetryThrottles {
    const all = RetryThrottles.#byRegistry.get(registry) ?? new Map<string, RetryThrottles>()
    const name = `${settings.retryShare} ${settings.retryFloor}`
    const known = all.get(name)
    if (known !== undefined) return known
    const made = new RetryThrottles(settings)
    RetryThrottles.#byRegistry.set(registry, all.set(name, made))
    return made
  }

  /** Returns the throttle of a provider, by its id. */
  get(provider: string): RetryThrottle {
    const known = this.#throttles.get(provider)
    if (known !== undefined) return known
    const made = new RetryThrottle(this.#settings)
    this.#throttles.set(provider, made)
    return made
  }
}
