/**
 * The wire formats of speech: requests, and responses in bytes, events or JSON.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createSpeech
 * @see https://docs.mistral.ai/api/#tag/audio.speech
 * @see https://openrouter.ai/docs/guides/overview/multimodal/tts
 * @see https://docs.x.ai/developers/rest-api-reference/inference/voice
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { Buffer } from "../framing/Buffer.ts"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { SpeechBinding, SpeechWireFormat } from "../../domain/Operations.ts"
import type { SpeechFormat, SpeechRequest } from "../../domain/Speech.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import { defined, isObject, nonEmpty, string } from "../json/Json.ts"
import * as LeftOut from "../request/LeftOut.ts"
import type { DecodeContext, StreamDecoder } from "../response/StreamDecoder.ts"
import * as AudioStream from "./AudioStream.ts"
import * as Usage from "./Usage.ts"

/** What a request is encoded for. */
export interface EncodeContext {
  /** The id of the provider. */
  readonly provider: string
  /** The provider's own name for the model. */
  readonly model: string
  /** How the provider uses the wire format. */
  readonly binding: SpeechBinding
}

/** An encoded request. */
export interface EncodedSpeech {
  /** The body. */
  readonly values: Schema.JsonObject
  /** What of the request was left out. */
  readonly warnings: ReadonlyArray<Warning>
}

type Encode = (request: SpeechRequest, context: EncodeContext) => Schema.JsonObject

interface WireFormat {
  /** The options for which there is no field, so that they are left out with a warning. */
  readonly lacks: ReadonlyArray<"language" | "instructions" | "speed">
  /** Whether audio can be requested in events. Default `true`. */
  readonly hasEvents?: boolean
  readonly encode: Encode
}

const openAi: Encode = (request, { binding, model }) =>
  defined({
    model,
    input: request.input,
    voice: request.voice ?? binding.voice,
    instructions: request.instructions,
    response_format: request.format ?? binding.format,
    speed: request.speed,
    stream_format: request.transport === "events" ? "sse" : undefined
  })

/** Mistral sends audio in events or in one JSON object, never as the body itself. */
const mistral: Encode = (request, { binding, model }) =>
  defined({
    model,
    input: request.input,
    voice_id: request.voice ?? binding.voice,
    response_format: request.format ?? binding.format,
    stream: true
  })

/** OpenRouter passes instructions on only among the options of a vendor (`provider.options`). */
const openRouter: Encode = (request, { binding, model }) =>
  defined({
    model,
    input: request.input,
    voice: request.voice ?? binding.voice,
    response_format: request.format ?? binding.format,
    speed: request.speed
  })

/** xAI has one model, which is not named, and requires a language: `auto` lets it recognize the text's. */
const xAi: Encode = (request, { binding }) => {
  const codec = request.format ?? binding.format
  return defined({
    text: request.input,
    voice_id: request.voice ?? binding.voice,
    language: request.language ?? "auto",
    output_format: codec === undefined ? undefined : { codec },
    speed: request.speed
  })
}

const byName: Readonly<Record<SpeechWireFormat, WireFormat>> = {
  openai: { encode: openAi, lacks: ["language"] },
  mistral: { encode: mistral, lacks: ["language", "instructions", "speed"] },
  openrouter: { encode: openRouter, lacks: ["language", "instructions"], hasEvents: false },
  xai: { encode: xAi, lacks: ["instructions"], hasEvents: false }
}

/**
 * Encodes a request. The `providerOptions` of the provider come last and win. A format that the provider does not have
 * fails.
 */
export const encode = (
  request: SpeechRequest,
  context: EncodeContext
): Result.Result<EncodedSpeech, InvalidRequestError> => {
  const { binding: { formats, wireFormat }, model, provider } = context
  const { encode: fields, hasEvents = true, lacks } = byName[wireFormat]
  if (request.format !== undefined && formats?.includes(request.format) === false) {
    const detail = `the audio can be ${formats.join(", ")}, and not ${request.format}`
    return Result.fail(new InvalidRequestError({ provider, model, parameter: "format", detail }))
  }
  const warnings = LeftOut.warnings(request, provider, lacks)
  return Result.succeed({
    values: { ...fields(request, context), ...request.providerOptions?.[provider] },
    warnings: hasEvents || request.transport !== "events"
      ? warnings
      : [...warnings, LeftOut.warning(provider, "transport", "has no events of audio")]
  })
}

const mediaTypes: Readonly<Record<SpeechFormat, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm"
}

/** Returns the media type of audio in a format, where no header says it. */
export const mediaType = (format: SpeechFormat | undefined): string => mediaTypes[format ?? "mp3"]

/** Returns how a response carries its audio, by its content type. `text` is a page of a proxy, which has none. */
export const carrier = (contentType: string | undefined): "events" | "json" | "text" | "bytes" => {
  const type = contentType?.split(";")[0]?.trim().toLowerCase() ?? ""
  if (type === "text/event-stream") return "events"
  if (/^application\/([\w.+-]+\+)?json$/.test(type)) return "json"
  return type.startsWith("text/") ? "text" : "bytes"
}

const bytesOf = (base64: string): Uint8Array | undefined => {
  const bytes = Buffer.from(base64, "base64")
  return bytes.length === Math.floor((base64.replace(/=+$/, "").length * 3) / 4) ? new Uint8Array(bytes) : undefined
}

/** Decodes a response that is one JSON object with all of the audio. */
export const fromJson = (value: unknown): Result.Result<Uint8Array, string> => {
  const base64 = isObject(value) ? nonEmpty(value.audio_data) ?? nonEmpty(value.audio) : undefined
  const bytes = base64 === undefined ? undefined : bytesOf(base64)
  return bytes === undefined ? Result.fail("the body has no sound") : Result.succeed(bytes)
}

/** Makes the decoder of audio in events. It ends with `speech.audio.done`, whose tokens are passed to `onUsage`. */
export const decodeEvents = (
  context: DecodeContext,
  onUsage: (usage: TokenUsage) => void
): StreamDecoder<Uint8Array> => {
  const output = new AudioStream.AudioOutput<Uint8Array>(() => "")
  return AudioStream.make(context, output, (type, value) => {
    switch (type) {
      case "speech.audio.delta": {
        const bytes = bytesOf(string(value.audio) ?? string(value.audio_data) ?? "")
        if (bytes === undefined) return "a delta's sound is not base64"
        if (bytes.length > 0) output.emit(bytes)
        return true
      }
      case "speech.audio.done":
        if (isObject(value.usage)) onUsage(Usage.tokens(value.usage))
        output.complete()
        return true
      default:
        return false
    }
  })
}
