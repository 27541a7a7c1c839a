/**
 * The wire formats of transcription requests: the fields beside the file.
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
import type { Warning } from "../../domain/ResponseEvent.ts"
import { defined } from "../json/Json.ts"
import * as LeftOut from "../request/LeftOut.ts"

/** What a request is encoded for. */
export interface EncodeContext {
  /** The id of the provider. */
  readonly provider: string
  /** The provider's own name for the model. */
  readonly model: string
  /** How the provider uses the wire format. */
  readonly binding: TranscriptionBinding
  /** Whether a streamed response is requested. */
  readonly streamed: boolean
}

type Value = Schema.Json | undefined

/** An encoded request without its file. */
export interface EncodedTranscription {
  /** The fields of the form or of the JSON object. */
  readonly values: Schema.JsonObject
  /** Where the file goes: into a form, or into JSON as base64. */
  readonly carrier: "multipart" | "base64"
  /** What of the request was left out. */
  readonly warnings: ReadonlyArray<Warning>
}

interface WireFormat {
  readonly carrier: EncodedTranscription["carrier"]
  readonly formats: ReadonlyArray<TranscriptFormat>
  /** The options of a request for which the provider has no field, so that the transcript would lack them. */
  readonly lacks?: ReadonlyArray<"timestamps" | "diarize">
  /** The options for which the provider has no field, and which are left out with a warning. Default: none. */
  readonly leavesOut?: ReadonlyArray<"prompt">
  readonly fields: (request: TranscriptionRequest, context: EncodeContext) => Readonly<Record<string, Value>>
}

/** Returns the format of the transcript: that of the request, or the one that its other options need. */
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
    // Recordings of more than half a minute must be divided to recognise the speakers.
    chunking_strategy: formatOf(request) === "diarized_json" ? "auto" : undefined,
    stream: streamed ? true : undefined
  })
}

const mistral: WireFormat = {
  carrier: "multipart",
  formats: ["json"],
  leavesOut: ["prompt"],
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
  leavesOut: ["prompt"],
  fields: (request, { model }) => ({ model, language: request.language, temperature: request.temperature })
}

const byName: Readonly<Record<TranscriptionWireFormat, WireFormat>> = {
  openai: openAi,
  mistral,
  openrouter: openRouter
}

/**
 * Encodes a request without its file. The `providerOptions` of the provider come last and win. Formats, times and
 * speakers fail where the provider does not have them; a `prompt` is left out.
 */
export const encode = (
  request: TranscriptionRequest,
  context: EncodeContext
): Result.Result<EncodedTranscription, InvalidRequestError> => {
  const wireFormat = byName[context.binding.wireFormat]
  const { model, provider } = context
  const invalid = (parameter: string, detail: string) =>
    Result.fail(new InvalidRequestError({ provider, model, parameter, detail }))
  if (request.format !== undefined && !wireFormat.formats.includes(request.format)) {
    return invalid(
      "format",
      `the transcript can be ${wireFormat.formats.join(", ")}, and not ${request.format}`
    )
  }
  const lacking = wireFormat.lacks?.find((field) => request[field] !== undefined && request[field] !== false)
  if (lacking !== undefined)
    return invalid(lacking, "this provider does not support it: leave it out, or use another provider")
  const values = defined({ ...wireFormat.fields(request, context), ...request.providerOptions?.[context.provider] })
  return Result.succeed({
    values,
    carrier: wireFormat.carrier,
    warnings: LeftOut.warnings(request, provider, wireFormat.leavesOut)
  })
}
