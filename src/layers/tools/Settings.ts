/**
 * What a tool loop runs with: the options of the caller, completed, and the services of its context.
 */
import type * as LanguageModel from "effect/ai/LanguageModel"
import type * as Prompt from "effect/ai/Prompt"
import type * as Effect from "effect/Effect"
import type { Completion } from "../../domain/Completion.ts"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ToolFailedError } from "../../domain/errors/ToolErrors.ts"
import type { Model } from "../../domain/Model.ts"
import type { StepFinished } from "../../domain/ToolLoopEvent.ts"
import type { ToolLoopState } from "../../domain/ToolLoopState.ts"
import type { Approvals } from "../../services/Approvals.ts"
import type { Budget } from "../../services/Budget.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import type { Handling } from "./RunTool.ts"
import type { LoopProgress, StopCondition } from "./StopCondition.ts"

/**
 * What `prepareStep` gets: the step that is about to be requested.
 *
 * @category models
 * @since 0.2.0
 */
export interface NextStep {
  /** The number of the step, from 1. */
  readonly step: number
  /** The conversation so far. */
  readonly messages: Prompt.Prompt
  /** How far the loop has come. */
  readonly progress: LoopProgress
  /** The completion of the step before; `undefined` where there is none, or another process received it. */
  readonly completion: Completion | undefined
}

/**
 * What `prepareStep` changes, for one step. Whatever is left out stays as it is in the request of the loop.
 *
 * @category models
 * @since 0.2.0
 */
export interface StepChange<Name extends string = string> {
  /** The model. Default: that of the loop. */
  readonly model?: string | Model | undefined
  /** The conversation that is sent. That of the loop stays as it is. Default: that of the loop. */
  readonly prompt?: Prompt.RawInput | undefined
  /** The names of the tools that the model may call. Default: all of the toolkit. */
  readonly tools?: ReadonlyArray<Name> | undefined
  /** Whether the model may, must or must not call tools. Default: that of the loop for its first step, then `auto`. */
  readonly toolChoice?: LanguageModel.ToolChoice<Name> | undefined
}

declare const foreign: unique symbol

/**
 * A failure of a handler, a hook or the store. Only the caller knows its type, which the public types of a loop have;
 * so it is with the services of these, which are in the context of the fiber.
 */
export interface Foreign {
  readonly [foreign]: never
}

/** How a loop fails, inside. */
export type LoopFailure = CompletionError | ToolFailedError | Foreign

/** The settings of a loop. */
export interface Settings extends Handling {
  /** The request, without its prompt and tools. */
  readonly request: Omit<CompletionRequestInput, "prompt" | "tools" | "toolChoice">
  /** The tool choice of the first step. */
  readonly toolChoice: LanguageModel.ToolChoice<string> | undefined
  /** How many handlers run at once. */
  readonly concurrency: number
  /** How often in a row the provider's own tools may pause. */
  readonly maxPauses: number
  /** When the loop stops. */
  readonly stop: StopCondition
  /** Whether each step is one response, whose events are not delivered. */
  readonly isWhole: boolean
  /** Stores the state; `undefined` without a store. */
  readonly store: ((state: ToolLoopState) => Effect.Effect<unknown, Foreign>) | undefined
  /** Changes a step before it is requested. */
  readonly prepareStep: ((next: NextStep) => Effect.Effect<StepChange | undefined, Foreign>) | undefined
  /** Sees a step after it. */
  readonly onStep: ((step: StepFinished) => Effect.Effect<unknown, Foreign>) | undefined
  /** Requests completions. */
  readonly chat: ChatModel["Service"]
  /** Decides about approvals; `undefined` where the loop ends for them. */
  readonly approvals: Approvals["Service"] | undefined
  /** The budget that counts money; `undefined` where no condition is about it. */
  readonly budget: Budget | undefined
}
