/**
 * Encodes and decodes rankings in every wire format: limits of `topN`, and zeros that servers leave out.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { RerankWireFormat } from "../../../src/domain/Operations.ts"
import { isObject, object } from "../../../src/streams/json/Json.ts"
import * as WireFormats from "../../../src/streams/rerank/WireFormats.ts"

const documents = ["a", "b", "c"]
const request = { model: "m", query: "q", documents }
const context = { provider: "p", model: "m", variables: { region: "eu-west-1" } }

const names: ReadonlyArray<RerankWireFormat> = [
  "cohere",
  "jina",
  "voyage",
  "together",
  "bedrock-agent",
  "bedrock-cohere"
]

const limitIn = (body: unknown): unknown => {
  const value = object(body) ?? {}
  const agent = object(object(value.rerankingConfiguration)?.bedrockRerankingConfiguration)
  return value.top_n ?? value.top_k ?? agent?.numberOfResults
}

const decode = (wireFormat: RerankWireFormat, results: ReadonlyArray<Record<string, unknown>>) => {
  const renamed = results.map(({ score, ...entry }) =>
    score === undefined
      ? entry
      : { ...entry, [wireFormat === "bedrock-agent" ? "relevanceScore" : "relevance_score"]: score }
  )
  const body: unknown = JSON.parse(JSON.stringify({ [wireFormat === "voyage" ? "data" : "results"]: renamed }))
  assert(isObject(body))
  return Result.map(
    WireFormats.decode(JSON.parse(JSON.stringify(body)), request, { wireFormat, path: "" }),
    (decoded) => decoded.results
  )
}

describe.each(names)("the wire format %s", (wireFormat) => {
  it.each([[2, 2], [3, 3], [4, 3], [1000, 3]])("encodes topN %d of three documents as %d", (topN, expected) => {
    const body = Result.getOrThrow(
      WireFormats.encode({ ...request, topN }, { wireFormat, path: "" }, context)
    )
    assert.strictEqual(limitIn(body), expected)
  })

  it("decodes an index and a score that are left out as 0, where others have them", () => {
    assert.deepStrictEqual(
      decode(wireFormat, [{ index: 2, score: 0.5 }, { score: 0.4 }, { index: 1 }]),
      Result.succeed([{ index: 2, score: 0.5 }, { index: 0, score: 0.4 }, { index: 1, score: 0 }])
    )
  })

  it.each([
    [[{ score: 0.5 }], "no index"],
    [[{ index: 1 }], "no score"],
    [[{ index: 0, score: 1 }, { score: 0.5 }], "two results of document 0"]
  ])("does not decode %j", (results, problem) => {
    const decoded = decode(wireFormat, results)
    assert(Result.isFailure(decoded))
    assert.include(decoded.failure, problem)
  })
})
