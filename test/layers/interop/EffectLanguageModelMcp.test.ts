/**
 * A chat whose model calls the tools of an MCP server, over its input and output and over HTTP. The server is the
 * reference server of the Model Context Protocol, in a process of its own.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { Chat, McpClient, McpProtocol } from "effect/ai"
import { FetchHttpClient } from "effect/http"
import { ChildProcess } from "effect/process"
import { Scenario, Simulator } from "sluice/testing"
import { spawn } from "node:child_process"
import { createServer } from "node:net"
import { fileURLToPath } from "node:url"
import * as Speaking from "./Speaking.ts"

const entry = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"))

const options = { name: "sluice-test", version: "1.0.0", protocol: McpProtocol.v2025_11_25 } as const

const overStdio = McpClient.layerStdio({
  ...options,
  command: ChildProcess.make(process.execPath, [entry, "stdio"])
}).pipe(Layer.provide(NodeServices.layer))

/** A port that is free at the moment: the server cannot say which one it chose. */
const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** Starts the server, and stops it with the scope. */
const listening = Effect.fnUntraced(function*(port: number) {
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [entry, "streamableHttp"], { env: { ...process.env, PORT: String(port) } })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  yield* Effect.callback<void>((resume) => {
    let output = ""
    const read = (chunk: Buffer) => {
      output += chunk
      if (output.includes("listening")) resume(Effect.void)
    }
    server.stdout.on("data", read)
    server.stderr.on("data", read)
    server.once("exit", () => resume(Effect.die(new Error(`The MCP server has ended: ${output}`))))
  })
})

const overHttp = Layer.unwrap(Effect.gen(function*() {
  const port = yield* freePort
  yield* listening(port)
  return McpClient.layerHttp({ ...options, url: `http://127.0.0.1:${port}/mcp` })
})).pipe(Layer.provide(FetchHttpClient.layer))

const scenario = Scenario.script(
  { parts: [Scenario.toolCall("mcp__get-sum", { a: 19, b: 23 }, "call_1")] },
  { parts: [Scenario.text("It is 42.")] }
)

const program = Effect.gen(function*() {
  const toolkit = yield* McpClient.toolkit(yield* McpClient.McpClient, "mcp__")
  const chat = yield* Chat.empty
  const parts = yield* Stream.runCollect(chat.streamText({ prompt: "19 + 23?", toolkit }))
  const results = parts.flatMap((part) => (part.type === "tool-result" ? [part.result] : []))
  const { text } = yield* chat.generateText({ prompt: [], toolkit })
  const [first, second] = yield* (yield* Simulator).requests
  assert.include(JSON.stringify(first?.body), "mcp__get-sum")
  assert.include(JSON.stringify(second?.body), "42")
  return { results, text }
})

const expected = { results: ["The sum of 19 and 23 is 42."], text: "It is 42." }

const isLive = { excludeTestServices: true, timeout: "60 seconds" } as const

layer(overStdio, isLive)("the tools of an MCP server over its input and output", (it) => {
  it.effect.each(Speaking.protocols)("%s: run", (target) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* program, expected)
    }).pipe(Effect.provide(Speaking.model(target, scenario))))
})

layer(overHttp, isLive)("the tools of an MCP server over HTTP", (it) => {
  it.effect.each(Speaking.protocols)("%s: run", (target) =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* program, expected)
    }).pipe(Effect.provide(Speaking.model(target, scenario))))
})
