/**
 * Writes Amazon's event stream, from its specification and with Node's own checksum: what our parser is held to.
 *
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from "node:zlib"

/** A header by its type's number, with its value's bytes as they stand. */
export interface RawHeader {
  readonly name: string
  readonly type: number
  readonly value: Uint8Array
}

/** A header of text. */
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

/** A frame of any headers and payload. */
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

/** An event of any text, as Bedrock writes it. */
export const json = (name: string, payload: string): Buffer =>
  frame(
    [header(":event-type", name), header(":content-type", "application/json"), header(":message-type", "event")],
    payload
  )

/** An event of JSON, as Bedrock writes it. */
export const event = (name: string, payload: unknown): Buffer => json(name, JSON.stringify(payload))

/** An event of the model's own, as InvokeModel carries it. */
export const chunk = (payload: unknown): Buffer =>
  event("chunk", { bytes: Buffer.from(JSON.stringify(payload)).toString("base64"), p: "abcdefgh" })

/** A failure, as Bedrock writes it. */
export const exception = (name: string, payload: unknown): Buffer =>
  frame(
    [
      header(":exception-type", name),
      header(":content-type", "application/json"),
      header(":message-type", "exception")
    ],
    typeof payload === "string" ? payload : JSON.stringify(payload)
  )

/** A failure of the connection to the service, which has no payload. */
export const error = (code: string, message: string): Buffer =>
  frame([header(":error-code", code), header(":error-message", message), header(":message-type", "error")], "")

/** A body of several frames. */
export const body = (...frames: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(frames))

/** The frames of a body: their events' names, their payloads and where they end. */
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
