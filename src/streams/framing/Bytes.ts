/**
 * What all framings ask of bytes.
 *
 * @since 0.1.0
 */

/**
 * The same bytes as a `Buffer`, without a copy.
 *
 * @category constructors
 * @since 0.1.0
 */
export const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

/**
 * Whether a text is a whole JSON object: what a body that ended too early has left of its last event may be one.
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
