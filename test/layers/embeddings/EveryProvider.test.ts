/**
 * Every provider that embeds or ranks does so with the simulator, at its own address and in its own form: the same
 * texts have the same vectors whichever way they were written.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Embeddings, type ProviderDefinition, Reranker } from "sluice"
import * as DefaultModels from "../../../src/cli/call/DefaultModels.ts"
import { definition as deepInfra } from "../../../src/domain/providers/DeepInfra.ts"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as WireFormats from "../../../src/streams/embeddings/WireFormats.ts"
import * as Asking from "../../support/Asking.ts"

/** What the addresses of some need to know. */
const variables = { resource: "mine", region: "eu-west-1", project: "proj", location: "europe-west4", account: "acc" }
const options = { provider: { variables } }
const local = { provider: { variables, baseUrl: "http://localhost:1234/v1" } }

const texts = ["the cat sat on the mat", "a cat on a mat", "rates of interest rise"]

// A service that ended is played like every other.
const embedders = definitions.filter(({ embeddings }) => (embeddings?.length ?? 0) > 0)
  .map(({ ended: _, ...definition }) => definition)
const rankers = definitions.filter(({ rerank }) => (rerank?.length ?? 0) > 0)

const embedded = (definition: ProviderDefinition) =>
  Embeddings.embed({
    model: { provider: definition.id, model: DefaultModels.of("embeddings", definition.id) },
    inputs: texts,
    purpose: "document",
    dimensions: 64
  }).pipe(Effect.provide(Asking.inMemory(definition, definition.id === "openai-compatible" ? local : options)))

const near = (vector: Float32Array, other: Float32Array): number => {
  const [length, otherLength] = [Math.hypot(...vector), Math.hypot(...other)]
  return vector.reduce((sum, value, index) => sum + (value / length) * ((other[index] ?? 0) / otherLength), 0)
}

describe("embeddings of every provider", () => {
  it.effect.each(embedders.map((definition) => [definition.id, definition] as const))(
    "%s",
    ([id, definition]) =>
      Effect.gen(function*() {
        const own = yield* embedded(definition)
        assert.deepStrictEqual(own.embeddings.map(({ index, vector }) => [index, vector.length]), [
          [0, 64],
          [1, 64],
          [2, 64]
        ])
        const [first, second, third] = own.embeddings.map(({ vector }) => vector)
        assert(first !== undefined && second !== undefined && third !== undefined)
        assert.isAbove(near(first, second), near(first, third))
        assert.isAbove(own.usage.inputTokens, 0)
        const reference = yield* embedded(deepInfra)
        reference.embeddings.forEach(({ vector }, index) => {
          const other = own.embeddings[index]?.vector ?? new Float32Array()
          assert.isAbove(near(vector, other), id === "perplexity" ? 0.95 : 0.999_999)
        })
      })
  )

  it.effect.each(embedders.map((definition) => [definition.id, definition] as const))(
    "%s, in as many requests as its limit makes necessary",
    ([id, definition]) =>
      Effect.gen(function*() {
        const model = DefaultModels.of("embeddings", id)
        const most = WireFormats.limits(
          definition.embeddings?.find(({ models, requires, when }) =>
            when === undefined && requires === undefined && (models === undefined || models.test(model))
          ) ??
            { wireFormat: "openai", path: "" },
          { model, inputs: [], dimensions: 8 },
          Infinity
        ).maxInputs
        const inputs = Array.from({ length: Math.min(most + 1, 2049) }, (_, index) => `text ${index}`)
        const { embeddings, requests } = yield* Embeddings.embed({
          model: { provider: id, model },
          inputs,
          dimensions: 8
        })
        assert.deepStrictEqual(embeddings.map(({ index }) => index), inputs.map((_, index) => index))
        assert.strictEqual(requests, 2)
      }).pipe(Effect.provide(Asking.inMemory(definition, id === "openai-compatible" ? local : options)))
  )
})

describe("rankings of every provider", () => {
  it.effect.each(rankers.map((definition) => [definition.id, definition] as const))(
    "%s",
    ([id, definition]) =>
      Effect.gen(function*() {
        const { results } = yield* Reranker.rerank({
          model: { provider: id, model: DefaultModels.of("rerank", id) },
          query: "interest rates",
          documents: texts,
          topN: 2
        })
        assert.strictEqual(results.length, 2)
        assert.strictEqual(results[0]?.index, 2)
        assert.strictEqual(results[0]?.document, texts[2])
      }).pipe(Effect.provide(Asking.inMemory(definition, id === "openai-compatible" ? local : options)))
  )
})
