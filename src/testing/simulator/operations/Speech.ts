/**
 * Simulates speech: a tone as long as the text, whose pitch depends on the voice. `wav`, `pcm` and `mp3` are valid
 * files; every other format is plain samples.
 *
 * @see https://platform.openai.com/docs/api-reference/audio/createSpeech
 * @see https://openrouter.ai/docs/guides/overview/multimodal/tts
 */
import * as Json from "../Json.ts"
import { jsonEvent, type Problem, type WireEvent } from "../WireProtocol.ts"
import * as Errors from "./Errors.ts"
import { type Dialect, invalid, type Operation, type OperationRequest, unknownField } from "./Operation.ts"
import * as Audio from "./Audio.ts"
import { tokensOf } from "./TextSimilarity.ts"

const contentTypes: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm"
}

const fields = ["model", "input", "voice", "instructions", "response_format", "speed", "stream_format"]
const openRouterFields = ["model", "input", "voice", "response_format", "speed", "input_references", "provider"]
const mistralFields = ["model", "input", "voice_id", "ref_audio", "response_format", "stream", "metadata"]

const voiceOf = ({ body, dialect }: OperationRequest): Json.Json | undefined =>
  dialect === "mistral" ? body["voice_id"] ?? "default" : body["voice"]

const formatOf = ({ body, dialect }: OperationRequest): string =>
  Json.text(body["response_format"]) ?? (dialect === "openrouter" ? "pcm" : "mp3")

/** OpenRouter's rules: a voice may be missing, and there are two formats, of which samples are the default. */
const openRouterProblem = (request: OperationRequest): Problem | undefined => {
  const { body } = request
  const missing = ["model", "input"].find((name) => (Json.text(body[name]) ?? "") === "")
  if (missing !== undefined) return invalid("Invalid input: expected string, received undefined", missing)
  if (!["mp3", "pcm"].includes(formatOf(request)))
    return invalid("Invalid option: expected one of \"mp3\"|\"pcm\"", "response_format")
  const { speed } = body
  if (Json.isGiven(speed) && typeof speed !== "number") return invalid("Invalid input: expected number", "speed")
  return unknownField(request, openRouterFields)
}

const validate = (request: OperationRequest): Problem | undefined => {
  const { body, dialect } = request
  if (dialect === "openrouter") return openRouterProblem(request)
  if (!Json.isGiven(body["model"])) return invalid("you must provide a model parameter", "model")
  const input = Json.text(body["input"]) ?? ""
  if (input === "") return invalid("Missing required parameter: 'input'.", "input")
  if (input.length > 4096) {
    return invalid(
      "Invalid 'input': string too long. Expected a string with maximum length 4096.",
      "input",
      "string_too_long"
    )
  }
  if (!Json.isGiven(voiceOf(request))) return invalid("Missing required parameter: 'voice'.", "voice")
  if (contentTypes[formatOf(request)] === undefined) return invalid("Invalid 'response_format'.", "response_format")
  const { speed } = body
  if (Json.isGiven(speed) && !(typeof speed === "number" && speed >= 0.25 && speed <= 4)) {
    return invalid("Invalid 'speed': expected a number from 0.25 to 4.", "speed")
  }
  if (body["stream_format"] === "sse" && (Json.text(body["model"]) ?? "").startsWith("tts-1")) {
    return invalid("stream_format 'sse' is not supported with this model.", "stream_format")
  }
  return unknownField(request, dialect === "mistral" ? mistralFields : fields)
}

const audioOf = (request: OperationRequest): Iterable<Uint8Array> => {
  const { body } = request
  const seconds = (Json.text(body["input"]) ?? "").length * 0.06 /
    (typeof body["speed"] === "number" ? body["speed"] : 1)
  const voice = Json.texts(voiceOf(request)).join("")
  return Audio.pieces(formatOf(request), seconds, 220 + (voice.length % 8) * 40)
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64")

const events = function*(request: OperationRequest): Generator<WireEvent> {
  const { body, dialect } = request
  const field = dialect === "mistral" ? "audio_data" : "audio"
  const event = (data: Json.JsonObject, more: Partial<WireEvent>): WireEvent =>
    jsonEvent(data, dialect === "mistral" ? { name: String(data["type"]), ...more } : more)
  let output = 0
  for (const piece of audioOf(request)) {
    output++
    yield event({ type: "speech.audio.delta", [field]: base64(piece) }, { tokens: 1 })
  }
  const input = tokensOf(Json.text(body["input"]) ?? "")
  const usage = dialect === "mistral"
    ? { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
    : { input_tokens: input, output_tokens: output, total_tokens: input + output }
  yield event({ type: "speech.audio.done", usage }, { isFinish: true, isTerminator: true })
}

/** OpenRouter's type of samples has their rate. */
const contentTypeOf = (request: OperationRequest): string => {
  const type = contentTypes[formatOf(request)] ?? "audio/mpeg"
  return request.dialect === "openrouter" && type === "audio/pcm" ? `${type};rate=24000;channels=1` : type
}

const errors: Partial<Readonly<Record<Dialect, Errors.ErrorFormat>>> = {
  mistral: Errors.mistral,
  openrouter: Errors.openRouter
}

/** Speech in the wire formats of OpenAI, Mistral and OpenRouter. */
export const operation: Operation = {
  name: "speech",
  serves: (path) => path.endsWith("/audio/speech"),
  errors: (dialect) => errors[dialect] ?? Errors.openAi,
  model: ({ body }) => Json.text(body["model"]),
  validate,
  respond: (request) => {
    const { body, dialect } = request
    if (body["stream_format"] === "sse" || (dialect === "mistral" && body["stream"] === true)) {
      return { events: () => events(request) }
    }
    return dialect === "mistral"
      ? { json: { audio_data: base64(Buffer.concat([...audioOf(request)])) } }
      : { pieces: () => audioOf(request), contentType: contentTypeOf(request) }
  }
}
