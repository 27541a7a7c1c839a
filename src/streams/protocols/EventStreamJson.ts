/**
 * The decoder that is common to protocols of JSON in Amazon's event stream: framing, parsing, and the failures that frames
 * report.
 *
 * Two kinds of frames carry the events of a model: those of Converse have the event as their payload, and its name in a
 * header; a `chunk` of InvokeModel has the bytes of the model's own event, as base64.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html
 * @since 0.1.0
 */
import * as EventStream from "../framing/EventStream.ts"
import type { Headers } from "../framing/EventStreamHeaders.ts"
import type { Assembly } from "./Assembly.ts"
import { isObject, type JsonObject, nonEmpty, object, parse } from "./Json.ts"
import * as JsonStream from "./JsonStream.ts"
import type { DecodeContext, StreamDecoder } from "./Protocol.ts"
import { classifyReported } from "./Refusal.ts"

const text = (headers: Headers, name: string): string => {
  const value = headers.get(name)
  return typeof value === "string" ? value : ""
}

/** What went wrong, in the words of the service and of the model behind it. */
const reason = (payload: JsonObject): string | undefined => {
  const message = nonEmpty(payload.message) ?? nonEmpty(payload.Message)
  const original = nonEmpty(payload.originalMessage)
  return message === undefined || original === undefined || message.includes(original)
    ? message ?? original
    : `${message} (${original})`
}

/**
 * The failure that a frame reports, as the error body it would have been before the answer had begun. `code` is the name of
 * the exception.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reported = (code: string, payload: string): JsonObject => {
  const value = parse(payload)
  const fields = isObject(value) ? value : {}
  const message = reason(fields) ?? (isObject(value) ? undefined : nonEmpty(payload.trim()))
  return { ...fields, __type: code, ...(message === undefined ? {} : { message }) }
}

/**
 * Reads the text of one event. What a `chunk` carries is the model's own event, whose name is in it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const readEvent = (
  reading: JsonStream.Reading,
  machine: JsonStream.Machine,
  event: string,
  json: string,
  position: number
): void => {
  // Nothing at all is no field.
  const value = json === "" ? {} : parse(json)
  if (!isObject(value)) {
    reading.failure = reading.malformed(
      value === undefined ? "an event is not JSON" : "an event is not a JSON object",
      json,
      position
    )
    return
  }
  const bytes = event === "chunk" ? value.bytes : event === "" ? object(value.chunk)?.bytes : undefined
  if (typeof bytes === "string") {
    readEvent(reading, machine, "", Buffer.from(bytes, "base64").toString("utf8"), position)
    return
  }
  const problem = machine.frame(value, event)
  if (problem !== undefined) reading.answered(problem, json, position)
}

/**
 * Makes the parser of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parser = (reading: JsonStream.Reading, machine: JsonStream.Machine): JsonStream.Parser => {
  const { assembly, context } = reading

  const fail = (code: string, payload: string): void => {
    reading.failure = classifyReported(reported(code, payload), context, { partial: assembly.partial() })
  }

  const onFrame: EventStream.OnFrame = (headers, bytes, from, to, position) => {
    if (reading.isOver) return
    reading.frames++
    const payload = bytes.toString("utf8", from, to)
    switch (text(headers, ":message-type")) {
      case "exception":
        return fail(text(headers, ":exception-type"), payload)
      case "error":
        return fail(text(headers, ":error-code"), text(headers, ":error-message"))
      default:
        return readEvent(reading, machine, text(headers, ":event-type"), payload, position)
    }
  }

  const frames = EventStream.make(onFrame, context.limits)
  // A frame begins with the high byte of its length: what begins like a page or like JSON is one.
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
    // A frame that is cut is no frame, however much of it there is: its checksum is missing.
    salvage: () => {},
    get overflow() {
      return frames.overflow
    },
    get position() {
      return frames.position
    }
  }
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
