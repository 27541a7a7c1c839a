/**
 * Decompresses a response body: compression is never requested, but some proxies compress nevertheless.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Duplex } from "node:stream"
import type * as Zlib from "node:zlib"
import { MalformedStreamError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"

type Decoder = (zlib: typeof Zlib) => Duplex

// A plain record would also have a `constructor`.
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", (zlib) => zlib.createGunzip()],
  ["x-gzip", (zlib) => zlib.createGunzip()],
  ["deflate", (zlib) => zlib.createInflate()],
  ["br", (zlib) => zlib.createBrotliDecompress()],
  ["zstd", (zlib) => zlib.createZstdDecompress()]
])

/**
 * Returns the decompressed bytes of a body. `onError` creates the error of compressed bytes that are broken or cut;
 * `endingOf` distinguishes the two.
 */
export const decode = <E, E2>(
  body: Stream.Stream<Uint8Array, E>,
  contentEncoding: string | undefined,
  onError: (cause: unknown) => E2
): Stream.Stream<Uint8Array, E | E2> => {
  const decoder = decoders.get(contentEncoding?.trim().toLowerCase() ?? "")
  // Few responses are compressed, so the decompressors are loaded only for them.
  return decoder === undefined ? body : Stream.unwrap(Effect.map(
    Effect.promise(() => Promise.all([import("@effect/platform-node/NodeStream"), import("node:zlib")])),
    ([NodeStream, zlib]) => body.pipe(NodeStream.pipeThroughDuplex({ evaluate: () => decoder(zlib), onError }))
  ))
}

/**
 * Returns how a body ended that cannot be decompressed. One that is valid as far as it arrived was cut, as by a lost
 * connection. Any other does not match its header: something on the way has unpacked or changed it, and will again, so
 * that it fails with a `MalformedStreamError` that is not retried.
 */
export const endingOf = (cause: unknown, context: ErrorContext, position: number): Ending => {
  const code = Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : undefined
  const detail = Predicate.isError(cause) ? cause.message : "broken compression"
  return code === "Z_BUF_ERROR" ? { type: "connection-lost", code, detail } : {
    type: "failed",
    error: new MalformedStreamError({
      ...context,
      ...(code === undefined ? {} : { code }),
      detail: `the body is not what its content-encoding says: ${detail}`,
      position,
      shouldRetry: false
    })
  }
}
