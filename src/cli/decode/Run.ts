/**
 * Runs `sluice decode`.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { type ProtocolName, protocolNames } from "../../domain/ProviderDefinition.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"
import { type CliFailure, type CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Headers from "../Headers.ts"
import * as Names from "../Names.ts"
import * as Output from "../Output.ts"
import * as Body from "./Body.ts"
import * as Summary from "./Summary.ts"

/** The flags and arguments of `sluice decode`. */
export interface DecodeFlags {
  /** `--protocol`: the protocol of the bodies; default: one of the provider's, detected from the body. */
  readonly protocol: string | undefined
  /** `--provider`: the provider that sent the bodies; default: unknown. */
  readonly provider: string | undefined
  /** `--status`: the HTTP status of the responses; default: 200. */
  readonly status: number | undefined
  /** `--header`: headers of the responses, as `name: value`. */
  readonly header: ReadonlyArray<string>
  /** `--summary`: whether to print one line of JSON per file; default: `false`, one event per line. */
  readonly summary: boolean
  /** The paths of the bodies; `-` is stdin. */
  readonly files: ReadonlyArray<string>
}

type Known = Omit<Body.Origin, "isWhole">

/** Returns the definition of a provider. The definitions are loaded on use, because they load much of the client. */
const definitionOf = Effect.fnUntraced(function*(name: string) {
  const KnownProviders = yield* Effect.promise(() => import("../../domain/KnownProviders.ts"))
  const Resolution = yield* Effect.promise(() => import("../../layers/registry/Resolution.ts"))
  return yield* Resolution.find(KnownProviders.definitions, name)
})

const originOf = Effect.fnUntraced(function*(flags: DecodeFlags): Effect.fn.Return<Known, CommandLineError> {
  const wanted: ProtocolName | undefined = flags.protocol === undefined
    ? undefined
    : yield* Names.protocol(flags.protocol)
  const found = flags.provider === undefined ? undefined : yield* Effect.result(definitionOf(flags.provider))
  // An unknown provider has no known quirks; with a protocol the body can be decoded without them.
  if (found !== undefined && Result.isFailure(found) && wanted === undefined) {
    return yield* Names.asCommandLine(found.failure)
  }
  const definition = found !== undefined && Result.isSuccess(found) ? found.success : undefined
  const spoken = definition?.protocols.map(({ protocol }) => protocol) ?? protocolNames
  const [first = protocolNames[0], ...others] = wanted === undefined ? spoken : [wanted]
  return {
    provider: definition?.id ?? flags.provider ?? "the provider",
    protocols: [first, ...others],
    quirks: definition?.quirks ?? {},
    status: flags.status ?? 200,
    headers: yield* Headers.read(flags.header),
    nowMillis: yield* Clock.currentTimeMillis
  }
})

/** A file that cannot be read. */
class UnreadableError extends Data.TaggedError("UnreadableError")<{ readonly message: string }> {}

/** Returns the reason why a file cannot be read. */
const unreadable = (file: string, cause: unknown): UnreadableError => {
  const code = Predicate.hasProperty(cause, "code") ? cause.code : undefined
  switch (code) {
    case "ENOENT":
      return new UnreadableError({ message: `${file} does not exist` })
    case "EACCES":
    case "EPERM":
      return new UnreadableError({ message: `${file} cannot be read: permission denied` })
    case "EISDIR":
      return new UnreadableError({ message: `${file} is a folder: name the files in it` })
    default:
      return new UnreadableError({
        message: `${file} cannot be read: ${Predicate.isError(cause) ? cause.message : String(code)}`
      })
  }
}

/**
 * Streams the bytes of a file. Node's own stream reads pipes, FIFOs and devices too, which Effect's file system reads
 * at positions that they do not have.
 */
const bytesOf = (file: string): Stream.Stream<Uint8Array, UnreadableError, Stdio.Stdio> =>
  Stream.unwrap(Effect.gen(function*() {
    if (file === "-") {
      return Stream.mapError(
        (yield* Stdio.Stdio).stdin,
        ({ reason }) => unreadable(file, "cause" in reason ? reason.cause : reason)
      )
    }
    const { createReadStream } = yield* Effect.promise(() => import("node:fs"))
    const NodeStream = yield* Effect.promise(() => import("@effect/platform-node/NodeStream"))
    return NodeStream.fromReadable<Uint8Array, UnreadableError>({
      evaluate: () => createReadStream(file, { highWaterMark: 16 * 1024 }),
      onError: (cause) => unreadable(file, cause)
    })
  }))

/** A body that cannot be decompressed. */
class CompressionError extends Data.TaggedError("CompressionError")<{ readonly ending: Ending }> {}

/**
 * Decompresses a body as `content-encoding` says, unless it is text already: most capture tools decompress the body and
 * keep the header.
 */
const decompressed = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>, encoding: string, { provider, status }: Known) =>
  Stream.unwrap(Effect.gen(function*() {
    const ContentEncoding = yield* Effect.promise(() => import("../../layers/http/ContentEncoding.ts"))
    const [[first = new Uint8Array()], rest] = yield* Stream.peel(bytes, Sink.take<Uint8Array>(1))
    const body = Stream.concat(Stream.succeed(first), rest)
    if (/^\s*[{[:a-z]/.test(Buffer.from(first.subarray(0, 16)).toString("latin1"))) return body
    let length = 0
    const counted = Stream.tap(body, (piece) =>
      Effect.sync(() => {
        length += piece.length
      }))
    return ContentEncoding.decode(
      counted,
      encoding,
      (cause) => new CompressionError({ ending: ContentEncoding.endingOf(cause, { provider, status }, length) })
    )
  }))

/** Decodes a file, passes its events on as they arrive, and returns its failure, if any. */
const read = Effect.fnUntraced(function*(
  file: string,
  origin: Known,
  onEvents: (events: ReadonlyArray<ResponseEvent>) => Effect.Effect<void, CliFailure, Stdio.Stdio>
) {
  const body = Body.open({ ...origin, isWhole: file === "-" ? undefined : /\.json$/i.test(file) })
  const encoding = origin.headers["content-encoding"]
  const bytes = encoding === undefined ? bytesOf(file) : decompressed(bytesOf(file), encoding, origin)
  const end = (ending: Ending) => Effect.suspend(() => onEvents(body.end(ending)))
  const unread = yield* bytes.pipe(
    // What comes after a failure is not read: it may have no end.
    Stream.runForEachWhile((piece) => Effect.map(onEvents(body.push(piece)), () => body.failure() === undefined)),
    Effect.andThen(end({ type: "end-of-body" })),
    Effect.catchTag("CompressionError", ({ ending }) => end(ending)),
    Effect.as(undefined),
    Effect.catchTag("UnreadableError", ({ message }) => Effect.succeed(message))
  )
  return { unread, failure: body.failure() }
})

const printEvents = Effect.fnUntraced(function*(file: string, origin: Known) {
  const { failure, unread } = yield* read(
    file,
    origin,
    (events) => Output.write(events.map((event) => `${JSON.stringify(event)}\n`).join(""))
  )
  const error = unread === undefined ? failure : { _tag: "FileError", message: unread }
  if (error !== undefined) {
    yield* Output.write(`${JSON.stringify({ _tag: error._tag, message: error.message })}\n`)
  }
  return error
})

const printSummary = Effect.fnUntraced(function*(file: string, origin: Known) {
  const events: Array<ResponseEvent> = []
  const { failure, unread } = yield* read(file, origin, (more) =>
    Effect.sync(() => {
      for (const event of more) events.push(event)
    }))
  const summary = unread === undefined
    ? Summary.make(file, events, failure)
    : Summary.unreadable(file, unread)
  yield* Output.write(`${JSON.stringify(summary)}\n`)
  return summary.error ?? undefined
})

/** Decodes the files of the command line, one after the other. A bad one does not stop the others. */
export const run = Effect.fnUntraced(function*(flags: DecodeFlags) {
  const origin = yield* originOf(flags)
  const print = flags.summary ? printSummary : printEvents
  const { stderr, stdout } = yield* Output.terminals
  let failed = 0
  for (const file of flags.files) {
    const error = yield* print(file, origin)
    if (error === undefined) continue
    failed++
    // On one terminal the error would be there twice.
    if (!(stdout && stderr)) yield* Output.writeErrorLine(`${file}: ${errorLine(error)}`)
  }
  if (failed > 0) return yield* new FailedError({})
})
