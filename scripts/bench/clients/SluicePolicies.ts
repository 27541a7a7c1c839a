/** Sluice with rate limits that never keep a request waiting, and with circuit breakers that never open. */
import * as Layer from "effect/Layer"
import { CircuitBreakers, RateLimitManager } from "sluice"
import type { Client, Target } from "./Client.ts"
import { live, openWith } from "./Sluice.ts"

const limits = ["openai", "anthropic"].map((provider) => ({
  provider,
  requestsPerMinute: 1e9,
  tokensPerMinute: 1e12,
  concurrency: 1e6
}))

const rateLimits = Layer.orDie(RateLimitManager.layer({ limits }))
const breakers = Layer.orDie(CircuitBreakers.layer())

/** Opens Sluice with both. */
export const open = (target: Target): Promise<Client> =>
  openWith(target, live(target).pipe(Layer.provide([rateLimits, breakers])), true)

/** Opens Sluice with rate limits alone. */
export const openWithLimits = (target: Target): Promise<Client> =>
  openWith(target, live(target).pipe(Layer.provide(rateLimits)), true)

/** Opens Sluice with circuit breakers alone. */
export const openWithBreakers = (target: Target): Promise<Client> =>
  openWith(target, live(target).pipe(Layer.provide(breakers)), true)
