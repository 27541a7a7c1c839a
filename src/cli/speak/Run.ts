/**
 * Runs `sluice speak`.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { Model } from "../../domain/Model.ts"
import type { SpeechFormat, SpeechRequest } from "../../domain/Speech.ts"
import * as HttpSpeech from "../../layers/audio/HttpSpeech.ts"
import { Speech } from "../../services/Speech.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"
import { CommandLineError } from "../Failures.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"
import * as OutputFile from "../OutputFile.ts"

/** The flags and arguments of `sluice speak`. */
export interface SpeakFlags extends TargetFlags {
  /** `--voice`: the provider's name of a voice; default: the provider's. */
  readonly voice: string | undefined
  /** `--language`: the language of the text (BCP 47); default: recognized by the model. */
  readonly language: string | undefined
  /** `--instructions`: how to speak; default: none. */
  readonly instructions: string | undefined
  /** `--format`: the audio format; default: the one of the output's extension, else the provider's. */
  readonly format: SpeechFormat | undefined
  /** `--output`: the path of the file to write; default: stdout. */
  readonly output: string | undefined
  /** The words of the text; `-` or none where stdin is piped: the text is stdin. */
  readonly text: ReadonlyArray<string>
}

const formats: ReadonlySet<string> = new Set<SpeechFormat>(["mp3", "opus", "aac", "flac", "wav", "pcm"])

const isFormat = (text: string): text is SpeechFormat => formats.has(text)

const formatOf = ({ format, output }: SpeakFlags): SpeechFormat | undefined => {
  const ending = output?.slice(output.lastIndexOf(".") + 1).toLowerCase() ?? ""
  return format ?? (isFormat(ending) ? ending : undefined)
}

const textOf = Effect.fnUntraced(function*({ text }: SpeakFlags) {
  const given = (yield* Input.isPiped(text)) ? yield* Input.text : text.join(" ")
  return given.trim() === ""
    ? yield* new CommandLineError({ message: "There is no text: give it as an argument, or pipe it in" })
    : given
})

type Sound = Stream.Stream<Uint8Array, CompletionError, Speech>

const intoStdout = Effect.fnUntraced(function*(sound: Sound) {
  yield* Stream.runForEach(sound, Output.writeBytes)
})

const speak = (flags: SpeakFlags, input: string) =>
  Effect.fnUntraced(function*(model: Model) {
    const { instructions, language, output, voice } = flags
    const request: SpeechRequest = { model, input, voice, language, instructions, format: formatOf(flags) }
    let bytes = 0
    const sound = Stream.tap(Speech.stream(request), (piece) =>
      Effect.sync(() => {
        bytes += piece.length
      }))
    yield* output === undefined ? intoStdout(sound) : OutputFile.write(sound, output)
    if (flags.json) yield* Output.write(`${JSON.stringify({ _tag: "Completed", file: output, bytes })}\n`)
    yield* Output.writeErrorLine(`${bytes} bytes${output === undefined ? "" : ` in ${output}`}`)
  })

/** Requests speech for the text of the command line and writes it. */
export const run = Effect.fnUntraced(function*(flags: SpeakFlags) {
  const input = yield* textOf(flags)
  const { stdout } = yield* Output.terminals
  if (flags.output === undefined && (stdout || flags.json)) {
    return yield* new CommandLineError({
      message: flags.json
        ? "--json needs --output FILE: stdout cannot have both JSON and audio"
        : "Audio is not written to a terminal: give --output FILE, or pipe stdout into a program"
    })
  }
  const target = yield* Target.resolve(flags, "speech")
  yield* Call.run(target, HttpSpeech.layer, speak(flags, input))
}, Call.command)
