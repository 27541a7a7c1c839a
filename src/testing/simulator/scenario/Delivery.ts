/**
 * How fast an answer comes and in which pieces of bytes.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Millis = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Size = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/**
 * Schema for the pace of an answer. What is left out takes no time.
 *
 * **Details**
 *
 * `jitter` is the proportion by which each gap may be shorter or longer, chosen by the seed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Pace = Schema.Struct({
  timeToFirstTokenMillis: Schema.optionalKey(Millis),
  tokensPerSecond: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0))),
  jitter: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))
})

/**
 * @category models
 * @since 0.1.0
 */
export type Pace = typeof Pace.Type

/**
 * Schema for the pieces in which the bytes are written: one write an event (the default), everything in one, one byte
 * each, a fixed size across events, or sizes chosen by the seed.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Chunking = Schema.Union([
  Schema.Literals(["events", "whole", "bytes"]),
  Schema.Struct({ size: Size }),
  Schema.Struct({ random: Schema.Struct({ minimum: Schema.optionalKey(Size), maximum: Size }) })
])

/**
 * @category models
 * @since 0.1.0
 */
export type Chunking = typeof Chunking.Type
