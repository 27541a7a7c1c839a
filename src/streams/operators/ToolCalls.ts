/**
 * Follows the tool calls of a completion while they arrive.
 *
 * **Example** (A tool call while its arguments arrive)
 *
 * ```ts
 * import { Console, Schema, Stream } from "effect"
 * import { Tool } from "effect/ai"
 * import { ChatModel, ToolCalls } from "sluice"
 *
 * const Weather = Tool.make("weather", {
 *   description: "Returns the weather in a city",
 *   parameters: Schema.Struct({ city: Schema.String, days: Schema.optionalKey(Schema.Int) })
 * })
 *
 * export const program = ChatModel.stream({
 *   model: "openai/gpt-5.4-mini",
 *   prompt: "How will the weather be in Oslo?",
 *   tools: [Weather]
 * }).pipe(
 *   ToolCalls.states({ tools: [Weather] }),
 *   Stream.runForEach((state) => {
 *     switch (state._tag) {
 *       case "Arguments":
 *         return Console.log(state.name, state.value)
 *       case "Complete":
 *         return Console.log(`weather in ${state.arguments.city}`)
 *       case "Failed":
 *         return Console.log(state.failure, state.recovery._tag)
 *       default:
 *         return Console.log(state._tag)
 *     }
 *   })
 * )
 * ```
 *
 * @since 0.2.0
 */
import type * as Tool from "effect/ai/Tool"
import * as Arr from "effect/Array"
import type * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Stage, ToolCallState } from "../../domain/ToolCallState.ts"
import { defaultLimits } from "../json/partial/ValueReader.ts"
import { type CallSettings, CallStates } from "./calls/CallStates.ts"
import { DecodedCalls } from "./calls/DecodedCalls.ts"
import * as TimedPull from "./calls/TimedPull.ts"

/**
 * How long a call may be in each stage. The time of the program that reads the states does not count.
 *
 * @category models
 * @since 0.2.0
 */
export interface StageTimeouts {
  /** From the beginning of a call to its name. Default: no limit. */
  readonly waiting?: Duration.Input | undefined
  /** From the name to the first piece of the arguments. Default: no limit. */
  readonly naming?: Duration.Input | undefined
  /** From the first piece of the arguments to the end of the call. Default: no limit. */
  readonly arguments?: Duration.Input | undefined
}

/**
 * Options of `states`.
 *
 * @category models
 * @since 0.2.0
 */
export interface Options<Tools extends Tool.Any = never> {
  /**
   * The tools of the request, an array of them or a toolkit: their schemas decode the arguments, and a call of another
   * tool fails. The parameters of tools with a JSON Schema are not decoded. Default: arguments are JSON, of any tool.
   */
  readonly tools?:
    | ReadonlyArray<Tools>
    | {
      /** The tools of the toolkit, by name. */
      readonly tools: Readonly<Record<string, Tools>>
    }
    | undefined
  /** The most bytes of the arguments of a call, in UTF-8. Default 16,777,216. */
  readonly maxBytes?: number | undefined
  /** The most levels of containers in the arguments. Default 128. */
  readonly maxDepth?: number | undefined
  /** The most calls that are open at once. Default 1,024. */
  readonly maxOpenCalls?: number | undefined
  /** How long a call may be in each stage. Default: no limits. */
  readonly timeouts?: StageTimeouts | undefined
  /**
   * What happens to arguments that are not JSON, or not those of the tool. Default `fail`.
   *
   * - `fail`: the call is `Failed`.
   * - `return`: it is `Failed`, and its recovery has a message for the model.
   * - `repair`: arguments that are not JSON are read by a lenient `PartialJson`, and what is not whole at a missing end
   *   is left out. The call is `Complete`, with its `repairs`, if what is left fits the tool. Arguments that were cut
   *   may lack more than can be seen: look at `repairs` before a tool runs.
   */
  readonly onInvalidArguments?: "fail" | "return" | "repair" | undefined
}

const stages: ReadonlyArray<Stage> = ["waiting", "naming", "arguments"]

const limitsOf = (timeouts: StageTimeouts): CallSettings["limits"] => {
  const limits: Partial<Record<Stage, number>> = {}
  for (const stage of stages) {
    const timeout = timeouts[stage]
    const limit = timeout === undefined ? Infinity : Duration.toMillis(Duration.fromInputUnsafe(timeout))
    if (Number.isFinite(limit)) limits[stage] = limit
  }
  return limits
}

const settingsOf = (options: Options<Tool.Any>): CallSettings => ({
  maxBytes: options.maxBytes ?? defaultLimits.maxLength,
  maxDepth: options.maxDepth ?? defaultLimits.maxDepth,
  maxOpenCalls: options.maxOpenCalls ?? 1024,
  limits: limitsOf(options.timeouts ?? {}),
  onInvalidArguments: options.onInvalidArguments ?? "fail"
})

const decoderOf = <Tools extends Tool.Any>(
  { onInvalidArguments = "fail", tools }: Options<Tools>
): DecodedCalls<Tool.ParametersDecodingServices<Tools>> | undefined =>
  tools === undefined
    ? undefined
    : new DecodedCalls("tools" in tools ? Object.values(tools.tools) : tools, onInvalidArguments)

type States = ReadonlyArray<ToolCallState>

/** Reads the states of one stream, array by array. */
const pullStates = <E, R>(
  pull: Pull.Pull<Arr.NonEmptyReadonlyArray<ResponseEvent>, E>,
  scope: Scope.Scope,
  clock: Clock.Clock,
  settings: CallSettings,
  decoder: DecodedCalls<R> | undefined
): Pull.Pull<Arr.NonEmptyReadonlyArray<ToolCallState>, E, void, R> => {
  const calls = new CallStates(settings)
  const within = TimedPull.make(pull, scope)
  // The time in which events were waited for.
  let waited = 0

  const read = (millis: number | undefined): Effect.Effect<States, E | Cause.Done> =>
    Effect.suspend(() => {
      const since = clock.monotonicTimeNanosUnsafe()
      return Effect.map(within(millis), (events) => {
        waited += Number(clock.monotonicTimeNanosUnsafe() - since) / 1e6
        return events === undefined ? calls.expire(waited) : calls.read(events, waited)
      })
    })

  const decode = (states: States): Effect.Effect<States, never, R> =>
    decoder === undefined || !states.some(({ _tag }) => _tag === "Complete")
      ? Effect.succeed(states)
      : Effect.forEach(
        states,
        (state): Effect.Effect<ToolCallState, never, R> =>
          state._tag === "Complete" ? decoder.decode(state) : Effect.succeed(state)
      )

  const next: ReturnType<typeof pullStates<E, R>> = Effect.suspend(() => {
    const { deadline } = calls
    const millis = deadline === undefined ? undefined : deadline - waited
    const states = millis !== undefined && millis <= 0 ? Effect.succeed(calls.expire(waited)) : read(millis)
    return Effect.flatMap(
      Effect.flatMap(states, decode),
      (states) => Arr.isReadonlyArrayNonEmpty(states) ? Effect.succeed(states) : next
    )
  })
  return next
}

/**
 * Returns the states of the tool calls of a completion.
 *
 * **Details**
 *
 * - A call begins with `Waiting`, goes on with `Naming` and `Arguments`, and ends with `Complete` or `Failed`. A call
 *   that came whole has no `Arguments`. The states of interleaved calls are interleaved; `index` tells them apart.
 * - `Complete` comes only when the provider has proven the call whole. A stream of events that fails, fails with the
 *   same error, and the calls that were open have no further states.
 * - A failed call does not fail the stream, nor does it end the other calls.
 * - Events that come together, as those of a network chunk do, are read together: each call has at most one `Arguments`
 *   among their states.
 * - Free-form calls, whose input is text, and calls that the provider runs have no states.
 *
 * @category operators
 * @since 0.2.0
 */
export const states = <Tools extends Tool.Any = never>(
  options: Options<Tools> = {}
): <E, R>(
  events: Stream.Stream<ResponseEvent, E, R>
) => Stream.Stream<ToolCallState<Tools>, E, R | Tool.ParametersDecodingServices<Tools>> => {
  const settings = settingsOf(options)
  const decoder = decoderOf(options)
  return <E, R>(events: Stream.Stream<ResponseEvent, E, R>) =>
    Stream.transformPull(
      events,
      (pull, scope) => Clock.clockWith((clock) => Effect.succeed(pullStates(pull, scope, clock, settings, decoder)))
    ) as Stream.Stream<never, E, R | Tool.ParametersDecodingServices<Tools>>
}
