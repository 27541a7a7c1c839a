/**
 * Decompresses bodies as far as they arrived, to search them for secrets.
 */
import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib"

/** The largest decompressed size that is searched, in bytes. */
const maxOutputLength = 64 * 1024 * 1024

/** The number of nested compressions that are undone. */
const maximumDepth = 6

// A body that was cut is decompressed up to the cut.
const partial = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }

type Decoder = (bytes: Uint8Array) => Uint8Array

const gzip: Decoder = (bytes) => gunzipSync(bytes, partial)
const deflate: Decoder = (bytes) => inflateSync(bytes, partial)
const brotli: Decoder = (bytes) =>
  brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength })
const zstd: Decoder = (bytes) => zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength })

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
  ["br", brotli],
  ["zstd", zstd]
])

/** Recognises a compression by its first bytes. Brotli has none. */
const sniff = (bytes: Uint8Array): Decoder | undefined => {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes
  if (first === 0x1f && second === 0x8b) return gzip
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return zstd
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 ? deflate : undefined
}

/** The decompressed contents of a body. */
export interface Layers {
  /** The contents, one for each compression that was undone. */
  readonly contents: ReadonlyArray<Uint8Array>
  /** Whether there is more that was not decompressed, because it is too large or nested too deeply. */
  readonly isPartial: boolean
}

/**
 * Undoes the compressions of a body: those that `content-encoding` declares, and those that the bytes show. A
 * compression that is declared may already have been undone by the client.
 */
export const layers = (contentEncoding: string | undefined, body: Uint8Array): Layers => {
  const contents: Array<Uint8Array> = []
  const declared = (contentEncoding ?? "").split(",").flatMap((name) => decoders.get(name.trim().toLowerCase()) ?? [])
  let bytes = body
  for (let depth = 0; depth < maximumDepth; depth++) {
    // The last encoding was applied last.
    const decoder = sniff(bytes) ?? declared.at(-1)
    if (decoder === undefined || bytes.length === 0) return { contents, isPartial: false }
    if (decoder === declared.at(-1)) declared.pop()
    try {
      bytes = decoder(bytes)
      contents.push(bytes)
    } catch (error) {
      if (error instanceof RangeError) return { contents, isPartial: true }
      if (declared.length === 0) return { contents, isPartial: false }
    }
  }
  return { contents, isPartial: true }
}
