/**
 * The correlation id of a call: the same in `X-Request-ID`, logs, spans and errors, and for all its attempts.
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

const hex = (word: number): string =>
  `${bytes[word >>> 24]}${bytes[(word >>> 16) & 255]}${bytes[(word >>> 8) & 255]}${bytes[word & 255]}`

/**
 * Makes a random UUID (RFC 9562, version 4).
 */
export const makeUnsafe = (random: typeof Random.Random.Service): string => {
  const word = (): number => random.nextDoubleUnsafe() * 2 ** 32 >>> 0
  const a = hex((word() & 0xffff0fff) | 0x4000)
  const b = hex((word() & 0x3fffffff) | 0x80000000)
  return `${hex(word())}-${a.slice(0, 4)}-${a.slice(4)}-${b.slice(0, 4)}-${b.slice(4)}${hex(word())}`
}

/**
 * Makes a random UUID from the `Random` service, so that a seed gives the same ids again.
 */
export const make: Effect.Effect<string> = Effect.map(Random.Random, makeUnsafe)
