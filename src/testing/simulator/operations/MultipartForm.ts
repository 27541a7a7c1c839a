/**
 * Reads `multipart/form-data` (RFC 7578).
 */

/** A part of a form. */
export interface Part {
  readonly name: string
  readonly filename: string | undefined
  readonly contentType: string | undefined
  readonly content: Uint8Array
}

const parameter = (header: string, name: string): string | undefined =>
  new RegExp(`[;\\s]${name}="([^"]*)"`, "i").exec(header)?.[1]

const partOf = (bytes: Buffer): Part | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) return undefined
  const lines = bytes.toString("utf8", 0, end).split("\r\n")
  const header = (wanted: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${wanted}:`))?.slice(wanted.length + 1).trim()
  const disposition = header("content-disposition")
  const name = disposition === undefined ? undefined : parameter(disposition, "name")
  if (disposition === undefined || name === undefined) return undefined
  return {
    name,
    filename: parameter(disposition, "filename"),
    contentType: header("content-type"),
    content: bytes.subarray(end + 4)
  }
}

/** Reads the parts of a form. Returns `undefined` when the body is no form or is not complete. */
export const parse = (contentType: string | undefined, body: Uint8Array): ReadonlyArray<Part> | undefined => {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)"?/i.exec(contentType ?? "")?.[1]
  if (boundary === undefined) return undefined
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  // The first delimiter has no line break before it.
  const whole = Buffer.concat([Buffer.from("\r\n"), bytes])
  const parts: Array<Part> = []
  let at = whole.indexOf(delimiter)
  while (at !== -1) {
    const from = at + delimiter.length
    if (whole.toString("latin1", from, from + 2) === "--") return parts
    const next = whole.indexOf(delimiter, from)
    if (next === -1) return undefined
    const part = partOf(whole.subarray(from + 2, next))
    if (part === undefined) return undefined
    parts.push(part)
    at = next
  }
  return undefined
}
