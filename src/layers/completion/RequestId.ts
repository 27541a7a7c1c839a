/**
 * The correlation id of a call: the same in `X-Request-ID`, logs, spans and errors, and for all its attempts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const hex = (length: number): Effect.Effect<string> =>
  Effect.map(
    Random.nextIntBetween(0, 16 ** length, { halfOpen: true }),
    (value) => value.toString(16).padStart(length, "0")
  )

/**
 * Makes a random UUID (RFC 9562, version 4) from the `Random` service, so that a seed gives the same ids again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<string> = Effect.gen(function*() {
  const variant = yield* Random.nextIntBetween(8, 12, { halfOpen: true })
  const parts = [
    yield* hex(8),
    yield* hex(4),
    `4${yield* hex(3)}`,
    `${variant.toString(16)}${yield* hex(3)}`,
    `${yield* hex(6)}${yield* hex(6)}`
  ]
  return parts.join("-")
})
