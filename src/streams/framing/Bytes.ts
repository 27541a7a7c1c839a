/**
 * Helpers that all framings use.
 *
 * @since 0.1.0
 */

/**
 * Returns the same bytes as a `Buffer`, without a copy.
 *
 * @category constructors
 * @since 0.1.0
 */
export const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

/**
 * Returns whether a text is a whole JSON object, as the rest of a body that ended too early may be.
 *
 * @category guards
 * @since 0.1.0
 */
export const isCompleteJsonObject = (text: string): boolean => {
  if (!text.startsWith("{")) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
