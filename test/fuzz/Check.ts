/**
 * Decodes the body of a case at several chunkings, and checks what every response must keep to.
 */
import { isDeepStrictEqual } from "node:util"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../src/domain/ResponseItem.ts"
import type { Protocol } from "../../src/streams/protocols/Protocol.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import type { DecodeContext, Ending } from "../../src/streams/response/StreamDecoder.ts"
import { context, every, type Outcome, print, run } from "../support/Decoding.ts"
import type { Mutated } from "./Mutations.ts"
import type { Random } from "./Random.ts"

const endings: readonly [Ending, ...ReadonlyArray<Ending>] = [
  { type: "end-of-body" },
  { type: "end-of-body" },
  { type: "connection-lost", code: "ECONNRESET" }
]

const inRandomPieces = (bytes: Uint8Array, random: Random): ReadonlyArray<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(random.oneIn(3) ? 30 : 2000)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

/** Decodes pieces as the transport does: several that arrived together at once. */
const runTogether = (
  protocol: Protocol,
  pieces: ReadonlyArray<Uint8Array>,
  given: DecodeContext,
  ending: Ending
): Outcome => {
  const decoder = protocol.decodeStream(given)
  const events: Array<ResponseEvent> = []
  for (let at = 0; at < pieces.length; at += 3) {
    events.push(...decoder.pushAll(pieces.slice(at, at + 3)))
    if (decoder.failure !== undefined || decoder.completed) return { events, failure: decoder.failure }
  }
  events.push(...decoder.end(ending))
  return { events, failure: decoder.failure }
}

/**
 * Prints an outcome for comparison. An event that ends with CR LF is whole at its CR where bytes come one by one, so
 * the position of an error may differ by that byte.
 */
const comparable = (outcome: Outcome, bytes: Uint8Array): string =>
  Buffer.from(bytes).includes("\r\n") ? print(outcome).replace(/ at byte \d+/, " at a byte") : print(outcome)

const describeOutcome = (outcome: Outcome): string => print(outcome).slice(0, 2000)

/** Returns what is wrong with the order of events; each item begins before its deltas and is done once. */
const orderProblem = ({ events, failure }: Outcome): string | undefined => {
  const open = new Set<number>()
  const done = new Set<number>()
  for (const [at, event] of events.entries()) {
    if (event._tag === "Completed" && (at !== events.length - 1 || failure !== undefined))
      return "an event follows Completed"
    if (event._tag === "OutputItemAdded") {
      if (open.has(event.outputIndex)) return `item ${event.outputIndex} begins twice`
      open.add(event.outputIndex)
    } else if ("outputIndex" in event) {
      if (!open.has(event.outputIndex)) return `${event._tag} comes before its item`
      if (done.has(event.outputIndex) && event._tag !== "CitationAdded") return `${event._tag} comes after its item`
      if (event._tag === "OutputItemDone") done.add(event.outputIndex)
    }
  }
  if (failure === undefined && events.at(-1)?._tag !== "Completed") return "there is neither a failure nor Completed"
  return undefined
}

const calls = ({ events }: Outcome) =>
  events.flatMap((event) =>
    event._tag === "OutputItemDone" &&
      (event.item._tag === "ToolCall" || event.item._tag === "CustomToolCall" || event.item._tag === "InvalidToolCall")
      ? [{ index: event.outputIndex, item: event.item }]
      : []
  )

const runnable = (outcome: Outcome) => calls(outcome).filter(({ item }) => item._tag !== "InvalidToolCall")

/** Returns what is wrong with the tool calls of a response. */
const callProblem = (outcome: Outcome): string | undefined => {
  const ids = new Set<string>()
  for (const { item } of calls(outcome)) {
    if (item.id === "") return "a tool call has no id"
    if (ids.has(item.id)) return `two tool calls have the id ${item.id}`
    ids.add(item.id)
    if (item._tag !== "InvalidToolCall" && item.name === "") return "a tool call to run has no name"
  }
  const last = outcome.events.at(-1)
  if (last?._tag === "Completed" && runnable(outcome).length > 0) {
    if (!["tool-calls", "length", "content-filter", "error"].includes(last.finishReason)) {
      return `the finish reason is ${last.finishReason}, and there is a tool call to run`
    }
  }
  return argumentsProblem(outcome)
}

/** Returns a tool call to run whose arguments are `{}` though others, which are no JSON, were received. */
const argumentsProblem = (outcome: Outcome): string | undefined => {
  const deltas = new Map<number, string>()
  for (const event of outcome.events) {
    if (event._tag !== "ToolCallArgumentsDelta") continue
    deltas.set(event.outputIndex, (deltas.get(event.outputIndex) ?? "") + event.delta)
  }
  for (const { index, item } of calls(outcome)) {
    const received = deltas.get(index)?.trim() ?? ""
    if (item._tag !== "ToolCall" || received === "" || received === "null") continue
    if (isDeepStrictEqual(item.arguments, {}) && !/^\{\s*\}/.test(received)) {
      return `the tool call ${item.id} would run with {}, and ${JSON.stringify(received)} was received`
    }
  }
  return undefined
}

const inputOf = (item: ResponseItem): unknown =>
  item._tag === "ToolCall" ? item.arguments : item._tag === "CustomToolCall" ? item.input : undefined

/** Returns a tool call to run of a cut response that the whole response does not have. */
const cutProblem = (cut: Outcome, whole: Outcome): string | undefined => {
  const known = runnable(whole).map(({ item }) => inputOf(item))
  for (const { item } of runnable(cut)) {
    const input = inputOf(item)
    if (!known.some((other) => isDeepStrictEqual(other, input))) {
      return `the tool call ${item.id} would run with ${JSON.stringify(input)}, which were cut`
    }
  }
  return undefined
}

/** Returns what is wrong with the events of a response, whatever its body was. */
export const problemOf = (outcome: Outcome): string | undefined => orderProblem(outcome) ?? callProblem(outcome)

const checkWhole = (protocol: Protocol, { bytes }: Mutated, given: DecodeContext): string | undefined => {
  const body = Buffer.from(bytes).toString("utf8")
  const outcome = protocol.decodeWhole(body, given)
  if (outcome.failure !== undefined && outcome.events.length > 0) return "a body that failed emitted events"
  const again = protocol.decodeWhole(body, given)
  if (print(again) !== print(outcome)) return "the same body was decoded differently the second time"
  return outcome.failure === undefined ? problemOf(outcome) : undefined
}

const checkStream = (
  protocol: Protocol,
  mutated: Mutated,
  given: DecodeContext,
  random: Random
): string | undefined => {
  const { bytes } = mutated
  const ending = random.pick(endings)
  const pieces = inRandomPieces(bytes, random)
  // No event is within one chunk here, so none is read by a template.
  const reference = run(protocol, every(bytes, bytes.length < 1500 ? 1 : 7), given, ending)
  const expected = comparable(reference, bytes)
  const others: ReadonlyArray<readonly [string, () => Outcome]> = [
    ["in one piece", () => run(protocol, [bytes], given, ending)],
    ["in random pieces", () => run(protocol, pieces, given, ending)],
    ["in random pieces, three at a time", () => runTogether(protocol, pieces, given, ending)]
  ]
  for (const [name, decode] of others) {
    const outcome = decode()
    if (comparable(outcome, bytes) !== expected) {
      return `${name}, the body is decoded differently:\n  ${describeOutcome(outcome)}\n  byte by byte:\n  ${
        describeOutcome(reference)
      }`
    }
  }
  const problem = problemOf(reference)
  if (problem !== undefined || !mutated.isCut || !mutated.isRecorded) return problem
  return cutProblem(reference, run(protocol, [mutated.uncut], given))
}

/** Returns what is wrong with how a body is decoded; `undefined` where nothing is. */
export const check = (mutated: Mutated, random: Random): string | undefined => {
  const { body } = mutated
  const protocol = byName[body.protocol]
  const given = context({ quirks: body.quirks })
  try {
    return body.framing === "whole"
      ? checkWhole(protocol, mutated, given)
      : checkStream(protocol, mutated, given, random)
  } catch (error) {
    return `the decoder threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}
