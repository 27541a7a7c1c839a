/**
 * Bytes as text: what a person can read, and what an expression can search.
 *
 * @since 0.1.0
 */
import { Buffer } from "node:buffer"

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Decodes bytes as UTF-8, unless they are something else.
 *
 * @category decoding
 * @since 0.1.0
 */
export const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/**
 * Makes one character of every byte, so that an expression can search bytes. (A `TextDecoder` can't: what the web calls
 * Latin-1 is another code.)
 *
 * @category decoding
 * @since 0.1.0
 */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
