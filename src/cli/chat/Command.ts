/**
 * The flags and the help of `sluice chat`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as TargetFlags from "../call/TargetFlags.ts"
import * as Flags from "../Flags.ts"
import * as RequestFlags from "./RequestFlags.ts"
import type { ChatFlags } from "./ChatFlags.ts"
import * as ToolFlags from "./tools/ToolFlags.ts"

/** The subcommand `chat`. */
export const command = Command.make(
  "chat",
  {
    ...TargetFlags.make("one ResponseEvent per line"),
    protocol: Flags.text("protocol", "NAME", "The protocol, where the provider has several"),
    system: Flags.text("system", "TEXT", "Instructions to the model"),
    ...RequestFlags.flags,
    ...ToolFlags.flags,
    prompt: Argument.String("prompt").pipe(
      Argument.withDescription("The prompt; with -, or without one where stdin is piped, stdin is read"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: ChatFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Sends a prompt to a model and streams the text of its completion to stdout. "
      + "On a terminal without a prompt, it is a conversation."
  ),
  Command.withExamples([
    { command: "sluice chat", description: "Start a conversation, on a terminal" },
    { command: "sluice chat Why is the sky blue?", description: "Call the first provider that has a key" },
    {
      command: "sluice chat --base-url http://localhost:8000/v1 --model qwen3 Hello",
      description: "Call a server of your own"
    },
    {
      command: "git diff | sluice chat --system 'Review this.'",
      description: "Send the text of stdin after instructions"
    },
    {
      command: "sluice chat --image plan.png --file notes.pdf --effort high 'What is missing?'",
      description: "Send files with the prompt"
    },
    {
      command: "sluice chat --mcp 'npx -y @modelcontextprotocol/server-filesystem .' 'What is in this folder?'",
      description: "Let the model call the tools of an MCP server"
    }
  ])
)
