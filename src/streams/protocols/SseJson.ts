/**
 * The decoder that is common to protocols of JSON in server-sent events: framing and parsing.
 *
 * A protocol adds a machine that reads one object at a time and knows its completion contract.
 *
 * @since 0.1.0
 */
import * as Sse from "../framing/Sse.ts"
import { Templates } from "../framing/Templates.ts"
import { chunkOf } from "../framing/Words.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, parse } from "./Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./Protocol.ts"
import { classifyReported } from "./Refusal.ts"

export type { Machine } from "./JsonStream.ts"

/**
 * Makes the parser of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parser = (reading: JsonStream.Reading, machine: JsonStream.Machine): JsonStream.Parser => {
  const { assembly, context } = reading
  const templates = new Templates<JsonObject>(machine.holes, Sse.jsonOf)
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)

  /** Reads events that are like earlier ones, without parsing them. */
  const readAhead: Sse.ReadAhead = (bytes, start, base) => {
    let at = start
    const chunk = chunkOf(bytes)
    while (!reading.isOver) {
      const end = templates.match(chunk, at, Math.min(bytes.length, at + longest))
      const { event, value } = templates
      if (end < 0 || value === undefined) return at
      reading.frames++
      const problem = machine.frame(value, event)
      if (problem !== undefined) {
        const json = Sse.jsonOf(bytes, at, end)
        reading.answered(problem, bytes.toString("utf8", json?.from ?? at, json?.to ?? end), base + end)
      }
      at = end
    }
    return at
  }

  const onEvent: Sse.OnSseEvent = (event, data, bytes, from, to) => {
    if (reading.isOver) return
    reading.frames++
    if (!data.startsWith("{")) {
      const bare = data.trim()
      if (bare === "[DONE]" && data.length < 16) {
        machine.doneMarker()
        return
      }
      // A keep-alive that is an event without content.
      if (bare === "") return
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
    const problem = machine.frame(value, event)
    if (problem !== undefined) reading.answered(problem, data, events.position)
    else if (from >= 0) templates.learn(bytes, from, to, event, value)
  }

  const events = Sse.make(onEvent, context.limits, readAhead)
  return events
}

/**
 * Makes the decoder of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (context: DecodeContext, assembly: Assembly, machine: JsonStream.Machine): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  return JsonStream.make(reading, machine, parser(reading, machine))
}
