/**
 * Failures of budgets.
 *
 * @since 0.2.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/**
 * What a budget has spent on one model.
 *
 * @category models
 * @since 0.2.0
 */
export class Spending extends Schema.Opaque<Spending>()(Schema.Struct({
  /** Id of the provider. */
  provider: Schema.String,
  /** The provider's own name of the model. */
  model: Schema.optionalKey(Schema.String),
  /** How many attempts were sent. */
  attempts: Schema.Int,
  /** Tokens read and written, estimated ones included. */
  tokens: Schema.Int,
  /** The part of `tokens` that is an upper bound, since the attempt was cut or its usage was not reported. */
  estimatedTokens: Schema.Int,
  /** Tokens that such attempts did report, beside the upper bound. */
  partialTokens: Schema.Int,
  /** Cost in US dollars, estimated cost included; 0 where no budget limits money. */
  usd: Schema.Finite,
  /** The part of `usd` that is an upper bound. */
  estimatedUsd: Schema.Finite
})) {}

/**
 * The budget does not allow another attempt. Nothing was sent for it.
 *
 * @category errors
 * @since 0.2.0
 */
export class BudgetExceededError extends discreet(
  Schema.TaggedError<BudgetExceededError>()("BudgetExceededError", {
    ...errorContext,
    /** What ran out. */
    kind: Schema.Literals(["attempts", "tokens", "usd"]),
    /** The budget's limit of it: attempts, tokens, or US dollars. */
    limit: Schema.Finite,
    /** How much of it the attempt would have reserved. */
    needed: Schema.Finite,
    /** What was spent on each model. */
    spent: Schema.Array(Spending),
    /** The `_tag` of the error of the latest attempt. */
    lastFailure: Schema.optionalKey(Schema.String),
    /** Whether amounts of money are computed from prices of the lowest tier, since no others are known. */
    lowestTier: Schema.optionalKey(Schema.Boolean)
  })
) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const unit = this.kind === "usd" ? "US dollars" : this.kind
    const last = this.lastFailure === undefined ? "" : `; the last attempt failed with ${this.lastFailure}`
    return sentence(
      this,
      `cannot be called within the budget of ${this.limit} ${unit}: ${this.needed} more would be needed${last}`,
      "Raise the budget, or request less."
    )
  }
}
