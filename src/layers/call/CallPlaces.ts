/**
 * Finds the settings and the retry policy of each call: those of its fiber's context, and else those of the layer.
 */
import type * as Fiber from "effect/Fiber"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { policies } from "../../services/RetryPlaces.ts"
import * as RetryPolicy from "../../services/RetryPolicy.ts"
import * as SettingsPlaces from "../../services/SettingsPlaces.ts"
import { type Settings, SluiceConfig } from "../../services/SluiceConfig.ts"
import type { RetryOptions } from "../resilience/Retry.ts"
import { RetryThrottles } from "../resilience/RetryThrottle.ts"
import type { Environment } from "./Send.ts"

/** What a call runs with. */
export interface CallPlace {
  /** The environment of the transport, with the settings of the call. */
  readonly environment: Environment
  /** The policy of retries, and what bounds them. */
  readonly retry: RetryOptions
}

/** Stands for no policy in the context, since only objects are keys of a `WeakMap`. */
const noPolicy = {}

/** The places of the calls of one layer. What is derived from a context is kept as long as its settings are. */
export class CallPlaces {
  readonly #environment: Environment
  readonly #policy: RetryPolicy.RetryPolicy | undefined
  readonly #registry: ProviderRegistry["Service"]
  readonly #known = new WeakMap<Settings, WeakMap<object, CallPlace>>()

  constructor(
    environment: Environment,
    policy: RetryPolicy.RetryPolicy | undefined,
    registry: ProviderRegistry["Service"]
  ) {
    this.#environment = environment
    this.#policy = policy
    this.#registry = registry
  }

  /** Returns the place of a call in a fiber. */
  of(fiber: Fiber.Fiber<unknown, unknown>): CallPlace {
    const given = fiber.getRef(SluiceConfig)
    const policy = fiber.getRef(RetryPolicy.RetryPolicy)
    const byPolicy = this.#known.get(given) ?? new WeakMap<object, CallPlace>()
    const known = byPolicy.get(policy ?? noPolicy)
    if (known !== undefined) return known
    const made = this.#make(given, policy)
    this.#known.set(given, byPolicy.set(policy ?? noPolicy, made))
    return made
  }

  #make(given: Settings, policy: RetryPolicy.RetryPolicy | undefined): CallPlace {
    const settings = SettingsPlaces.within(this.#environment.settings, given)
    return {
      environment: settings === this.#environment.settings ? this.#environment : { ...this.#environment, settings },
      retry: {
        policy: this.#policyOf(given, policy) ?? RetryPolicy.make(settings),
        throttles: RetryThrottles.of(this.#registry, settings),
        logLevel: settings.logLevel
      }
    }
  }

  /** Returns the policy that wins; `undefined` where the settings do. */
  #policyOf(given: Settings, policy: RetryPolicy.RetryPolicy | undefined): RetryPolicy.RetryPolicy | undefined {
    const own = this.#policy
    const { settings } = this.#environment
    if (policy !== undefined && (own === undefined || own === policy || !policies.isInside(own, policy))) {
      const areInside = SettingsPlaces.changesRetries(given, policy) || SettingsPlaces.changesRetries(settings, policy)
      return areInside ? undefined : policy
    }
    if (own === undefined || SettingsPlaces.givesRetries(given, settings)) return undefined
    return SettingsPlaces.changesRetries(settings, own) ? undefined : own
  }
}
