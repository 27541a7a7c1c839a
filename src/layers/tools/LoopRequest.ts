/**
 * The requests of tool loops, and how loops fail.
 */
import type * as AiError from "effect/ai/AiError"
import type * as LanguageModel from "effect/ai/LanguageModel"
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ToolFailedError } from "../../domain/errors/ToolErrors.ts"
import type { StepFinished } from "../../domain/ToolLoopEvent.ts"
import type { ToolLoopState } from "../../domain/ToolLoopState.ts"
import type { ApprovalDecision } from "../../services/Approvals.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import type { NextStep, StepChange } from "./Settings.ts"
import type { StopCondition } from "./StopCondition.ts"

/**
 * What runs a loop, beside its request.
 *
 * @category models
 * @since 0.2.0
 */
export interface LoopOptions<
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
> {
  /** The tools with their handlers: a toolkit, whose handlers are in the context, or one that has them. */
  readonly toolkit: Toolkit.WithHandler<Tools> | Effect.Effect<Toolkit.WithHandler<Tools>, never, RT>
  /**
   * Whether the model may, must or must not call tools, or which one it calls. A forced choice is for the first step;
   * later ones are `auto`. Default `auto`.
   */
  readonly toolChoice?: LanguageModel.ToolChoice<keyof Tools & string> | undefined
  /** When the loop stops, checked after each step. Default `ToolLoop.steps(20)`, which any other condition replaces. */
  readonly stopWhen?: StopCondition | undefined
  /**
   * After how many steps in a row with the same tool calls and results the loop stops, beside `stopWhen`; `false` for
   * never. Default 3.
   */
  readonly repetition?: number | false | undefined
  /** How many handlers run at once; further ones wait. Default 16. */
  readonly concurrency?: number | undefined
  /**
   * How long a handler may run. It is interrupted then, and the model gets a failed result. A tool with the annotation
   * `ToolTimeout` has its own. Default 10 minutes.
   */
  readonly toolTimeout?: Duration.Input | undefined
  /** The largest result, in bytes of its JSON text. A larger one becomes a failed result. Default 4 MiB. */
  readonly maxResultBytes?: number | undefined
  /** How often in a row the provider's own tools may pause (`pause_turn`) before the loop ends. Default 5. */
  readonly maxPauses?: number | undefined
  /** Changes model, prompt, tools or tool choice of a step before it is requested. Default: nothing is changed. */
  readonly prepareStep?:
    | ((next: NextStep) => Effect.Effect<StepChange<keyof Tools & string> | undefined, EP, RP>)
    | undefined
  /** Sees each step after its tools, before the next one. Default: none. */
  readonly onStep?: ((step: StepFinished) => Effect.Effect<unknown, EO, RO>) | undefined
  /**
   * Stores the state. The loop waits until it is stored: after a response and before any handler, before each handler
   * starts, and after each handler has ended. Default: no promise survives a crash.
   */
  readonly store?: ((state: ToolLoopState) => Effect.Effect<unknown, ES, RS>) | undefined
}

/**
 * The request of a loop: a completion request whose tools are a toolkit with handlers.
 *
 * @category models
 * @since 0.2.0
 */
export interface LoopRequest<
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
> extends
  Omit<CompletionRequestInput, "tools" | "toolChoice" | "assemble">,
  LoopOptions<Tools, RT, EP, RP, EO, RO, ES, RS>
{
  /**
   * The id of the loop, which begins the key of each of its tool calls: no other loop has it. Default: a random UUID.
   */
  readonly loopId?: string | undefined
}

/**
 * What continues a loop: its request without the prompt, which is in the state.
 *
 * @category models
 * @since 0.2.0
 */
export interface ResumeRequest<
  Tools extends Record<string, Tool.Any>,
  RT = never,
  EP = never,
  RP = never,
  EO = never,
  RO = never,
  ES = never,
  RS = never
> extends
  Omit<CompletionRequestInput, "prompt" | "tools" | "toolChoice" | "assemble">,
  LoopOptions<Tools, RT, EP, RP, EO, RO, ES, RS>
{
  /** The decisions about tool calls that wait for an approval, by their keys. Default: none. */
  readonly approvals?: Readonly<Record<string, ApprovalDecision>> | undefined
}

/**
 * How a loop fails: as its requests do; with the declared failure of a tool whose failures end the loop, or an
 * `AiError` or a `ToolFailedError` of one; and as the hooks and the store fail.
 *
 * @category models
 * @since 0.2.0
 */
export type LoopError<Tools extends Record<string, Tool.Any>, E = never> =
  | CompletionError
  | Tool.HandlerError<Tools[keyof Tools]>
  | AiError.AiError
  | ToolFailedError
  | E

/**
 * What a loop needs: the chat model, and what handlers, hooks and store need.
 *
 * @category models
 * @since 0.2.0
 */
export type LoopServices<Tools extends Record<string, Tool.Any>, R = never> =
  | ChatModel
  | Tool.HandlerServices<Tools[keyof Tools]>
  | R
