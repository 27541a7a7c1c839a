/**
 * The file of a cassette. It is valid JSON at every time, and only its owner can read it, since it holds prompts.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { CassetteError } from "./CassetteError.ts"
import { type Exchange, Tape } from "./Tape.ts"
import * as TapeLock from "./TapeLock.ts"

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Tape))

/** Reads a cassette, with its exchanges in the order of their requests. */
export const read = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<Tape, CassetteError, FileSystem.FileSystem> {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem.readFileString(path).pipe(
    Effect.mapError((cause) =>
      cause.reason._tag === "NotFound"
        ? new CassetteError({ reason: "Missing", path, detail: "there is no such file; record it first", cause })
        : new CassetteError({ reason: "Unreadable", path, detail: `cannot be read: ${cause.message}`, cause })
    )
  )
  const tape = yield* decode(text).pipe(
    // The schema's error is omitted, since it quotes the file, which holds prompts.
    Effect.mapError(() =>
      new CassetteError({
        reason: "Invalid",
        path,
        detail: "is not a cassette of version 1, or is damaged; record it again"
      })
    )
  )
  const exchanges = tape.exchanges.map((exchange, position) => ({ exchange, index: exchange.index ?? position }))
  return {
    ...tape,
    exchanges: exchanges.toSorted((left, right) => left.index - right.index).map(({ exchange }) => exchange)
  }
})

const opening = "{\n  \"version\": 1,\n  \"exchanges\": ["
const closing = "\n  ]\n}\n"

const encodeExchange = (exchange: Exchange): string =>
  `\n${JSON.stringify(exchange, null, 2)}`.replaceAll("\n", "\n    ")

const encoder = new TextEncoder()

/** Writes the exchanges of a recording. */
export interface Writer {
  /** Replaces the file. The former contents stay when that fails. */
  readonly replace: (exchanges: ReadonlyArray<Exchange>) => Effect.Effect<void, CassetteError>
  /** Appends an exchange with one write. The file stays as it was when that fails. */
  readonly append: (exchange: Exchange) => Effect.Effect<void, CassetteError>
}

/**
 * Locks the file of a cassette for the scope and prepares its folder. Fails when another recorder holds the lock or
 * when nothing can be written there.
 */
export const lock = Effect.fnUntraced(
  function*(
    path: string
  ): Effect.fn.Return<
    Writer,
    CassetteError | PlatformError.PlatformError,
    FileSystem.FileSystem | Path.Path | Scope.Scope
  > {
    const fileSystem = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    yield* fileSystem.makeDirectory(paths.dirname(path), { recursive: true })
    yield* TapeLock.acquire(path)
    return makeWriter(fileSystem, path)
  },
  (effect, path) => Effect.catchTag(effect, "PlatformError", (cause) => Effect.fail(unwritable(path)(cause)))
)

const makeWriter = (fileSystem: FileSystem.FileSystem, path: string): Writer => {
  const temporary = `${path}.tmp`
  // The size of the file without its closing brackets, which the next exchange overwrites.
  let openSize = 0
  let isEmpty = true

  const replace = (exchanges: ReadonlyArray<Exchange>) => {
    const text = `${opening}${exchanges.map(encodeExchange).join(",")}`
    return fileSystem.writeFileString(temporary, `${text}${closing}`, { mode: 0o600 }).pipe(
      Effect.andThen(fileSystem.rename(temporary, path)),
      Effect.andThen(Effect.sync(() => {
        openSize = encoder.encode(text).length
        isEmpty = exchanges.length === 0
      })),
      Effect.onError(() => Effect.ignore(fileSystem.remove(temporary))),
      Effect.mapError(unwritable(path))
    )
  }

  const append = (exchange: Exchange) => {
    const text = encoder.encode(`${isEmpty ? "" : ","}${encodeExchange(exchange)}`)
    return Effect.gen(function*() {
      const file = yield* fileSystem.open(path, { flag: "r+" })
      const writeEnd = (bytes: Uint8Array) => Effect.andThen(file.seek(BigInt(openSize), "start"), file.writeAll(bytes))
      const restore = Effect.ignore(
        Effect.andThen(file.truncate(openSize), Effect.suspend(() => writeEnd(encoder.encode(closing))))
      )
      yield* Effect.onError(writeEnd(Buffer.concat([text, encoder.encode(closing)])), () => restore)
      openSize += text.length
      isEmpty = false
    }).pipe(Effect.scoped, Effect.mapError(unwritable(path)))
  }

  return { replace, append }
}

const unwritable = (path: string) => (cause: PlatformError.PlatformError): CassetteError =>
  new CassetteError({ reason: "Unwritable", path, detail: `cannot be stored: ${cause.message}`, cause })
