/**
 * Computes upper bounds of the tokens of a request, without a tokenizer.
 *
 * Every tokenizer in use works on bytes, so that a text has at most as many tokens as UTF-8 bytes. Images, sounds and
 * documents are counted by their provider's rule, where there is one, and by the bytes of their data otherwise.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { Buffer } from "../framing/Buffer.ts"
import type { AudioFile } from "../../domain/AudioFile.ts"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import * as MediaTypes from "../../domain/MediaTypes.ts"
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

/** Least tokens that an image is counted with where the provider's rule is not known. */
const unknownImage = 6_000

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** Returns the bytes of a value as JSON. One that cannot be written is refused when the request is encoded. */
const textIn = (make: () => unknown): number => {
  try {
    return bytesOf(JSON.stringify(make()) ?? "")
  } catch {
    return 0
  }
}

/** Whether a file is only named by its address or an id, so that it may be of any length. */
const isElsewhere = (data: string): boolean => /^([a-z][a-z0-9+.-]*:\/\/|file[-_])/i.test(data.slice(0, 64))

const dataBytes = (data: Prompt.FilePart["data"]): number => {
  if (data instanceof Uint8Array) return Math.ceil(data.length * 4 / 3)
  const text = typeof data === "string" ? data : data.href
  return isElsewhere(text) ? Infinity : text.length
}

const ofFile = ({ data, mediaType }: Prompt.FilePart, provider: string): number =>
  MediaTypes.kindOf(mediaType) === "image"
    ? perImage[provider] ?? Math.max(unknownImage, dataBytes(data))
    : dataBytes(data)

const ofPart = (part: Prompt.Part, provider: string): number => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return bytesOf(part.text)
    case "file":
      return ofFile(part, provider)
    default:
      return textIn(() => part)
  }
}

const ofMessage = (message: Prompt.Message, provider: string): number =>
  typeof message.content === "string"
    ? bytesOf(message.content)
    : message.content.reduce((sum, part) => sum + ofPart(part, provider) + perMessage, 0)

const ofTool = (tool: Tool.Any): number =>
  perMessage + bytesOf(tool.name) + bytesOf(Tool.getDescription(tool) ?? "") +
  textIn(() => (Tool.isProviderDefined(tool) ? tool.args : Tool.getJsonSchema(tool)))

/** Returns the bytes of an output schema. Strict modes write more keywords than the schema has. */
const ofSchema = (output: CompletionRequest["outputSchema"]): number =>
  output === undefined || output === "json" ?
    0 :
    perMessage +
    2 * textIn(() => Schema.isSchema(output.schema) ? Tool.getJsonSchemaFromSchema(output.schema) : output.schema)

/** The names of the output limit in the bodies of the protocols, and of the objects that it is in. */
const limitNames = [
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "maxOutputTokens",
  "maxTokens",
  "num_predict"
]
const completionNames = ["n", "best_of", "candidateCount"]
const groups = ["generationConfig", "inferenceConfig", "options"]

/** Returns the largest number under one of some names among the fields that the caller adds to the body. */
const ownNumber = (request: CompletionRequest, provider: string, names: ReadonlyArray<string>): number | undefined => {
  const own = request.providerOptions?.[provider]
  if (own === undefined) return undefined
  const records = [own, ...groups.map((group) => own[group])].filter(Predicate.isObject)
  const found = records.flatMap((record) =>
    names.map((name): unknown => (Predicate.hasProperty(record, name) ? record[name] : undefined))
  ).filter((value) => typeof value === "number")
  return found.length === 0 ? undefined : Math.max(...found)
}

/** Returns the bound of a completion request. Its output is unbounded where the request sets no limit. */
export const ofRequest = (request: CompletionRequest, provider: string): TokenBound => {
  let input = perRequest + ofSchema(request.outputSchema)
  for (const message of request.prompt.content) input += ofMessage(message, provider) + perMessage
  for (const tool of request.tools ?? []) input += ofTool(tool)
  const completions = Math.max(1, ownNumber(request, provider, completionNames) ?? 1)
  const given = ownNumber(request, provider, limitNames)
  // Ollama takes -1 for no limit.
  const own = given === undefined || given > 0 ? given : Infinity
  const reasoning = request.reasoning?.budgetTokens ?? 0
  const limit = own ?? request.maxOutputTokens
  // A limit that leaves no room for the reasoning is raised by it.
  const output = limit === undefined || limit > reasoning || own !== undefined ? limit : limit + reasoning
  return {
    input,
    overhead: perRequest,
    output: output === undefined ? undefined : output * completions,
    completions,
    leastOutput: reasoning + 1
  }
}

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
  let prompts = 0
  for (const text of texts) {
    input += (typeof text === "string" ? bytesOf(text) : text.length) + perMessage
    prompts++
  }
  return { input, output: 0, prompts }
}
