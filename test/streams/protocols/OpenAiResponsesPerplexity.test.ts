/**
 * Holds the decoder and the encoder of the Responses API to Perplexity's Agent API: written from NEWS; no recorded
 * exchange seen.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { Prompt } from "effect/ai"
import { CompletionRequest } from "sluice"
import * as Perplexity from "../../../src/domain/providers/Perplexity.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiResponses/OpenAiResponses.ts"
import { encoder, type Outcome, run } from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const decode = (...events: ReadonlyArray<Json>): Outcome =>
  run(protocol, [encoder.encode(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""))])

const results = {
  type: "search_results",
  queries: ["q"],
  results: [{ id: 1, url: "https://a.test/", title: "A", snippet: "a" }, { id: 2, url: "https://b.test/", title: "B" }]
}
const message = (annotations: unknown) => ({
  type: "message",
  id: "msg_1",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: "Hello there", annotations }]
})
const annotation = { type: "url_citation", url: "https://c.test/", title: "C", start_index: 0, end_index: 5 }
const created = { type: "response.created", response: { id: "resp_1", model: "perplexity/sonar", output: null } }
const completed = (output: unknown) => ({
  type: "response.completed",
  response: {
    id: "resp_1",
    model: "perplexity/sonar",
    status: "completed",
    error: null,
    incomplete_details: null,
    output,
    usage: { input_tokens: 4, output_tokens: 2, total_tokens: 6, cost: { currency: "USD", total_cost: 0.005 } }
  }
})
const added = (output_index: number, item: Json) => ({ type: "response.output_item.added", output_index, item })
const done = (output_index: number, item: Json) => ({ type: "response.output_item.done", output_index, item })
const deltas = ["Hello", " there"].map((delta) => ({
  type: "response.output_text.delta",
  item_id: "msg_1",
  output_index: 1,
  content_index: 0,
  delta
}))

const text = ({ events }: Outcome): string =>
  events.map((event) => (event._tag === "OutputTextDelta" ? event.delta : "")).join("")

const urls = ({ events }: Outcome): ReadonlyArray<string | undefined> =>
  events.flatMap((event) =>
    event._tag === "OutputItemDone" && event.item._tag === "Message"
      ? event.item.content.flatMap((part) => (part._tag === "OutputText" ? part.citations.map(({ url }) => url) : []))
      : []
  )

describe("the Agent API of Perplexity", () => {
  it.each<readonly [string, ReadonlyArray<Json>, ReadonlyArray<string>]>([
    ["repeats the text in its last event", [
      created,
      added(0, results),
      done(0, results),
      added(1, { ...message(null), content: [] }),
      ...deltas,
      done(1, message(null)),
      completed([results, message(null)])
    ], ["https://a.test/", "https://b.test/"]],
    ["has the text in its last event only", [created, completed([results, message([])])], [
      "https://a.test/",
      "https://b.test/"
    ]],
    ["has deltas, and items in its last event only", [created, ...deltas, completed([results, message(null)])], [
      "https://a.test/",
      "https://b.test/"
    ]],
    ["has annotations beside the results", [created, completed([results, message([annotation])])], ["https://c.test/"]],
    ["has no results", [created, completed([message(undefined)])], []],
    ["has results without a message", [created, completed([results])], []]
  ])("%s", (name, events, expected) => {
    const outcome = decode(...events)
    assert.isUndefined(outcome.failure)
    assert.strictEqual(text(outcome), name.includes("without a message") ? "" : "Hello there")
    assert.deepStrictEqual(urls(outcome), expected)
    const last = outcome.events.at(-1)
    if (last?._tag !== "Completed") return assert.fail("it is not complete")
    assert.deepInclude(last.usage, { inputTokens: 4, outputTokens: 2 })
    assert.isUndefined(last.unknown)
  })

  it("gets no field that it does not know, and the preset that is asked for", () => {
    const encoded = protocol.encodeRequest(
      CompletionRequest.make({
        model: "perplexity/sonar",
        prompt: Prompt.make("Hi"),
        user: "u1",
        metadata: { team: "a" },
        promptCache: { key: "k", ttl: "24h" },
        providerOptions: { perplexity: { preset: "low" } }
      }),
      { provider: "perplexity", model: "perplexity/sonar", stream: false, quirks: Perplexity.definition.quirks }
    )
    if (Result.isFailure(encoded)) return assert.fail(encoded.failure.message)
    assert.deepStrictEqual(encoded.success.body, {
      model: "perplexity/sonar",
      input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
      preset: "low"
    })
    assert.deepStrictEqual(
      encoded.success.warnings.map(({ parameter }) => parameter),
      ["promptCache", "metadata", "user"]
    )
  })
})
