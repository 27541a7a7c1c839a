/**
 * Reads images and files into parts of a user message.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import type * as FileSystem from "effect/FileSystem"
import * as MediaTypes from "../../domain/MediaTypes.ts"
import { type CliFailure, CommandLineError, FailedError } from "../Failures.ts"
import * as InputFile from "../InputFile.ts"

/** The kinds of files for `--file`, in the order in which an extension of two kinds is looked up. */
const kinds = ["document", "image", "audio", "video"] as const

const nameOf = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)

/** Whether bytes are text: UTF-8 without a null. */
const isText = (bytes: Uint8Array): boolean => {
  if (bytes.includes(0)) return false
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** The first bytes of a file in base64, by which its type is recognised. */
const beginning = (bytes: Uint8Array): string => Base64.encode(bytes.subarray(0, 24))

/** Returns the media type of an image by its content, else by its name; `undefined` for anything else. */
const imageType = (name: string, bytes: Uint8Array): string | undefined => {
  const found = MediaTypes.ofSignature("image/*", beginning(bytes))
  const named = MediaTypes.ofFileName(name, "image")
  return found ?? (named !== undefined && MediaTypes.fits(named, beginning(bytes)) ? named : undefined)
}

/** Returns the media type of a name for `--file`; `undefined` for an unknown extension. */
const typeOfName = (name: string): string | undefined => {
  for (const kind of kinds) {
    const found = MediaTypes.ofFileName(name, kind)
    if (found !== undefined) return found
  }
  return undefined
}

/** Returns the media type of a file by its content or its name; `undefined` for an unknown one that is no text. */
const fileType = (name: string, bytes: Uint8Array): string | undefined =>
  MediaTypes.ofSignature("", beginning(bytes)) ?? typeOfName(name) ?? (isText(bytes) ? "text/plain" : undefined)

const isUrl = (given: string): boolean => /^https?:\/\//i.test(given)

const fromUrl = (given: string, isImage: boolean): Effect.Effect<Prompt.FilePart, CommandLineError> => {
  if (!URL.canParse(given)) return Effect.fail(new CommandLineError({ message: `"${given}" is not a URL` }))
  const url = new URL(given)
  const name = nameOf(url.pathname)
  const mediaType = isImage ? MediaTypes.ofFileName(name, "image") ?? "image/*" : typeOfName(name)
  return mediaType === undefined
    ? Effect.fail(
      new CommandLineError({ message: `The media type of ${given} is unknown: its path has no known extension` })
    )
    : Effect.succeed(Prompt.filePart({ mediaType, data: url, ...(name === "" ? {} : { fileName: name }) }))
}

const fromFile = Effect.fnUntraced(
  function*(path: string, isImage: boolean): Effect.fn.Return<Prompt.FilePart, FailedError, FileSystem.FileSystem> {
    const data = yield* InputFile.bytes(path)
    const fileName = nameOf(path)
    const mediaType = isImage ? imageType(fileName, data) : fileType(fileName, data)
    if (mediaType === undefined) {
      return yield* new FailedError({
        line: `InputError: ${path} is not ${isImage ? "an image" : "a text or a file"} of a known type`
      })
    }
    return Prompt.filePart({ mediaType, fileName, data })
  }
)

const read = (given: string, isImage: boolean): Effect.Effect<Prompt.FilePart, CliFailure, FileSystem.FileSystem> =>
  isUrl(given) ? fromUrl(given, isImage) : fromFile(given, isImage)

/** Reads the files and URLs of `--image`, then those of `--file`. */
export const parts = Effect.fnUntraced(function*(
  flags: { readonly image: ReadonlyArray<string>; readonly file: ReadonlyArray<string> }
): Effect.fn.Return<ReadonlyArray<Prompt.FilePart>, CliFailure, FileSystem.FileSystem> {
  const images = yield* Effect.forEach(flags.image, (given) => read(given, true))
  const files = yield* Effect.forEach(flags.file, (given) => read(given, false))
  return [...images, ...files]
})
