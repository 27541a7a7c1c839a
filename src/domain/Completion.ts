/**
 * A whole answer, folded from its events.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { FinishReason } from "./FinishReason.ts"
import { RateLimitSnapshot } from "./RateLimitSnapshot.ts"
import { type Completed, Evidence, type ResponseEvent, Warning } from "./ResponseEvent.ts"
import { InvalidToolCall, ResponseItem, ToolCall } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

/**
 * Schema for a whole answer.
 *
 * **Details**
 *
 * `text`, `reasoning` and `refusal` are the deltas joined. `toolCalls` are safe to run; `invalidToolCalls` are not. `items`
 * is what `Replay.toPrompt` takes. `warnings` says what of the request was left out or changed, and is absent where nothing was.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Completion = Schema.Struct({
  responseId: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  text: Schema.String,
  reasoning: Schema.String,
  refusal: Schema.String,
  toolCalls: Schema.Array(ToolCall),
  invalidToolCalls: Schema.Array(InvalidToolCall),
  items: Schema.Array(ResponseItem),
  finishReason: Schema.NullOr(FinishReason),
  finishReasonRaw: Schema.NullOr(Schema.String),
  finishMessage: Schema.optionalKey(Schema.String),
  usage: Schema.NullOr(TokenUsage),
  rateLimits: Schema.NullOr(RateLimitSnapshot),
  evidence: Schema.Array(Evidence),
  warnings: Schema.optionalKey(Schema.Array(Warning))
})

/**
 * A whole answer.
 *
 * @category models
 * @since 0.1.0
 */
export type Completion = typeof Completion.Type

/**
 * Folds events, in their order, into an answer. Without a `Completed` among them, `finishReason` stays `null`: the answer
 * is not whole.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromEvents = (events: Iterable<ResponseEvent>): Completion => {
  let text = ""
  let reasoning = ""
  let refusal = ""
  const items: Array<ResponseItem> = []
  let responseId: string | null = null
  let model: string | null = null
  let rateLimits: RateLimitSnapshot | null = null
  let warnings: ReadonlyArray<Warning> | undefined
  let completed: Completed | undefined
  for (const event of events) {
    switch (event._tag) {
      case "OutputTextDelta":
        text += event.delta
        break
      case "ReasoningContentDelta":
      case "ReasoningSummaryDelta":
        reasoning += event.delta
        break
      case "RefusalDelta":
        refusal += event.delta
        break
      case "OutputItemDone":
        items.push(event.item)
        break
      case "Created":
        responseId = event.responseId
        model = event.model
        break
      case "RateLimits":
        rateLimits = event.snapshot
        break
      case "Warnings":
        warnings = event.warnings
        break
      case "Completed":
        completed = event
        break
      case "OutputItemAdded":
      case "ReasoningSummaryPartAdded":
      case "ToolPlanDelta":
      case "ToolCallArgumentsDelta":
      case "CitationAdded":
      case "WebSearchCallBegin":
        break
    }
  }
  warnings = completed?.warnings ?? warnings
  return {
    responseId: completed?.responseId ?? responseId,
    model: completed?.model ?? model,
    text,
    reasoning,
    refusal,
    items,
    toolCalls: items.filter((item) => item._tag === "ToolCall"),
    invalidToolCalls: items.filter((item) => item._tag === "InvalidToolCall"),
    finishReason: completed?.finishReason ?? null,
    finishReasonRaw: completed?.finishReasonRaw ?? null,
    ...(completed?.finishMessage === undefined ? {} : { finishMessage: completed.finishMessage }),
    usage: completed?.usage ?? null,
    rateLimits,
    evidence: completed?.evidence ?? [],
    ...(warnings === undefined ? {} : { warnings })
  }
}
