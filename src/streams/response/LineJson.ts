/**
 * The decoder that is common to protocols of one JSON object a line: framing and parsing.
 *
 * @since 0.1.0
 */
import * as Ndjson from "../framing/Ndjson.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, parse } from "../json/Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import { TemplateReadAhead } from "./ReadAhead.ts"

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: JsonStream.FrameDecoder): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)
  // The end of a line does not count.
  const ahead = new TemplateReadAhead(reading, machine, Ndjson.locate, longest + 1, processCaches)
  let isPage = false

  const onLine: Ndjson.OnLine = (text, bytes, from, to) => {
    if (reading.isOver || isPage) return
    // What a page says is no frame, so that its end tells what it was.
    if (reading.frames === 0 && text.startsWith("<")) {
      isPage = true
      return
    }
    reading.frames++
    ahead.interrupt()
    const value = parse(text)
    if (!isObject(value)) {
      reading.failure = reading.malformed(
        value === undefined ? "a line is not JSON" : "a line is not a JSON object",
        text,
        parser.position
      )
      return
    }
    const problem = machine.frame(value, "", text)
    if (problem !== undefined) reading.fail(problem, text, parser.position)
    else if (from >= 0) ahead.learn(bytes, from, to, "", value)
  }

  const parser = Ndjson.make(onLine, longest, ahead)
  return JsonStream.make(reading, machine, parser, { bare: true })
}
