/**
 * Encodes Amazon's event stream: binary frames with two checksums.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "node:zlib"
import type { Framing, WireEvent } from "../WireProtocol.ts"

const word = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

const join = (...pieces: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(pieces))

/** The type of a string header. */
const stringType = 7

const header = (name: string, value: string): Uint8Array => {
  const bytes = Buffer.from(value)
  return join(
    Uint8Array.of(name.length),
    Buffer.from(name),
    Uint8Array.of(stringType, bytes.length >> 8, bytes.length & 255),
    bytes
  )
}

const frame = (headers: ReadonlyArray<readonly [string, string]>, payload: Uint8Array): Uint8Array => {
  const names = join(...headers.map(([name, value]) => header(name, value)))
  const lengths = join(word(names.length + payload.length + 16), word(names.length))
  const checked = join(lengths, word(crc32(lengths)), names, payload)
  return join(checked, word(crc32(checked)))
}

const write = (event: WireEvent, payload: string): Uint8Array => {
  const type = event.name ?? "event"
  return event.isException === true
    ? frame(
      [[":exception-type", type], [":content-type", "application/json"], [":message-type", "exception"]],
      Buffer.from(payload)
    )
    : frame(
      [[":event-type", type], [":content-type", "application/json"], [":message-type", "event"]],
      Buffer.from(payload)
    )
}

const contentType = "application/vnd.amazon.eventstream"

/** The framing has no comments. */
const comment = (): Uint8Array => new Uint8Array(0)

/** The framing of protocols with named events. */
export const framing: Framing = { contentType, comment, encode: (event) => write(event, event.data) }

// Padding hides the length of an event. In recorded responses it is a prefix of these letters.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/** Returns padding of a length. */
export const padding = (length: number): string => letters.slice(0, length)

/** The framing of a model's own events, which are base64 in frames named `chunk`. */
export const chunks: Framing = {
  contentType,
  comment,
  encode: (event) =>
    event.isException === true
      ? write(event, event.data)
      : write(
        { ...event, name: "chunk" },
        JSON.stringify({ bytes: Buffer.from(event.data).toString("base64"), p: padding(event.data.length % 62) })
      )
}
