/**
 * The flags and the help of `sluice transcribe`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as TargetFlags from "../call/TargetFlags.ts"
import * as Flags from "../Flags.ts"
import type { TranscribeFlags } from "./Run.ts"

/** The subcommand `transcribe`. */
export const command = Command.make(
  "transcribe",
  {
    ...TargetFlags.make("one TranscriptionEvent per line"),
    language: Flags.text(
      "language",
      "CODE",
      "The language of the recording (ISO 639-1); default: detected, where the provider can"
    ),
    format: Flags.literal(
      "format",
      ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"],
      "The format of the transcript: srt and vtt are subtitles"
    ),
    translate: Flags.toggle("translate", "Translate the transcript into English"),
    file: Argument.String("file").pipe(
      Argument.withDescription("The recording; its extension determines the audio format")
    )
  },
  Effect.fnUntraced(function*(flags: TranscribeFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription("Transcribes a recording and prints the text as it arrives."),
  Command.withExamples([
    { command: "sluice transcribe --language en talk.mp3", description: "Print the text" },
    { command: "sluice transcribe --model openai/whisper-1 --format srt talk.mp3", description: "Print subtitles" }
  ])
)
