/**
 * The decoder that is common to protocols of one JSON object a line: framing and parsing.
 *
 * @since 0.1.0
 */
import * as Ndjson from "../framing/Ndjson.ts"
import { Templates } from "../framing/Templates.ts"
import { chunkOf } from "../framing/Words.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, parse } from "./Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./Protocol.ts"

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: JsonStream.Machine): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  const templates = new Templates<JsonObject>(machine.holes, Ndjson.jsonOf)
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)
  let isPage = false

  /** Reads lines that are like earlier ones, without parsing them. */
  const readAhead: Ndjson.ReadAhead = (bytes, start, base) => {
    let at = start
    const chunk = chunkOf(bytes)
    while (!reading.isOver) {
      // The end of a line does not count.
      const end = templates.match(chunk, at, Math.min(bytes.length, at + longest + 1))
      if (end < 0 || templates.value === undefined) return at
      reading.frames++
      const problem = machine.frame(templates.value, "")
      if (problem !== undefined) reading.answered(problem, bytes.toString("utf8", at, end).trimEnd(), base + end)
      at = end
    }
    return at
  }

  const onLine: Ndjson.OnLine = (text, bytes, from, to) => {
    if (reading.isOver || isPage) return
    // What a page says is no frame, so that its end tells what it was.
    if (reading.frames === 0 && text.startsWith("<")) {
      isPage = true
      return
    }
    reading.frames++
    const value = parse(text)
    if (!isObject(value)) {
      reading.failure = reading.malformed(
        value === undefined ? "a line is not JSON" : "a line is not a JSON object",
        text,
        parser.position
      )
      return
    }
    const problem = machine.frame(value, "")
    if (problem !== undefined) reading.answered(problem, text, parser.position)
    else if (from >= 0) templates.learn(bytes, from, to, "", value)
  }

  const parser = Ndjson.make(onLine, longest, readAhead)
  return JsonStream.make(reading, machine, parser, true)
}
