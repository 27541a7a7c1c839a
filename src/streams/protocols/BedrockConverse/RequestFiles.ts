/**
 * Encodes the files of a prompt as blocks of Converse, which names formats and not media types.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"

/** The formats by media type. */
const formats: ReadonlyMap<string, string> = new Map([
  ["image/png", "png"],
  ["image/jpeg", "jpeg"],
  ["image/gif", "gif"],
  ["image/webp", "webp"],
  ["application/pdf", "pdf"],
  ["text/csv", "csv"],
  ["application/msword", "doc"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["application/vnd.ms-excel", "xls"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"],
  ["text/html", "html"],
  ["text/markdown", "md"],
  ["video/mp4", "mp4"],
  ["video/quicktime", "mov"],
  ["video/x-matroska", "mkv"],
  ["video/webm", "webm"],
  ["video/x-flv", "flv"],
  ["video/mpeg", "mpeg"],
  ["video/x-ms-wmv", "wmv"],
  ["video/3gpp", "three_gp"],
  ["audio/mpeg", "mp3"],
  ["audio/wav", "wav"],
  ["audio/ogg", "ogg"],
  ["audio/flac", "flac"],
  ["audio/aac", "aac"],
  ["audio/mp4", "m4a"],
  ["audio/webm", "webm"]
])

/** Returns the kind and the format of a file. Texts without a format of their own are plain text. */
const formatOf = (mediaType: string): readonly [string, string] | undefined => {
  const format = formats.get(mediaType) ?? (MediaTypes.isText(mediaType) ? "txt" : undefined)
  const kind = MediaTypes.kindOf(mediaType)
  return format === undefined || kind === undefined ? undefined : [kind, format]
}

const maxNameLength = 200

/**
 * Makes a function that returns unique names for the documents of one prompt: the file's name without its extension and
 * without the characters that the API refuses.
 */
export const naming = (): (fileName: string | undefined) => string => {
  const taken = new Set<string>()
  return (fileName) => {
    const plain = (fileName ?? "").replace(/\.[a-z0-9]{1,5}$/i, "").replace(/[^a-zA-Z0-9\s()[\]-]+/g, "-")
      .replace(/\s+/g, " ").trim().slice(0, maxNameLength - 10)
    const base = /[a-zA-Z0-9]/.test(plain) ? plain : "document"
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base} (${number})`
    taken.add(name)
    return name
  }
}

/** Encodes a file as a block. Refuses a file of a kind that the API does not accept. */
export const encode = (
  part: Prompt.FilePart,
  nameOf: (fileName: string | undefined) => string,
  problems: Problems.Problems
): ReadonlyArray<Schema.JsonObject> => {
  const data = PromptParts.fileData(part)
  const format = formatOf(data.mediaType)
  if (format === undefined) {
    problems.refuse(
      "prompt",
      `a ${data.mediaType} file cannot be sent over Converse; send an image, a document, a video or audio`
    )
    return []
  }
  const source: Schema.JsonObject | undefined = data.type === "base64"
    ? { bytes: data.base64 }
    : data.type === "url" && data.url.startsWith("s3://")
    ? { s3Location: { uri: data.url } }
    : undefined
  if (source === undefined) {
    problems.refuse("prompt", `a ${data.mediaType} file must come as its bytes, as base64 or as an s3:// address`)
    return []
  }
  const [kind, name] = format
  return [{ [kind]: { format: name, ...(kind === "document" ? { name: nameOf(part.fileName) } : {}), source } }]
}
