/**
 * Shows what Sluice does (`npm start`), on a machine without keys and without a network.
 *
 * A simulator listens on a real socket. A completion with reasoning, text and a tool call streams from it through each
 * protocol. Then one stream is cut, and one request is rate limited. The program ends by itself.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Duration, Effect, Layer, Logger, Redacted, Schema, Stdio, Stream } from "effect"
import { Tool } from "effect/ai"
import { ChatModel, type CompletionError, type ResponseEvent, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as Bedrock from "sluice/bedrock"
import * as Cohere from "sluice/cohere"
import * as Gemini from "sluice/gemini"
import * as Ollama from "sluice/ollama"
import * as OpenAi from "sluice/openai"
import { Scenario, type ScriptedCompletion, Simulator, SimulatorServer } from "sluice/testing"
import * as Flow from "./support/Flow.ts"

const depth = Tool.make("depth", {
  description: "Measures how deep the water is",
  parameters: Schema.Struct({ at: Schema.String })
})

const pace = { timeToFirstTokenMillis: 150, tokensPerSecond: 80, jitter: 0.4 }

const story = Scenario.script({
  pace,
  parts: [
    {
      _tag: "Reasoning",
      summary: ["The river is high. Let through what the wheel can take, and measure what is left."],
      signature: "simulated"
    },
    Scenario.text("A sluice does not make the river. It lets through what the wheel can take, and no drop is lost."),
    Scenario.toolCall("depth", { at: "the upper gate" }, "call_1")
  ],
  usage: { input: 96, cached: 64, output: 58, reasoning: 18 }
})

const cut = Scenario.script({
  pace,
  parts: [Scenario.text("The water comes, and comes, and then somebody digs up the cable of the whole valley.")],
  faults: [{ _tag: "Cut", after: 3800, how: "reset" }]
})

const busy = Scenario.script({
  parts: [Scenario.text("Never said.")],
  faults: [{ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 500 }]
})

type Layers = (
  options: { readonly apiKey: Redacted.Redacted; readonly baseUrl: string }
) => ReturnType<typeof OpenAi.layer>

/** Each protocol, a provider that speaks it, and its path. */
const acts: ReadonlyArray<readonly [ScriptedCompletion.ProtocolId, Layers, string]> = [
  ["openai-chat", (options) => OpenAi.layer({ ...options, protocol: "openai-chat" }), "/chat/completions"],
  ["openai-responses", OpenAi.layer, "/responses"],
  ["anthropic-messages", Anthropic.layer, "/messages"],
  ["gemini", Gemini.layer, "/models/any:streamGenerateContent"],
  ["bedrock-converse", Bedrock.layer, "/model/any/converse-stream"],
  ["cohere", Cohere.layer, "/chat"],
  ["ollama", Ollama.layer, "/api/chat"]
]

const write = Effect.fn(function*(text: string) {
  const stdio = yield* Stdio.Stdio
  yield* Stream.run(Stream.succeed(text), stdio.stdout())
})

/** Sends a request, and writes each event as it arrives. */
const watch = Effect.fn(function*(flow: Flow.Flow) {
  const request = { model: "any", prompt: "What does a sluice do?", tools: [depth], maxOutputTokens: 500 }
  yield* ChatModel.stream(request).pipe(
    Stream.runForEach((event: ResponseEvent.ResponseEvent) => write(flow.add(event)))
  )
})

/** Returns what the caller sees of a failure. */
const describe = (flow: Flow.Flow, error: CompletionError): string => {
  const rows: Array<readonly [string, string]> = []
  if ("partial" in error && error.partial !== undefined) rows.push(["partial.text", error.partial.text])
  if ("retryAfter" in error && error.retryAfter !== undefined) {
    rows.push(["retryAfter", Duration.format(error.retryAfter)])
  }
  if ("attempts" in error && error.attempts !== undefined) {
    rows.push(["attempts", `${error.attempts.length}, the first ended with ${error.attempts[0]?.outcome ?? "nothing"}`])
  }
  rows.push(["isRetryable", String(error.isRetryable)])
  return flow.failure(error, rows)
}

const expectFailure = (flow: Flow.Flow) =>
  watch(flow).pipe(
    Effect.matchEffect({
      onSuccess: () => Effect.die(new Error("The request should have failed")),
      onFailure: (error) => "isRetryable" in error ? write(describe(flow, error)) : Effect.die(error)
    })
  )

const main = Effect.gen(function*() {
  const stdio = yield* Stdio.Stdio
  const simulator = yield* Simulator
  const colors = yield* stdio.stdoutIsTerminal
  const apiKey = Redacted.make("no-key-is-needed")
  const act = (title: string, detail: string) => {
    const flow = Flow.make(colors)
    return Effect.as(write(flow.title(title, detail)), flow)
  }

  yield* write(`A simulator of the providers listens on ${simulator.url}: no key, no network, real sockets.\n`)
  yield* simulator.setScenario(story)
  for (const [protocol, layer, path] of acts) {
    const baseUrl = simulator.baseUrl(protocol)
    const flow = yield* act(protocol, `POST ${baseUrl}${path}`)
    yield* Effect.provide(watch(flow), layer({ apiKey, baseUrl }))
  }
  yield* simulator.setScenario(cut)
  yield* Effect.provide(
    expectFailure(yield* act("a cut stream", "the connection is reset in the middle of the completion")),
    OpenAi.layer({ apiKey, baseUrl: simulator.baseUrl("openai-chat"), protocol: "openai-chat" })
  )
  yield* simulator.setScenario(busy)
  yield* Effect.provide(
    expectFailure(yield* act("a rate limit", "429 with a Retry-After, every time")),
    Anthropic.layer({ apiKey, baseUrl: simulator.baseUrl("anthropic-messages") })
  )
  yield* write("\nThat was all. Send a prompt of your own: npm run -s sluice -- chat \"Why is the sky blue?\"\n")
})

main.pipe(
  Effect.provide(UndiciHttpClient.layer.pipe(
    Layer.provideMerge(SimulatorServer.layer({ seed: 7 })),
    // The simulator is in this process: no proxy can reach it.
    Layer.provideMerge(SluiceConfig.layer({ proxy: "none", maxRetries: 1 })),
    Layer.provideMerge(Logger.layer([Logger.withConsoleLog(Logger.map(Logger.formatLogFmt, Flow.logLine))])),
    Layer.provideMerge(NodeServices.layer)
  )),
  NodeRuntime.runMain
)
