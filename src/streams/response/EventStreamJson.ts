/**
 * Parses JSON in Amazon's event stream, and classifies the failures that frames report.
 *
 * Two kinds of frames carry the events of a model: those of Converse have the event as their payload, and its name in a
 * header; a `chunk` of InvokeModel has the bytes of the model's own event, as base64.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 */
import { Buffer } from "../framing/Buffer.ts"
import * as EventStream from "../framing/EventStream.ts"
import type { Headers } from "../framing/EventStreamHeaders.ts"
import type { Locate } from "../framing/Locate.ts"
import { processCaches } from "../json/DecoderCaches.ts"
import { StreamTemplates } from "../json/StreamTemplates.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, nonEmpty, parse } from "../json/Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./StreamDecoder.ts"
import { classifyReported } from "./ErrorClassifier.ts"

const text = (headers: Headers, name: string): string => {
  const value = headers.get(name)
  return typeof value === "string" ? value : ""
}

/** Returns the messages of the service and of the model behind it. */
const reason = (payload: JsonObject): string | undefined => {
  const message = nonEmpty(payload.message) ?? nonEmpty(payload.Message)
  const original = nonEmpty(payload.originalMessage)
  return message === undefined || original === undefined || message.includes(original)
    ? message ?? original
    : `${message} (${original})`
}

/**
 * Returns the failure that a frame reports in the shape of an error response. `code` is the name of the exception.
 */
export const reported = (code: string, payload: string): JsonObject => {
  const value = parse(payload)
  const fields = isObject(value) ? value : {}
  const message = reason(fields) ?? (isObject(value) ? undefined : nonEmpty(payload.trim()))
  return { ...fields, __type: code, ...(message === undefined ? {} : { message }) }
}

/** Finds the JSON of a payload, which is all of it. */
const everything: Locate = (_, from, to) => ({ from, to })

/** Makes the parser of one stream. */
export const parser = (reading: JsonStream.Reading, decoder: JsonStream.FrameDecoder): JsonStream.Parser => {
  const { context, output } = reading
  // What a chunk carries is matched too, but not the base64 around it: comparing every byte of it takes longer than
  // parsing it.
  const templates = new StreamTemplates<JsonObject>(decoder.templates, everything, processCaches)
  // The text of the latest event that was parsed.
  let json = ""

  const fail = (code: string, payload: string): void => {
    reading.failure = classifyReported(reported(code, payload), context, { partial: output.partial() })
  }

  /** Parses a payload, or the bytes of one. */
  const objectOf = (bytes: Buffer, from: number, to: number, position: number): JsonObject | undefined => {
    json = bytes.toString("utf8", from, to)
    // An empty payload has no fields.
    const value = json === "" ? {} : parse(json)
    if (isObject(value)) return value
    reading.failure = reading.malformed(
      value === undefined ? "an event is not JSON" : "an event is not a JSON object",
      json,
      position
    )
    return undefined
  }

  /** Reads an event, by a template if one matches. */
  const onEvent = (event: string, bytes: Buffer, from: number, to: number, position: number): void => {
    const found = event === "chunk" ? undefined : templates.match(processCaches.views.chunk(bytes), from, to)
    const isKnown = found?.end === to
    const value = isKnown ? found.value : objectOf(bytes, from, to, position)
    if (value === undefined) return
    if (event === "chunk" && typeof value.bytes === "string") {
      const inner = Buffer.from(value.bytes, "base64")
      onEvent("", inner, 0, inner.length, position)
      return
    }
    const problem = decoder.frame(value, event, isKnown ? undefined : json)
    if (problem !== undefined) reading.fail(problem, bytes.toString("utf8", from, to), position)
    else if (!isKnown) templates.learn(bytes, from, to, event, value)
  }

  const onFrame: EventStream.OnFrame = (headers, bytes, from, to, position) => {
    if (reading.isOver) return
    reading.frames++
    switch (text(headers, ":message-type")) {
      case "exception":
        return fail(text(headers, ":exception-type"), bytes.toString("utf8", from, to))
      case "error":
        return fail(text(headers, ":error-code"), text(headers, ":error-message"))
      default:
        return onEvent(text(headers, ":event-type"), bytes, from, to, position)
    }
  }

  const frames = EventStream.make(onFrame, context.limits)
  // A frame begins with the high byte of its length: a body that begins like a page or JSON is one.
  let isText: boolean | undefined

  return {
    push: (chunk) => {
      if (chunk.length === 0) return false
      isText ??= JsonStream.mayBeNoStream(chunk)
      if (isText) return false
      const any = frames.push(chunk)
      if (frames.problem !== undefined && !reading.isOver) {
        reading.failure = reading.malformed(frames.problem.detail, undefined, frames.problem.position)
      }
      return any
    },
    // A cut frame is dropped: its checksum is missing.
    salvage: () => {},
    get overflow() {
      return frames.overflow
    },
    get position() {
      return frames.position
    }
  }
}

/** Makes the decoder of one stream. */
export const make = (context: DecodeContext, assembly: Assembly, decoder: JsonStream.FrameDecoder): StreamDecoder => {
  const reading = new JsonStream.Reading(context, assembly)
  return JsonStream.make(reading, decoder, parser(reading, decoder))
}
