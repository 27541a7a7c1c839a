/**
 * The wire forms of requests for transcripts: what goes along with the file.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 * @see https://docs.mistral.ai/api/#tag/audio.transcriptions
 * @see https://openrouter.ai/docs/guides/overview/multimodal/stt
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { TranscriptionBinding, TranscriptionWireFormat } from "../../domain/Operations.ts"
import type { TranscriptFormat, TranscriptionRequest } from "../../domain/Transcription.ts"
import { defined } from "../json/Json.ts"

/**
 * What is known when a request is written: the provider's own name for the model, and whether the answer is streamed.
 */
export interface EncodeContext {
  readonly provider: string
  readonly model: string
  readonly binding: TranscriptionBinding
  readonly streamed: boolean
}

type Value = Schema.Json | undefined

/** A written request but for its file, which stands in a form (`multipart`), or in JSON as base64 (`base64`). */
export interface Written {
  readonly values: Schema.JsonObject
  readonly carrier: "multipart" | "base64"
}

interface WireFormat {
  readonly carrier: Written["carrier"]
  readonly formats: ReadonlyArray<TranscriptFormat>
  /** What of a transcript there is no word for, so that it would lack what was asked for. */
  readonly lacks?: ReadonlyArray<"timestamps" | "diarize">
  readonly fields: (request: TranscriptionRequest, context: EncodeContext) => Readonly<Record<string, Value>>
}

/** How the transcript of a request will be written: as it says, or as what it asks for needs. */
export const formatOf = (request: TranscriptionRequest): TranscriptFormat | undefined =>
  request.format ??
    (request.diarize === true ? "diarized_json" : request.timestamps === undefined ? undefined : "verbose_json")

const openAi: WireFormat = {
  carrier: "multipart",
  formats: ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"],
  fields: (request, { model, streamed }) => ({
    model,
    language: request.language,
    prompt: request.prompt,
    response_format: formatOf(request),
    temperature: request.temperature,
    "timestamp_granularities[]": request.timestamps,
    // Recordings of more than half a minute have to be divided to tell who speaks.
    chunking_strategy: formatOf(request) === "diarized_json" ? "auto" : undefined,
    stream: streamed ? true : undefined
  })
}

const mistral: WireFormat = {
  carrier: "multipart",
  formats: ["json"],
  fields: (request, { model, streamed }) => ({
    model,
    language: request.language,
    temperature: request.temperature,
    timestamp_granularities: request.timestamps,
    diarize: request.diarize,
    stream: streamed ? true : undefined
  })
}

const openRouter: WireFormat = {
  carrier: "base64",
  formats: ["json"],
  lacks: ["timestamps", "diarize"],
  fields: (request, { model }) => ({ model, language: request.language, temperature: request.temperature })
}

const byName: Readonly<Record<TranscriptionWireFormat, WireFormat>> = {
  openai: openAi,
  mistral,
  openrouter: openRouter
}

/**
 * Writes a request but for its file. The `providerOptions` of the provider come last and win. Mistral's and OpenRouter's forms
 * have no `prompt`, which is left out, and no format but JSON; times and speakers are refused where nobody would tell them.
 */
export const encode = (
  request: TranscriptionRequest,
  context: EncodeContext
): Result.Result<Written, InvalidRequestError> => {
  const wireFormat = byName[context.binding.wireFormat]
  const { model, provider } = context
  const refuse = (parameter: string, detail: string) =>
    Result.fail(new InvalidRequestError({ provider, model, parameter, detail }))
  if (request.format !== undefined && !wireFormat.formats.includes(request.format)) {
    return refuse(
      "format",
      `the transcript can be written as ${wireFormat.formats.join(", ")}, and not as ${request.format}`
    )
  }
  const lacking = wireFormat.lacks?.find((field) => request[field] !== undefined && request[field] !== false)
  if (lacking !== undefined) return refuse(lacking, "this provider has no word for it: leave it out, or ask another")
  const values = defined({ ...wireFormat.fields(request, context), ...request.providerOptions?.[context.provider] })
  return Result.succeed({ values, carrier: wireFormat.carrier })
}
