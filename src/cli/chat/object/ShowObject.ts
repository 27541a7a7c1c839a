/**
 * Streams a value that follows a JSON Schema to stdout: it grows on a terminal, and is one line of JSON otherwise.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import type * as Schema from "effect/Schema"
import type * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import type { CompletionRequestInput } from "../../../domain/CompletionRequest.ts"
import type { ObjectEvent } from "../../../domain/ObjectEvent.ts"
import type { ResponseEvent } from "../../../domain/ResponseEvent.ts"
import { ChatModel } from "../../../services/ChatModel.ts"
import * as ObjectRequest from "../../../services/ObjectRequest.ts"
import type { FailedError, OutputClosedError } from "../../Failures.ts"
import * as Output from "../../Output.ts"
import * as Controls from "../../terminal/Controls.ts"
import { Redraw } from "../../terminal/Redraw.ts"
import * as Show from "../Show.ts"
import * as Transcript from "../Transcript.ts"
import * as ObjectRows from "./ObjectRows.ts"
import type { OutputCheck } from "./OutputCheck.ts"

type Request = Omit<CompletionRequestInput, "outputSchema" | "assemble"> & { readonly schema: JsonSchema.JsonSchema }

/** How a value is shown. */
export interface ShowOptions extends Pick<Show.ShowOptions, "json" | "simulated"> {
  /** Checks the whole value. */
  readonly check: OutputCheck
}

/** The width and height of a terminal of unknown size. */
const usual = { columns: 80, rows: 24 }

/** Time for the terminal to draw is at most this part of the time of a completion. */
const share = 1 / 4

/** Writes a whole value: one line, and on a terminal that cannot draw, several. */
const textOf = (value: Schema.Json, isTerminal: boolean): string =>
  isTerminal ? Controls.visible(JSON.stringify(value, null, 2)) : JSON.stringify(value)

/** Draws the value so far on a terminal. */
const makeView = Effect.gen(function*() {
  const terminal = yield* Terminal.Terminal
  const { colors } = yield* Output.terminals
  const width = (yield* terminal.columns) || usual.columns
  const redraw = new Redraw((yield* terminal.rows) || usual.rows)
  let resting = 0

  const draw = Effect.fnUntraced(function*(value: Schema.Json) {
    const start = yield* Clock.currentTimeMillis
    yield* Output.write(redraw.draw(ObjectRows.format(value, { colors, width })))
    const end = yield* Clock.currentTimeMillis
    resting = end + (end - start) * (1 / share - 1)
  })

  return {
    draw,
    /** Draws, unless drawing has taken too much of the time. */
    drawSome: Effect.fnUntraced(function*(value: Schema.Json) {
      if ((yield* Clock.currentTimeMillis) >= resting) yield* draw(value)
    }),
    /** Removes the value, so that something can be printed above it. */
    clear: Effect.suspend(() => Output.write(redraw.clear()))
  }
})

/** Sends a request, shows its value as it arrives, and fails where that is not what the schema describes. */
export const show = Effect.fnUntraced(function*(
  request: Request,
  { check, json = false, simulated = false }: ShowOptions
) {
  const terminals = yield* Output.terminals
  const transcript = Transcript.make(terminals, { hasText: false })
  const view = terminals.stdout && terminals.cursor && !json ? yield* makeView : undefined
  const start = yield* Clock.currentTimeMillis

  const print = Effect.fnUntraced(function*(pieces: ReadonlyArray<Transcript.Piece>) {
    if (json || pieces.length === 0) return
    if (view !== undefined) yield* view.clear
    for (const { text, to } of pieces) yield* to === "stdout" ? Output.write(text) : Output.writeError(text)
  })

  const showEvents = Effect.fnUntraced(function*(events: ReadonlyArray<ResponseEvent>) {
    const now = yield* Clock.currentTimeMillis
    yield* print(events.flatMap((event) => transcript.add(event, now)))
    if (json) yield* Show.writeEvents(events, simulated)
  })

  const showObject = Effect.fnUntraced(function*(event: ObjectEvent<Schema.Json, Schema.Json>) {
    if (event._tag === "Partial" && view !== undefined) {
      yield* print(transcript.end())
      yield* view.drawSome(event.value as Schema.Json)
    } else if (event._tag === "Value") {
      yield* print(transcript.end())
      if (view !== undefined) yield* view.draw(event.value)
      yield* check(event.value, event.completion)
      if (view === undefined && !json) yield* Output.write(`${textOf(event.value, terminals.stdout)}\n`)
    }
  })

  const requests: ObjectRequest.Requests<ChatModel | Stdio.Stdio, OutputClosedError | FailedError> = {
    stream: (request) =>
      ChatModel.stream(request).pipe(
        Stream.mapArrayEffect((events) => Effect.as(showEvents(events), events))
      ),
    complete: ChatModel.complete
  }
  yield* ObjectRequest.stream<Schema.Json, ChatModel | Stdio.Stdio, OutputClosedError | FailedError>(
    requests,
    request
  ).pipe(
    Stream.runForEach(showObject),
    Effect.ensuring(Effect.ignore(print(transcript.end())))
  )
  yield* Output.writeErrorLine(transcript.line(start))
})
