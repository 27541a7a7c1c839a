/**
 * Streams a model with tools to stdout: the texts of its steps, and on stderr what its tools did.
 */
import type * as Tool from "effect/ai/Tool"
import type * as Toolkit from "effect/ai/Toolkit"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionRequestInput } from "../../../domain/CompletionRequest.ts"
import type { ToolLoopEvent } from "../../../domain/ToolLoopEvent.ts"
import * as ToolLoop from "../../../layers/tools/ToolLoop.ts"
import * as Output from "../../Output.ts"
import * as Controls from "../../terminal/Controls.ts"
import type { ShowOptions } from "../Show.ts"
import * as Transcript from "../Transcript.ts"
import type { ToolFlags } from "./ToolFlags.ts"

/** How a loop is shown. */
export interface ShowLoopOptions extends Pick<ShowOptions, "json" | "simulated"> {
  /** Called with the events, in order, as they arrive; default: none. */
  readonly onEvents?: (events: ReadonlyArray<ToolLoopEvent>) => void
}

/** The longest result that is shown, in characters. */
const shown = 200

/**
 * Returns a line about an event of the loop; `undefined` for one that needs none. Names and results are those of models
 * and servers.
 */
const lineOf = (event: ToolLoopEvent): string | undefined => {
  switch (event._tag) {
    case "ToolFinished": {
      const text = typeof event.result === "string" ? event.result : JSON.stringify(event.result)
      const short = text.length > shown ? `${text.slice(0, shown)}…` : text
      return `${event.isFailure ? "Tool failed" : "Tool result"}: ${event.name}: ${short}`
    }
    case "LoopFinished":
      return event.reason === "completed"
        ? undefined
        : `The loop ended after ${Output.counted(event.steps, "step")}: ${event.condition ?? event.reason}`
    default:
      return undefined
  }
}

/** Returns an event as it is printed with `--json`: without the conversation, which grows with each step. */
const printed = (event: ToolLoopEvent, simulated: boolean): object => {
  switch (event._tag) {
    case "Created":
      return simulated ? { ...event, simulated } : event
    case "StepFinished": {
      const { completion: _, state: __, ...rest } = event
      return rest
    }
    case "LoopFinished": {
      const { messages: _, state: __, ...rest } = event
      return rest
    }
    default:
      return event
  }
}

/** Runs the loop, prints its events as they arrive, and a summary of each step. */
export const show = Effect.fnUntraced(function*<Tools extends Record<string, Tool.Any>>(
  request: Omit<CompletionRequestInput, "tools" | "toolChoice" | "assemble">,
  toolkit: Toolkit.WithHandler<Tools>,
  { maxSteps = 20 }: Pick<ToolFlags, "maxSteps">,
  { json = false, onEvents, simulated = false }: ShowLoopOptions
) {
  const terminals = yield* Output.terminals
  let transcript = Transcript.make(terminals)
  let start = yield* Clock.currentTimeMillis
  const print = (pieces: ReadonlyArray<Transcript.Piece>) =>
    Effect.forEach(
      json ? [] : pieces,
      ({ text, to }) => (to === "stdout" ? Output.write(text) : Output.writeError(text)),
      { discard: true }
    )
  const one = Effect.fnUntraced(function*(event: ToolLoopEvent) {
    const now = yield* Clock.currentTimeMillis
    switch (event._tag) {
      case "StepStarted":
        transcript = Transcript.make(terminals)
        start = now
        return
      case "Completed":
        yield* print([...transcript.add(event, now), ...transcript.end()])
        return yield* Output.writeErrorLine(transcript.line(start))
      case "ApprovalRequested":
      case "ToolStarted":
      case "ToolProgress":
      case "ToolFinished":
      case "ToolUnknown":
      case "StepFinished":
      case "LoopFinished": {
        const line = lineOf(event)
        return line === undefined ? undefined : yield* Output.writeErrorLine(Controls.visible(line))
      }
      default:
        yield* print(transcript.add(event, now))
    }
  })
  yield* ToolLoop.stream({ ...request, toolkit, stopWhen: ToolLoop.steps(maxSteps) }).pipe(
    Stream.runForEachArray(Effect.fnUntraced(function*(events) {
      onEvents?.(events)
      yield* Effect.forEach(events, one, { discard: true })
      if (json) yield* Output.write(events.map((event) => `${JSON.stringify(printed(event, simulated))}\n`).join(""))
    })),
    Effect.tapError(() => print(transcript.end())),
    Effect.onInterrupt(() => (terminals.stdout ? Effect.ignore(print(transcript.end())) : Effect.void))
  )
})
