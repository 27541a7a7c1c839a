/**
 * The decoder that is common to protocols of JSON in server-sent events: framing and parsing.
 *
 * A protocol adds a machine that reads one object at a time and knows its completion contract.
 *
 * @since 0.1.0
 */
import * as Sse from "../framing/Sse.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, parse } from "../json/Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import { TemplateReadAhead } from "./ReadAhead.ts"
import { reportsFailure } from "./ErrorBody.ts"
import { classifyReported } from "./ErrorClassifier.ts"

/**
 * Makes the parser of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parser = (reading: JsonStream.Reading, machine: JsonStream.FrameDecoder): JsonStream.Parser => {
  const { assembly, context } = reading
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)
  const ahead = new TemplateReadAhead(reading, machine, Sse.locate, longest, processCaches)

  const onEvent: Sse.OnSseEvent = (event, data, bytes, from, to) => {
    if (reading.isOver) return
    reading.frames++
    ahead.interrupt()
    if (!data.startsWith("{")) {
      const bare = data.trim()
      if (bare === "[DONE]" && data.length < 16) {
        machine.doneMarker()
        return
      }
      // Keep-alives that are sent as data: an empty event, and a comment behind `data:` (partner models of Vertex AI).
      if (bare === "" || bare.startsWith(":")) return
    }
    const value = parse(data)
    if (!isObject(value)) {
      // A server that fails may have no more than a sentence left.
      reading.failure = event === "error" && value === undefined && !data.startsWith("{")
        ? classifyReported({ error: data }, context, { partial: assembly.partial() })
        : reading.malformed(
          value === undefined ? "an event is not JSON" : "an event is not a JSON object",
          data,
          events.position
        )
      return
    }
    const problem = machine.frame(value, event, data)
    if (problem !== undefined) reading.answered(problem, data, events.position)
    else if (from >= 0) ahead.learn(bytes, from, to, event, value)
  }

  /** Fails with an error that stands outside of the events: `error: {…}` (llama.cpp), or an error object alone in a line. */
  const onOtherLine = (line: string): void => {
    if (reading.isOver) return
    const isBare = line.startsWith("{")
    // A body that is nothing but JSON is read at its end.
    if (isBare && reading.frames === 0) return
    const value = parse(isBare ? line : line.slice(line.indexOf(":") + 1))
    if (!isObject(value) || (isBare && !reportsFailure(value))) return
    reading.failure = classifyReported(isBare || reportsFailure(value) ? value : { error: value }, context, {
      partial: assembly.partial()
    })
  }

  const events = Sse.make(onEvent, context.limits, ahead, onOtherLine)
  return events
}

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: JsonStream.FrameDecoder): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  return JsonStream.make(reading, machine, parser(reading, machine))
}
