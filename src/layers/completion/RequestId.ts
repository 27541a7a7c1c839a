/**
 * The correlation id of a call: the same in `X-Request-ID`, logs, spans and errors, and for all its attempts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const digits = (random: number, length: number): string =>
  Math.floor(random * 16 ** length).toString(16).padStart(length, "0")

/**
 * Makes a random UUID (RFC 9562, version 4) from the `Random` service, so that a seed gives the same ids again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<string> = Effect.map(Random.Random, (random) => {
  const next = (length: number): string => digits(random.nextDoubleUnsafe(), length)
  const variant = "89ab"[Math.floor(random.nextDoubleUnsafe() * 4)] ?? "8"
  return `${next(8)}-${next(4)}-4${next(3)}-${variant}${next(3)}-${next(12)}`
})
