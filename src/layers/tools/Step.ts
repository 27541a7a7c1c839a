/**
 * Requests one step of a tool loop, and says how the loop goes on after its response.
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Completion from "../../domain/Completion.ts"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import { pauseTurn } from "../../domain/FinishReason.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import type { EndReason } from "../../domain/ToolLoopState.ts"
import * as Budget from "../../services/Budget.ts"
import type { Settings, StepChange } from "./Settings.ts"

/** A forced choice is for one step: a model that must call tools never ends. */
const later = (choice: LanguageModel.ToolChoice<string> | undefined): LanguageModel.ToolChoice<string> | undefined => {
  if (choice === "required") return "auto"
  if (typeof choice !== "object") return choice
  return "oneOf" in choice ? { ...choice, mode: "auto" } : "auto"
}

/** Returns the tools that a step offers. */
export const toolsOf = ({ toolkit }: Settings, change: StepChange): ReadonlyArray<Tool.Any> => {
  const all = Object.values(toolkit.tools)
  const { tools } = change
  return tools === undefined ? all : all.filter(({ name }) => tools.includes(name))
}

/** Makes the request of a step. */
export const requestOf = (
  settings: Settings,
  step: number,
  messages: Prompt.Prompt,
  change: StepChange
): CompletionRequestInput => {
  const tools = toolsOf(settings, change)
  const toolChoice = change.toolChoice ?? (step === 1 ? settings.toolChoice : later(settings.toolChoice))
  return {
    ...settings.request,
    ...(change.model === undefined ? {} : { model: change.model }),
    prompt: change.prompt === undefined ? messages : Prompt.make(change.prompt),
    ...(tools.length === 0 ? {} : { tools, ...(toolChoice === undefined ? {} : { toolChoice }) })
  }
}

/** Streams a response, and hands out its completion at the end. */
export const respond = (
  settings: Settings,
  request: CompletionRequestInput,
  onCompletion: (completion: Completion.Completion) => void
): Stream.Stream<ResponseEvent, CompletionError> => {
  const { budget, chat, isWhole } = settings
  const events: Array<ResponseEvent> = []
  const response: Stream.Stream<ResponseEvent, CompletionError> = isWhole
    ? Stream.fromEffectDrain(Effect.map(chat.complete(request), onCompletion))
    : chat.stream(request).pipe(
      Stream.mapArray((array) => {
        for (const event of array) events.push(event)
        return array
      }),
      Stream.concat(Stream.fromEffectDrain(Effect.sync(() => onCompletion(Completion.fromEvents(events)))))
    )
  // Each step has the budget of one request, which is counted in that of the loop.
  return budget === undefined ? response : Stream.provideService(
    Stream.unwrap(Effect.map(Budget.ofOneRequest, (own) => Stream.provideService(response, Budget.Budget, own))),
    Budget.Budget,
    budget
  )
}

/** Returns the tokens of a completion, with those of the attempts that failed before. */
export const usageOf = ({ attempts = [], usage }: Completion.Completion): TokenUsage.TokenUsage =>
  attempts.reduce(
    (sum, attempt) =>
      attempt.outcome === "success" || attempt.usage === undefined ? sum : TokenUsage.add(sum, attempt.usage),
    usage ?? TokenUsage.zero
  )

/** Whether the provider's own tools paused, and go on with the next request. */
export const isPaused = ({ finishReasonRaw }: Completion.Completion): boolean => finishReasonRaw === pauseTurn

/**
 * Returns why the loop ends after a response; `undefined` where its tool calls are run. They are run only after a
 * response that is proven whole and neither declined nor was cut.
 */
export const endOf = (completion: Completion.Completion, hasCalls: boolean): EndReason | undefined => {
  if (completion.refusal !== "") return "refused"
  switch (completion.finishReason) {
    case "tool-calls":
    case "stop":
      return hasCalls ? undefined : "completed"
    case "length":
      return "length"
    case "content-filter":
      return "filtered"
    case "other":
      return hasCalls ? undefined : "other"
    case "error":
    case null:
      return "other"
  }
}
