/**
 * Prices of Claude at Bedrock by the geography of its inference profile.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ModelRegistry, Models } from "sluice"

const find = (id: string) =>
  Effect.map(
    Effect.provide(ModelRegistry.use((models) => models.find(`bedrock/${id}`)), Models.layer()),
    (info) => info?.prices
  )

const global = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"

describe("the price of a model at Bedrock", () => {
  it.effect.each<readonly [string, string, number]>([
    [global, global, 1],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", global, 1.1],
    ["eu.anthropic.claude-sonnet-4-5-20250929-v1:0", global, 1.1],
    ["jp.anthropic.claude-sonnet-4-5-20250929-v1:0", global, 1.1],
    ["apac.anthropic.claude-sonnet-4-5-20250929-v1:0", global, 1.1],
    ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "global.anthropic.claude-haiku-4-5-20251001-v1:0", 1.1],
    ["eu.anthropic.claude-opus-4-6-v1", "global.anthropic.claude-opus-4-6-v1", 1.1],
    ["us.anthropic.claude-sonnet-4-6", "global.anthropic.claude-sonnet-4-6", 1.1],
    // Before 4.5 there is no difference.
    ["us.anthropic.claude-sonnet-4-20250514-v1:0", "global.anthropic.claude-sonnet-4-20250514-v1:0", 1],
    ["us.anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-opus-4-1-20250805-v1:0", 1]
  ])("%s is that of %s times %d", ([id, reference, factor]) =>
    Effect.gen(function*() {
      const [prices, expected] = [yield* find(id), yield* find(reference)]
      assert(expected?.input !== undefined && expected.output !== undefined)
      assert.strictEqual(prices?.input, Number((expected.input * factor).toPrecision(12)))
      assert.strictEqual(prices?.output, Number((expected.output * factor).toPrecision(12)))
    }))

  it.effect("that a program gives is left as it is", () =>
    Effect.gen(function*() {
      const id = "us.anthropic.claude-sonnet-4-6"
      const info = yield* ModelRegistry.use((models) => models.find(`bedrock/${id}`)).pipe(
        Effect.provide(Models.layer({ models: [{ provider: "bedrock", id, prices: { input: 2, output: 9 } }] }))
      )
      assert.deepInclude(info?.prices, { input: 2, output: 9 })
    }))

  it.effect("is raised once, also when the list of the provider is merged", () =>
    Effect.gen(function*() {
      const id = "eu.anthropic.claude-sonnet-4-6"
      yield* ModelRegistry.use((models) => models.merge("bedrock", [{ provider: "bedrock", id }]))
      const info = yield* ModelRegistry.use((models) => models.find(`bedrock/${id}`))
      assert.deepInclude(info?.prices, { input: 3.3, output: 16.5 })
    }).pipe(Effect.provide(Models.layer())))
})
