/**
 * Simulates xAI's transcripts and speech, which have addresses and fields of their own.
 *
 * @see https://docs.x.ai/developers/rest-api-reference/inference/speech-to-text
 * @see https://docs.x.ai/developers/rest-api-reference/inference/voice
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import * as Audio from "./Audio.ts"
import * as Errors from "./Errors.ts"
import { invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import { fieldOf, read, sentence, timed, type TranscriptionInput } from "./Recordings.ts"

const switches = ["format", "multichannel", "diarize", "filler_words"]
const rates = [8000, 16_000, 22_050, 24_000, 44_100, 48_000]
const formFields = [...switches, "model", "url", "audio_format", "sample_rate", "language", "channels", "keyterm"]

const recordingProblem = (input: TranscriptionInput): Problem | undefined => {
  const { fields, file } = input
  if (file === undefined && !fields.has("url")) return invalid("Either file or url must be provided.")
  if (file !== undefined && file.content.length === 0) return invalid("The audio file is empty.")
  const raw = /^(pcm|mulaw|alaw)$/.test(fieldOf(input, "audio_format") ?? "")
  return raw && !rates.includes(Number(fieldOf(input, "sample_rate")))
    ? invalid("sample_rate is required for raw audio formats.")
    : undefined
}

/** Everything behind the file is ignored, so that a field there is as good as missing. */
const validateForm = (request: OperationRequest): Problem | undefined => {
  const input = read(request)
  if (input === undefined) return invalid("Invalid multipart form.")
  const recording = recordingProblem(input)
  if (recording !== undefined) return recording
  const other = switches.find((name) => !["true", "false"].includes(fieldOf(input, name) ?? "true"))
  if (other !== undefined) return invalid(`${other} must be true or false.`)
  if (fieldOf(input, "format") === "true" && (fieldOf(input, "language") ?? "") === "") {
    return invalid("language is required when format is true.")
  }
  const terms = input.fields.get("keyterm") ?? []
  if (terms.length > 100 || terms.some((term) => term.length > 50)) return invalid("There are too many key terms.")
  return unknownField({ body: Object.fromEntries(input.fields), strictness: request.strictness }, formFields)
}

const transcription: Operation = {
  name: "transcription",
  serves: (path) => path.endsWith("/v1/stt"),
  owner: "xai",
  errors: () => Errors.xAi,
  model: (request) => {
    const input = read(request)
    return input === undefined ? undefined : fieldOf(input, "model")
  },
  validate: validateForm,
  respond: (request) => {
    const input = read(request) ?? { fields: new Map(), file: undefined }
    const file = input.file ?? { name: fieldOf(input, "url") ?? "", contentType: undefined, content: new Uint8Array() }
    const text = sentence(file, false)
    const seconds = Audio.secondsOf(file.content)
    const words = timed(text.split(" "), seconds)
    const hasSpeakers = fieldOf(input, "diarize") === "true"
    return {
      json: {
        text,
        language: fieldOf(input, "language") ?? "en",
        duration: seconds,
        words: words.map(({ end, start, text: word }, index) =>
          hasSpeakers
            ? { text: word, start, end, speaker: index < words.length / 2 ? 0 : 1 }
            : { text: word, start, end }
        )
      }
    }
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  pcm: "audio/pcm",
  mulaw: "audio/basic",
  ulaw: "audio/basic",
  alaw: "audio/alaw"
}

const speechFields = [
  "text",
  "voice_id",
  "language",
  "output_format",
  "speed",
  "optimize_streaming_latency",
  "text_normalization",
  "with_timestamps",
  "replace"
]

const formatOf = (body: Json.JsonObject): Json.JsonObject => Json.object(body["output_format"])

const codecOf = (body: Json.JsonObject): string => Json.text(formatOf(body)["codec"]) ?? "mp3"

const isOneOf = (value: Json.Json | undefined, values: ReadonlyArray<Json.Json>): boolean =>
  !Json.isGiven(value) || values.includes(value)

const formatProblem = (body: Json.JsonObject): Problem | undefined => {
  const format = formatOf(body)
  if (Json.isGiven(body["output_format"]) && !Json.isObject(body["output_format"])) {
    return invalid("output_format must be an object.")
  }
  if (contentTypes[codecOf(body)] === undefined) return invalid(`Unsupported codec: ${codecOf(body)}.`)
  if (!isOneOf(format["sample_rate"], rates)) return invalid("Unsupported sample_rate.")
  return isOneOf(format["bit_rate"], [32_000, 64_000, 96_000, 128_000, 192_000])
    ? undefined
    : invalid("Unsupported bit_rate.")
}

const validateSpeech = (request: OperationRequest): Problem | undefined => {
  const { body } = request
  const text = Json.text(body["text"]) ?? ""
  if (text === "") return invalid("text is required.")
  if (text.length > 15_000) return invalid("text exceeds the maximum of 15000 characters.")
  if ((Json.text(body["language"]) ?? "") === "") return invalid("language is required.")
  const { speed } = body
  if (Json.isGiven(speed) && !(typeof speed === "number" && speed >= 0.7 && speed <= 1.5)) {
    return invalid("speed must be between 0.7 and 1.5.")
  }
  return formatProblem(body) ?? unknownField(request, speechFields)
}

const secondsOf = ({ body }: OperationRequest): number =>
  (Json.text(body["text"]) ?? "").length * 0.06 / (typeof body["speed"] === "number" ? body["speed"] : 1)

const audioOf = (request: OperationRequest): Iterable<Uint8Array> => {
  const voice = Json.text(request.body["voice_id"]) ?? "eve"
  return Audio.pieces(codecOf(request.body), secondsOf(request), 220 + (voice.length % 8) * 40)
}

const speech: Operation = {
  name: "speech",
  serves: (path) => path.endsWith("/v1/tts"),
  owner: "xai",
  errors: () => Errors.xAi,
  model: () => undefined,
  validate: validateSpeech,
  respond: (request) => {
    const contentType = contentTypes[codecOf(request.body)] ?? "audio/mpeg"
    return request.body["with_timestamps"] === true
      ? {
        json: {
          audio: Buffer.concat([...audioOf(request)]).toString("base64"),
          content_type: contentType,
          duration: Number(secondsOf(request).toFixed(2))
        }
      }
      : { pieces: () => audioOf(request), contentType }
  }
}

/** xAI's transcription and speech. */
export const operations: ReadonlyArray<Operation> = [transcription, speech]
