/**
 * The flags and the help of `sluice chat`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flags from "../Flags.ts"
import type { ChatFlags } from "./Run.ts"

/** The subcommand `chat`. */
export const command = Command.make(
  "chat",
  {
    provider: Flags.text("provider", "ID", "The provider to ask; default: the first one with a key"),
    model: Flags.text(
      "model",
      "NAME",
      "The model, as NAME or PROVIDER/NAME; default: a small one of the provider, or \"default\""
    ),
    baseUrl: Flags.text("base-url", "URL", "The server to ask; openai-compatible unless --provider says otherwise"),
    apiKeyEnv: Flags.text("api-key-env", "NAME", "The environment variable with the key"),
    protocol: Flags.text("protocol", "NAME", "The protocol to speak, where the provider has several"),
    system: Flags.text("system", "TEXT", "Instructions to the model"),
    json: Flags.toggle("json", "Print one ResponseEvent a line, and a failure as the last line"),
    prompt: Argument.String("prompt").pipe(
      Argument.withDescription("The question; - or nothing reads stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: ChatFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Asks a model and streams its answer to stdout. Without any API key, the built-in simulator answers."
  ),
  Command.withExamples([
    { command: "sluice chat Why is the sky blue?", description: "Ask the first provider that has a key" },
    {
      command: "sluice chat --base-url http://localhost:8000/v1 --model qwen3 Hello",
      description: "Ask a server of your own"
    },
    { command: "git diff | sluice chat --system 'Review this.'", description: "Send what is piped in" }
  ])
)
