/**
 * Encodes the parts of a user message: text, images, audio and documents.
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import * as MediaTypes from "../../../domain/MediaTypes.ts"
import * as Replay from "../../../domain/Replay.ts"
import type * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"

/** What the encoding of a request depends on. */
export interface Encoding {
  readonly context: EncodeContext
  /** Collects what the protocol cannot express. */
  readonly problems: Problems.Problems
}

/**
 * Encodes the cache mark of a part or a message, for servers that know it (`quirks.cacheControl`).
 *
 * @see https://openrouter.ai/docs/features/prompt-caching
 */
export const cacheMark = (
  holder: { readonly options: Prompt.ProviderOptions },
  { context }: Encoding
): Schema.JsonObject | undefined => {
  if (context.quirks.cacheControl !== true) return undefined
  const cache = Replay.optionsOf(holder).cache
  if (cache === undefined || cache === false) return undefined
  return { cache_control: { type: "ephemeral", ...(cache === true ? {} : { ttl: cache.ttl }) } }
}

/** The formats of audio by media type. */
const audioFormats: ReadonlyMap<string, string> = new Map([["audio/wav", "wav"], ["audio/mpeg", "mp3"]])

/** Encodes an image in the form that `quirks.images` names. */
const imagePart = (
  part: Prompt.FilePart,
  file: PromptParts.FileData,
  { context, problems }: Encoding
): Schema.JsonObject => {
  if (file.type === "id") {
    problems.refuse("prompt", "Chat Completions takes images as bytes, base64 or a URL, not as the id of a file")
    return {}
  }
  const { images = "object" } = context.quirks
  if (images === "inline" && file.type === "url" && /^https?:/i.test(file.url)) {
    problems.refuse("prompt", "this provider fetches no images: give their bytes or base64 instead of a URL")
  }
  const detail = Replay.optionsOf(part).detail
  const url = file.type === "url" ? file.url : PromptParts.dataUrl(file)
  return {
    type: "image_url",
    image_url: images === "string" ? url : { url, ...(detail === undefined ? {} : { detail }) }
  }
}

/** Encodes a PDF file in the form that `quirks.documents` names. */
const documentPart = (
  part: Prompt.FilePart,
  file: PromptParts.FileData,
  { context, problems }: Encoding
): Schema.JsonObject => {
  const named = part.fileName === undefined ? {} : { file_name: part.fileName }
  switch (context.quirks.documents) {
    case "document_url":
      return file.type === "id"
        ? { type: "file", file_id: file.id }
        : {
          type: "document_url",
          document_url: file.type === "url" ? file.url : PromptParts.dataUrl(file),
          ...(part.fileName === undefined ? {} : { document_name: part.fileName })
        }
    case "file_url":
      if (file.type !== "id") {
        return { type: "file_url", file_url: { url: file.type === "url" ? file.url : file.base64 }, ...named }
      }
      problems.refuse("prompt", "this provider takes PDF files as bytes, base64 or a URL, not as the id of a file")
      return {}
    case "file":
    case undefined:
      if (file.type === "id") return { type: "file", file: { file_id: file.id } }
      if (file.type === "base64") {
        return {
          type: "file",
          file: { filename: part.fileName ?? "document.pdf", file_data: PromptParts.dataUrl(file) }
        }
      }
      problems.refuse(
        "prompt",
        "Chat Completions takes PDF files as bytes, base64 or the id of a file, not by URL"
      )
      return {}
  }
}

const filePart = (part: Prompt.FilePart, encoding: Encoding): Schema.JsonObject => {
  const refuse = (detail: string): Schema.JsonObject => {
    encoding.problems.refuse("prompt", detail)
    return {}
  }
  const file = PromptParts.fileData(part)
  const kind = MediaTypes.kindOf(file.mediaType)
  if (kind === "image") return imagePart(part, file, encoding)
  if (kind === "audio") {
    const format = audioFormats.get(file.mediaType)
    if (format === undefined) {
      return refuse(`Chat Completions takes audio as audio/wav or audio/mpeg, not as ${file.mediaType}`)
    }
    return file.type === "base64"
      ? { type: "input_audio", input_audio: { data: file.base64, format } }
      : refuse("Chat Completions takes audio as bytes or base64, not by URL or id")
  }
  if (file.mediaType === "application/pdf") return documentPart(part, file, encoding)
  return refuse(`Chat Completions takes images, audio and PDF files, not ${file.mediaType}: send it as text`)
}

/**
 * Encodes one part of a user message.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export const part = (value: Prompt.TextPart | Prompt.FilePart, encoding: Encoding): Schema.JsonObject => ({
  ...(value.type === "text" ? { type: "text", text: value.text } : filePart(value, encoding)),
  ...cacheMark(value, encoding)
})

/**
 * Encodes the content of a user message: text alone as a string, which every server accepts, anything else as parts.
 */
export const content = (parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>, encoding: Encoding): Schema.Json => {
  const [only, ...others] = parts
  return only?.type === "text" && others.length === 0 && cacheMark(only, encoding) === undefined
    ? only.text
    : parts.map((value) => part(value, encoding))
}
