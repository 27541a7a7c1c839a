/**
 * Parses the frames of Gemini's streams: server-sent events with `alt=sse`, otherwise the elements of one JSON array.
 * The first byte decides.
 */
import { firstByte } from "../../framing/Bytes.ts"
import * as JsonArray from "../../framing/JsonArray.ts"
import { isObject, parse } from "../../json/Json.ts"
import type * as JsonStream from "../../response/JsonStream.ts"
import * as SseJson from "../../response/SseJson.ts"

/** Makes a parser of the elements of a JSON array. */
const arrayParser = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  const parser = JsonArray.make((text) => {
    if (reading.isOver) return
    reading.frames++
    const value = parse(text)
    if (!isObject(value)) {
      reading.failure = reading.malformed(
        value === undefined ? "an element of the array is not JSON" : "an element of the array is not a JSON object",
        text,
        parser.position
      )
      return
    }
    const problem = decoder.frame(value, "message", text)
    if (problem !== undefined) reading.fail(problem, text, parser.position)
  }, reading.context.limits)
  return {
    push: (chunk) => parser.push(chunk),
    salvage: () => parser.salvage(),
    get overflow() {
      return parser.overflow
    },
    get position() {
      return parser.position
    },
    isJson: true
  }
}

const OPEN_ARRAY = 91
const OPEN_OBJECT = 123

/** Makes the parser of one stream. */
export const make = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  let chosen: JsonStream.Parser | undefined
  // The chunks before the first byte that decides.
  const held: Array<Uint8Array> = []
  let heldBytes = 0

  const choose = (first: number | undefined): JsonStream.Parser => {
    chosen = first === OPEN_ARRAY || first === OPEN_OBJECT
      ? arrayParser(reading, decoder)
      : SseJson.parser(reading, decoder)
    for (const chunk of held.splice(0)) chosen.push(chunk)
    return chosen
  }

  const push = (chunk: Uint8Array): boolean => {
    if (chosen !== undefined) return chosen.push(chunk)
    const at = firstByte(chunk)
    if (at < 0 && heldBytes < reading.context.limits.maxLineBytes) {
      held.push(chunk.slice())
      heldBytes += chunk.length
      return false
    }
    return choose(chunk[at]).push(chunk)
  }

  return {
    push,
    salvage: () => (chosen ?? choose(undefined)).salvage(),
    get overflow() {
      return chosen?.overflow
    },
    get position() {
      return chosen?.position ?? heldBytes
    },
    get isJson() {
      return chosen?.isJson === true
    }
  }
}
