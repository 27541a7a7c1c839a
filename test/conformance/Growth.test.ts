/**
 * Gives decoders answers that are made to be slow to read: what takes the square of its length would not come to its
 * end here.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import * as Secrets from "../../src/domain/Secrets.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { classify } from "../../src/streams/response/ErrorClassifier.ts"
import { context, encoder, every, run } from "../support/Decoding.ts"
import * as EventStreamFrames from "../support/EventStreamFrames.ts"

type Json = Readonly<Record<string, unknown>>

const times = <A>(count: number, make: (index: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, index) => make(index))

const sse = (...events: ReadonlyArray<Json>): Uint8Array =>
  encoder.encode(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""))

const delta = (fields: Json, more: Json = {}): Json => ({
  id: "c",
  model: "m",
  choices: [{ index: 0, delta: fields }],
  ...more
})
const stop: Json = { id: "c", model: "m", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }
const piece = (parts: ReadonlyArray<Json>, more: Json = {}): Json => ({
  candidates: [{ content: { parts }, ...more }],
  responseId: "r",
  modelVersion: "m"
})
const frames = (...events: ReadonlyArray<readonly [string, Json]>): Uint8Array =>
  EventStreamFrames.body(
    ...events.map(([name, payload]) => EventStreamFrames.event(name, payload)),
    EventStreamFrames.event("messageStop", { stopReason: "end_turn" }),
    EventStreamFrames.event("metadata", { usage: { inputTokens: 1, outputTokens: 1 }, metrics: { latencyMs: 1 } })
  )

interface Case {
  readonly protocol: ProtocolName
  readonly bytes: () => Uint8Array
  /** How many events of which kind come of it. */
  readonly expected: readonly [ResponseEvent["_tag"], number]
}

const cases: Readonly<Record<string, Case>> = {
  "a Chat answer with sources and results that have nothing in common": {
    protocol: "openai-chat",
    bytes: () =>
      sse(
        delta({ content: "a" }, {
          citations: times(30_000, (index) => `https://a.test/${index}`),
          search_results: times(30_000, (index) => ({ url: `https://b.test/${index}` }))
        }),
        stop
      ),
    expected: ["CitationAdded", 60_000]
  },
  "a Chat answer whose reasoning has ever another index": {
    protocol: "openai-chat",
    bytes: () =>
      sse(
        ...times(60_000, (index) => delta({ reasoning_details: [{ type: "reasoning.text", text: "a", index }] })),
        stop
      ),
    expected: ["ReasoningContentDelta", 60_000]
  },
  "Chat tool arguments whose every fragment repeats the name, and may begin another object": {
    protocol: "openai-chat",
    bytes: () => {
      const part = (text: string): Json =>
        delta({ tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: text } }] })
      return sse(part("{\"a\":\""), ...times(60_000, () => part("{ and so on }")), part("\"}"), stop)
    },
    expected: ["ToolCallArgumentsDelta", 60_002]
  },
  "a Gemini answer of many texts, none of which its sources quote": {
    protocol: "gemini",
    bytes: () =>
      sse(
        piece(times(8000, () => ({ text: "x", thoughtSignature: "s" }))),
        piece([], {
          finishReason: "STOP",
          groundingMetadata: {
            groundingChunks: [{ web: { uri: "https://a.test/" } }],
            groundingSupports: times(8000, (index) => ({
              groundingChunkIndices: [0],
              segment: { startIndex: 0, endIndex: 1, text: `q${index}` }
            }))
          }
        })
      ),
    expected: ["CitationAdded", 8000]
  },
  "a Gemini answer with a source for every letter": {
    protocol: "gemini",
    bytes: () =>
      sse(
        piece([{ text: "ä".repeat(400_000) }]),
        piece([], {
          finishReason: "STOP",
          groundingMetadata: {
            groundingChunks: [{ web: { uri: "https://a.test/" } }],
            groundingSupports: times(40_000, (index) => ({
              groundingChunkIndices: [0, 0],
              segment: { startIndex: index * 20, endIndex: index * 20 + 2, text: "ä" }
            }))
          }
        })
      ),
    expected: ["CitationAdded", 40_000]
  },
  "a Cohere answer of many calls that never end": {
    protocol: "cohere",
    bytes: () =>
      sse(
        ...times(120_000, (index) => ({
          type: "tool-call-start",
          index: index % 100_000,
          delta: { message: { tool_calls: { id: `c${index}`, function: { name: "f", arguments: "{}" } } } }
        })),
        { type: "message-end", delta: { finish_reason: "MAX_TOKENS" } }
      ),
    expected: ["OutputItemDone", 120_000]
  },
  "a Converse block of many opaque pieces": {
    protocol: "bedrock-converse",
    bytes: () =>
      frames(...times(20_000, (index): readonly [string, Json] => [
        "contentBlockDelta",
        { contentBlockIndex: 0, delta: { image: { [`k${index}`]: 1 } } }
      ])),
    expected: ["OutputItemDone", 1]
  },
  "a Converse result of a tool in many pieces": {
    protocol: "bedrock-converse",
    bytes: () =>
      frames(
        ["contentBlockStart", { contentBlockIndex: 0, start: { toolResult: { toolUseId: "t" } } }],
        ...times(60_000, (): readonly [string, Json] => [
          "contentBlockDelta",
          { contentBlockIndex: 0, delta: { toolResult: [{ text: "a" }] } }
        ])
      ),
    expected: ["OutputItemDone", 1]
  }
}

// Without a square they take a hundredth of it.
const options = { timeout: 10_000 }

describe("an answer that is made to be slow", options, () => {
  it.each(Object.entries(cases))("is read: %s", (_, { bytes, expected: [tag, count], protocol }) => {
    const outcome = run(byName[protocol], every(bytes(), 65_536))
    assert.isUndefined(outcome.failure)
    assert.strictEqual(outcome.events.filter((event) => event._tag === tag).length, count)
    assert.strictEqual(outcome.events.at(-1)?._tag, "Completed")
  })
})

describe("a refusal that is made to be slow", options, () => {
  const repeated = (words: string): string => words.repeat(Math.ceil((256 * 1024) / words.length))

  it.each(["account ", "input token count ", "model ", "used up your "])("is classified: %s", (words) => {
    assert.strictEqual(classify(400, repeated(words), context())._tag, "InvalidRequestError")
    assert.strictEqual(
      classify(400, JSON.stringify({ error: { message: repeated(words) } }), context())._tag,
      "InvalidRequestError"
    )
  })

  it.each(["a.", "a-", "https://", "\\u0026key="])("is looked through for secrets: %s", (words) => {
    assert.isTrue(Secrets.redactText(`${repeated(words)} https://user:canary@a.test/`).endsWith("REDACTED@a.test/"))
  })
})
