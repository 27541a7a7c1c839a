/**
 * A million tokens of one answer, through each protocol over a real socket: read as fast as it goes, read slowly, and
 * left in the middle.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { ChatModel, type Configure, SluiceConfig, UndiciHttpClient } from "sluice"
import * as Anthropic from "sluice/anthropic"
import * as Cohere from "sluice/cohere"
import * as Gemini from "sluice/gemini"
import * as Ollama from "sluice/ollama"
import * as OpenAi from "sluice/openai"
import * as Raw from "../support/RawServer.ts"

const tokens = 1_000_000
const batch = 1000

const named = (type: string, fields: object) => `event: ${type}\n${Raw.data({ type, ...fields })}`

interface Wire {
  readonly before: string
  readonly delta: (text: string) => string
  readonly after: string
}

const protocols = ["openai-chat", "openai-responses", "anthropic-messages", "cohere", "ollama", "gemini"] as const

type Streamed = typeof protocols[number]

const line = (message: object, more: object = {}) =>
  `${JSON.stringify({ model: "m", message, done: false, ...more })}\n`

const part = (value: object, more: object = {}) =>
  Raw.data({ candidates: [{ content: { parts: [value], role: "model" }, index: 0, ...more }], modelVersion: "m" })

const wires: Readonly<Record<Streamed, Wire>> = {
  cohere: {
    before: named("message-start", { id: "r" }) +
      named("content-start", { index: 0, delta: { message: { content: { type: "text", text: "" } } } }),
    delta: (text) => named("content-delta", { index: 0, delta: { message: { content: { text } } } }),
    after: named("message-end", { delta: { finish_reason: "COMPLETE" } }) + Raw.done
  },
  ollama: {
    before: "",
    delta: (content) => line({ role: "assistant", content }),
    after: line({ content: "" }, { done: true, done_reason: "stop" })
  },
  gemini: {
    before: "",
    delta: (text) => part({ text }),
    after: part({ text: "" }, { finishReason: "STOP" })
  },
  "openai-chat": { before: "", delta: Raw.delta, after: `${Raw.stop}${Raw.done}` },
  "openai-responses": {
    before: named("response.created", { response: { id: "r", model: "m" } }) +
      named("response.output_item.added", { output_index: 0, item: { type: "message", id: "i" } }),
    delta: (delta) => named("response.output_text.delta", { item_id: "i", output_index: 0, content_index: 0, delta }),
    after: named("response.completed", { response: { id: "r", model: "m", status: "completed", output: [] } })
  },
  "anthropic-messages": {
    before: named("message_start", { message: { id: "m", model: "m", content: [] } }) +
      named("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    delta: (text) => named("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    after: named("message_delta", { delta: { stop_reason: "end_turn" } }) + named("message_stop", {})
  }
}

/** Answers with a million deltas, as fast as the reader takes them. */
const flood = ({ after, before, delta }: Wire) => ({ socket }: Raw.Exchange) => {
  const piece = Raw.chunk(Array.from({ length: batch }, (_, n) => delta(n % 7 === 0 ? " 東" : " a")).join(""))
  let sent = 0
  const push = () => {
    while (sent < tokens && socket.writable) {
      sent += batch
      if (!socket.write(piece)) {
        socket.once("drain", push)
        return
      }
    }
    if (socket.writable) socket.write(`${Raw.chunk(after)}${Raw.lastChunk}`)
  }
  socket.write(`${Raw.streamHead}${before === "" ? "" : Raw.chunk(before).toString("latin1")}`)
  push()
}

type Provide = (options: Configure.ProviderSettings) => ReturnType<typeof OpenAi.layer>

const layers: Readonly<Record<Streamed, Provide>> = {
  "openai-chat": (options) => OpenAi.layer({ ...options, protocol: "openai-chat" }),
  "openai-responses": (options) => OpenAi.layer({ ...options, protocol: "openai-responses" }),
  "anthropic-messages": Anthropic.layer,
  cohere: Cohere.layer,
  ollama: Ollama.layer,
  gemini: Gemini.layer
}

const model = (protocol: Streamed, baseUrl: string) => {
  const layer = layers[protocol]({ apiKey: Redacted.make("sk-test"), baseUrl })
  return Layer.orDie(layer.pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: 0 }))
  ))
}

const ask = ChatModel.stream({ model: "m", prompt: "hi" })

describe("a million tokens", () => {
  it.live.each<Streamed>(protocols)(
    "arrive through %s, whole and once, for a fast and a slow reader, and stop for one that leaves",
    (protocol) =>
      Effect.gen(function*() {
        const server = yield* Raw.serve(flood(wires[protocol]))
        const count = (pause: number) =>
          Effect.gen(function*() {
            let deltas = 0
            let wide = 0
            let last = ""
            let arrays = 0
            yield* Stream.runForEachArray(ask, (events) => {
              for (const event of events) {
                last = event._tag
                if (event._tag !== "OutputTextDelta") continue
                deltas++
                if (event.delta === " 東") wide++
              }
              return pause > 0 && ++arrays % 10 === 0 ? Effect.sleep(pause) : Effect.void
            })
            return { deltas, wide, last }
          })
        const whole = { deltas: tokens, wide: (tokens / batch) * Math.ceil(batch / 7), last: "Completed" }
        yield* Effect.gen(function*() {
          assert.deepStrictEqual(yield* count(0), whole)
          assert.deepStrictEqual(yield* count(2), whole)
          const some = yield* ask.pipe(
            Stream.filter((event) => event._tag === "OutputTextDelta"),
            Stream.take(tokens / 2),
            Stream.runCount
          )
          assert.strictEqual(some, tokens / 2)
          yield* Effect.sleep(100)
          assert.isAtMost(server.open(), 1, "the connection that was left is closed; one may be idle")
        }).pipe(Effect.provide(model(protocol, server.url)))
      }),
    60_000
  )
})
