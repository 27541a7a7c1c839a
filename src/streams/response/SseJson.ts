/**
 * The parser and the decoder of JSON in server-sent events, which most protocols share. A protocol adds a
 * `FrameDecoder`.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as Sse from "../framing/Sse.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import { isObject, type JsonObject, parse } from "../json/Json.ts"
import { reportsFailure } from "./ErrorBody.ts"
import { classifyReported, isUnexplained } from "./ErrorClassifier.ts"
import * as JsonStream from "./JsonStream.ts"
import { TemplateReadAhead } from "./ReadAhead.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"

/**
 * Returns the error object of a line outside of events: the value of a field `error` (llama.cpp), or a line of JSON
 * that reports a failure. `undefined` for any other line.
 */
const errorOfLine = (line: string): JsonObject | undefined => {
  const isField = line.startsWith("error:")
  if (!isField && !line.startsWith("{")) return undefined
  const value = parse(isField ? line.slice("error:".length) : line)
  if (!isObject(value)) return undefined
  if (reportsFailure(value)) return value
  return isField ? { error: value } : undefined
}

const isDone = (data: string): boolean => data.length < 16 && data.trim() === "[DONE]"

/** Returns whether data is blank, or the comment of a server that writes its comments as data (`data: : keepalive`). */
const isKeepAlive = (data: string): boolean => /^\s*(:|$)/.test(data)

class SseFrames {
  readonly parser: Sse.SseParser
  readonly #reading: JsonStream.Reading
  readonly #decoder: JsonStream.FrameDecoder
  readonly #ahead: TemplateReadAhead

  constructor(reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder) {
    const { limits } = reading.context
    const longest = Math.min(limits.maxEventBytes, limits.maxLineBytes)
    this.#reading = reading
    this.#decoder = decoder
    this.#ahead = new TemplateReadAhead(reading, decoder, Sse.locate, longest, processCaches)
    this.parser = Sse.make(
      (event, data, bytes, from, to) => this.#onEvent(event, data, bytes, from, to),
      limits,
      this.#ahead,
      (line) => this.#onUnknownLine(line)
    )
  }

  #onEvent(event: string, data: string, bytes: Buffer, from: number, to: number): void {
    const reading = this.#reading
    if (reading.isSettled) return
    reading.frames++
    this.#ahead.interrupt()
    if (!data.startsWith("{") && isKeepAlive(data)) return
    if (reading.unexplained !== undefined) {
      reading.failure = this.#reported(event, data) ?? reading.unexplained
      return
    }
    if (isDone(data)) {
      this.#decoder.doneMarker()
      return
    }
    const value = parse(data)
    if (!isObject(value)) {
      reading.failure = this.#reported(event, data) ??
        reading.malformed(
          value === undefined ? "an event is not JSON" : "an event is not a JSON object",
          data,
          this.parser.position
        )
      return
    }
    const problem = this.#decoder.frame(value, event, data)
    if (problem === undefined) {
      if (from >= 0) this.#ahead.learn(bytes, from, to, event, value)
    } else if (typeof problem !== "string" && isUnexplained(problem)) reading.unexplained = problem
    else reading.fail(problem, data, this.parser.position)
  }

  #onUnknownLine(line: string): void {
    const reading = this.#reading
    const error = reading.isSettled ? undefined : errorOfLine(line)
    if (error !== undefined) reading.failure = this.#classify(error)
  }

  /**
   * Returns the error that an event reports in place of a frame: a server that fails may send no more than a sentence.
   */
  #reported(event: string, data: string): ProviderError | undefined {
    const value = parse(data)
    if (value === undefined) {
      return event === "error" && !data.startsWith("{") ? this.#classify({ error: data }) : undefined
    }
    return isObject(value) && reportsFailure(value) ? this.#classify(value) : undefined
  }

  #classify(error: JsonObject): ProviderError {
    const { context, output } = this.#reading
    return classifyReported(error, context, { partial: output.partial() })
  }
}

/** Makes the parser of one stream. */
export const parser = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser =>
  new SseFrames(reading, decoder).parser

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
