/**
 * The wire forms of requests for transcripts: the fields that go into a form beside the file.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createTranscription
 * @see https://docs.mistral.ai/api/#tag/audio.transcriptions
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { TranscriptionBinding, TranscriptionFormName } from "../../domain/Operations.ts"
import type { TranscriptFormat, TranscriptionRequest } from "../../domain/Transcription.ts"

/**
 * A field of a form, by its name.
 *
 * @category models
 * @since 0.1.0
 */
export type Field = readonly [name: string, value: string]

/**
 * What is known when a request is written: the provider's own name for the model, and whether the answer is streamed.
 *
 * @category models
 * @since 0.1.0
 */
export interface EncodeContext {
  readonly provider: string
  readonly model: string
  readonly binding: TranscriptionBinding
  readonly streamed: boolean
}

type Value = Schema.Json | undefined

interface Form {
  readonly formats: ReadonlyArray<TranscriptFormat>
  readonly fields: (request: TranscriptionRequest, context: EncodeContext) => Readonly<Record<string, Value>>
}

/**
 * How the transcript of a request will be written: as it says, or as what it asks for needs.
 *
 * @category accessors
 * @since 0.1.0
 */
export const formatOf = (request: TranscriptionRequest): TranscriptFormat | undefined =>
  request.format ??
    (request.diarize === true ? "diarized_json" : request.timestamps === undefined ? undefined : "verbose_json")

const openAi: Form = {
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

const mistral: Form = {
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

const byName: Readonly<Record<TranscriptionFormName, Form>> = { openai: openAi, mistral }

const written = (name: string, value: Value): ReadonlyArray<Field> => {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value.flatMap((entry: Schema.Json) => written(name, entry))
  return [[name, typeof value === "object" ? JSON.stringify(value) : String(value)]]
}

/**
 * Writes the fields of a request, one for each value. The `providerOptions` of the provider come last and win. Mistral's form
 * has no `prompt`, which is left out, and no format but JSON.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fields = (
  request: TranscriptionRequest,
  context: EncodeContext
): Result.Result<ReadonlyArray<Field>, InvalidRequestError> => {
  const form = byName[context.binding.form]
  if (request.format !== undefined && !form.formats.includes(request.format)) {
    return Result.fail(
      new InvalidRequestError({
        provider: context.provider,
        model: context.model,
        parameter: "format",
        detail: `the transcript can be written as ${form.formats.join(", ")}, and not as ${request.format}`
      })
    )
  }
  const all = { ...form.fields(request, context), ...request.providerOptions?.[context.provider] }
  return Result.succeed(Object.entries(all).flatMap(([name, value]) => written(name, value)))
}
