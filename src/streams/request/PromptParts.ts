/**
 * Encodes the parts of a prompt and of its tools that all protocols share: files, results, options.
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../domain/CompletionRequest.ts"
import * as MediaTypes from "../../domain/MediaTypes.ts"
import * as Replay from "../../domain/Replay.ts"
import type { ResponseItem } from "../../domain/ResponseItem.ts"
import { defined, isObject } from "../json/Json.ts"
import * as JsonText from "../json/JsonText.ts"
import type { EncodeContext } from "./EncodeContext.ts"
import type { Problems } from "./Problems.ts"

/**
 * Returns the message from which a text came over the given protocol, with all that the protocol wants back;
 * `undefined` if the text was changed since.
 */
export const messageOf = (
  part: Prompt.TextPart,
  protocol: string
): Extract<ResponseItem, { readonly _tag: "Message" }> | undefined => {
  const item = Replay.itemOf(part, protocol)
  if (item?._tag !== "Message") return undefined
  const text = item.content.map((content) => (content._tag === "OutputText" ? content.text : content.refusal)).join("")
  return text === part.text ? item : undefined
}

/** The data of a file in one of the forms that providers take, with the usual name of its media type. */
export type FileData =
  | { readonly type: "base64"; readonly mediaType: string; readonly base64: string }
  | { readonly type: "url"; readonly mediaType: string; readonly url: string }
  | { readonly type: "id"; readonly mediaType: string; readonly id: string }

/** Returns the exact media type of a file: that of its beginning, where the name leaves it open. */
const exact = (given: string, base64: string): string => {
  const mediaType = MediaTypes.canonical(given)
  return MediaTypes.ofSignature(mediaType, base64) ?? (mediaType === "image/*" ? "image/png" : mediaType)
}

/** Decodes the text of a URL. Invalid escapes stay as they are, as in browsers. */
const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const fromDataUrl = (url: string, mediaType: string): FileData => {
  const comma = url.indexOf(",")
  const header = url.slice("data:".length, comma < 0 ? undefined : comma)
  const payload = comma < 0 ? "" : url.slice(comma + 1)
  const own = header.split(";")[0] ?? ""
  const base64 = header.endsWith(";base64") ? payload : Base64.encode(unescaped(payload))
  return { type: "base64", mediaType: exact(own === "" ? mediaType : own, base64), base64 }
}

/**
 * Decodes a file part: bytes and base64 as base64, `data:` URLs taken apart, other URLs as they are, and the ids of
 * uploaded files (`file-…`, `file_…`), which cannot be base64.
 */
export const fileData = (part: Prompt.FilePart): FileData => {
  const { data } = part
  const mediaType = MediaTypes.canonical(part.mediaType)
  if (typeof data !== "string" && !(data instanceof URL)) {
    const base64 = Base64.encode(data)
    return { type: "base64", mediaType: exact(mediaType, base64), base64 }
  }
  const text = typeof data === "string" ? data : data.href
  if (text.startsWith("data:")) return fromDataUrl(text, mediaType)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { type: "url", mediaType, url: text }
  if (/^file[-_]/.test(text)) return { type: "id", mediaType, id: text }
  return { type: "base64", mediaType: exact(mediaType, text), base64: text }
}

/** Encodes base64 data as a `data:` URL. */
export const dataUrl = (file: { readonly mediaType: string; readonly base64: string }): string =>
  `data:${file.mediaType};base64,${file.base64}`

/** Decodes base64 as UTF-8 text; `undefined` if it is not base64. */
export const textOfBase64 = (base64: string): string | undefined => Result.getOrUndefined(Base64.decodeString(base64))

/** Returns the JSON value of a value, with well-formed text; `undefined` if it has none. */
export const toJson = (value: unknown): Schema.Json | undefined => {
  try {
    const text = JsonText.write(value)
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const argumentsOf = (params: unknown, name: string, found: Problems): Schema.Json | undefined => {
  const value = params === undefined || params === null ? {} : toJson(params)
  if (value === undefined) found.refuse("prompt", `the arguments of the call of tool "${name}" are not JSON`)
  return value
}

/** Encodes the arguments of a tool call as JSON text. No arguments are `{}`. */
export const argumentsText = (params: unknown, name: string, found: Problems): string =>
  JSON.stringify(argumentsOf(params, name, found) ?? {})

/** Encodes the arguments of a tool call as an object. The input of a free-form tool becomes one. */
export const argumentsObject = (params: unknown, name: string, found: Problems): Schema.JsonObject => {
  const value = argumentsOf(params, name, found)
  return isObject(value) ? defined(value) : { input: value ?? null }
}

/** Reports a file in an assistant's message, for protocols that take none back. */
export const refuseAssistantFile = (found: Problems): void =>
  found.refuse("prompt", "a file in an assistant's message cannot be sent back; put it into a user message")

/**
 * Encodes a tool's result as text, without the parts that are shown to the model instead: text as it is, anything else
 * as JSON, `undefined` as an empty text.
 */
export const resultText = (part: Prompt.ToolResultPart, found: Problems): string => {
  if (typeof part.result === "string") return part.result
  if (part.result === undefined) return ""
  const value = toJson(part.result)
  if (value === undefined) found.refuse("prompt", `the result of tool "${part.name}" is not JSON; give text or JSON`)
  return JSON.stringify(value ?? null)
}

/** Returns the stop sequences of a request; `undefined` if there are none, since some servers reject an empty list. */
export const stopSequences = ({ stop }: CompletionRequest): ReadonlyArray<string> | undefined =>
  stop === undefined || stop.length === 0 ? undefined : [...stop]

/** Returns the fields that a caller adds to the body for this provider, which win over all others. */
export const ownOptions = (request: CompletionRequest, context: EncodeContext): Schema.JsonObject =>
  request.providerOptions?.[context.provider] ?? {}

/** Returns the arguments of a tool that a provider runs itself. A tool of another provider, by its id, is a problem. */
export const ownToolArguments = (
  tool: Tool.AnyProviderDefined,
  ownPrefix: string,
  found: Problems
): Schema.JsonObject => {
  if (!tool.id.startsWith(ownPrefix)) {
    found.refuse("tools", `tool "${tool.name}" (${tool.id}) is another provider's own and this one cannot run it`)
  }
  const given = tool.args === undefined ? {} : toJson(tool.args)
  if (isObject(given)) return defined(given)
  found.refuse("tools", `the arguments of tool "${tool.name}" are not a JSON object`)
  return {}
}
