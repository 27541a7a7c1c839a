/**
 * Encodes lines of JSON.
 *
 * @see https://github.com/ndjson/ndjson-spec
 */
import type { Framing, LineEnd } from "../WireProtocol.ts"

const encoder = new TextEncoder()

// A CR alone does not end a line of JSON.
const endOf = (end: LineEnd): string => end === "\r" ? "\n" : end

/** The framing of protocols that stream as `application/x-ndjson`. A comment is a blank line. */
export const framing: Framing = {
  contentType: "application/x-ndjson",
  encode: (event, end) => encoder.encode(`${event.data}${endOf(end)}`),
  comment: (_text, end) => encoder.encode(endOf(end))
}
