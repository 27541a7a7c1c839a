/**
 * Parses what models have written in recordings of all protocols: texts that are JSON, and arguments of tools.
 */
import { assert, describe, it } from "@effect/vitest"
import { PartialJson } from "sluice"
import * as JsonTexts from "../../fuzz/JsonTexts.ts"
import * as Bodies from "../../fuzz/Bodies.ts"
import { Random } from "../../fuzz/Random.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { context, run } from "../../support/Decoding.ts"
import { grows } from "../../support/Growing.ts"
import * as Wire from "../../support/Wire.ts"

/** The texts and arguments of one recording, each in the pieces in which it came. */
const written = (body: Bodies.Body): ReadonlyArray<ReadonlyArray<string>> => {
  const bytes = Bodies.bytesOf(body.framing, body.frames)
  const { events } = run(byName[body.protocol], [bytes], context({ quirks: body.quirks }))
  const pieces = new Map<string, Array<string>>()
  for (const event of events) {
    if (event._tag !== "OutputTextDelta" && event._tag !== "ToolCallArgumentsDelta") continue
    const name = `${event._tag} ${event.outputIndex}`
    const own = pieces.get(name) ?? []
    pieces.set(name, own)
    own.push(event.delta)
  }
  return [...pieces.values()]
}

const isContainer = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object"
  } catch {
    return false
  }
}

const check = (pieces: ReadonlyArray<string>): void => {
  const parser = PartialJson.make()
  let before: unknown
  for (const piece of pieces) {
    parser.push(piece)
    const now = parser.snapshot()
    if (before !== undefined && parser.repeatedKeys.length === 0) assert.isTrue(grows(before, now))
    before = now
  }
  assert.deepStrictEqual(parser.end(), JSON.parse(pieces.join("")))
  assert.deepStrictEqual(before, parser.value)
}

describe("PartialJson", () => {
  if (!Wire.isPresent) return it.skip(Wire.missing, () => {})

  const texts = Bodies.recorded()
    .filter(({ framing }) => framing !== "whole")
    .flatMap((body) => written(body).map((pieces) => [body.id, pieces] as const))
    .filter(([, pieces]) => isContainer(pieces.join("")))

  it("has JSON of many recordings", () => {
    assert.isAbove(texts.length, 50)
  })

  it("reads each in the pieces in which it came, and in others", () => {
    for (const [index, [id, pieces]] of texts.entries()) {
      const whole = pieces.join("")
      const random = new Random(index)
      for (
        const cut of [pieces, [whole], whole.split(""), JsonTexts.cut(whole, random), JsonTexts.cut(whole, random)]
      ) {
        try {
          check(cut)
        } catch (error) {
          assert.fail(`${id}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }
  })
})
