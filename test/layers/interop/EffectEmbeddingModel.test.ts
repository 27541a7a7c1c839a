/**
 * Programs that are written against `effect/ai` embed with any provider of ours.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { type AiError, EmbeddingModel } from "effect/ai"
import { EffectEmbeddingModel } from "sluice"
import type { Scenario } from "sluice/testing"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as Asking from "../../support/Asking.ts"

const model = (scenario: Scenario.Scenario = {}) =>
  EffectEmbeddingModel.layer({ model: "text-embedding-3-small", dimensions: 16, purpose: "query" }).pipe(
    Layer.provideMerge(Asking.inMemory(openAi, { scenario, settings: { maxRetries: 0 } }))
  )

describe("the EmbeddingModel of effect/ai", () => {
  it.effect("embeds many texts, and knows how long their vectors are", () =>
    Effect.gen(function*() {
      const embedding = yield* EmbeddingModel.EmbeddingModel
      const { embeddings, usage } = yield* embedding.embedMany(["one", "two"])
      assert.deepStrictEqual(embeddings.map(({ vector }) => vector.length), [16, 16])
      assert.strictEqual(usage.inputTokens, 2)
      assert.strictEqual(yield* EmbeddingModel.Dimensions, 16)
    }).pipe(Effect.provide(model())))

  it.effect("makes one request of texts that are embedded at the same time", () =>
    Effect.gen(function*() {
      const embedding = yield* EmbeddingModel.EmbeddingModel
      const found = yield* Effect.forEach(["one", "two", "three"], embedding.embed, { concurrency: "unbounded" })
      assert.strictEqual(found.length, 3)
      assert.strictEqual((yield* Asking.requests).length, 1)
    }).pipe(Effect.provide(model())))

  it.effect.each<readonly [Parameters<typeof fault>[0], AiError.AiErrorReason["_tag"]]>([
    ["rate-limit", "RateLimitError"],
    ["quota", "QuotaExhaustedError"],
    ["authentication", "AuthenticationError"],
    ["permission", "AuthenticationError"],
    ["model-not-found", "InvalidRequestError"],
    ["invalid-request", "InvalidRequestError"],
    ["content-filter", "ContentPolicyError"],
    ["overloaded", "InternalProviderError"]
  ])("fails with its own error for %s: %s", ([kind, tag]) =>
    Effect.gen(function*() {
      const embedding = yield* EmbeddingModel.EmbeddingModel
      const error = yield* Effect.flip(embedding.embedMany(["one"]))
      assert.strictEqual(error.reason._tag, tag)
      if (kind === "rate-limit") assert.deepStrictEqual(error.retryAfter, Duration.seconds(2))
    }).pipe(Effect.provide(model({ faults: [fault(kind)] }))))
})

function fault(kind: Extract<NonNullable<Scenario.Scenario["faults"]>[number], { _tag: "ProviderError" }>["kind"]) {
  return { _tag: "ProviderError" as const, kind, retryAfterMillis: 2000 }
}
