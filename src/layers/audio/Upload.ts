/**
 * A recording as the body of a request: a form whose file is streamed when it is a stream.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { type CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import { type AudioFile, mediaType } from "../../domain/AudioFile.ts"
import * as Multipart from "../../streams/audio/Multipart.ts"
import type { Field } from "../../streams/audio/TranscriptionForms.ts"
import * as TransportFailure from "../http/TransportFailure.ts"

/**
 * A body, and whether it can be sent only once. `explain` says of a failed attempt that it was the recording that could not be
 * read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Upload {
  readonly body: HttpBody.HttpBody
  readonly once: boolean
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

/** Nobody who makes a recording can know it, and so none can hold it to put fields of its own into the form. */
const randomBoundary: Effect.Effect<string> = Effect.map(Random.Random, (random) => {
  let digits = ""
  for (let part = 0; part < 4; part++) {
    digits += Math.floor(random.nextDoubleUnsafe() * 2 ** 32).toString(16).padStart(8, "0")
  }
  return `sluice-${digits}`
})

/** Bytes can be searched, so that the same form gives the same body: cassettes compare bodies. */
const unusedBoundary = (content: Uint8Array): string => {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  for (let number = 0;; number++) {
    const boundary = `sluice-form-boundary-${number}`
    if (bytes.indexOf(boundary) === -1) return boundary
  }
}

/**
 * Makes the body of a form with a file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  fields: ReadonlyArray<Field>,
  file: AudioFile,
  known: { readonly provider: string; readonly model: string }
): Effect.fn.Return<Upload> {
  const { content } = file
  const part = { field: "file", name: file.name, mediaType: mediaType(file) }
  if (content instanceof Uint8Array) {
    const frame = Multipart.frame(fields, part, unusedBoundary(content))
    return {
      body: HttpBody.uint8Array(join([frame.before, content, frame.after]), frame.mediaType),
      once: false,
      explain: (error) => error
    }
  }
  const frame = Multipart.frame(fields, part, yield* randomBoundary)
  let unreadable: InvalidRequestError | undefined
  const guarded = Stream.tapError(content, (cause) =>
    Effect.sync(() => {
      const { code, detail } = TransportFailure.reasonOf(cause)
      unreadable = new InvalidRequestError({
        ...known,
        parameter: "file",
        ...(code === undefined ? {} : { code }),
        detail: `it could not be read: ${detail ?? code ?? "its stream failed"}`
      })
    }))
  const size = file.size === undefined ? undefined : frame.before.length + file.size + frame.after.length
  return {
    body: HttpBody.stream(
      Stream.make(frame.before).pipe(Stream.concat(guarded), Stream.concat(Stream.make(frame.after))),
      frame.mediaType,
      size
    ),
    once: file.once ?? false,
    explain: (error) => unreadable ?? error
  }
})
