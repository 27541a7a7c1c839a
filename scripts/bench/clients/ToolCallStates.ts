/** The states of tool calls whose events are in memory already, and what is beneath them: the stream and the parser. */
import { Effect, Stream } from "effect"
import { PartialJson, type ResponseEvent, ToolCalls } from "sluice"
import type { Metrics } from "../lib/Job.ts"

type Event = ResponseEvent.ResponseEvent
type Arrays = ReadonlyArray<ReadonlyArray<Event>>

/** A response of tool calls that take turns. */
export interface ToolCallLoad {
  readonly calls: number
  /** The length of the arguments of each. */
  readonly characters: number
}

/** The characters of a piece, and the events that come together. */
const pieceLength = 20
const together = 16

// Of this thread alone: others still sweep what was collected before.
const cpuMillis = (): number => {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1000
}

const argumentsOf = (characters: number): string => {
  const records: Array<unknown> = []
  for (let length = 2, id = 0; length < characters; id++) {
    const record = { id, name: `record ${id}`, on: id % 2 === 0, tags: ["a", "b"], text: "x".repeat(id % 40) }
    length += JSON.stringify(record).length + 1
    records.push(record)
  }
  return JSON.stringify(records)
}

const eventsOf = ({ calls, characters }: ToolCallLoad): { readonly arrays: Arrays; readonly pieces: number } => {
  const text = argumentsOf(characters)
  const indexes = Array.from({ length: calls }, (_, index) => index)
  const events: Array<Event> = indexes.map((index) => ({
    _tag: "OutputItemAdded",
    outputIndex: index,
    item: { type: "tool-call", id: `call_${index}`, name: "store" }
  }))
  for (let at = 0; at < text.length; at += pieceLength) {
    const delta = text.slice(at, at + pieceLength)
    for (const index of indexes) {
      events.push({ _tag: "ToolCallArgumentsDelta", outputIndex: index, id: `call_${index}`, delta })
    }
  }
  const value = JSON.parse(text)
  for (const index of indexes) {
    const item = { _tag: "ToolCall", id: `call_${index}`, name: "store", arguments: value, protocol: "bench" } as const
    events.push({ _tag: "OutputItemDone", outputIndex: index, item })
  }
  const arrays: Array<ReadonlyArray<Event>> = []
  for (let at = 0; at < events.length; at += together) arrays.push(events.slice(at, at + together))
  return { arrays, pieces: calls * Math.ceil(text.length / pieceLength) }
}

const streamOf = (arrays: Arrays, onArray: (index: number) => void = () => {}): Stream.Stream<Event> => {
  let index = 0
  return Stream.fromIterable(arrays).pipe(
    Stream.rechunk(1),
    Stream.flatMap((array) => {
      onArray(index++)
      return Stream.fromArray(array)
    })
  )
}

const drain = (arrays: Arrays): Promise<void> =>
  Effect.runPromise(Stream.runForEachArray(streamOf(arrays), () => Effect.void))

const parse = (arrays: Arrays): void => {
  const parsers = new Map<number, PartialJson.PartialJson>()
  for (const array of arrays) {
    for (const event of array) {
      if (event._tag === "OutputItemAdded") parsers.set(event.outputIndex, PartialJson.make())
      else if (event._tag === "ToolCallArgumentsDelta") parsers.get(event.outputIndex)?.push(event.delta)
    }
  }
}

/** The beginning and the end, and a fifth near each of them. */
const places = [0, 0.05, 0.25, 0.75, 0.95, 1]

/** Reads all states, and the value of each. Returns the CPU time at some places of the arrays of events. */
const follow = async (arrays: Arrays, calls: number): Promise<ReadonlyArray<number>> => {
  const times: Array<number> = []
  const at = places.map((place) => Math.floor(place * (arrays.length - 1)))
  let complete = 0
  let values = 0
  const states = ToolCalls.states()(streamOf(arrays, (index) => {
    if (index === at[times.length]) times.push(cpuMillis())
  }))
  await Effect.runPromise(Stream.runForEachArray(states, (array) =>
    Effect.sync(() => {
      for (const state of array) {
        if (state._tag === "Complete") complete++
        else if (state._tag === "Arguments" && state.value !== undefined) values++
        else if (state._tag === "Failed") throw new Error(`a call failed: ${JSON.stringify(state.failure)}`)
      }
    })))
  if (complete !== calls || values === 0) throw new Error(`${complete} calls of ${calls} are complete`)
  return times
}

/** The shortest of several runs: the one that others disturbed least. */
const fastest = async (times: number, run: () => number | Promise<number>): Promise<number> => {
  let least = Infinity
  for (let left = times; left > 0; left--) {
    globalThis.gc?.()
    least = Math.min(least, await run())
  }
  return least
}

const timed = (run: () => unknown) => async (): Promise<number> => {
  const started = cpuMillis()
  await run()
  return cpuMillis() - started
}

export const measure = async (load: ToolCallLoad): Promise<Metrics> => {
  const { arrays, pieces } = eventsOf(load)
  // Long enough for V8 to compile what is run, however short the load is.
  const passes = 5 + Math.ceil(200_000 / pieces)
  await follow(arrays, load.calls)
  let start = Infinity
  let end = Infinity
  const states = await fastest(passes, async () => {
    const [first = NaN, from = NaN, to = NaN, fromLast = NaN, toLast = NaN, last = NaN] = await follow(
      arrays,
      load.calls
    )
    start = Math.min(start, to - from)
    end = Math.min(end, toLast - fromLast)
    return last - first
  })
  const stream = await fastest(passes, timed(() => drain(arrays)))
  const parser = await fastest(passes, timed(() => parse(arrays)))
  const nanos = (millis: number): number => millis * 1e6 / pieces
  return { pieces, states: nanos(states), stream: nanos(stream), parser: nanos(parser), growth: end / start }
}
