/**
 * Encodes server-sent events by the WHATWG rules.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import type { Framing } from "../WireProtocol.ts"

const encoder = new TextEncoder()

/** The framing of protocols that stream as `text/event-stream`. */
export const framing: Framing = {
  contentType: "text/event-stream; charset=utf-8",
  encode: (event, end) =>
    encoder.encode(`${event.name === undefined ? "" : `event: ${event.name}${end}`}data: ${event.data}${end}${end}`),
  comment: (text, end) => encoder.encode(`: ${text}${end}${end}`)
}
