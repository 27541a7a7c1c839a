/**
 * Undoes the compression of a response body: none is asked for, but some proxies compress all the same.
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

// No plain record, which knows a `constructor` too.
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", (zlib) => zlib.createGunzip()],
  ["x-gzip", (zlib) => zlib.createGunzip()],
  ["deflate", (zlib) => zlib.createInflate()],
  ["br", (zlib) => zlib.createBrotliDecompress()],
  ["zstd", (zlib) => zlib.createZstdDecompress()]
])

/**
 * The bytes of a body as the protocol means them. `onError` makes the error for compressed bytes that are broken or cut: `endingOf` says
 * which they are.
 */
export const decode = <E, E2>(
  body: Stream.Stream<Uint8Array, E>,
  contentEncoding: string | undefined,
  onError: (cause: unknown) => E2
): Stream.Stream<Uint8Array, E | E2> => {
  const decoder = decoders.get(contentEncoding?.trim().toLowerCase() ?? "")
  // Hardly any response is compressed, and then what undoes it is not loaded.
  return decoder === undefined ? body : Stream.unwrap(Effect.map(
    Effect.promise(() => Promise.all([import("@effect/platform-node/NodeStream"), import("node:zlib")])),
    ([NodeStream, zlib]) => body.pipe(NodeStream.pipeThroughDuplex({ evaluate: () => decoder(zlib), onError }))
  ))
}

/**
 * How a body ends whose compression cannot be undone. One that is right as far as it came is cut, as a lost connection leaves
 * it. Any other is not what its header says: something on the way has unpacked or changed it, and will again.
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
