/**
 * Converts bytes to text, for people to read and for regular expressions to search.
 */
import { Buffer } from "node:buffer"

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Decodes bytes as UTF-8. Returns `undefined` when they are not valid. */
export const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Converts every byte to one character, so that a regular expression can search bytes. A `TextDecoder` cannot do that:
 * its `latin1` is another encoding (windows-1252).
 */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
