/**
 * The fields of every operation's request, and what each takes.
 */
import * as Tool from "effect/ai/Tool"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { AudioFile } from "../../domain/AudioFile.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import type { RerankRequest } from "../../domain/Rerank.ts"
import type { RetrySettings } from "../../domain/RetrySettings.ts"
import type { SpeechRequest } from "../../domain/Speech.ts"
import type { Timeouts } from "../../domain/Timeouts.ts"
import type { TranscriptionRequest } from "../../domain/Transcription.ts"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"
import * as Check from "./Check.ts"

/** A check for each field of an interface, required ones too. */
export type Fields<A> = { readonly [Field in keyof Required<A>]: Check.Check }

const optionalFields = <A>(fields: Fields<A>): Check.Check =>
  Check.struct(Object.fromEntries(
    Object.entries<Check.Check>(fields).map(([name, check]) => [name, Check.optional(check)])
  ))

/** Returns the fields with each but the required ones also accepting `undefined`. */
const fieldsOf = <A>(required: ReadonlyArray<keyof A>, fields: Fields<A>): Fields<A> => {
  const all: Record<string, Check.Check> = {}
  for (const name of Object.keys(fields) as Array<keyof A & string>) {
    all[name] = required.includes(name) ? fields[name] : Check.optional(fields[name])
  }
  return all as Fields<A>
}

/**
 * Checks the headers of a request: texts that HTTP can carry, and none that belongs to the connection or the address.
 */
const headers: Check.Check = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return Check.not("an object")
  for (const [name, text] of Object.entries(value)) {
    const detail = name.toLowerCase() === "host" ? "is always that of the base URL" : HeaderSyntax.problemOf(name, text)
    if (detail !== undefined) return { path: Check.quoted(name), detail }
  }
  return undefined
}

const timeouts: Check.Check = optionalFields<Timeouts>({
  connectionWait: Check.duration,
  headers: Check.duration,
  firstEvent: Check.duration,
  idle: Check.duration,
  events: Check.duration,
  minimumRate: Check.struct({ charactersPerSecond: Check.finite, window: Check.optional(Check.duration) }),
  deadline: Check.duration
})

const share = Check.is("a number from 0 to 1", (value) => typeof value === "number" && value >= 0 && value <= 1)

const retry: Check.Check = Check.either(
  "none or an object with settings of retries",
  Check.oneOf("none"),
  optionalFields<RetrySettings>({
    maxRetries: Check.is("a whole number of at least 0", (value) => Number.isSafeInteger(value) && Number(value) >= 0),
    retryBase: Check.duration,
    retryFactor: Check.is("a number of at least 1", (value) => typeof value === "number" && value >= 1),
    retryCap: Check.duration,
    retryJitter: share,
    maxRetryAfter: Check.duration
  })
)

/** The fields that every operation has. */
const shared = {
  model: Check.either(
    "a name or a Model",
    Check.string,
    Check.struct({ provider: Check.string, model: Check.string })
  ),
  headers,
  timeouts,
  retry,
  providerOptions: Check.record(Check.optional(Check.jsonObject))
}

const tool: Check.Check = (value) => {
  const isTool = Tool.isUserDefined(value) || Tool.isProviderDefined(value) || Tool.isDynamic(value)
  return isTool && typeof value.name === "string" ? undefined : Check.not("a Tool of effect/ai")
}

const listOfTools = Check.array(tool)

/** Checks a list of tools: the model calls a tool by its name alone. */
const tools: Check.Check = (value) => {
  const mismatch = listOfTools(value)
  if (mismatch !== undefined || !Array.isArray(value)) return mismatch
  const names = value.map((each: { readonly name: string }) => each.name)
  const repeated = names.findIndex((name, index) => names.indexOf(name) < index)
  return repeated === -1 ? undefined : { path: String(repeated), detail: "has the name of an earlier tool" }
}

const outputSchema = Check.struct({
  schema: Check.either(
    "an Effect Schema or a JSON Schema",
    Check.is("an Effect Schema", Schema.isSchema),
    Check.jsonObject
  ),
  name: Check.optional(Check.string),
  description: Check.optional(Check.string),
  strict: Check.optional(Check.boolean),
  form: Check.optional(Check.oneOf("schema", "tool", "json", "prompt"))
})

const withTools = Check.struct({ tools: Check.record(tool) })

// A toolkit of `effect/ai` is a class, and so a function.
const toolkit: Check.Check = (value) =>
  withTools(typeof value === "function" ? { tools: Reflect.get(value, "tools") } : value)

const toolChoice = Check.either(
  "auto, none, required, { tool } or { oneOf }",
  Check.oneOf("auto", "none", "required"),
  Check.either(
    "auto, none, required, { tool } or { oneOf }",
    Check.struct({ tool: Check.string }),
    Check.struct({ mode: Check.optional(Check.oneOf("auto", "required")), oneOf: Check.array(Check.string) })
  )
)

/** The fields of a request for a completion. */
export const completion = fieldsOf<CompletionRequestInput>(["model"], {
  ...shared,
  // `CompletionRequest.make` reads the messages.
  prompt: Check.anything,
  history: Check.oneOf("check", "repair"),
  foreignReasoning: Check.oneOf("drop", "text"),
  tools: Check.either("a list of tools or a toolkit", tools, toolkit),
  toolChoice,
  parallelToolCalls: Check.boolean,
  temperature: Check.finite,
  topP: Check.finite,
  topK: Check.finite,
  maxOutputTokens: Check.finite,
  stop: Check.array(Check.string),
  seed: Check.finite,
  reasoning: Check.struct({
    effort: Check.optional(Check.string),
    budgetTokens: Check.optional(Check.finite),
    summary: Check.optional(Check.oneOf("auto", "concise", "detailed"))
  }),
  text: Check.struct({ verbosity: Check.optional(Check.oneOf("low", "medium", "high")) }),
  outputSchema: Check.either("\"json\" or an object with a schema", Check.oneOf("json"), outputSchema),
  promptCache: Check.struct({
    key: Check.optional(Check.string),
    ttl: Check.optional(Check.string),
    auto: Check.optional(Check.boolean)
  }),
  user: Check.string,
  metadata: Check.record(Check.string),
  assemble: Check.boolean
})

/** The fields of the options of `ChatModel.complete`. */
export const completeOptions = Check.optional(
  Check.struct({ transport: Check.optional(Check.oneOf("stream", "whole")) })
)

/** The fields of the options of `ProviderCheck.check`. */
export const checkOptions = Check.struct({ model: Check.optional(Check.string) })

/** The fields of a request for embeddings. */
export const embeddings = fieldsOf<EmbeddingRequest>(["model", "inputs"], {
  ...shared,
  inputs: Check.array(Check.either("a text or a list of tokens", Check.string, Check.array(Check.finite))),
  dimensions: Check.is("a whole number over 0", (value) => Number.isSafeInteger(value) && Number(value) > 0),
  encoding: Check.oneOf("float", "base64", "int8", "uint8", "binary", "ubinary"),
  purpose: Check.string,
  truncate: Check.either("a boolean, start or end", Check.boolean, Check.oneOf("start", "end")),
  user: Check.string,
  concurrency: Check.is("a number over 0", (value) => typeof value === "number" && value > 0)
})

/** The fields of a request for a ranking. */
export const rerank = fieldsOf<RerankRequest>(["model", "query", "documents"], {
  ...shared,
  query: Check.string,
  documents: Check.array(Check.either("a text or an object", Check.string, Check.jsonObject)),
  topN: Check.finite,
  truncate: Check.boolean,
  maxTokensPerDocument: Check.finite
})

const file = Check.struct(fieldsOf<AudioFile>(["name", "content"], {
  name: Check.string,
  content: Check.is("a Uint8Array or a Stream", (value) => value instanceof Uint8Array || Stream.isStream(value)),
  size: Check.is("a number of bytes", (value) => Number.isSafeInteger(value) && Number(value) >= 0),
  mediaType: Check.string,
  once: Check.boolean
}))

/** The fields of a request for a transcript. */
export const transcription = fieldsOf<TranscriptionRequest>(["model", "file"], {
  ...shared,
  file,
  language: Check.string,
  prompt: Check.string,
  format: Check.string,
  timestamps: Check.array(Check.oneOf("word", "segment")),
  diarize: Check.boolean,
  temperature: Check.finite
})

/** The fields of a request for speech. */
export const speech = fieldsOf<SpeechRequest>(["model", "input"], {
  ...shared,
  input: Check.string,
  voice: Check.string,
  language: Check.string,
  instructions: Check.string,
  format: Check.oneOf("mp3", "opus", "aac", "flac", "wav", "pcm"),
  speed: Check.finite,
  transport: Check.oneOf("audio", "events")
})
