/**
 * Puts small chunks together before they are read.
 *
 * A server that sends each event as an HTTP chunk of its own has hundreds of them in what one read of the socket
 * brings. Beginning a chunk costs more than copying it, and events that were cut in two are whole again.
 */
import { Buffer } from "./Buffer.ts"

/** Larger ones cost more to copy than to begin with. */
const small = 4096

const size = 64 * 1024

// One for all streams: what is in it is read before anything else can be put there.
const memory = Buffer.allocUnsafeSlow(size)

/**
 * Passes chunks on to `take`, in the same order and in fewer pieces. A piece is valid until `take` returns. `take`
 * returns whether anything can have come of it, and so does this.
 */
export const gather = (chunks: ReadonlyArray<Uint8Array>, take: (piece: Uint8Array) => boolean): boolean => {
  let any = false
  let gathered = 0
  for (let i = 0; i <= chunks.length; i++) {
    const chunk = chunks[i]
    const fits = chunk !== undefined && chunk.length <= small && gathered + chunk.length <= size
    if (!fits && gathered > 0) {
      if (take(memory.subarray(0, gathered))) any = true
      gathered = 0
    }
    if (chunk === undefined) continue
    if (chunk.length > small) {
      if (take(chunk)) any = true
      continue
    }
    memory.set(chunk, gathered)
    gathered += chunk.length
  }
  return any
}
