/**
 * What had arrived of an answer when it failed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { ToolCall } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

const inspect = Symbol.for("nodejs.util.inspect.custom")

/**
 * Schema class for the part of an answer that arrived before a failure.
 *
 * **Details**
 *
 * `toolCalls` holds only calls that were proven whole. Printing one, or an error that carries one, shows sizes and
 * never the text: completions do not belong in logs. Encode it with its schema, or read its fields, to get the text.
 *
 * @category models
 * @since 0.1.0
 */
export class ResponsePartial extends Schema.Class<ResponsePartial>("sluice/ResponsePartial")({
  responseId: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  text: Schema.String,
  reasoning: Schema.String,
  refusal: Schema.String,
  toolCalls: Schema.Array(ToolCall),
  finishReasonRaw: Schema.NullOr(Schema.String),
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
