/**
 * Parses the frames of Bedrock's streams: Amazon's event stream, or one event a line, as logs and other clients write
 * them: `{"messageStop": {"stopReason": …}}`, `{"chunk": {"bytes": …}}`. The first byte decides.
 */
import { Buffer } from "../../framing/Buffer.ts"
import * as Ndjson from "../../framing/Ndjson.ts"
import * as EventStreamJson from "../../response/EventStreamJson.ts"
import { isObject, object, parse } from "../../json/Json.ts"
import type * as JsonStream from "../../response/JsonStream.ts"

/** Makes the parser of events in lines. */
const lines = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  const { maxEventBytes, maxLineBytes } = reading.context.limits
  // A first line that is not an event begins another kind of body, which is classified at its end.
  let isOther = false

  const read = (text: string): void => {
    const value = parse(text)
    if (!isObject(value)) {
      reading.failure = reading.malformed("an event is not a JSON object", text, parser.position)
      return
    }
    const bytes = object(value.chunk)?.bytes
    if (typeof bytes === "string") {
      read(Buffer.from(bytes, "base64").toString("utf8"))
      return
    }
    const problem = decoder.frame(value, "", text)
    if (problem !== undefined) reading.fail(problem, text, parser.position)
  }

  const parser = Ndjson.make((text) => {
    if (reading.isOver || isOther) return
    isOther = reading.frames === 0 && !isObject(parse(text))
    if (isOther) return
    reading.frames++
    read(text)
  }, Math.min(maxEventBytes, maxLineBytes))
  return parser
}

const OPEN_OBJECT = 123

/** Makes the parser of one stream. */
export const make = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  let chosen: JsonStream.Parser | undefined
  return {
    push: (chunk) => {
      if (chunk.length === 0) return false
      chosen ??= (chunk[0] === OPEN_OBJECT ? lines : EventStreamJson.parser)(reading, decoder)
      return chosen.push(chunk)
    },
    salvage: () => chosen?.salvage(),
    get overflow() {
      return chosen?.overflow
    },
    get position() {
      return chosen?.position ?? 0
    }
  }
}
