/**
 * The CRC-32 of IEEE 802.3, as gzip, PNG and Amazon's event streams have it.
 *
 * Node has one in native code, which is worth its call from some kilobytes on; the frames of a model are smaller.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-8
 */

// Bytes that are looked up at once: each has a table of its own.
const slices = 8

const tables: Int32Array = (() => {
  const made = new Int32Array(256 * slices)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    made[byte] = value
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256] ?? 0
    made[at] = (made[before & 255] ?? 0) ^ (before >>> 8)
  }
  return made
})()

/**
 * The checksum of the bytes between `from` and `to`, from 0 to 2³² - 1. `soFar` is the checksum of the bytes before
 * them, when these go on from there.
 */
export const crc32 = (bytes: Uint8Array, from: number, to: number, soFar = 0): number => {
  const table = tables
  let crc = ~soFar
  let at = from
  for (; at + slices <= to; at += slices) {
    const low = crc ^
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24))
    crc = (table[1792 + (low & 255)] ?? 0) ^ (table[1536 + ((low >>> 8) & 255)] ?? 0) ^
      (table[1280 + ((low >>> 16) & 255)] ?? 0) ^ (table[1024 + (low >>> 24)] ?? 0) ^
      (table[768 + (bytes[at + 4] ?? 0)] ?? 0) ^ (table[512 + (bytes[at + 5] ?? 0)] ?? 0) ^
      (table[256 + (bytes[at + 6] ?? 0)] ?? 0) ^ (table[bytes[at + 7] ?? 0] ?? 0)
  }
  for (; at < to; at++) crc = (table[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (crc >>> 8)
  return ~crc >>> 0
}
