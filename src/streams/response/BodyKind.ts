/**
 * Tells a streamed body from a whole one by its first bytes, where the content type may be wrong.
 */
import { Buffer } from "../framing/Buffer.ts"
import { firstByte } from "../framing/Bytes.ts"

/** How the body of a streamed request is decoded: as it arrives, or when all of it has arrived. */
export type BodyKind = "stream" | "whole"

/** What the streams of a protocol look like. */
export interface StreamTraits {
  /** Whether a stream may have a JSON content type. Default: false. */
  readonly streamsJson?: boolean
  /** Whether a stream is server-sent events, so that a body that begins with a bracket is none. Default: false. */
  readonly streamsEvents?: boolean
}

const OPEN_ARRAY = 0x5b
const OPEN_OBJECT = 0x7b

/** The fields with which an event stream may begin. */
const fields = ["data:", "event:", "id:", "retry:", ":"]

/** Returns whether a content type is JSON. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/([\w.+-]+\+)?json\b/i.test(contentType)

/** Returns whether a text begins an event stream; `undefined` while it is too short to tell. */
const beginsEvents = (text: string): boolean | undefined => {
  if (fields.some((field) => text.startsWith(field))) return true
  return fields.some((field) => field.startsWith(text)) ? undefined : false
}

/**
 * Returns how to decode the body of a response to a streamed request.
 *
 * **Details**
 *
 * An event stream is decoded as it arrives even if its content type is JSON, and a JSON body is read whole even if its
 * content type is that of an event stream. `start` is what has arrived: the result is `undefined` while it is too short
 * to tell.
 */
export const bodyKind = (
  contentType: string | undefined,
  start: Uint8Array,
  { streamsEvents = false, streamsJson = false }: StreamTraits
): BodyKind | undefined => {
  const byContentType = isJson(contentType) && !streamsJson ? "whole" : "stream"
  if (!streamsEvents) return byContentType
  const at = firstByte(start)
  if (at < 0) return undefined
  if (byContentType === "stream") return start[at] === OPEN_OBJECT || start[at] === OPEN_ARRAY ? "whole" : "stream"
  switch (beginsEvents(Buffer.from(start.subarray(at, at + 6)).toString("latin1"))) {
    case undefined:
      return undefined
    case true:
      return "stream"
    case false:
      return "whole"
  }
}
