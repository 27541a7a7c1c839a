/**
 * What became of one attempt of a call.
 *
 * @since 0.2.0
 */
import * as Schema from "effect/Schema"
import { TokenUsage } from "./TokenUsage.ts"

/**
 * One attempt of a call that needed several. It is plain JSON.
 *
 * @category models
 * @since 0.2.0
 */
export class AttemptRecord extends Schema.Opaque<AttemptRecord>()(Schema.Struct({
  /** The id of the provider. */
  provider: Schema.String,
  /** The provider's own name of the model, for requests to one. */
  model: Schema.optionalKey(Schema.String),
  /** The number of the attempt, from 1. */
  number: Schema.Int,
  /** `success`, or the `_tag` of its error. */
  outcome: Schema.String,
  /** The HTTP status of its error, where there was a response. */
  status: Schema.optionalKey(Schema.Int),
  /** How long it took, in milliseconds. */
  millis: Schema.Finite,
  /** The tokens that the provider had reported. */
  usage: Schema.optionalKey(TokenUsage),
  /** The wait before the next attempt, in milliseconds. */
  delay: Schema.optionalKey(Schema.Finite)
})) {}
