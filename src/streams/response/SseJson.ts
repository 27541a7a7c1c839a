/**
 * The parser and the decoder of JSON in server-sent events, which most protocols share. A protocol adds a `FrameDecoder`.
 */
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as Sse from "../framing/Sse.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import { isObject, parse } from "../json/Json.ts"
import { classifyReported } from "./ErrorClassifier.ts"
import * as JsonStream from "./JsonStream.ts"
import { TemplateReadAhead } from "./ReadAhead.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"

export type { FrameDecoder } from "./JsonStream.ts"

/** Makes the parser of one stream. */
export const parser = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  const { context, output } = reading
  const longest = Math.min(context.limits.maxEventBytes, context.limits.maxLineBytes)
  const ahead = new TemplateReadAhead(reading, decoder, Sse.locate, longest, processCaches)

  const onEvent: Sse.OnSseEvent = (event, data, bytes, from, to) => {
    if (reading.isOver) return
    reading.frames++
    ahead.interrupt()
    if (!data.startsWith("{")) {
      const bare = data.trim()
      if (bare === "[DONE]" && data.length < 16) {
        decoder.doneMarker()
        return
      }
      // A keep-alive that is an event without content.
      if (bare === "") return
    }
    const value = parse(data)
    if (!isObject(value)) {
      // A server that fails may send no more than a sentence.
      reading.failure = event === "error" && value === undefined && !data.startsWith("{")
        ? classifyReported({ error: data }, context, { partial: output.partial() })
        : reading.malformed(
          value === undefined ? "an event is not JSON" : "an event is not a JSON object",
          data,
          events.position
        )
      return
    }
    const problem = decoder.frame(value, event)
    if (problem !== undefined) reading.fail(problem, data, events.position)
    else if (from >= 0) ahead.learn(bytes, from, to, event, value)
  }

  const events = Sse.make(onEvent, context.limits, ahead)
  return events
}

/** Makes the decoder of one stream of any events. */
export const of = <A>(reading: JsonStream.Reading<A>, decoder: JsonStream.FrameDecoder): StreamDecoder<A> =>
  JsonStream.of(reading, decoder, parser(reading, decoder))

/** Makes the decoder of one streamed completion. */
export const make = (
  context: DecodeContext,
  output: JsonStream.Output<ResponseEvent>,
  decoder: JsonStream.FrameDecoder
): StreamDecoder => {
  const reading = new JsonStream.Reading(context, output)
  return JsonStream.make(reading, decoder, parser(reading, decoder))
}
