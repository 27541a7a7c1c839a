/**
 * What is gathered is what came, in the order in which it came.
 */
import { assert, describe, it } from "@effect/vitest"
import { gather } from "../../../src/streams/framing/Gather.ts"
import { random } from "../../support/Decoding.ts"

const taken = (chunks: ReadonlyArray<Uint8Array>): ReadonlyArray<Buffer> => {
  const pieces: Array<Buffer> = []
  gather(chunks, (piece) => {
    pieces.push(Buffer.from(piece))
    return true
  })
  return pieces
}

/** So many bytes, each of which tells where it stands. */
const counted = (lengths: ReadonlyArray<number>): ReadonlyArray<Buffer> => {
  let at = 0
  return lengths.map((length) => Buffer.from(Uint8Array.from({ length }, () => at++ % 251)))
}

describe("gather", () => {
  it("keeps every byte in its place, whatever the lengths", () => {
    const numbers = random(7, 2 ** 31)
    const next = (bound: number) => (numbers.next().value ?? 0) % bound
    for (let round = 0; round < 300; round++) {
      const most = [5, 300, 4097, 9000][next(4)] ?? 1
      const chunks = counted(Array.from({ length: 1 + next(40) }, () => next(most)))
      assert.isTrue(Buffer.concat(taken(chunks)).equals(Buffer.concat(chunks)), `round ${round}`)
    }
  })

  it("makes one piece of what is small, and leaves alone what is large", () => {
    const chunks = counted([100, 200, 5000, 1, 70_000, 10, 20])
    assert.deepStrictEqual(taken(chunks).map(({ length }) => length), [300, 5000, 1, 70_000, 30])
  })

  it("has no more than a read of a socket at a time", () => {
    const lengths = taken(counted(Array.from({ length: 40 }, () => 4000))).map(({ length }) => length)
    assert.deepStrictEqual(lengths, [64_000, 64_000, 32_000])
  })

  it("says whether anything can have come of it", () => {
    const chunks = counted([10, 6000, 10])
    assert.isFalse(gather(chunks, () => false))
    assert.isTrue(gather(chunks, (piece) => piece.length === 6000))
    assert.isFalse(gather([], () => true))
  })
})
