/**
 * Undoes the compression of a response body: none is asked for, but some proxies compress all the same.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Duplex } from "node:stream"
import * as Zlib from "node:zlib"

// No plain record, which knows a `constructor` too.
const decoders: ReadonlyMap<string, () => Duplex> = new Map<string, () => Duplex>([
  ["gzip", () => Zlib.createGunzip()],
  ["x-gzip", () => Zlib.createGunzip()],
  ["deflate", () => Zlib.createInflate()],
  ["br", () => Zlib.createBrotliDecompress()],
  ["zstd", () => Zlib.createZstdDecompress()]
])

/**
 * The bytes of a body as the protocol means them. `onError` makes the error for compressed bytes that are broken or cut.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = <E, E2>(
  body: Stream.Stream<Uint8Array, E>,
  contentEncoding: string | undefined,
  onError: (cause: unknown) => E2
): Stream.Stream<Uint8Array, E | E2> => {
  const decoder = decoders.get(contentEncoding?.trim().toLowerCase() ?? "")
  // Hardly any response is compressed, and then what undoes it is not loaded.
  return decoder === undefined ? body : Stream.unwrap(Effect.map(
    Effect.promise(() => import("@effect/platform-node/NodeStream")),
    (NodeStream) => body.pipe(NodeStream.pipeThroughDuplex({ evaluate: decoder, onError }))
  ))
}
