/**
 * A loop whose tools are those of an MCP server, in a process of its own.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { McpClient, McpProtocol } from "effect/ai"
import { ChildProcess } from "effect/process"
import { ToolLoop } from "sluice"
import { fileURLToPath } from "node:url"
import { calls, model, says, type Scripted } from "./Scripted.ts"

const entry = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"))

const server = McpClient.layerStdio({
  name: "sluice-test",
  version: "1.0.0",
  protocol: McpProtocol.v2025_11_25,
  command: ChildProcess.make(process.execPath, [entry, "stdio"])
}).pipe(Layer.provide(NodeServices.layer))

const run = (...responses: readonly [Scripted, ...ReadonlyArray<Scripted>]) => {
  const { layer, requests } = model(...responses)
  return Effect.gen(function*() {
    const toolkit = yield* McpClient.toolkit(yield* McpClient.McpClient)
    const end = yield* ToolLoop.run({ model: "test/model", prompt: "19 + 23?", toolkit })
    return { end, sent: JSON.stringify(requests.at(-1)?.prompt) }
  }).pipe(Effect.provide(Layer.merge(layer, server)))
}

describe("the tools of an MCP server", { timeout: 60_000 }, () => {
  it.live("run in a loop", () =>
    Effect.gen(function*() {
      const { end, sent } = yield* run(calls("get-sum", { a: 19, b: 23 }), says("42"))
      assert.deepStrictEqual([end.reason, end.text], ["completed", "42"])
      assert.include(sent, "The sum of 19 and 23 is 42.")
    }))

  it.live("end the loop with their own failure", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(run(calls("get-sum", { a: "nineteen" }), says("?")))
      assert.strictEqual(error._tag, "McpClientError")
    }))
})
