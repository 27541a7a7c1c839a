/**
 * Correlation ids are UUIDs, and a seed gives the same ones again.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import * as RequestId from "../../../src/layers/call/RequestId.ts"

const many = Effect.replicateEffect(RequestId.make, 2000)

describe("RequestId", () => {
  it.effect("is a version 4 UUID, every time", () =>
    Effect.gen(function*() {
      const ids = yield* many
      for (const id of ids) {
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      }
      assert.strictEqual(new Set(ids).size, ids.length)
    }))

  it.effect("repeats with the seed", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Random.withSeed(many, "a"), yield* Random.withSeed(many, "a"))
    }))
})
