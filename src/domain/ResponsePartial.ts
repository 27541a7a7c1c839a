/**
 * The part of a completion that arrived before a failure.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolCall } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

const inspect = Symbol.for("nodejs.util.inspect.custom")

/**
 * Schema class for the part of a completion that arrived before a failure.
 *
 * **Details**
 *
 * Printing one, or an error that carries one, shows sizes and never the text. Read its fields, or encode it with its
 * schema, to get the text.
 *
 * @category models
 * @since 0.1.0
 */
export class ResponsePartial extends Schema.Class<ResponsePartial>("sluice/ResponsePartial")({
  /** The provider's id of the response; `null` where it has none. */
  responseId: Schema.NullOr(Schema.String),
  /** The model that responded, as the provider names it; `null` where it does not. */
  model: Schema.NullOr(Schema.String),
  /** The visible text so far. */
  text: Schema.String,
  /** The reasoning so far. */
  reasoning: Schema.String,
  /** The text so far with which the model declines. */
  refusal: Schema.String,
  /** The tool calls that were proven whole. */
  toolCalls: Schema.Array(ToolCall),
  /** The provider's own name of the finish reason; `null` where none had arrived. */
  finishReasonRaw: Schema.NullOr(Schema.String),
  /** The tokens so far; `null` where none had been reported. */
  usage: Schema.NullOr(TokenUsage)
}) {
  toJSON(): unknown {
    return {
      _tag: "ResponsePartial",
      textLength: this.text.length,
      reasoningLength: this.reasoning.length,
      toolCalls: this.toolCalls.length,
      usage: this.usage
    }
  }

  override toString(): string {
    return JSON.stringify(this)
  }

  [inspect](): unknown {
    return this.toJSON()
  }
}
