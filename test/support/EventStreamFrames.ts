/**
 * Encodes Amazon's event stream from its specification, with Node's checksum, to test our parser independently.
 *
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "node:zlib"

/** A header with the number of its type and the bytes of its value. */
export interface RawHeader {
  readonly name: string
  readonly type: number
  readonly value: Uint8Array
}

/** Creates a header with a string. */
export const header = (name: string, text: string): RawHeader => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return { name, type: 7, value: Buffer.concat([length, bytes]) }
}

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value >>> 0)
  return bytes
}

/** Creates a frame. */
export const frame = (headers: ReadonlyArray<RawHeader>, payload: string | Uint8Array): Buffer => {
  const written = Buffer.concat(
    headers.map(({ name, type, value }) =>
      Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), Buffer.from([type]), value])
    )
  )
  const body = Buffer.from(payload)
  const prelude = Buffer.concat([number(16 + written.length + body.length), number(written.length)])
  const message = Buffer.concat([prelude, number(crc32(prelude)), written, body])
  return Buffer.concat([message, number(crc32(message))])
}

/** Creates an event with any text, as Bedrock does. */
export const json = (name: string, payload: string): Buffer =>
  frame(
    [header(":event-type", name), header(":content-type", "application/json"), header(":message-type", "event")],
    payload
  )

/** Creates an event with JSON, as Bedrock does. */
export const event = (name: string, payload: unknown): Buffer => json(name, JSON.stringify(payload))

/** Creates an event of the model, as InvokeModel carries it. */
export const chunk = (payload: unknown): Buffer =>
  event("chunk", { bytes: Buffer.from(JSON.stringify(payload)).toString("base64"), p: "abcdefgh" })

/** Creates an exception, as Bedrock does. */
export const exception = (name: string, payload: unknown): Buffer =>
  frame(
    [
      header(":exception-type", name),
      header(":content-type", "application/json"),
      header(":message-type", "exception")
    ],
    typeof payload === "string" ? payload : JSON.stringify(payload)
  )

/** Creates an error of the connection to the service, which has no payload. */
export const error = (code: string, message: string): Buffer =>
  frame([header(":error-code", code), header(":error-message", message), header(":message-type", "error")], "")

/** Joins frames to a body. */
export const body = (...frames: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(frames))

/** Reads the frames of a body: the names of their events, their payloads and their ends. */
export const read = (
  bytes: Uint8Array
): ReadonlyArray<{ readonly event: string; readonly payload: string; readonly end: number }> => {
  const buffer = Buffer.from(bytes)
  const frames: Array<{ readonly event: string; readonly payload: string; readonly end: number }> = []
  for (let at = 0; at < buffer.length;) {
    const end = at + buffer.readUInt32BE(at)
    const payload = at + 12 + buffer.readUInt32BE(at + 4)
    const headers = buffer.toString("latin1", at + 12, payload)
    frames.push({
      event: /:event-type.{3}([a-zA-Z]+)/s.exec(headers)?.[1] ?? "",
      payload: buffer.toString("utf8", payload, end - 4),
      end
    })
    at = end
  }
  return frames
}
