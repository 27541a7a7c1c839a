/**
 * The parts of a prompt and of its tools, in the shapes that every protocol starts from: files, results, schemas.
 *
 * An encoder goes through a whole request and says what it cannot write; the first of these makes the request fail.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Base64 from "effect/encoding/Base64"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { CompletionRequest, OutputSchema } from "../../domain/CompletionRequest.ts"
import * as Replay from "../../domain/Replay.ts"
import type { ResponseItem } from "../../domain/ResponseItem.ts"
import { defined, isObject, type JsonObject } from "../json/Json.ts"
import type { EncodeContext } from "./EncodeContext.ts"

/**
 * What an encoder found that it cannot write. `parameter` names the part of the request, `detail` says what is wrong with
 * it and what would do.
 */
export interface Problems {
  readonly refuse: (parameter: string, detail: string) => void
  readonly first: () => InvalidRequestError | undefined
}

/** Creates an empty list of problems for one request. */
export const problems = (context: EncodeContext): Problems => {
  let first: InvalidRequestError | undefined
  return {
    refuse: (parameter, detail) => {
      first ??= new InvalidRequestError({ provider: context.provider, model: context.model, parameter, detail })
    },
    first: () => first
  }
}

/**
 * The message that a text came from over the given protocol, with all that the protocol wants back. A text that was
 * changed since speaks for itself.
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

/** The data of a file, in one of the ways that providers take it. */
export type FileData =
  | { readonly type: "base64"; readonly mediaType: string; readonly base64: string }
  | { readonly type: "url"; readonly mediaType: string; readonly url: string }
  | { readonly type: "id"; readonly mediaType: string; readonly id: string }

// The beginnings of image files, in base64: for `image/*`, which says that it is an image but not which.
const signatures: ReadonlyArray<readonly [string, string]> = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"]
]

const exact = (mediaType: string, base64: string): string =>
  mediaType.endsWith("/*")
    ? (signatures.find(([start]) => base64.startsWith(start))?.[1] ??
      (mediaType === "image/*" ? "image/png" : mediaType))
    : mediaType

/** Text of a URL; what is no escape stands for itself, as browsers have it. */
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
 * Reads a file part: bytes and base64 as base64, `data:` URLs taken apart, other URLs as they are, and the ids under which
 * providers keep uploaded files (`file-…`, `file_…`), which cannot be base64.
 */
export const fileData = (part: Prompt.FilePart): FileData => {
  const { data, mediaType } = part
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

/** Writes base64 data as a `data:` URL. */
export const dataUrl = (file: { readonly mediaType: string; readonly base64: string }): string =>
  `data:${file.mediaType};base64,${file.base64}`

/** Decodes base64 as UTF-8 text; `undefined` when it is not base64. */
export const textOfBase64 = (base64: string): string | undefined => Result.getOrUndefined(Base64.decodeString(base64))

/** Turns a value into what `JSON.stringify` would write of it; `undefined` when it would write nothing or fail. */
export const toJson = (value: unknown): Schema.Json | undefined => {
  try {
    const text = JSON.stringify(value)
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Writes the arguments of a tool call as JSON text. None at all are `{}`. */
export const argumentsText = (params: unknown, name: string, found: Problems): string => {
  const value = params === undefined || params === null ? {} : toJson(params)
  if (value === undefined) found.refuse("prompt", `the arguments of the call of tool "${name}" are not JSON`)
  return JSON.stringify(value ?? {})
}

/**
 * Writes a tool's result as text, leaving out what it wants shown to the model instead: text as it is, anything else as
 * JSON, nothing as an empty text.
 */
export const resultText = (part: Prompt.ToolResultPart, found: Problems): string => {
  if (typeof part.result === "string") return part.result
  if (part.result === undefined) return ""
  const value = toJson(part.result)
  if (value === undefined) found.refuse("prompt", `the result of tool "${part.name}" is not JSON; give text or JSON`)
  return JSON.stringify(value ?? null)
}

const message = (error: unknown): string => (Predicate.isError(error) ? error.message : String(error))

/** A schema that is nothing but a reference, as recursive ones are, with its definition in its place. */
const inlined = (schema: JsonObject): JsonObject => {
  const { $ref, ...rest } = schema
  if (typeof $ref !== "string" || !isObject(rest.$defs)) return schema
  const target = rest.$defs[$ref.slice("#/$defs/".length).replaceAll("~1", "/").replaceAll("~0", "~")]
  return isObject(target) ? { ...target, ...rest } : schema
}

/** Strict modes want every object closed. What an object may hold beyond its properties is left alone where it is named. */
const closed = (value: Schema.Json): Schema.Json => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== "object" || value === null) return value
  const out: Record<string, Schema.Json> = {}
  for (const [key, entry] of Object.entries(value)) out[key] = closed(entry)
  if (out.type === "object" && (out.additionalProperties === undefined || out.additionalProperties === true)) {
    out.additionalProperties = false
  }
  return out
}

/**
 * Writes the JSON Schema of a tool's parameters, which every provider wants to be that of an object.
 *
 * **Details**
 *
 * The schema is the tool's own and not the one that strict modes would like best (with optional fields as nullable ones),
 * because the arguments are decoded with the tool's own schema. A strict tool's objects are closed.
 */
export const toolSchema = (tool: Tool.Any, found: Problems): Schema.JsonObject => {
  const refuse = (why: string): Schema.JsonObject => {
    found.refuse("tools", `the parameters of tool "${tool.name}" ${why}`)
    return {}
  }
  let raw: unknown
  try {
    raw = Tool.getJsonSchema(tool)
  } catch (error) {
    return refuse(`cannot be written as JSON Schema: ${message(error)}`)
  }
  const json = toJson(raw)
  if (!isObject(json)) return refuse("cannot be written as JSON Schema")
  const schema = toJson(inlined(json))
  if (!isObject(schema)) return refuse("cannot be written as JSON Schema")
  if (schema.type !== undefined && schema.type !== "object") {
    return refuse(`are not an object but ${JSON.stringify(schema.type)}; wrap them in a struct`)
  }
  const written: Schema.JsonObject = { type: "object", ...defined(schema) }
  if (written.properties === undefined && written.anyOf === undefined && written.oneOf === undefined) {
    return { ...written, properties: {} }
  }
  const strict = Tool.getStrictMode(tool) === true ? closed(written) : written
  return isObject(strict) ? defined(strict) : written
}

/** The stop sequences of a request; nothing where there are none, since some servers refuse an empty list. */
export const stopSequences = ({ stop }: CompletionRequest): ReadonlyArray<string> | undefined =>
  stop === undefined || stop.length === 0 ? undefined : [...stop]

/**
 * Writes the JSON Schema that an answer shall follow. An Effect Schema goes through `transform`, where one is given: it
 * fits a schema into what the provider accepts.
 */
export const answerSchema = (
  output: OutputSchema,
  found: Problems,
  transform?: (schema: Schema.Constraint) => { readonly jsonSchema: unknown }
): Schema.JsonObject => {
  let raw: unknown
  try {
    raw = !Schema.isSchema(output.schema)
      ? output.schema
      : transform === undefined
      ? Tool.getJsonSchemaFromSchema(output.schema)
      : transform(output.schema).jsonSchema
  } catch (error) {
    found.refuse("outputSchema", `it cannot be written as the provider's JSON Schema: ${message(error)}`)
    return {}
  }
  const json = toJson(raw)
  if (isObject(json)) return defined(inlined(json))
  found.refuse("outputSchema", "it is neither an Effect Schema nor a JSON Schema")
  return {}
}

/**
 * Whether a model is one of the reasoning models that a provider names: they refuse sampling parameters (`temperature`,
 * `top_p`) unless they are told not to reason. The `-chat` variants of reasoning families do not reason. A publisher in front
 * of the name (`openai/o3`) does not count.
 *
 * @see https://platform.openai.com/docs/guides/reasoning
 */
export const isReasoningModel = ({ model, quirks }: EncodeContext): boolean => {
  const name = model.slice(model.lastIndexOf("/") + 1)
  return quirks.reasoningModels?.some((prefix) => name.startsWith(prefix)) === true && !/^gpt-\d[\d.]*-chat/.test(name)
}

/** The fields that a caller adds to the body for this provider, over everything else. */
export const ownOptions = (request: CompletionRequest, context: EncodeContext): Schema.JsonObject =>
  request.providerOptions?.[context.provider] ?? {}

/** The arguments of a tool that a provider runs itself. Refuses one whose id says that it is another provider's. */
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
