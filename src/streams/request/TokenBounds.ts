/**
 * Computes upper bounds of the tokens of a request, without a tokenizer.
 *
 * Every tokenizer in use works on bytes, so that a text has at most as many tokens as UTF-8 bytes. Images, sounds and documents
 * are counted by their provider's rule, where there is one, and by the bytes of their data otherwise.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import type { AudioFile } from "../../domain/AudioFile.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import type { TokenBound } from "../../domain/TokenBound.ts"

/** Tokens that a provider's template may add to a message or a tool. */
const perMessage = 16

/** Tokens that a provider may add to a request, such as the system prompt of tools. */
const perRequest = 640

/** Most tokens of an image, by provider: from the vendors' tables of tiles and patches. */
const perImage: Readonly<Record<string, number>> = {
  openai: 6_000,
  azure: 6_000,
  anthropic: 5_000,
  gemini: 2_500,
  vertexai: 5_000,
  xai: 2_000,
  mistral: 4_500
}

const bytesOf = (text: string): number => Buffer.byteLength(text)

const textIn = (value: unknown): number => bytesOf(JSON.stringify(value) ?? "")

const dataBytes = (data: unknown): number =>
  typeof data === "string" ? data.length : data instanceof Uint8Array ? Math.ceil(data.length * 4 / 3) : 0

const ofFile = ({ data, mediaType }: Prompt.FilePart, provider: string): number => {
  const known = mediaType.startsWith("image/") ? perImage[provider] : undefined
  // A document that is only named by its address may be of any length.
  return known ?? (data instanceof URL ? Infinity : dataBytes(data))
}

const ofPart = (part: Prompt.Part, provider: string): number => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return bytesOf(part.text)
    case "file":
      return ofFile(part, provider)
    default:
      return textIn(part)
  }
}

const ofMessage = (message: Prompt.Message, provider: string): number =>
  typeof message.content === "string"
    ? bytesOf(message.content)
    : message.content.reduce((sum, part) => sum + ofPart(part, provider) + perMessage, 0)

const ofTool = (tool: Tool.Any): number =>
  perMessage + bytesOf(tool.name) + bytesOf(Tool.getDescription(tool) ?? "") + textIn(Tool.getJsonSchema(tool))

/** Returns how many completions of one prompt the caller asks this provider for. */
const choices = (request: CompletionRequest, provider: string): number => {
  const own = request.providerOptions?.[provider]
  const n = own?.["n"] ?? own?.["best_of"]
  return typeof n === "number" && n > 1 ? n : 1
}

/** Returns the bound of a completion request. Its output is unbounded where the request sets no limit. */
export const ofRequest = (request: CompletionRequest, provider: string): TokenBound => {
  let input = perRequest
  for (const message of request.prompt.content) input += ofMessage(message, provider) + perMessage
  for (const tool of request.tools ?? []) input += ofTool(tool)
  const { maxOutputTokens, outputSchema } = request
  // A schema is sent as JSON Schema, which is longer than its definition in a program only by its keywords.
  if (outputSchema !== undefined && outputSchema !== "json") input += schemaBytes
  return { input, output: maxOutputTokens === undefined ? undefined : maxOutputTokens * choices(request, provider) }
}

/** Bytes that an output schema is counted with: its exact form depends on the provider. */
const schemaBytes = 16_384

/** Tokens of audio by the byte of its file: a second has at most 50 tokens, and no codec in use less than 500 bytes. */
const perAudioByte = 0.1

/** Tokens of a transcript by the byte of the file: speech has at most ten tokens a second. */
const perTranscribedByte = 0.02

/** Returns the bound of a transcription. Without the size of its file there is none. */
export const ofAudio = ({ content, size }: AudioFile): TokenBound => {
  const bytes = content instanceof Uint8Array ? content.length : size ?? Infinity
  return { input: perRequest + Math.ceil(bytes * perAudioByte), output: Math.ceil(bytes * perTranscribedByte) }
}

/** Returns the bound of texts, or of lists of tokens, that are only read, such as those of embeddings. */
export const ofTexts = (texts: Iterable<string | ReadonlyArray<number>>): TokenBound => {
  let input = perRequest
  for (const text of texts) input += (typeof text === "string" ? bytesOf(text) : text.length) + perMessage
  return { input, output: 0 }
}
