/**
 * How fast a response is sent, and in which chunks.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Millis = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Size = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/**
 * Schema for the pace of a response.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Pace = Schema.Struct({
  /** The time from the headers to the first token, in milliseconds. The default is 0. */
  timeToFirstTokenMillis: Schema.optionalKey(Millis),
  /** The number of tokens per second after the first one. The default is no limit. */
  tokensPerSecond: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  /**
   * The proportion, from 0 to 1, by which each pause may be shorter or longer, chosen by the seed. The default is 0.
   */
  jitter: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})

/**
 * The pace of a response.
 *
 * @category models
 * @since 0.1.0
 */
export type Pace = typeof Pace.Type

/**
 * Schema for the sizes of the chunks that a response is written in: one write an event (`events`, the default), one
 * write in all (`whole`), one byte each (`bytes`), a fixed size in bytes, or sizes chosen by the seed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Chunking = Schema.Union([
  Schema.Literals(["events", "whole", "bytes"]),
  Schema.Struct({
    /** The size of a chunk, in bytes. */
    size: Size
  }),
  Schema.Struct({
    /** The bounds of random sizes, which follow from the seed. */
    random: Schema.Struct({
      /** The smallest size, in bytes. The default is 1. */
      minimum: Schema.optionalKey(Size),
      /** The largest size, in bytes. */
      maximum: Size
    })
  })
])

/**
 * The sizes of the chunks that a response is written in.
 *
 * @category models
 * @since 0.1.0
 */
export type Chunking = typeof Chunking.Type
