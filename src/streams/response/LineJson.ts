/**
 * Decodes streams of one JSON object a line.
 */
import * as Ndjson from "../framing/Ndjson.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, parse } from "../json/Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import { TemplateReadAhead } from "./ReadAhead.ts"

/** Makes the decoder of one stream. */
export const make = (context: DecodeContext, assembly: Assembly, decoder: JsonStream.FrameDecoder): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)
  // The limit of a line does not include its end.
  const ahead = new TemplateReadAhead(reading, decoder, Ndjson.locate, longest + 1, processCaches)
  let isPage = false

  const onLine: Ndjson.OnLine = (text, bytes, from, to) => {
    if (reading.isOver || isPage) return
    // The lines of a page are no frames, so that `JsonStream` recognises the page at its end.
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
    const problem = decoder.frame(value, "", text)
    if (problem !== undefined) reading.fail(problem, text, parser.position)
    else if (from >= 0) ahead.learn(bytes, from, to, "", value)
  }

  const parser = Ndjson.make(onLine, longest, ahead)
  return JsonStream.make(reading, decoder, parser, { bare: true })
}
