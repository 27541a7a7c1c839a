/**
 * Hashes of all pieces of a text that have the length of the shortest secret, for searching many secrets in one pass.
 */

/** The length of a window, in characters. `Secrets.spellings` returns no shorter text. */
export const windowLength = 8

const multiplier = 0x01000193

// The multiplier to the power of the window's length, to remove the first character of a window from its hash.
const removal = Array.from({ length: windowLength }).reduce<number>((power) => Math.imul(power, multiplier), 1)

// The low bits of a rolling hash depend on few characters, so the bits are mixed.
const mix = (hash: number): number => {
  const mixed = Math.imul(hash ^ hash >>> 15, 0x2c1b3c6d)
  return (mixed ^ mixed >>> 13) >>> 0
}

/** Calls a function with the hash and the position of every window of a text, in time proportional to its length. */
export const forEachWindow = (text: string, visit: (hash: number, position: number) => void): void => {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash, multiplier) + text.charCodeAt(index) | 0
    if (index >= windowLength) hash = hash - Math.imul(removal, text.charCodeAt(index - windowLength)) | 0
    if (index >= windowLength - 1) visit(mix(hash), index - windowLength + 1)
  }
}
