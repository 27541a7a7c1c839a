/**
 * The wire formats of transcription requests: the fields beside the file.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 * @see https://docs.mistral.ai/api/#tag/audio.transcriptions
 * @see https://openrouter.ai/docs/guides/overview/multimodal/stt
 * @see https://docs.cohere.com/reference/create-audio-transcription
 * @see https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text
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
  /** The times that the provider can report. Default: both. */
  readonly granularities?: NonNullable<TranscriptionRequest["timestamps"]>
  /** Whether the provider can name the speakers. Default `true`. */
  readonly diarizes?: boolean
  /** The field without which the provider rejects a request. Default: none. */
  readonly requires?: "language"
  /** The options for which the provider has no field, and which are left out with a warning. Default: none. */
  readonly leavesOut?: ReadonlyArray<"prompt" | "temperature">
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
  granularities: [],
  diarizes: false,
  leavesOut: ["prompt"],
  fields: (request, { model }) => ({ model, language: request.language, temperature: request.temperature })
}

/** Cohere reads a form as it arrives, so that the file must be its last part. */
const cohere: WireFormat = {
  carrier: "multipart",
  formats: ["json"],
  granularities: [],
  diarizes: false,
  requires: "language",
  leavesOut: ["prompt"],
  fields: (request, { model }) => ({ model, language: request.language, temperature: request.temperature })
}

/** xAI always reports the times of words. */
const xAi: WireFormat = {
  carrier: "multipart",
  formats: ["json"],
  granularities: ["word"],
  leavesOut: ["prompt", "temperature"],
  fields: (request, { model }) => ({ model, language: request.language, diarize: request.diarize })
}

const byName: Readonly<Record<TranscriptionWireFormat, WireFormat>> = {
  openai: openAi,
  mistral,
  openrouter: openRouter,
  cohere,
  xai: xAi
}

/** Returns the first option that the provider cannot fulfil, so that the transcript would lack it. */
const lacking = (
  { diarizes = true, granularities = ["word", "segment"] }: WireFormat,
  { diarize, timestamps = [] }: TranscriptionRequest
): readonly [parameter: string, detail: string] | undefined => {
  const other = timestamps.find((wanted) => !granularities.includes(wanted))
  if (other !== undefined && granularities.length > 0) {
    return ["timestamps", `the provider reports the times of ${granularities.join(", ")}, and not of ${other}`]
  }
  const unsupported = other !== undefined ? "timestamps" : diarize === true && !diarizes ? "diarize" : undefined
  return unsupported === undefined
    ? undefined
    : [unsupported, "this provider does not support it: leave it out, or use another provider"]
}

/**
 * Encodes a request without its file. The `providerOptions` of the provider come last and win. Formats, times and
 * speakers fail where the provider does not have them, and so does a request without the language where it is required;
 * a `prompt` is left out.
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
  const lacked = lacking(wireFormat, request)
  if (lacked !== undefined) return invalid(...lacked)
  const values = defined({ ...wireFormat.fields(request, context), ...request.providerOptions?.[context.provider] })
  const { requires } = wireFormat
  if (requires !== undefined && (values[requires] ?? "") === "") {
    return invalid(requires, `this provider requires it: name the ${requires} of the recording, such as "en"`)
  }
  return Result.succeed({
    values,
    carrier: wireFormat.carrier,
    warnings: LeftOut.warnings(request, provider, wireFormat.leavesOut)
  })
}
