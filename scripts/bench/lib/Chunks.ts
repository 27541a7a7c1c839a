/**
 * HTTP chunks out of events: a stream cut into the writes that are asked for, and encoded so that sending costs
 * nothing.
 */
import { eventsOf } from "./Events.ts"
import type { Spec } from "./Spec.ts"

const sliceBytes = 256 * 1024
const joinBytes = 1024 * 1024

/** Bytes of many events at a time, since a small write must not cost a buffer for each event. */
const joined = function*(events: Iterable<string>): Generator<Buffer> {
  let text = ""
  for (const event of events) {
    text += event
    if (text.length > joinBytes) {
      yield Buffer.from(text)
      text = ""
    }
  }
  yield Buffer.from(text)
}

/** Bytes in pieces of a size. */
export const cut = function*(blocks: Iterable<Buffer>, size: number): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for (const block of blocks) {
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block])
    let at = 0
    for (; at + size <= bytes.length; at += size) yield bytes.subarray(at, at + size)
    rest = bytes.subarray(at)
  }
  if (rest.length > 0) yield rest
}

const whole = function*(events: Iterable<string>): Generator<Buffer> {
  for (const event of events) yield Buffer.from(event)
}

/** The pieces of a body as a client is to see them. */
export const pieces = (events: Iterable<string>, write: number): Generator<Buffer> =>
  write === 0 ? whole(events) : cut(joined(events), write)

/** The chunks of the body, each with its length before it; the last is empty and ends the body. */
export const chunks = function*(spec: Spec): Generator<Buffer> {
  for (const piece of pieces(eventsOf(spec), spec.write)) {
    const head = `${piece.length.toString(16)}\r\n`
    const out = Buffer.allocUnsafe(head.length + piece.length + 2)
    out.write(head, 0, "latin1")
    piece.copy(out, head.length)
    out.write("\r\n", head.length + piece.length, "latin1")
    yield out
  }
  yield Buffer.from("0\r\n\r\n")
}

/** The same bytes in slices of 256 KiB, for sending as fast as possible. */
export const slices = function*(spec: Spec): Generator<Buffer> {
  let pending: Array<Buffer> = []
  let length = 0
  for (const chunk of chunks(spec)) {
    pending.push(chunk)
    length += chunk.length
    if (length >= sliceBytes) {
      yield Buffer.concat(pending, length)
      pending = []
      length = 0
    }
  }
  yield Buffer.concat(pending, length)
}
