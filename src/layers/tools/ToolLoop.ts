/**
 * Runs a model and its tools in a loop: a response, the tool calls in it, the next response, until the model is done.
 *
 * Tools are toolkits of `effect/ai`. A tool starts only when the response that calls it is proven whole. The loop is
 * one stream of events, or one effect with its end; its state is data, which can be stored and continued by another
 * process.
 *
 * **Example** (A question that needs a tool)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Tool, Toolkit } from "effect/ai"
 * import { ToolLoop } from "sluice"
 *
 * const weather = Tool.make("weather", {
 *   description: "Returns the temperature in a city, in degrees Celsius",
 *   parameters: Schema.Struct({ city: Schema.String }),
 *   success: Schema.Finite
 * })
 * const toolkit = Toolkit.make(weather)
 * const handlers = toolkit.toLayer({ weather: () => Effect.succeed(12) })
 *
 * export const program = ToolLoop.run({
 *   model: "openai/gpt-5.4-mini",
 *   prompt: "How warm is it in Oslo?",
 *   toolkit
 * }).pipe(
 *   Effect.map(({ text }) => text),
 *   Effect.provide(handlers)
 * )
 * ```
 *
 * @since 0.2.0
 */
import type * as Tool from "effect/ai/Tool"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { LoopFinished, ToolLoopEvent } from "../../domain/ToolLoopEvent.ts"
import type { ToolLoopState } from "../../domain/ToolLoopState.ts"
import type { LoopError, LoopRequest, LoopServices, ResumeRequest } from "./LoopRequest.ts"
import { last, restart, start } from "./Start.ts"

export type {
  ApprovalRequested,
  LoopEvent,
  LoopFinished,
  StepFinished,
  StepStarted,
  ToolFailureKind,
  ToolFinished,
  ToolLoopEvent,
  ToolProgress,
  ToolStarted,
  ToolUnknown
} from "../../domain/ToolLoopEvent.ts"
export { EndReason, LoopToolCall, StateFromJson, ToolLoopState } from "../../domain/ToolLoopState.ts"
export { CurrentToolCall } from "../../services/CurrentToolCall.ts"
export type { LoopError, LoopOptions, LoopRequest, LoopServices, ResumeRequest } from "./LoopRequest.ts"
export type { NextStep, StepChange } from "./Settings.ts"
export {
  all,
  any,
  duration,
  type LoopProgress,
  repetition,
  steps,
  type StopCondition,
  tokens,
  toolCalled,
  usd,
  when
} from "./StopCondition.ts"
export { ToolTimeout } from "./ToolTimeout.ts"

/**
 * Streams a loop: the events of its steps' responses as they arrive, those of its tools, and at the end `LoopFinished`.
 *
 * **Details**
 *
 * Interrupting the consumer, or stopping early, closes the connection and interrupts all handlers. A slow consumer
 * slows the reading. A step that fails before its first event is retried by the `RetryPolicy`; one that is cut later
 * fails the loop, and none of its tools run.
 *
 * **Example** (Text and tools on a terminal)
 *
 * ```ts
 * import { Console, Stream } from "effect"
 * import { Toolkit } from "effect/ai"
 * import { ToolLoop } from "sluice"
 *
 * export const program = ToolLoop.stream({
 *   model: "openai/gpt-5.4-mini",
 *   prompt: "How warm is it in Oslo?",
 *   toolkit: Toolkit.empty
 * }).pipe(
 *   Stream.runForEach((event) => {
 *     if (event._tag === "OutputTextDelta") return Console.log(event.delta)
 *     return event._tag === "ToolStarted" ? Console.log(`… ${event.name}`) : Console.log(event._tag)
 *   })
 * )
 * ```
 *
 * @category constructors
 * @since 0.2.0
 */
export const stream = <
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
>(
  request: LoopRequest<Tools, RT, EP, RP, EO, RO, ES, RS>
): Stream.Stream<ToolLoopEvent, LoopError<Tools, EP | EO | ES>, LoopServices<Tools, RT | RP | RO | RS>> =>
  start(request as unknown as Parameters<typeof start>[0], false)

/**
 * Runs a loop, and returns its end. Each step is requested as `ChatModel.complete` does, so that a response that is cut
 * is requested again.
 *
 * @category constructors
 * @since 0.2.0
 */
export const run = <
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
>(
  request: LoopRequest<Tools, RT, EP, RP, EO, RO, ES, RS>
): Effect.Effect<LoopFinished, LoopError<Tools, EP | EO | ES>, LoopServices<Tools, RT | RP | RO | RS>> =>
  last(start(request as unknown as Parameters<typeof start>[0], true))

/**
 * Continues a loop from its state, in this process or another one, and streams its further events.
 *
 * **Details**
 *
 * Tool calls that have finished are not run again. One whose handler had started and not ended is run again only if its
 * tool has the annotation `Tool.Idempotent`; otherwise it is a `ToolUnknown` event, and the model reads that it is
 * not known whether the tool ran. A response that was interrupted is requested again.
 *
 * @category constructors
 * @since 0.2.0
 */
export const resume = <
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
>(
  state: ToolLoopState,
  request: ResumeRequest<Tools, RT, EP, RP, EO, RO, ES, RS>
): Stream.Stream<ToolLoopEvent, LoopError<Tools, EP | EO | ES>, LoopServices<Tools, RT | RP | RO | RS>> =>
  restart(state, request as unknown as Parameters<typeof restart>[1], false)

/**
 * Continues a loop from its state as `resume` does, and returns its end.
 *
 * @category constructors
 * @since 0.2.0
 */
export const resumeRun = <
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
>(
  state: ToolLoopState,
  request: ResumeRequest<Tools, RT, EP, RP, EO, RO, ES, RS>
): Effect.Effect<LoopFinished, LoopError<Tools, EP | EO | ES>, LoopServices<Tools, RT | RP | RO | RS>> =>
  last(restart(state, request as unknown as Parameters<typeof restart>[1], true))
