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
    ...TargetFlags.make("one TranscriptionEvent a line"),
    language: Flags.text("language", "CODE", "The language that is spoken (ISO 639-1), where it is known"),
    format: Flags.literal(
      "format",
      ["json", "text", "srt", "verbose_json", "vtt", "diarized_json"],
      "How the provider writes the transcript: srt and vtt are subtitles"
    ),
    translate: Flags.toggle("translate", "Write it down in English, whatever is spoken"),
    file: Argument.String("file").pipe(Argument.withDescription("The recording; its ending says what it is"))
  },
  Effect.fnUntraced(function*(flags: TranscribeFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Writes down what is said in a recording, as it is recognized. Without any API key, the built-in simulator does."
  ),
  Command.withExamples([
    { command: "sluice transcribe --language en talk.mp3", description: "The text" },
    { command: "sluice transcribe --model openai/whisper-1 --format srt talk.mp3", description: "Subtitles" }
  ])
)
