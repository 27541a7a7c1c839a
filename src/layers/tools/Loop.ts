/**
 * Runs a tool loop, phase by phase: a response, then its tool calls, and so on. Each phase is a stream of events.
 */
import type * as Arr from "effect/Array"
import * as Prompt from "effect/ai/Prompt"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { Completion } from "../../domain/Completion.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import type { LoopFinished, StepFinished, ToolLoopEvent } from "../../domain/ToolLoopEvent.ts"
import type { EndReason, LoopToolCall, ToolLoopState } from "../../domain/ToolLoopState.ts"
import * as ApprovalParts from "./ApprovalParts.ts"
import * as Digest from "./Digest.ts"
import type { LoopFailure, Settings, StepChange } from "./Settings.ts"
import { StateKeeper } from "./StateKeeper.ts"
import * as Step from "./Step.ts"
import type { LoopProgress } from "./StopCondition.ts"
import { ToolCallRunner } from "./ToolCallRunner.ts"
import * as Transcript from "./Transcript.ts"

type Phase = Stream.Stream<ToolLoopEvent, LoopFailure>

/** How many events of tools wait for a slow consumer. */
const buffer = 16

/** Returns the calls of a response that must not be run, with the result that says so. */
const notRun = (calls: ReadonlyArray<LoopToolCall>): ReadonlyArray<LoopToolCall> =>
  calls.map((call) => ({
    ...call,
    status: "finished",
    result: "The tool was not run: the response was not whole.",
    isFailure: true
  }))

const isUnknown = ({ status }: LoopToolCall): boolean => status === "unknown"

/** One loop. */
export class Loop {
  readonly #settings: Settings
  readonly #keeper: StateKeeper
  readonly #runner: ToolCallRunner
  /** The completion of the latest step, if this process received it. */
  #completion: Completion | undefined
  #isWaiting = false
  #isOver = false

  constructor(settings: Settings, keeper: StateKeeper) {
    this.#settings = settings
    this.#keeper = keeper
    this.#runner = new ToolCallRunner(settings, keeper)
  }

  /** The next phase. */
  readonly next: Pull.Pull<Arr.NonEmptyReadonlyArray<Phase>, LoopFailure> = Effect.suspend(() => {
    if (this.#isOver) return Cause.done()
    const { calls, ended } = this.#keeper.state
    if (this.#isWaiting || ended !== undefined) {
      this.#isOver = true
      return Effect.succeed([Stream.succeed(this.#finished())] as const)
    }
    return Effect.succeed([calls.length > 0 ? this.#tools() : this.#step()] as const)
  })

  get #progress(): LoopProgress {
    const { called, millis, repeats, step, usage, usd } = this.#keeper.state
    return { steps: step, usage, usd, millis, called, repeats }
  }

  /** Requests a step. */
  #step(): Phase {
    const { messages, step: before } = this.#keeper.state
    const step = before + 1
    return Stream.unwrap(Effect.map(this.#prepared(step, messages), (change) => {
      const request = Step.requestOf(this.#settings, step, messages, change)
      const response = Step.respond(this.#settings, request, (completion) => {
        this.#completion = completion
      })
      return Stream.succeed<ToolLoopEvent>({ _tag: "StepStarted", step, model: request.model }).pipe(
        Stream.concat(response),
        Stream.concat(
          Stream.unwrap(Effect.map(Effect.suspend(() => this.#received(step, change.tools)), Stream.fromArray))
        )
      )
    }))
  }

  #prepared(step: number, messages: Prompt.Prompt): Effect.Effect<StepChange, LoopFailure> {
    const { prepareStep } = this.#settings
    if (prepareStep === undefined) return Effect.succeed({})
    return Effect.map(
      prepareStep({ step, messages, progress: this.#progress, completion: this.#completion }),
      (change) => change ?? {}
    )
  }

  /** Goes on after a response. */
  #received(
    step: number,
    offered: ReadonlyArray<string> | undefined
  ): Effect.Effect<ReadonlyArray<ToolLoopEvent>, LoopFailure> {
    const completion = this.#completion
    if (completion === undefined) return Effect.die(new Error("A response ended without a completion"))
    const { calls, prompt } = Transcript.response(completion, step)
    const isPaused = Step.isPaused(completion) && calls.length === 0
    const reason = isPaused ? undefined : Step.endOf(completion, calls.length > 0)
    const unrun = reason === undefined ? [] : notRun(calls)
    return Effect.flatMap(
      this.#keeper.change(({ offered: _, ...state }) => {
        const messages = Prompt.fromMessages([
          ...state.messages.content,
          ...prompt.content,
          ...Transcript.results(unrun).content
        ])
        const next: ToolLoopState = {
          ...state,
          step,
          messages,
          usage: TokenUsage.add(state.usage, Step.usageOf(completion)),
          calls: reason === undefined ? calls : [],
          ...(offered === undefined ? {} : { offered }),
          pauses: isPaused ? state.pauses + 1 : 0
        }
        return reason === undefined && !isPaused ? next : this.#afterResponse(next, reason)
      }),
      () =>
        this.#keeper.state.calls.length > 0
          ? Effect.succeed([])
          : Effect.map(this.#stepFinished(unrun), (event) => [event])
    )
  }

  /** Ends the loop after a response without tool calls to run, or goes on after a pause. */
  #afterResponse(state: ToolLoopState, reason: EndReason | undefined): ToolLoopState {
    if (reason !== undefined) return { ...state, ended: { reason } }
    return state.pauses > this.#settings.maxPauses ? { ...state, ended: { reason: "paused" } } : this.#stopped(state)
  }

  /** Ends the loop where a stop condition is met. */
  #stopped(state: ToolLoopState): ToolLoopState {
    const { called, millis, repeats, step: steps, usage, usd } = state
    const condition = this.#settings.stop.met({ steps, usage, usd, millis, called, repeats })
    return condition === undefined ? state : { ...state, ended: { reason: "stopped", condition } }
  }

  /** Runs the tool calls of the step. */
  #tools(): Phase {
    return Stream.callback<ToolLoopEvent, LoopFailure>((queue) =>
      Effect.gen({ self: this }, function*() {
        const emit = (event: ToolLoopEvent) => Effect.asVoid(Queue.offer(queue, event))
        yield* this.#runner.run(emit)
        const last = yield* this.#ran()
        if (last !== undefined) yield* emit(last)
        yield* Queue.end(queue)
      }), { bufferSize: buffer, strategy: "suspend" })
  }

  /** Goes on after the tool calls of a step: with the next one, or by waiting for approvals. */
  #ran(): Effect.Effect<StepFinished | undefined, LoopFailure> {
    const { calls } = this.#keeper.state
    if (calls.some(({ status }) => status !== "finished" && status !== "unknown")) {
      this.#isWaiting = true
      return Effect.as(this.#keeper.change((state) => state), undefined)
    }
    const digest = Digest.of(calls)
    const change = ({ after, ...state }: ToolLoopState): ToolLoopState =>
      this.#stopped({
        ...state,
        messages: Prompt.fromMessages([
          ...state.messages.content,
          ...Transcript.results(calls).content,
          ...after?.content ?? []
        ]),
        calls: [],
        unknown: [...state.unknown, ...calls.filter(isUnknown)],
        digest,
        repeats: digest === state.digest ? state.repeats + 1 : 1
      })
    // Nothing is lost without this change: every result is stored already.
    return Effect.flatMap(
      this.#keeper.change(change, ({ ended }) => ended !== undefined),
      () => calls[0]?.step === 0 ? Effect.succeed(undefined) : this.#stepFinished(calls)
    )
  }

  #stepFinished(calls: ReadonlyArray<LoopToolCall>): Effect.Effect<StepFinished, LoopFailure> {
    const { state } = this.#keeper
    const event: StepFinished = {
      _tag: "StepFinished",
      step: state.step,
      ...(this.#completion === undefined ? {} : { completion: this.#completion }),
      calls,
      state
    }
    const { onStep } = this.#settings
    return onStep === undefined ? Effect.succeed(event) : Effect.as(onStep(event), event)
  }

  #finished(): LoopFinished {
    const { state } = this.#keeper
    const { calls, ended = { reason: "approval" as const }, step, unknown, usage } = state
    return {
      _tag: "LoopFinished",
      reason: ended.reason,
      ...("condition" in ended ? { condition: ended.condition } : {}),
      text: Transcript.lastText(state.messages),
      usage,
      messages: ended.reason === "approval" ? ApprovalParts.close(state) : state.messages,
      steps: step,
      unknown: [...unknown, ...calls.filter(isUnknown)],
      state
    }
  }
}

/** Streams the events of a loop. */
export const stream = (settings: Settings, state: ToolLoopState): Phase =>
  Stream.unwrap(
    Effect.map(Clock.currentTimeMillis, (now) => {
      const loop = new Loop(settings, new StateKeeper(settings, state, now))
      return Stream.flatten(Stream.fromPull(Effect.succeed(loop.next)))
    })
  )
