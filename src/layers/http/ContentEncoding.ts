/**
 * Decompresses a response body: compression is never requested, but some proxies compress nevertheless.
 */
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Predicate from "effect/Predicate"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { Duplex } from "node:stream"
import type * as Zlib from "node:zlib"
import { MalformedStreamError } from "../../domain/CompletionError.ts"
import type { ErrorContext } from "../../domain/errors/ErrorContext.ts"
import * as NodeModules from "./NodeModules.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"

type Decoder = (zlib: typeof Zlib) => Duplex

/** The coding of which there are two kinds: with the frame of zlib, as it should be, and without. */
const deflate = "deflate"

// A plain record would also have a `constructor`.
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", (zlib) => zlib.createGunzip()],
  ["x-gzip", (zlib) => zlib.createGunzip()],
  [deflate, (zlib) => zlib.createInflate()],
  ["br", (zlib) => zlib.createBrotliDecompress()],
  ["zstd", (zlib) => zlib.createZstdDecompress()]
])

/** The most codings of one body. A proxy or two may add one; more are an attempt to keep a client busy. */
const mostCodings = 4

/** Returns the codings of a body in the order in which they were applied. */
const codingsOf = (contentEncoding: string): ReadonlyArray<string> =>
  contentEncoding.split(",").map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")

/**
 * Returns the codings that cannot be decoded, as a clause with the value of the header; `undefined` where all can.
 */
export const problemOf = (contentEncoding: string | undefined): string | undefined => {
  if (contentEncoding === undefined) return undefined
  const codings = codingsOf(contentEncoding)
  const unknown = codings.filter((coding) => !decoders.has(coding))
  if (unknown.length > 0) return `its content-encoding cannot be decoded: ${unknown.join(", ").slice(0, 100)}`
  return codings.length > mostCodings ? `its content-encoding names ${codings.length} codings` : undefined
}

type Body<E> = Stream.Stream<Uint8Array, E>

/** Passes a body through a decompressor. What was decompressed before the body failed is emitted before its failure. */
const through = <E, E2>(body: Body<E>, decoder: Decoder, onError: (cause: unknown) => E2): Body<E | E2> =>
  Stream.unwrap(Effect.gen(function*() {
    const duplex = yield* Effect.acquireRelease(
      Effect.sync(() => decoder(NodeModules.required(NodeModules.zlib(), "node:zlib"))),
      (duplex) => Effect.sync(() => duplex.destroy())
    )
    // The reader below fails with the error. Without a listener it would end the process, too.
    duplex.on("error", () => {})
    let failure: Cause.Cause<E> | undefined
    const write = (piece: Uint8Array) =>
      Effect.callback<boolean>((resume) => {
        duplex.write(piece, (error) => resume(Effect.succeed(error === undefined || error === null)))
      })
    yield* Stream.runForEachWhile(body, write).pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          if (Exit.isFailure(exit)) failure = exit.cause
          duplex.end()
        })
      ),
      Effect.forkScoped
    )
    // A body that failed is also incomplete, which is no news.
    const ended = Effect.suspend((): Effect.Effect<void, E> =>
      failure === undefined ? Effect.void : Effect.failCause(failure)
    )
    return Stream.fromAsyncIterable<Uint8Array, unknown>(duplex, (cause) => cause).pipe(
      Stream.catch((cause) => Stream.fromEffectDrain(Effect.andThen(ended, Effect.fail(onError(cause))))),
      Stream.concat(Stream.fromEffectDrain(ended))
    )
  }))

/** Returns whether a first byte is that of zlib's frame (RFC 1950, 2.2), which no other deflated data begins with. */
const isFramed = (byte: number): boolean => (byte & 0x0f) === 8

/** Inflates a body with or without the frame of zlib: some servers leave it out. */
const inflate = <E, E2>(body: Body<E>, onError: (cause: unknown) => E2): Body<E | E2> =>
  Stream.unwrap(Effect.map(Stream.toPull(body), (pull) =>
    Stream.unwrap(
      pull.pipe(
        Effect.map((first) => {
          const whole = Stream.concat(Stream.fromArray(first), Stream.fromPull(Effect.succeed(pull)))
          return through(
            whole,
            isFramed(first[0][0] ?? 8) ? (zlib) => zlib.createInflate() : (zlib) => zlib.createInflateRaw(),
            onError
          )
        }),
        Pull.catchDone(() => Effect.succeed(Stream.empty))
      )
    )))

/**
 * Returns the decompressed bytes of a body of which `problemOf` returns nothing. `onError` creates the error of
 * compressed bytes that are broken or cut; `endingOf` distinguishes the two.
 */
export const decode = <E, E2>(
  body: Body<E>,
  contentEncoding: string | undefined,
  onError: (cause: unknown) => E2
): Body<E | E2> => {
  const codings = codingsOf(contentEncoding ?? "")
  if (codings.length === 0) return body
  return codings.reduceRight<Body<E | E2>>((encoded, coding) => {
    const decoder = decoders.get(coding)
    if (coding === deflate) return inflate(encoded, onError)
    return decoder === undefined ? encoded : through(encoded, decoder, onError)
  }, body)
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
