/**
 * Rankings of documents: in order, of the documents that were sent, and in pages where there are many.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type ProviderDefinition, type RerankBinding, Reranker } from "sluice"
import { definition as jina } from "../../../src/domain/providers/Jina.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../../src/domain/providers/OpenRouter.ts"
import { definition as together } from "../../../src/domain/providers/Together.ts"
import { definition as voyage } from "../../../src/domain/providers/VoyageAi.ts"
import * as Asking from "../../support/Asking.ts"
import * as RawServer from "../../support/RawServer.ts"

const documents = ["the cat sat on the mat", "rates of interest rise", "interest in cats", "nothing of the kind"]

const withRerank = (binding: RerankBinding): ProviderDefinition => ({ ...openAi, rerank: [binding] })

const bedrock: ProviderDefinition = {
  ...withRerank({ wireFormat: "bedrock-agent", path: "/rerank" }),
  baseUrl: "https://bedrock-agent-runtime.us-west-2.amazonaws.com"
}

describe("a ranking", () => {
  it.effect.each([["jina", jina], ["voyage", voyage], ["together", together], ["openrouter", openRouter]] as const)(
    "of %s has the best first, with their documents",
    ([, definition]) =>
      Effect.gen(function*() {
        const ranking = yield* Reranker.rerank({ model: "m", query: "interest rates", documents, topN: 2 })
        assert.deepStrictEqual(ranking.results.map(({ document, index }) => [index, document]), [
          [1, documents[1]],
          [2, documents[2]]
        ])
        const [first, second] = ranking.results
        assert.isAbove(first?.score ?? 0, second?.score ?? 1)
        assert.isAbove(ranking.usage.inputTokens, 0)
      }).pipe(Effect.provide(Asking.inMemory(definition)))
  )

  it.effect("of one is by the fields of its objects where the provider reads them, and by their text elsewhere", () =>
    Effect.gen(function*() {
      const objects = [{ id: 1, text: "cats" }, { id: 2, text: "interest rates" }]
      const byText = yield* Reranker.rerank({ model: "m", query: "interest rates", documents: objects })
      assert.deepStrictEqual(byText.results[0]?.document, { id: 2, text: "interest rates" })
      const error = yield* Effect.flip(Reranker.rerank({ model: "m", query: "q", documents: [{ title: "no text" }] }))
      assert(error._tag === "InvalidRequestError")
      assert.strictEqual(error.parameter, "documents")
      assert.strictEqual((yield* Asking.requests).length, 1)
    }).pipe(Effect.provide(Asking.inMemory(jina))))

  it.effect("goes on in further pages until all are there, or as many as are wanted", () =>
    Effect.gen(function*() {
      const many = Array.from({ length: 250 }, (_, index) => `document ${index}`)
      const all = yield* Reranker.rerank({ model: "cohere.rerank-v3-5:0", query: "document 7", documents: many })
      assert.strictEqual(all.results.length, 250)
      assert.strictEqual(new Set(all.results.map(({ index }) => index)).size, 250)
      assert.strictEqual(all.results[0]?.index, 7)
      assert.strictEqual((yield* Asking.requests).length, 3)
      const some = yield* Reranker.rerank({ model: "cohere.rerank-v3-5:0", query: "q", documents: many, topN: 100 })
      assert.strictEqual(some.results.length, 100)
      assert.strictEqual((yield* Asking.requests).length, 4)
    }).pipe(Effect.provide(Asking.inMemory(bedrock, { provider: { variables: { region: "us-west-2" } } }))))

  it.effect("needs a region where the model's address has one", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Reranker.rerank({ model: "m", query: "q", documents }))
      assert.strictEqual(error._tag, "InvalidRequestError")
    }).pipe(Effect.provide(Asking.inMemory(bedrock))))

  it.effect("of nothing is nothing, without a request", () =>
    Effect.gen(function*() {
      const ranking = yield* Reranker.rerank({ model: "m", query: "q", documents: [] })
      assert.deepStrictEqual(ranking.results, [])
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(Asking.inMemory(jina))))

  it.live.each<readonly [string, string, string]>([
    ["names a document that was not sent", "{\"results\":[{\"index\":9,\"relevance_score\":1}]}", "not sent"],
    [
      "names one twice",
      "{\"results\":[{\"index\":0,\"relevance_score\":1},{\"index\":0,\"relevance_score\":0}]}",
      "two results of document 0"
    ],
    ["ranks nothing", "{\"results\":[]}", "there are no results"],
    ["ranks what is no document", "{\"results\":[\"a\"]}", "no object"],
    ["has no scores", "{\"results\":[{\"index\":0}]}", "no score"],
    ["is in another form", "{\"data\":[]}", "no results"]
  ])("fails typed when a response %s", ([, body, detail]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) =>
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      )
      const error = yield* Effect.flip(
        Reranker.rerank({ model: "m", query: "q", documents }).pipe(Effect.provide(Asking.at(jina, server.url)))
      )
      assert(error._tag === "MalformedResponseError")
      assert.include(error.detail ?? "", detail)
    }))
})
