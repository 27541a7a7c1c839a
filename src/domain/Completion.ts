/**
 * Completions, folded from their events.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AttemptRecord } from "./AttemptRecord.ts"
import { FinishReason } from "./FinishReason.ts"
import { RateLimitSnapshot } from "./RateLimitSnapshot.ts"
import { type Completed, Evidence, type OutputItemDone, type ResponseEvent, Warning } from "./ResponseEvent.ts"
import { InvalidToolCall, ResponseItem, ToolCall } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

/**
 * A completion.
 *
 * @category models
 * @since 0.1.0
 */
export class Completion extends Schema.Opaque<Completion>()(Schema.Struct({
  /** The provider's id of the response; `null` where it has none. */
  responseId: Schema.NullOr(Schema.String),
  /** The model that responded, as the provider names it; `null` where it does not. */
  model: Schema.NullOr(Schema.String),
  /** The visible text: the text deltas, joined. Empty where there is none. */
  text: Schema.String,
  /** The reasoning and its summaries: the reasoning deltas, joined. Empty where there is none. */
  reasoning: Schema.String,
  /** The text with which the model declines: the refusal deltas, joined. Empty where it does not decline. */
  refusal: Schema.String,
  /** The calls of the caller's tools, which are safe to run. */
  toolCalls: Schema.Array(ToolCall),
  /** The tool calls that must not be run, because their arguments are not JSON. */
  invalidToolCalls: Schema.Array(InvalidToolCall),
  /** All items in order; `Replay.toPrompt` turns them into a prompt. */
  items: Schema.Array(ResponseItem),
  /** Why the model stopped; `null` for events without `Completed`, whose completion is not whole. */
  finishReason: Schema.NullOr(FinishReason),
  /** The provider's own name of the finish reason; `null` where it sent none. */
  finishReasonRaw: Schema.NullOr(Schema.String),
  /** The provider's explanation of the finish reason. */
  finishMessage: Schema.optionalKey(Schema.String),
  /** The tokens read and written; `null` where the provider reports none. */
  usage: Schema.NullOr(TokenUsage),
  /** The rate limits that the response reports; `null` where it reports none. */
  rateLimits: Schema.NullOr(RateLimitSnapshot),
  /** The signals that proved the completion whole. */
  evidence: Schema.Array(Evidence),
  /** What of the request was left out or changed. Absent where nothing was. */
  warnings: Schema.optionalKey(Schema.Array(Warning)),
  /**
   * All attempts of the call, in order, where there were several. `usage` is that of the last one; each failed one has
   * its own.
   */
  attempts: Schema.optionalKey(Schema.Array(AttemptRecord))
})) {}

/**
 * Returns items in the order in which they began. A tool call is done after items that began later: it waits for the
 * proof that it is whole.
 */
const inOrder = (done: ReadonlyArray<OutputItemDone>): ReadonlyArray<ResponseItem> =>
  done.toSorted((one, other) => one.outputIndex - other.outputIndex).map(({ item }) => item)

/**
 * Folds events, in their order, into a completion. Without a `Completed` among them `finishReason` is `null`: the
 * completion is not whole.
 *
 * **Example** (Text as it comes, and the completion at the end)
 *
 * ```ts
 * import { Effect, Stream } from "effect"
 * import { ChatModel, Completion, type CompletionRequest, type ResponseEvent } from "sluice"
 *
 * export const run = Effect.fnUntraced(function*(
 *   request: CompletionRequest.CompletionRequestInput,
 *   print: (text: string) => Effect.Effect<void>
 * ) {
 *   const events: Array<ResponseEvent.ResponseEvent> = []
 *   yield* ChatModel.stream(request).pipe(
 *     Stream.runForEach((event) => {
 *       events.push(event)
 *       return event._tag === "OutputTextDelta" ? print(event.delta) : Effect.void
 *     })
 *   )
 *   return Completion.fromEvents(events)
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromEvents = (events: Iterable<ResponseEvent>): Completion => {
  let text = ""
  let reasoning = ""
  let refusal = ""
  const done: Array<OutputItemDone> = []
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
        done.push(event)
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
  const items = inOrder(done)
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
    ...(warnings === undefined ? {} : { warnings }),
    ...(completed?.attempts === undefined ? {} : { attempts: completed.attempts })
  }
}
