/**
 * Starts tool loops: completes their options, and takes the services from the context.
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import type { LoopFinished, ToolLoopEvent } from "../../domain/ToolLoopEvent.ts"
import { keyOf, type ToolLoopState } from "../../domain/ToolLoopState.ts"
import { type ApprovalDecision, Approvals } from "../../services/Approvals.ts"
import * as Budget from "../../services/Budget.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import * as RequestId from "../call/RequestId.ts"
import * as ApprovalParts from "./ApprovalParts.ts"
import * as Loop from "./Loop.ts"
import type { LoopOptions } from "./LoopRequest.ts"
import type { AnyToolkit } from "./RunTool.ts"
import type { Foreign, Settings } from "./Settings.ts"
import * as StopCondition from "./StopCondition.ts"
import { decided } from "./ToolCallRunner.ts"

type AnyOptions = LoopOptions<Record<string, Tool.Any>, never, Foreign, never, Foreign, never, Foreign>
interface AnyRequest extends Omit<CompletionRequestInput, "prompt" | "tools" | "toolChoice">, AnyOptions {}

/** The limit of a budget that only counts, in US dollars. */
const uncapped = 1_000_000

const invalid = (options: AnyOptions): ConfigurationError | undefined => {
  const { concurrency = 1, maxPauses = 0, maxResultBytes = 0, repetition = 1 } = options
  const isCount = (value: number, least: number) => value === Infinity || (Number.isInteger(value) && value >= least)
  const wrong = Object.entries({
    concurrency: isCount(concurrency, 1),
    maxPauses: isCount(maxPauses, 0),
    maxResultBytes: isCount(maxResultBytes, 0),
    repetition: repetition === false || isCount(repetition, 1)
  }).find(([, isRight]) => !isRight)
  return wrong === undefined
    ? undefined
    : new ConfigurationError({ reason: `The option ${wrong[0]} of a tool loop is not a count`, setting: wrong[0] })
}

const stopOf = ({ repetition = 3, stopWhen = StopCondition.steps(20) }: AnyOptions): StopCondition.StopCondition =>
  repetition === false ? stopWhen : StopCondition.any(stopWhen, StopCondition.repetition(repetition))

const settingsOf = Effect.fnUntraced(function*(options: AnyRequest, isWhole: boolean) {
  const wrong = invalid(options)
  if (wrong !== undefined) return yield* wrong
  const {
    concurrency = 16,
    maxPauses = 5,
    maxResultBytes = 4 * 1024 * 1024,
    onStep,
    prepareStep,
    repetition: _,
    stopWhen: __,
    store,
    toolChoice,
    toolkit,
    toolTimeout = "10 minutes",
    ...request
  } = options
  const stop = stopOf(options)
  return {
    request,
    toolChoice,
    toolkit: (Effect.isEffect(toolkit) ? yield* toolkit : toolkit) as unknown as AnyToolkit,
    concurrency,
    maxPauses,
    maxResultBytes,
    timeout: Duration.toMillis(Duration.fromInputUnsafe(toolTimeout)),
    stop,
    isWhole,
    store,
    prepareStep,
    onStep,
    chat: yield* ChatModel,
    approvals: Option.getOrUndefined(yield* Effect.serviceOption(Approvals)),
    budget: stop.needsPrices === true ? yield* Budget.make({ usd: uncapped }) : undefined
  } satisfies Settings
})

const initial = (opened: ApprovalParts.Opened, loopId: string): ToolLoopState => ({
  version: 1,
  loopId,
  step: 0,
  ...opened,
  usage: TokenUsage.zero,
  usd: 0,
  millis: 0,
  called: [],
  pauses: 0,
  digest: "",
  repeats: 0,
  unknown: []
})

type Events = Stream.Stream<ToolLoopEvent, never, never>

/** What starts a loop. */
interface StartRequest extends AnyRequest {
  readonly prompt: Prompt.RawInput
  readonly loopId?: string | undefined
}

/** Starts a loop. */
export const start = (
  { loopId, prompt, ...options }: StartRequest,
  isWhole: boolean
): Events =>
  Stream.unwrap(Effect.gen(function*() {
    const settings = yield* settingsOf(options, isWhole)
    const id = loopId ?? (yield* RequestId.make)
    return Loop.stream(settings, initial(ApprovalParts.open(Prompt.make(prompt)), id))
  })) as Events

const approved = (
  state: ToolLoopState,
  decisions: Readonly<Record<string, ApprovalDecision>>
): ToolLoopState => ({
  ...state,
  calls: state.calls.map((call) => {
    const key = keyOf(state.loopId, call)
    const decision = Object.hasOwn(decisions, key) ? decisions[key] : undefined
    return call.approval !== "requested" || decision === undefined ? call : { ...call, ...decided(decision) }
  })
})

/** What continues a loop. */
interface RestartRequest extends AnyRequest {
  readonly approvals?: Readonly<Record<string, ApprovalDecision>> | undefined
}

/** Continues a loop. */
export const restart = (
  state: ToolLoopState,
  { approvals = {}, ...options }: RestartRequest,
  isWhole: boolean
): Events =>
  Stream.unwrap(
    Effect.map(settingsOf(options, isWhole), (settings) => Loop.stream(settings, approved(state, approvals)))
  ) as Events

/** Runs a loop to its end. */
export const last = (events: Events): Effect.Effect<LoopFinished> =>
  Effect.flatMap(Stream.runLast(events), (event) =>
    Option.isSome(event) && event.value._tag === "LoopFinished"
      ? Effect.succeed(event.value)
      : Effect.die(new Error("A tool loop ended without its last event")))
