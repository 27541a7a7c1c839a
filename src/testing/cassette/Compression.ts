/**
 * What is inside a compressed body, as far as it arrived.
 */
import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib"

// A body that was cut is read up to the cut.
const whole = { finishFlush: constants.Z_SYNC_FLUSH }

const decoders: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gunzipSync(bytes, whole),
  "x-gzip": (bytes) => gunzipSync(bytes, whole),
  deflate: (bytes) => inflateSync(bytes, whole),
  br: (bytes) => brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: (bytes) => zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush })
}

/**
 * Decompresses a body, unless it is not compressed: a client may have done it already and left the header as it was.
 */
export const decompress = (encoding: string | undefined, bytes: Uint8Array): Uint8Array | undefined => {
  const decoder = encoding === undefined ? undefined : decoders[encoding.trim().toLowerCase()]
  try {
    return decoder?.(bytes)
  } catch {
    return undefined
  }
}
