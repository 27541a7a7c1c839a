/**
 * Streams a completion to stdout, and what else there is to say of it to stderr.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import * as Output from "../Output.ts"
import * as Transcript from "./Transcript.ts"

/** How a completion is shown. */
export interface ShowOptions {
  /** Whether to print lines of JSON; default: `false`, text. */
  readonly json?: boolean
  /** Whether the completion is simulated, which lines of JSON say; default: `false`. */
  readonly simulated?: boolean
  /** Called with the events, in order, as they arrive; default: none. */
  readonly onEvents?: (events: ReadonlyArray<ResponseEvent>) => void
}

/** Marks the first event of a simulated completion, which programs could take for a model's. */
const marked = (event: ResponseEvent, simulated: boolean) =>
  simulated && event._tag === "Created" ? { ...event, simulated } : event

/** Prints events as lines of JSON. */
export const writeEvents = (events: ReadonlyArray<ResponseEvent>, simulated: boolean) =>
  Output.write(events.map((event) => `${JSON.stringify(marked(event, simulated))}\n`).join(""))

/** Sends a request, prints its completion as it arrives, and a summary at the end. */
export const show = Effect.fnUntraced(function*(
  request: CompletionRequestInput,
  { json = false, onEvents, simulated = false }: ShowOptions
) {
  const terminals = yield* Output.terminals
  const transcript = Transcript.make(terminals)
  const print = (pieces: ReadonlyArray<Transcript.Piece>) =>
    Effect.forEach(
      json ? [] : pieces,
      ({ text, to }) => (to === "stdout" ? Output.write(text) : Output.writeError(text)),
      { discard: true }
    )
  const start = yield* Clock.currentTimeMillis
  yield* ChatModel.stream(request).pipe(
    Stream.runForEachArray(Effect.fnUntraced(function*(events) {
      onEvents?.(events)
      const now = yield* Clock.currentTimeMillis
      const pieces = events.flatMap((event) => transcript.add(event, now))
      yield* print(pieces)
      if (json) yield* writeEvents(events, simulated)
    })),
    Effect.tapError(() => print(transcript.end())),
    // The next prompt starts on a line of its own after an interrupt.
    Effect.onInterrupt(() => (terminals.stdout ? Effect.ignore(print(transcript.end())) : Effect.void))
  )
  yield* print(transcript.end())
  yield* Output.writeErrorLine(transcript.line(start))
})
