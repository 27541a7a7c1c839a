/**
 * Events of tool calls, written down.
 */
import { Effect, Stream } from "effect"
import type { ResponseEvent } from "sluice"

export type Event = ResponseEvent.ResponseEvent

export const added = (outputIndex: number, name?: string, id = `call_${outputIndex}`): Event => ({
  _tag: "OutputItemAdded",
  outputIndex,
  item: { type: "tool-call", id, ...(name === undefined ? {} : { name }) }
})

export const delta = (outputIndex: number, delta: string): Event => ({
  _tag: "ToolCallArgumentsDelta",
  outputIndex,
  id: `call_${outputIndex}`,
  delta
})

export const done = (outputIndex: number, name: string, value: unknown): Event => ({
  _tag: "OutputItemDone",
  outputIndex,
  item: { _tag: "ToolCall", id: `call_${outputIndex}`, name, arguments: value as never, protocol: "test" }
})

export const invalid = (
  outputIndex: number,
  argumentsRaw: string,
  reason: "cut" | "malformed" = "malformed",
  name = "weather"
): Event => ({
  _tag: "OutputItemDone",
  outputIndex,
  item: { _tag: "InvalidToolCall", id: `call_${outputIndex}`, name, argumentsRaw, reason }
})

export const completed: Event = {
  _tag: "Completed",
  responseId: "r",
  model: "m",
  finishReason: "tool-calls",
  finishReasonRaw: "tool_calls",
  usage: null,
  evidence: []
}

/** A stream of exactly these arrays. */
export const arrays = (...events: ReadonlyArray<ReadonlyArray<Event>>): Stream.Stream<Event> =>
  Stream.fromIterable(events).pipe(Stream.flatMap(Stream.fromArray))

/** Copies a state with its live value as it is now. */
export const frozen = <A extends object>(state: A): A =>
  "value" in state ? { ...state, value: structuredClone(state.value) } : state

/** Collects states with their values as they were. */
export const collect = <A extends object, E, R>(states: Stream.Stream<A, E, R>) => {
  const seen: Array<A> = []
  return Stream.runForEachArray(states, (array) =>
    Effect.sync(() => {
      for (const state of array) seen.push(frozen(state))
    })).pipe(Effect.as(seen))
}
