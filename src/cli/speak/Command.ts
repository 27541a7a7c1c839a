/**
 * The flags and the help of `sluice speak`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as TargetFlags from "../call/TargetFlags.ts"
import * as Flags from "../Flags.ts"
import type { SpeakFlags } from "./Run.ts"

/** The subcommand `speak`. */
export const command = Command.make(
  "speak",
  {
    ...TargetFlags.make("file and size as one line"),
    voice: Flags.text("voice", "NAME", "The provider's name of a voice"),
    language: Flags.text("language", "TAG", "The language of the text (BCP 47); default: recognized by the model"),
    instructions: Flags.text("instructions", "TEXT", "How to speak"),
    format: Flags.literal(
      "format",
      ["mp3", "opus", "aac", "flac", "wav", "pcm"],
      "The audio format; default: the extension of --output, else the provider's"
    ),
    output: Flags.text("output", "FILE", "The file to write; default: stdout, unless it is a terminal"),
    text: Argument.String("text").pipe(
      Argument.withDescription("The text; with - or no argument, stdin is read"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: SpeakFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription("Converts a text to speech and writes the audio as it arrives."),
  Command.withExamples([
    { command: "sluice speak --output hello.mp3 Hello there", description: "Write a file" },
    { command: "sluice speak --format wav Hello | aplay", description: "Play the audio" }
  ])
)
