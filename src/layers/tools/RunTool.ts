/**
 * Runs the handler of one tool call, and makes a result of whatever becomes of it.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import { ToolFailedError } from "../../domain/errors/ToolErrors.ts"
import type { ToolFailureKind } from "../../domain/ToolLoopEvent.ts"
import type { LoopToolCall } from "../../domain/ToolLoopState.ts"
import { CurrentToolCall } from "../../services/CurrentToolCall.ts"
import * as OwnTime from "./OwnTime.ts"
import type { Foreign } from "./Settings.ts"
import { ToolTimeout } from "./ToolTimeout.ts"

/** A toolkit with its handlers, of any tools. */
export interface AnyToolkit {
  /** The tools, by name. */
  readonly tools: Readonly<Record<string, Tool.Any>>
  /** Runs the handler of a tool. */
  readonly handle: (
    name: string,
    params: unknown,
    id?: string
  ) => Effect.Effect<Stream.Stream<Tool.HandlerResult<Tool.Any>, Foreign>, Foreign>
}

/** What a handler runs with. */
export interface Handling {
  /** The tools and their handlers. */
  readonly toolkit: AnyToolkit
  /** How long a handler may run, in milliseconds. `Infinity` for any time. */
  readonly timeout: number
  /** The largest result, in bytes of its JSON text. */
  readonly maxResultBytes: number
}

/** The result of a tool call. */
export interface Outcome {
  /** The result, as JSON. */
  readonly result: Schema.Json
  /** What the model sees in place of the result. */
  readonly modelOutput?: ReadonlyArray<Prompt.ToolModelOutputPart>
  /** Why the call failed; `undefined` where it did not. */
  readonly failure: ToolFailureKind | undefined
  /** What ends the loop, since the tool declares that failures do. */
  readonly error?: Foreign | ToolFailedError
}

/** How many preliminary results a handler may be ahead of the consumer. */
const preliminaries = 16

const encoder = new TextEncoder()

/** Makes a failed result. */
export const failed = (failure: ToolFailureKind, result: Schema.Json, error?: Outcome["error"]): Outcome => ({
  result,
  failure,
  ...(error === undefined ? {} : { error })
})

const sizeOf = (output: Prompt.ToolModelOutputPart): number => {
  if (output.type === "text") return output.text.length
  return output.data instanceof Uint8Array ? output.data.byteLength : String(output.data).length
}

const tooLarge = ({ maxResultBytes }: Handling): Outcome =>
  failed("too-large", `The result is larger than ${maxResultBytes} bytes. Ask for less.`)

/** Returns the JSON of a value; `undefined` where it has none. The result of a tool without one is `null`. */
const jsonOf = (value: unknown): { readonly value: Schema.Json; readonly bytes: number } | undefined => {
  try {
    const text = JSON.stringify(value === undefined ? null : value)
    return text === undefined ? undefined : { value: JSON.parse(text), bytes: encoder.encode(text).byteLength }
  } catch {
    return undefined
  }
}

const outcomeOf = (
  tool: Tool.Any,
  key: string,
  handled: Tool.HandlerResult<Tool.Any>,
  handling: Handling
): Outcome => {
  const json = jsonOf(handled.encodedResult)
  if (json === undefined) {
    const error = new ToolFailedError({ tool: tool.name, key, reason: "result" })
    return failed("result", "The tool returned what is not JSON.", tool.failureMode === "error" ? error : undefined)
  }
  const { modelOutput } = handled
  const shown = modelOutput?.reduce((sum, output) => sum + sizeOf(output), 0) ?? 0
  if (json.bytes > handling.maxResultBytes || shown > handling.maxResultBytes) return tooLarge(handling)
  if (!handled.isFailure) {
    return { result: json.value, failure: undefined, ...(modelOutput === undefined ? {} : { modelOutput }) }
  }
  if (handled.failureOrigin === "parameters") return failed("arguments", explained(handled.result))
  return failed(handled.failureOrigin ?? "handler", json.value)
}

/** Says what is wrong with arguments, in the words of the schema. */
const explained = (error: unknown): string => {
  const reason = Predicate.hasProperty(error, "reason") ? error.reason : undefined
  const description = Predicate.hasProperty(reason, "description") ? reason.description : undefined
  return `The arguments do not fit the schema of the tool: ${
    typeof description === "string" ? description : "they do not decode"
  }`
}

/** Returns the result of a typed failure of a tool whose failures end the loop. The state has it, should it go on. */
const declared = (tool: Tool.Any, error: unknown): Schema.Json => {
  const schema = Tool.failureResultSchema(tool) as unknown as Schema.Codec<unknown, unknown>
  const encoded = Option.getOrUndefined(Schema.encodeUnknownOption(schema)(error))
  return (encoded === undefined ? undefined : jsonOf(encoded)?.value) ?? "The tool failed."
}

const nameOf = (defect: unknown): string | undefined => defect instanceof Error ? defect.constructor.name : undefined

const causeOutcome = (tool: Tool.Any, key: string, cause: Cause.Cause<Foreign>): Outcome => {
  const endsLoop = tool.failureMode === "error"
  if (Cause.hasDies(cause)) {
    const kind = nameOf(Cause.squash(cause))
    const error = new ToolFailedError({
      tool: tool.name,
      key,
      reason: "defect",
      ...(kind === undefined ? {} : { kind })
    })
    return failed("defect", "The tool failed in an unexpected way.", endsLoop ? error : undefined)
  }
  const found = Cause.findError(cause)
  if (Result.isFailure(found)) return failed("interrupted", "The tool was interrupted.")
  const error = found.success
  const origin = Context.get(Cause.annotations(cause), Toolkit.FailureOrigin)
  if (origin === "parameters") return failed("arguments", explained(error))
  if (endsLoop) return failed(origin, declared(tool, error), error)
  return failed("result", "The tool returned what it does not declare.")
}

const timeoutOf = (tool: Tool.Any, { timeout }: Handling): number => {
  const own = Context.get(tool.annotations, ToolTimeout)
  return own === undefined ? timeout : Duration.toMillis(Duration.fromInputUnsafe(own))
}

/** `Toolkit.handle` writes the arguments to the running span, and what a model writes belongs in none. */
const withoutArguments = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Effect.option(Effect.currentSpan), (span) =>
    Option.isNone(span)
      ? effect
      : Effect.provideService(effect, Tracer.ParentSpan, Tracer.externalSpan(span.value)))

const span = (call: LoopToolCall, current: CurrentToolCall) => ({
  attributes: {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": call.name,
    "sluice.tool.key": current.key
  }
})

/**
 * Runs a handler to its end. It must be called where nothing interrupts, with what restores interruption for the
 * handler: interruption from outside interrupts the handler and waits for it, and everything else is an outcome.
 */
export const run = (
  tool: Tool.Any,
  call: LoopToolCall,
  current: CurrentToolCall,
  handling: Handling,
  onPreliminary: (result: unknown) => Effect.Effect<void>,
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
): Effect.Effect<Outcome> => {
  let last: Tool.HandlerResult<Tool.Any> | undefined
  const timeout = timeoutOf(tool, handling)
  // While a slow consumer keeps a preliminary result waiting, the time is not the handler's.
  const handler = OwnTime.limit(
    timeout,
    (outside) =>
      Effect.suspend(() => handling.toolkit.handle(call.name, call.arguments, call.id)).pipe(
        Effect.flatMap(Stream.runForEach((handled) => {
          if (handled.preliminary) return outside(onPreliminary(handled.encodedResult))
          last = handled
          return Effect.void
        })),
        Effect.provideService(CurrentToolCall, current),
        Effect.provideService(Toolkit.PreliminaryBuffer, preliminaries),
        withoutArguments
      )
  ).pipe(Effect.withSpan(`execute_tool ${call.name}`, span(call, current)))
  return Effect.flatMap(Effect.exit(restore(handler)), (exit) => {
    if (Exit.isFailure(exit)) {
      // Interruption of the loop itself ends here. What interrupted the handler alone is an outcome.
      return Effect.as(restore(Effect.yieldNow), causeOutcome(tool, current.key, exit.cause))
    }
    if (Option.isNone(exit.value)) {
      return Effect.succeed(failed("timeout", `The tool did not end within ${timeout} milliseconds.`))
    }
    return Effect.succeed(
      last === undefined
        ? failed("result", "The tool returned nothing.")
        : outcomeOf(tool, current.key, last, handling)
    )
  })
}
