/**
 * Runs the tool calls of a step: asks for approvals, starts handlers, and records their results.
 */
import type * as Tool from "effect/ai/Tool"
import * as ToolAnnotations from "effect/ai/Tool"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { OfToolCall, ToolFinished, ToolLoopEvent } from "../../domain/ToolLoopEvent.ts"
import { keyOf, type LoopToolCall } from "../../domain/ToolLoopState.ts"
import type { ApprovalDecision } from "../../services/Approvals.ts"
import * as RunTool from "./RunTool.ts"
import type { LoopFailure, Settings } from "./Settings.ts"
import type { StateKeeper } from "./StateKeeper.ts"

type Emit = (event: ToolLoopEvent) => Effect.Effect<void>

const unknownResult = "It is not known whether the tool ran: the program was interrupted while it did. " +
  "Find out before you call it again."

/** Returns the fields of a call that was decided about. */
export const decided = (decision: ApprovalDecision): Partial<LoopToolCall> => {
  const { approved, reason } = typeof decision === "boolean" ? { approved: decision, reason: undefined } : decision
  return approved
    ? { approval: "approved" }
    : { approval: "denied", ...(reason === undefined ? {} : { denialReason: reason }) }
}

const denied = ({ denialReason }: LoopToolCall): RunTool.Outcome =>
  RunTool.failed("denied", { type: "execution-denied", reason: denialReason ?? "The tool call was denied." })

/** Runs the calls of the steps of one loop. */
export class ToolCallRunner {
  readonly #settings: Settings
  readonly #keeper: StateKeeper

  constructor(settings: Settings, keeper: StateKeeper) {
    this.#settings = settings
    this.#keeper = keeper
  }

  /** Runs what has no result. Calls that wait for an approval stay without one. */
  run(emit: Emit): Effect.Effect<void, LoopFailure> {
    const { concurrency } = this.#settings
    return Effect.forEach(
      this.#keeper.state.calls.filter(({ status }) => status === "pending" || status === "started"),
      (call) => this.#one(call, emit),
      { concurrency, discard: true }
    )
  }

  #of({ id, name, position, step }: LoopToolCall): OfToolCall {
    return { step, position, id, name, key: keyOf(this.#keeper.state.loopId, { step, position }) }
  }

  #one(call: LoopToolCall, emit: Emit): Effect.Effect<void, LoopFailure> {
    const tool = this.#toolOf(call)
    if (
      call.status === "started" && (tool === undefined || !Context.get(tool.annotations, ToolAnnotations.Idempotent))
    ) {
      return this.#unknown(call, emit)
    }
    if (tool === undefined) return this.#record(call, this.#unknownTool(call), 0, emit)
    if (call.isMalformed === true) {
      return this.#record(call, RunTool.failed("arguments", "The arguments are not JSON."), 0, emit)
    }
    if (call.approval === "denied") return this.#record(call, denied(call), 0, emit)
    if (call.approval === "approved" || call.status === "started") return this.#start(tool, call, emit)
    return Effect.flatMap(
      call.approval === "requested" ? Effect.succeed(true) : this.#needsApproval(tool, call),
      (needs) => needs ? this.#approve(tool, call, emit) : this.#start(tool, call, emit)
    )
  }

  #toolOf({ name }: LoopToolCall): Tool.Any | undefined {
    const { tools } = this.#settings.toolkit
    return Object.hasOwn(tools, name) && this.#isOffered(name) ? tools[name] : undefined
  }

  #isOffered(name: string): boolean {
    return this.#keeper.state.offered?.includes(name) !== false
  }

  #unknownTool({ name }: LoopToolCall): RunTool.Outcome {
    const names = Object.keys(this.#settings.toolkit.tools).filter((name) => this.#isOffered(name))
    const known = names.length === 0 ? "There are no tools." : `The tools are: ${names.join(", ")}.`
    return RunTool.failed("unknown-tool", `There is no tool "${name}". ${known}`)
  }

  #unknown(call: LoopToolCall, emit: Emit): Effect.Effect<void, LoopFailure> {
    return Effect.andThen(
      this.#keeper.changeCall(call, { status: "unknown", result: unknownResult, isFailure: true }),
      emit({ _tag: "ToolUnknown", ...this.#of(call), arguments: call.arguments })
    )
  }

  #needsApproval(tool: Tool.Any, call: LoopToolCall): Effect.Effect<boolean, LoopFailure> {
    const { needsApproval } = tool
    if (typeof needsApproval !== "function") return Effect.succeed(needsApproval === true)
    const schema = tool.parametersSchema
    const decode = Schema.isSchema(schema)
      ? Schema.decodeUnknownEffect(schema as Schema.Codec<unknown, unknown>)(call.arguments)
      : Effect.succeed(call.arguments)
    // Arguments that do not decode get a failed result, and need no approval.
    return Effect.flatMap(Effect.option(decode), (decoded) => {
      if (Option.isNone(decoded)) return Effect.succeed(false)
      const messages = this.#keeper.state.messages.content
      const needs = needsApproval(decoded.value, { toolCallId: call.id, messages })
      return Effect.isEffect(needs) ? needs : Effect.succeed(needs)
    })
  }

  #approve(tool: Tool.Any, call: LoopToolCall, emit: Emit): Effect.Effect<void, LoopFailure> {
    const { approvals } = this.#settings
    const request = { _tag: "ApprovalRequested", ...this.#of(call), arguments: call.arguments } as const
    return Effect.gen({ self: this }, function*() {
      if (call.approval !== "requested") yield* this.#keeper.changeCall(call, { approval: "requested" })
      yield* emit(request)
      if (approvals === undefined) return
      const fields = decided(yield* approvals.decide(request))
      yield* this.#keeper.changeCall(call, fields)
      const next = { ...call, ...fields }
      yield* next.approval === "approved" ? this.#start(tool, next, emit) : this.#record(next, denied(next), 0, emit)
    })
  }

  /** Starts a handler when the store knows of it, and records its result when it has ended. */
  #start(tool: Tool.Any, call: LoopToolCall, emit: Emit): Effect.Effect<void, LoopFailure> {
    const of = this.#of(call)
    const current = { ...of, loopId: this.#keeper.state.loopId }
    const progress = (result: unknown) => emit({ _tag: "ToolProgress", ...of, result })
    return Effect.gen({ self: this }, function*() {
      yield* this.#keeper.changeCall(call, { status: "started" })
      yield* emit({ _tag: "ToolStarted", ...of, arguments: call.arguments })
      const since = yield* Clock.currentTimeMillis
      // A result that is there is recorded, also when the loop is interrupted meanwhile.
      const [event, error] = yield* Effect.uninterruptibleMask((restore) =>
        Effect.gen({ self: this }, function*() {
          const outcome = yield* RunTool.run(tool, call, current, this.#settings, progress, restore)
          const millis = (yield* Clock.currentTimeMillis) - since
          return [yield* this.#recorded(call, outcome, millis), outcome.error] as const
        })
      )
      yield* emit(event)
      if (error !== undefined) return yield* Effect.fail(error)
    })
  }

  #record(call: LoopToolCall, outcome: RunTool.Outcome, millis: number, emit: Emit) {
    return Effect.flatMap(this.#recorded(call, outcome, millis), emit)
  }

  #recorded(
    call: LoopToolCall,
    { failure, modelOutput, result }: RunTool.Outcome,
    millis: number
  ): Effect.Effect<ToolFinished, LoopFailure> {
    const isFailure = failure !== undefined
    const fields = {
      status: "finished",
      result,
      isFailure,
      ...(modelOutput === undefined ? {} : { modelOutput })
    } as const
    const event: ToolFinished = {
      _tag: "ToolFinished",
      ...this.#of(call),
      result,
      isFailure,
      ...(failure === undefined ? {} : { failure }),
      millis
    }
    return Effect.as(
      this.#keeper.changeCall(
        call,
        fields,
        ({ called }) => isFailure || called.includes(call.name) ? {} : { called: [...called, call.name] }
      ),
      event
    )
  }
}
