/**
 * How a model with tools is shown.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { AiError, Tool, Toolkit } from "effect/ai"
import * as Call from "../../../../src/cli/call/Call.ts"
import type { TargetFlags } from "../../../../src/cli/call/TargetFlags.ts"
import * as Output from "../../../../src/cli/Output.ts"
import * as ShowLoop from "../../../../src/cli/chat/tools/ShowLoop.ts"
import { call, message, model, response } from "../../../layers/tools/Scripted.ts"
import { jsonLines } from "../../Command.ts"
import { run } from "../../InProcess.ts"

const toolkit = Toolkit.make(Tool.make("look", { success: Schema.String }))

/** Shows a loop whose only tool does `look`. */
const show = (json: boolean, look: Effect.Effect<string, AiError.AiError>) => {
  const flags: TargetFlags = {
    provider: undefined,
    model: undefined,
    baseUrl: undefined,
    apiKeyEnv: undefined,
    simulate: false,
    json
  }
  const { layer } = model(response([message("Let me see."), call("look", {}, "call_1")]))
  const program = Effect.gen(function*() {
    yield* ShowLoop.show({ model: "test/model", prompt: "Look" }, yield* toolkit, { maxSteps: 2 }, { json })
  }).pipe(Effect.provide(Layer.merge(layer, toolkit.toLayer({ look: () => look }))))
  // The program prints the line of a failure.
  const command = Call.command(program, flags).pipe(
    Effect.tapErrorTag("FailedError", ({ line = "" }) => Output.writeErrorLine(line))
  )
  return Effect.promise(() => run(command, []))
}

const unavailable = AiError.make({
  module: "Eyes",
  method: "look",
  reason: new AiError.InternalProviderError({ description: "It is dark." })
})

describe("a loop that a tool fails", () => {
  it.live.each(
    [
      ["ToolFailedError", Effect.die(new TypeError("dark")), "The tool \"look\" (TypeError)"],
      ["AiError", Effect.fail(unavailable), "It is dark."]
    ] as const
  )(
    "with %s has the error on stderr and, with --json, as the last line of stdout",
    ([tag, look, reason]) =>
      Effect.gen(function*() {
        const text = yield* show(false, look)
        assert.deepStrictEqual([text.code, text.stdout], [1, "Let me see.\n"])
        const line = text.stderr.trimEnd().split("\n").at(-1) ?? ""
        assert.isTrue(line.startsWith(`${tag}: `), line)
        assert.include(line, reason)
        const json = yield* show(true, look)
        assert.strictEqual(json.code, 1)
        assert.isTrue(json.stderr.endsWith(`${line}\n`), json.stderr)
        assert.deepStrictEqual(jsonLines(json.stdout).at(-1), { _tag: tag, message: line.slice(tag.length + 2) })
      })
  )
})
