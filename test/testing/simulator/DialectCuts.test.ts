/**
 * A stream in a dialect that is cut at any byte is a success only where its completion contract was fulfilled before
 * the cut, and never produces content that the whole stream does not.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { type Quirks as Dialect, quirksOf } from "../../../src/domain/Quirks.ts"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import type { SimulatorQuirks } from "../../../src/testing/simulator/scenario/SimulatorQuirks.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorHttpClient from "../../../src/testing/simulator/SimulatorHttpClient.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import { context, encoder, every, fold, print, run } from "../../support/Decoding.ts"
import * as Raw from "./RawClient.ts"

const streamOf = (quirks: SimulatorQuirks) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const request = HttpClientRequest.post("https://api.example.com/v1/chat/completions").pipe(
      HttpClientRequest.bodyJsonUnsafe(Raw.chatBody())
    )
    return yield* (yield* client.execute(request)).text
  }).pipe(Effect.provide(SimulatorHttpClient.layer({
    seed: 5,
    scenario: {
      quirks,
      completions: [{
        parts: [
          Scenario.reasoning("Hm 🤔"),
          Scenario.text("Hello there", [{ url: "https://a.test/", title: "A" }]),
          Scenario.toolCall("weather", { city: "Oslo" }, "call_weat")
        ],
        usage: { input: 9, output: 9 }
      }]
    }
  })))

const dialectOf = (provider: string): Dialect =>
  quirksOf(KnownProviders.definitions.find(({ id }) => id === provider)?.quirks ?? {}, "model-1")

const dialects: ReadonlyArray<readonly [string, SimulatorQuirks]> = [
  ["mistral", { contentParts: true, reasoningField: "thinking", citations: "references", wholeToolCalls: true }],
  ["xai", { wholeToolCalls: true, toolIndex: "missing", citations: "urls" }],
  ["perplexity", { reasoningField: "think-tags", citations: "search-results", usage: "every", doneMarker: false }],
  ["openrouter", { reasoningField: "reasoning_details", finishTwice: true, usage: "finish" }],
  ["azure", { prelude: true, obfuscation: true }],
  ["cloudflare", { bareResponses: true, obfuscation: "p" }]
]

describe("a stream of", () => {
  it.effect.each(dialects)(
    "%s, cut at any byte, is a success only after its proof of completion",
    ([provider, quirks]) =>
      Effect.gen(function*() {
        const text = yield* streamOf(quirks)
        const given = context({ quirks: dialectOf(provider), error: { provider } })
        const bytes = encoder.encode(text)
        const whole = run(protocol, [bytes], given)
        assert.isUndefined(whole.failure)
        const all = fold(whole)
        assert.deepStrictEqual(all.toolCalls.map(({ name }) => name), ["weather"])
        assert.strictEqual(print(run(protocol, every(bytes, 1), given)), print(whole), "byte by byte")
        // The last event has to be whole, but may lack its blank line.
        const marker = quirks.bareResponses === true ? "data: [DONE]" : "\"finish_reason\":\"tool_calls\""
        const begins = text.indexOf(marker)
        const proven = encoder.encode(
          text.slice(0, quirks.bareResponses === true ? begins + marker.length : text.indexOf("\n", begins))
        ).length
        // Every byte around the proof, and every 11th of the others.
        for (let at = 0; at < bytes.length; at += Math.abs(at - proven) < 300 ? 1 : 11) {
          const outcome = run(protocol, [bytes.subarray(0, at)], given)
          assert.strictEqual(outcome.failure === undefined, at >= proven, `cut at ${at}`)
          const partial = fold(outcome)
          assert.isTrue(
            all.text.startsWith(partial.text) && all.reasoning.startsWith(partial.reasoning),
            `cut at ${at}`
          )
          if (at < proven) assert.deepStrictEqual(partial.toolCalls, [])
        }
      })
  )
})
