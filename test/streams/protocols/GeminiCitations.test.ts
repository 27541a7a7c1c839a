import { describe, expect, it } from "@effect/vitest"
import { Citations } from "../../../src/streams/protocols/Gemini/Citations.ts"
import type { Growing } from "../../../src/streams/response/Text.ts"

/** Makes a text that counts how often it is joined. */
const counted = () => {
  let joined = 0
  const text: Growing = {
    length: 3,
    append: () => {},
    stands: () => false,
    toString: () => {
      joined += 1
      return "ab "
    }
  }
  return { text, joined: () => joined }
}

const chunk = (number: number) => ({ web: { uri: `https://a.test/${number}`, title: "t" } })

describe("citations of Gemini", () => {
  it("are read without joining the text where no passage refers to a source", () => {
    const { joined, text } = counted()
    const citations = new Citations()
    const found = [0, 1, 1].flatMap((number) =>
      citations.read({ groundingMetadata: { groundingChunks: [chunk(number)] } }, [text])
    )
    expect(found.map(({ citation }) => citation.url)).toEqual(["https://a.test/0", "https://a.test/1"])
    expect(found.map(({ textIndex }) => textIndex)).toEqual([0, 0])
    expect(joined()).toBe(0)
  })

  it("join the text once for all passages of an event", () => {
    const { joined, text } = counted()
    const groundingSupports = [1, 2].map((endIndex) => ({ segment: { endIndex }, groundingChunkIndices: [0] }))
    const found = new Citations().read({ groundingMetadata: { groundingChunks: [chunk(0)], groundingSupports } }, [
      text
    ])
    expect(found.map(({ citation }) => citation.endIndex)).toEqual([1, 2])
    expect(joined()).toBe(1)
  })
})
