/**
 * The hand-written scanner of the reference: server-sent events from bytes, as fast as JavaScript can make strings of
 * them.
 *
 * Native `indexOf` finds the line ends, one native decode makes the string of an event's data. A byte loop reads what
 * is cut into small pieces and what has carriage returns.
 */

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

/** Where the value of a `data` line begins, or -1. */
const dataValue = (bytes: Buffer, from: number, to: number): number => {
  if (to - from < 5 || bytes[from] !== 100 || bytes[from + 1] !== 97 || bytes[from + 2] !== 116) return -1
  if (bytes[from + 3] !== 97 || bytes[from + 4] !== COLON) return -1
  return to - from > 5 && bytes[from + 5] === SPACE ? from + 6 : from + 5
}

/** Calls `onData` with the data of each event. */
export const scanner = (onData: (data: string) => void): (chunk: Buffer) => void => {
  let held = Buffer.allocUnsafe(4096)
  let heldLength = 0
  let afterCr = false
  let data: string | undefined

  const hold = (chunk: Buffer, from: number, to: number): void => {
    const size = to - from
    if (heldLength + size > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(held.length * 2, heldLength + size))
      held.copy(larger, 0, 0, heldLength)
      held = larger
    }
    if (size < 16) { for (let at = from; at < to; at++) held[heldLength++] = chunk[at] ?? 0 }
    else {
      chunk.copy(held, heldLength, from, to)
      heldLength += size
    }
  }

  const line = (bytes: Buffer, from: number, to: number): void => {
    if (from === to) {
      const event = data
      data = undefined
      if (event !== undefined) onData(event)
      return
    }
    const value = dataValue(bytes, from, to)
    if (value < 0) return
    // Without an encoding, `toString` goes to the native decoder at once.
    const text = bytes.toString(undefined, value, to)
    data = data === undefined ? text : `${data}\n${text}`
  }

  const endLine = (chunk: Buffer, from: number, to: number): void => {
    if (heldLength === 0) return line(chunk, from, to)
    hold(chunk, from, to)
    const length = heldLength
    heldLength = 0
    line(held, 0, length)
  }

  const byByte = (chunk: Buffer): void => {
    let at = 0
    if (afterCr) {
      afterCr = false
      if (chunk[0] === LF) at = 1
    }
    while (at < chunk.length) {
      let end = at
      while (end < chunk.length && chunk[end] !== LF && chunk[end] !== CR) end++
      if (end === chunk.length) return hold(chunk, at, end)
      endLine(chunk, at, end)
      at = end + 1
      if (chunk[end] === CR) {
        if (at === chunk.length) afterCr = true
        else if (chunk[at] === LF) at++
      }
    }
  }

  return (chunk) => {
    if (afterCr || chunk.length < 24 || chunk.includes(CR)) return byByte(chunk)
    let at = 0
    while (at < chunk.length) {
      const end = chunk[at] === LF ? at : chunk.indexOf(LF, at)
      if (end < 0) return hold(chunk, at, chunk.length)
      endLine(chunk, at, end)
      at = end + 1
    }
  }
}
