/**
 * Runs `sluice transcribe`.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import type { AudioFile } from "../../domain/AudioFile.ts"
import type { Model } from "../../domain/Model.ts"
import type {
  Transcript,
  TranscriptFormat,
  TranscriptionEvent,
  TranscriptionRequest
} from "../../domain/Transcription.ts"
import * as HttpTranscription from "../../layers/audio/HttpTranscription.ts"
import { Transcription } from "../../services/Transcription.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"
import * as InputFile from "../InputFile.ts"
import * as Output from "../Output.ts"

/** The flags and arguments of `sluice transcribe`. */
export interface TranscribeFlags extends TargetFlags {
  /** `--language`: the language of the recording (ISO 639-1); default: detected by the provider. */
  readonly language: string | undefined
  /** `--format`: the format of the transcript; default: the provider's. */
  readonly format: TranscriptFormat | undefined
  /** `--translate`: whether to translate into English; default: `false`. */
  readonly translate: boolean
  /** The path of the recording. */
  readonly file: string
}

const open = Effect.fnUntraced(function*(name: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const size = yield* InputFile.size(name)
  const file: AudioFile = { name: path.basename(name), content: files.stream(name), size }
  return file
})

const summary = ({ language, seconds, usage }: Transcript): string =>
  [
    ...(seconds === null ? [] : [`${seconds} s`]),
    ...(language === null ? [] : [language]),
    ...(usage.totalTokens === 0 ? [] : [Output.counted(usage.totalTokens, "token")])
  ].join(" · ")

const whole = (transcript: Transcript): Stream.Stream<TranscriptionEvent> =>
  Stream.make<Array<TranscriptionEvent>>(
    { _tag: "TranscriptDelta", delta: transcript.text },
    { _tag: "TranscriptCompleted", transcript }
  )

const transcribe = (flags: TranscribeFlags, file: AudioFile) =>
  Effect.fnUntraced(function*(model: Model) {
    const { format, language } = flags
    const request: TranscriptionRequest = {
      // Of the models of OpenAI only Whisper translates.
      model: flags.translate && flags.model === undefined && model.provider === "openai"
        ? { ...model, model: "whisper-1" }
        : model,
      file,
      format,
      language
    }
    const events = flags.translate
      ? Stream.unwrap(Effect.map(Transcription.translate(request), whole))
      : Transcription.stream(request)
    let last = ""
    yield* Stream.runForEach(events, (event) => {
      if (event._tag === "TranscriptCompleted") last = summary(event.transcript)
      if (flags.json) return Output.write(`${JSON.stringify(event)}\n`)
      switch (event._tag) {
        case "TranscriptDelta":
          return Output.write(event.delta)
        case "TranscriptCompleted":
          return event.transcript.text.endsWith("\n") ? Effect.void : Output.write("\n")
        default:
          return Effect.void
      }
    })
    if (last !== "") yield* Output.writeErrorLine(last)
  })

/** Transcribes the recording of the command line. */
export const run = Effect.fnUntraced(function*(flags: TranscribeFlags) {
  const file = yield* open(flags.file)
  const target = yield* Target.resolve(flags, "transcription")
  yield* Call.run(target, HttpTranscription.layer, transcribe(flags, file))
}, Call.command)
