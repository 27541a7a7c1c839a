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
    ...TargetFlags.make("what was written as one line"),
    voice: Flags.text("voice", "NAME", "The voice, as the provider calls it"),
    instructions: Flags.text("instructions", "TEXT", "How to speak"),
    format: Flags.literal(
      "format",
      ["mp3", "opus", "aac", "flac", "wav", "pcm"],
      "The kind of sound; default: the ending of --output, or the provider's"
    ),
    output: Flags.text("output", "FILE", "The file to write; default: stdout, where it is no terminal"),
    text: Argument.String("text").pipe(
      Argument.withDescription("The text; - or nothing reads stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: SpeakFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Speaks a text, and writes the sound as it is made. Without any API key, the built-in simulator hums."
  ),
  Command.withExamples([
    { command: "sluice speak --output hello.mp3 Hello there", description: "Into a file" },
    { command: "sluice speak --format wav Hello | aplay", description: "Out loud" }
  ])
)
