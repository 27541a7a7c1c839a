/**
 * Sends one prompt and prints the text as it arrives.
 *
 *     npx tsx scripts/ask.ts "Why is the sky blue?"
 *     npx tsx scripts/ask.ts --model anthropic/claude-haiku-5-5 "Why is the sky blue?"
 *
 * Keys come from the environment or `.env` (OPENAI_API_KEY, ANTHROPIC_API_KEY, …). Without one, or with `--simulate`,
 * it uses the simulator.
 */
import { Console, Effect, Option, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ChatModel } from "sluice"
import { run } from "./support/Main.ts"
import * as Models from "./support/Models.ts"

const stream = Effect.fn(function*(model: string, prompt: string) {
  const stdio = yield* Stdio.Stdio
  yield* ChatModel.stream({ model, prompt }).pipe(
    Stream.tap((event) =>
      event._tag === "Completed"
        ? Console.error(`\n${event.model ?? model}: ${event.finishReason}, ${event.usage?.outputTokens ?? "?"} tokens`)
        : Effect.void
    ),
    Stream.map((event) => event._tag === "OutputTextDelta" || event._tag === "RefusalDelta" ? event.delta : ""),
    Stream.run(stdio.stdout())
  )
})

const command = Command.make("ask", {
  model: Flag.String("model").pipe(Flag.withDescription("provider/model"), Flag.optional),
  simulate: Flag.Boolean("simulate").pipe(Flag.withDescription("Use the simulator"), Flag.withDefault(false)),
  prompt: Argument.String("prompt")
}, ({ model, prompt, simulate }) =>
  Effect.gen(function*() {
    const [small = "no model"] = yield* Models.small
    yield* stream(Option.getOrElse(model, () => small), prompt)
  }).pipe(Effect.provide(Models.layer(simulate))))

run(command)
