/**
 * Makes the body of a request with an audio file. A file that is a stream is streamed.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Buffer } from "../../streams/framing/Buffer.ts"
import { type AudioFile, mediaType } from "../../domain/AudioFile.ts"
import { type CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import * as FileFrame from "../../streams/audio/FileFrame.ts"
import type { EncodedTranscription } from "../../streams/audio/TranscriptionWireFormats.ts"
import * as TransportFailure from "../call/TransportFailure.ts"

/** The body of a request with a file. */
export interface Upload {
  /** The body. */
  readonly body: HttpBody.HttpBody
  /** Replaces the error of an attempt that failed because the file could not be read. */
  readonly explain: (error: CompletionError) => CompletionError
}

const join = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Makes a boundary that the author of a file cannot guess, so that no file can add fields to the form. */
const randomBoundary: Effect.Effect<string> = Effect.map(Random.Random, (random) => {
  let digits = ""
  for (let part = 0; part < 4; part++) {
    digits += Math.floor(random.nextDoubleUnsafe() * 2 ** 32).toString(16).padStart(8, "0")
  }
  return `sluice-${digits}`
})

/**
 * Returns a boundary that is neither in the content nor in the fields, both of which may be untrusted. The same form
 * has the same boundary, because cassettes compare bodies.
 */
const unusedBoundary = (content: Uint8Array, fields: string): string => {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (let number = 0;; number++) {
    const boundary = `sluice-form-boundary-${number}`
    if (!fields.includes(boundary) && bytes.indexOf(boundary) === -1) return boundary
  }
}

const frameOf = ({ carrier, values }: EncodedTranscription, file: AudioFile, boundary: string): FileFrame.Frame =>
  carrier === "base64"
    ? FileFrame.json(values, file)
    : FileFrame.multipart(values, { name: file.name, mediaType: mediaType(file) }, boundary)

/** Returns the content as it is written between the parts of its frame. */
const framed = (
  content: Stream.Stream<Uint8Array, unknown>,
  frame: FileFrame.Frame
): Stream.Stream<Uint8Array, unknown> =>
  frame.base64
    ? Stream.suspend(() => {
      const writer = FileFrame.base64Writer()
      return Stream.concat(Stream.map(content, writer.write), Stream.suspend(() => Stream.make(writer.end())))
    })
    : content

/**
 * Fails a stream that does not have as many bytes as were announced to the server, before its end is sent: the server
 * would wait for more bytes, or take the rest for another request.
 */
const ofSize = (
  content: Stream.Stream<Uint8Array, unknown>,
  size: number,
  problem: (detail: string) => InvalidRequestError
): Stream.Stream<Uint8Array, unknown> =>
  Stream.suspend(() => {
    let read = 0
    const counted = Stream.tap(content, (bytes) => {
      read += bytes.length
      return read > size
        ? Effect.fail(problem(`its size is ${size} bytes, and its stream has more`))
        : Effect.void
    })
    const end = Stream.suspend(() =>
      read < size ? Stream.fail(problem(`its size is ${size} bytes, and its stream has ${read}`)) : Stream.empty
    )
    return Stream.concat(counted, end)
  })

/** Makes the body of a request with a file. */
export const make = Effect.fnUntraced(function*(
  request: EncodedTranscription,
  file: AudioFile,
  known: { readonly provider: string; readonly model: string }
): Effect.fn.Return<Upload, InvalidRequestError> {
  const { content, size } = file
  if (content instanceof Uint8Array) {
    const frame = frameOf(
      request,
      file,
      unusedBoundary(content, JSON.stringify([request.values, file.name, file.mediaType]))
    )
    const bytes = frame.base64 ? FileFrame.base64Writer() : undefined
    const written = bytes === undefined ? [content] : [bytes.write(content), bytes.end()]
    return {
      body: HttpBody.uint8Array(join([frame.before, ...written, frame.after]), frame.mediaType),
      explain: (error) => error
    }
  }
  const frame = frameOf(request, file, yield* randomBoundary)
  const problem = (detail: string, code?: string): InvalidRequestError =>
    new InvalidRequestError({ ...known, parameter: "file", ...(code === undefined ? {} : { code }), detail })
  let unreadable: InvalidRequestError | undefined
  const sized = size === undefined ? content : ofSize(content, size, problem)
  // The client sees the error of a request: a `TypeError` of the caller's stream is no defect of the client.
  const guarded = Stream.mapError(sized, (cause) => {
    const { code, detail } = TransportFailure.reasonOf(cause)
    unreadable = Schema.is(InvalidRequestError)(cause)
      ? cause
      : problem(`it could not be read: ${detail ?? code ?? "its stream failed"}`, code)
    return unreadable
  })
  return {
    body: HttpBody.stream(
      Stream.make(frame.before).pipe(Stream.concat(framed(guarded, frame)), Stream.concat(Stream.make(frame.after))),
      frame.mediaType,
      size === undefined ? undefined : FileFrame.sizeOf(frame, size)
    ),
    explain: (error) => unreadable ?? error
  }
})
