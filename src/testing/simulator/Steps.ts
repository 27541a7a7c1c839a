/**
 * The steps in which a response body is sent, as data. The server and the in-memory client carry out the same steps.
 */
import type { Chunking, Pace } from "./scenario/Delivery.ts"
import type * as Fault from "./scenario/Fault.ts"
import type { Seed } from "./Seed.ts"
import type { Framing, LineEnd, WireEvent } from "./WireProtocol.ts"

/** One step: a single write, a pause in milliseconds (for ever when `undefined`), or the end of the body. */
export type Step =
  | { readonly _tag: "Write"; readonly bytes: Uint8Array }
  | { readonly _tag: "Wait"; readonly millis: number | undefined }
  | { readonly _tag: "End"; readonly how: "end" | "close" | "reset" }

const encoder = new TextEncoder()

const write = (bytes: Uint8Array): Step => ({ _tag: "Write", bytes })

const join = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    joined.set(piece, offset)
    offset += piece.length
  }
  return joined
}

/** Joins the bytes of all writes. It does not return for an endless body. */
export const bytesOf = (steps: Iterable<Step>): Uint8Array => {
  const pieces: Array<Uint8Array> = []
  for (const step of steps) if (step._tag === "Write") pieces.push(step.bytes)
  return join(pieces)
}

/** Frames events, with the pauses of the pace before events that carry tokens. */
export const fromEvents = function*(events: Iterable<WireEvent>, options: {
  readonly framing: Framing
  readonly pace: Pace
  readonly seed: Seed
  readonly lineEnd: LineEnd
  readonly keepAlive: Extract<Fault.Fault, { readonly _tag: "KeepAlive" }> | undefined
  readonly ping: WireEvent | undefined
}): Generator<Step> {
  const { framing, keepAlive, lineEnd, pace } = options
  const gap = pace.tokensPerSecond === undefined ? 0 : 1000 / pace.tokensPerSecond
  const jittered = (millis: number) => millis * (1 + (pace.jitter ?? 0) * (options.seed.next() * 2 - 1))
  const encodeArray = (text: string): Uint8Array => encoder.encode(text.replaceAll("\n", lineEnd))
  let count = 0
  let hasBegun = false
  let isFirst = true
  for (const event of events) {
    if (event.tokens > 0) {
      const millis = hasBegun ? gap * event.tokens : pace.timeToFirstTokenMillis ?? 0
      if (millis > 0) yield { _tag: "Wait", millis: jittered(millis) }
      hasBegun = true
    }
    const bytes = framing.encode(event, lineEnd)
    const before = isFirst ? framing.array?.open : framing.array?.separator
    isFirst = false
    yield write(before === undefined ? bytes : join([encodeArray(before), bytes]))
    if (keepAlive !== undefined && ++count % (keepAlive.every ?? 1) === 0) {
      const ping = keepAlive.form === "ping" ? options.ping : undefined
      yield write(
        ping === undefined ? framing.comment(keepAlive.text ?? "keep-alive", lineEnd) : framing.encode(ping, lineEnd)
      )
    }
  }
  if (framing.array !== undefined) {
    yield write(encodeArray(`${isFirst ? framing.array.open : ""}${framing.array.close}`))
  }
}

/** Splits the bytes into writes of other sizes. Bytes that do not fill a write wait for the next ones. */
export const rechunk = function*(steps: Iterable<Step>, chunking: Chunking, seed: Seed): Generator<Step> {
  if (chunking === "events") return yield* steps
  const nextSize = () => {
    if (chunking === "whole") return Infinity
    if (chunking === "bytes") return 1
    return "size" in chunking
      ? chunking.size
      : seed.between(chunking.random.minimum ?? 1, chunking.random.maximum)
  }
  let size = nextSize()
  let held: Array<Uint8Array> = []
  let length = 0
  for (const step of steps) {
    if (step._tag !== "Write") {
      yield step
      continue
    }
    let bytes = step.bytes
    while (length + bytes.length >= size) {
      held.push(bytes.subarray(0, size - length))
      bytes = bytes.subarray(size - length)
      yield write(join(held))
      held = []
      length = 0
      size = nextSize()
    }
    if (bytes.length > 0) held.push(bytes)
    length += bytes.length
  }
  if (length > 0) yield write(join(held))
}

/** Inverts bits of the body. */
export const corrupt = function*(steps: Iterable<Step>, faults: ReadonlyArray<Fault.Fault>): Generator<Step> {
  const pending = faults.filter((fault) => fault._tag === "Corrupt")
  if (pending.length === 0) return yield* steps
  let written = 0
  for (const step of steps) {
    if (step._tag !== "Write") {
      yield step
      continue
    }
    const bytes = Uint8Array.from(step.bytes)
    for (const { at, mask = 1 } of pending) {
      const byte = bytes[at - written]
      if (byte !== undefined) bytes[at - written] = byte ^ mask
    }
    written += bytes.length
    yield write(bytes)
  }
}

type ByteFault = Extract<Fault.Fault, { readonly _tag: "Cut" | "Stall" }>

const stall = function*(
  fault: Extract<ByteFault, { readonly _tag: "Stall" }>,
  comment: Uint8Array
): Generator<Step> {
  const { keepAliveMillis, millis } = fault
  if (keepAliveMillis === undefined) return yield { _tag: "Wait", millis }
  const times = millis === undefined ? Infinity : Math.floor(millis / keepAliveMillis)
  for (let time = 0; time < times; time++) {
    yield { _tag: "Wait", millis: keepAliveMillis }
    yield write(comment)
  }
}

/** Stalls and cuts the body at given bytes. `comment` is sent to keep a stalled connection alive. */
export const applyByteFaults = function*(
  steps: Iterable<Step>,
  faults: ReadonlyArray<Fault.Fault>,
  comment: Uint8Array
): Generator<Step> {
  const pending = faults
    .filter((fault): fault is ByteFault => fault._tag === "Cut" || fault._tag === "Stall")
    .toSorted((left, right) => left.after - right.after)
  let written = 0
  let next = pending.shift()
  // Returns whether the fault ends the body.
  const apply = function*(fault: ByteFault): Generator<Step, boolean> {
    if (fault._tag === "Stall") yield* stall(fault, comment)
    else yield { _tag: "End", how: fault.how ?? "reset" }
    return fault._tag === "Cut"
  }
  for (const step of steps) {
    if (step._tag !== "Write") {
      yield step
      continue
    }
    let bytes = step.bytes
    while (next !== undefined && next.after <= written + bytes.length) {
      const head = bytes.subarray(0, next.after - written)
      if (head.length > 0) yield write(head)
      written += head.length
      bytes = bytes.subarray(head.length)
      if (yield* apply(next)) return
      next = pending.shift()
    }
    written += bytes.length
    if (bytes.length > 0) yield write(bytes)
  }
  // A fault beyond the end of the body applies at its end, so that no fault is silently ignored.
  while (next !== undefined) {
    if (yield* apply(next)) return
    next = pending.shift()
  }
}
