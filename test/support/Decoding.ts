/**
 * Runs a protocol's decoder over bytes in pieces, and folds the events into the facts that a recording's manifest
 * states.
 */
import type { ProviderError } from "../../src/domain/CompletionError.ts"
import type { Completed, ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import type { TokenUsage } from "../../src/domain/TokenUsage.ts"
import type { Protocol } from "../../src/streams/protocols/Protocol.ts"
import type { DecodeContext, Ending } from "../../src/streams/response/StreamDecoder.ts"

/** Creates a context with generous limits and no secrets. */
export const context = (fields: Partial<DecodeContext> = {}): DecodeContext => ({
  error: { provider: "test" },
  headers: {},
  now: Date.UTC(2026, 0, 1),
  quirks: {},
  limits: { maxLineBytes: 16 * 1024 * 1024, maxEventBytes: 16 * 1024 * 1024 },
  scrub: (text) => text,
  ...fields
})

export interface Outcome {
  readonly events: ReadonlyArray<ResponseEvent>
  readonly failure: ProviderError | undefined
}

/** Decodes the pieces of a body and its ending. */
export const run = (
  protocol: Protocol,
  pieces: Iterable<Uint8Array>,
  decodeContext: DecodeContext = context(),
  ending: Ending = { type: "end-of-body" }
): Outcome => {
  const decoder = protocol.decodeStream(decodeContext)
  const events: Array<ResponseEvent> = []
  for (const piece of pieces) {
    for (const event of decoder.push(piece)) events.push(event)
    if (decoder.failure !== undefined || decoder.completed) return { events, failure: decoder.failure }
  }
  for (const event of decoder.end(ending)) events.push(event)
  return { events, failure: decoder.failure }
}

export const encoder = new TextEncoder()

/** Splits a body into pieces of `size` bytes. */
export const every = function*(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Splits a body into pieces of given lengths. The rest is the last piece. */
export const inLengths = function*(bytes: Uint8Array, lengths: Iterable<number>): Generator<Uint8Array> {
  let at = 0
  for (const length of lengths) {
    if (at >= bytes.length) return
    yield bytes.subarray(at, at + length)
    at += length
  }
  if (at < bytes.length) yield bytes.subarray(at)
}

/** Yields endless numbers from 0 up to a bound, the same for the same seed (mulberry32). */
export const random = function*(seed: number, bound: number): Generator<number> {
  let state = seed
  while (true) {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    yield ((value ^ (value >>> 14)) >>> 0) % bound
  }
}

export interface Folded {
  readonly text: string
  readonly reasoning: string
  readonly toolPlan: string
  readonly refusal: string
  readonly toolCalls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly arguments: unknown }>
  readonly completed: Completed | undefined
  readonly usage: TokenUsage | null
  readonly finishReasonRaw: string | null
  readonly responseId: string | null
  readonly model: string | null
}

/** Folds an outcome. A tool call that must not run has its raw text as arguments. */
export const fold = ({ events, failure }: Outcome): Folded => {
  let text = ""
  let reasoning = ""
  let toolPlan = ""
  let refusal = ""
  let completed: Completed | undefined
  let created: { readonly responseId: string | null; readonly model: string | null } | undefined
  const toolCalls: Array<
    { readonly index: number; readonly id: string; readonly name: string; readonly arguments: unknown }
  > = []
  for (const event of events) {
    switch (event._tag) {
      case "Created":
        created = event
        break
      case "OutputTextDelta":
        text += event.delta
        break
      case "ReasoningContentDelta":
      case "ReasoningSummaryDelta":
        reasoning += event.delta
        break
      case "ToolPlanDelta":
        toolPlan += event.delta
        break
      case "RefusalDelta":
        refusal += event.delta
        break
      case "Completed":
        completed = event
        break
      case "OutputItemDone":
        if (event.item._tag === "ToolCall") {
          const { arguments: value, id, name } = event.item
          toolCalls.push({ index: event.outputIndex, id, name, arguments: value })
        } else if (event.item._tag === "InvalidToolCall") {
          const { argumentsRaw, id, name } = event.item
          toolCalls.push({ index: event.outputIndex, id, name, arguments: argumentsRaw })
        }
        break
    }
  }
  const last = completed ?? failure?.partial
  return {
    text,
    reasoning,
    toolPlan,
    refusal,
    toolCalls: toolCalls.toSorted((a, b) => a.index - b.index).map(({ index: _, ...call }) => call),
    completed,
    usage: last?.usage ?? null,
    finishReasonRaw: last?.finishReasonRaw ?? null,
    responseId: last?.responseId ?? created?.responseId ?? null,
    model: last?.model ?? created?.model ?? null
  }
}

/** Converts an outcome to text, to compare thousands of them. */
export const print = (outcome: Outcome): string =>
  JSON.stringify([
    outcome.events,
    outcome.failure === undefined ? null : [outcome.failure._tag, outcome.failure.message, outcome.failure.partial]
  ])
