/**
 * What is known of a model: its limits, its prices, what it can do. What is not known is absent, and never a guess.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type { TokenUsage } from "./TokenUsage.ts"

const amount = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const tokens = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const flag = Schema.optionalKey(Schema.Boolean)
const day = Schema.optionalKey(Schema.String)

/**
 * Schema for what a model is for. A model that chats may do more: a kind says what it is made for.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelKind = Schema.Literals([
  "chat",
  "completion",
  "embedding",
  "rerank",
  "transcription",
  "speech",
  "image",
  "video",
  "moderation"
])

/**
 * What a model is for.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelKind = typeof ModelKind.Type

/**
 * Schema for prices in US dollars for a million tokens, at the lowest tier.
 *
 * **Details**
 *
 * `cachedInput` is for input that was read from a prompt cache, `cacheWriteInput` for input that was written to one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelPrices = Schema.Struct({
  input: Schema.optionalKey(amount),
  cachedInput: Schema.optionalKey(amount),
  cacheWriteInput: Schema.optionalKey(amount),
  output: Schema.optionalKey(amount)
})

/**
 * Prices in US dollars for a million tokens.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelPrices = typeof ModelPrices.Type

/**
 * Schema for what a model can do. `structuredOutput` is output by a JSON schema.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelCapabilities = Schema.Struct({
  tools: flag,
  vision: flag,
  reasoning: flag,
  structuredOutput: flag,
  streaming: flag
})

/**
 * What a model can do.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelCapabilities = typeof ModelCapabilities.Type

/**
 * A word for something a model can do.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelCapability = keyof ModelCapabilities

/**
 * Schema for the days of a model, as `2026-08-22`, or less exactly as `2026-08` or `2026`.
 *
 * **Details**
 *
 * `snapshot` is the day in its name, `released` when it came, `deprecated` when it is or was given up, `knowledge` until
 * when it knows the world, `listed` the day of the list that it was last seen in.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelDates = Schema.Struct({
  snapshot: day,
  released: day,
  deprecated: day,
  knowledge: day,
  listed: day
})

/**
 * The days of a model.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelDates = typeof ModelDates.Type

/**
 * Schema for what is known of a model.
 *
 * **Details**
 *
 * `provider` is the provider's id and `id` the provider's own name for the model; `name` is one for people. `contextWindow`
 * and `maxOutputTokens` are in tokens. `aliases` are other names that the provider takes for it. `available` is what the
 * provider said when it was asked which models it has, and absent when it was not. `unverified` says in sentences what the
 * source did not state or only derived, and `source` where the rest is from.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelInfo = Schema.Struct({
  provider: Schema.NonEmptyString,
  id: Schema.NonEmptyString,
  name: Schema.optionalKey(Schema.String),
  kind: Schema.optionalKey(ModelKind),
  contextWindow: Schema.optionalKey(tokens),
  maxOutputTokens: Schema.optionalKey(tokens),
  prices: ModelPrices,
  capabilities: ModelCapabilities,
  aliases: Schema.Array(Schema.String),
  dates: ModelDates,
  available: flag,
  unverified: Schema.Array(Schema.String),
  source: Schema.optionalKey(Schema.String)
})

/**
 * What is known of a model.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelInfo = typeof ModelInfo.Type

/**
 * Schema for what a program knows better, or what a provider says now, of a model: only what is there counts.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ModelFacts = Schema.Struct({
  provider: Schema.NonEmptyString,
  id: Schema.NonEmptyString,
  name: Schema.optionalKey(Schema.String),
  kind: Schema.optionalKey(ModelKind),
  contextWindow: Schema.optionalKey(tokens),
  maxOutputTokens: Schema.optionalKey(tokens),
  prices: Schema.optionalKey(ModelPrices),
  capabilities: Schema.optionalKey(ModelCapabilities),
  aliases: Schema.optionalKey(Schema.Array(Schema.String)),
  dates: Schema.optionalKey(ModelDates),
  available: flag,
  unverified: Schema.optionalKey(Schema.Array(Schema.String)),
  source: Schema.optionalKey(Schema.String)
})

/**
 * Some facts about a model.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelFacts = typeof ModelFacts.Type

/**
 * What is known of a model from some facts alone.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (facts: ModelFacts): ModelInfo => ({
  ...facts,
  prices: facts.prices ?? {},
  capabilities: facts.capabilities ?? {},
  aliases: facts.aliases ?? [],
  dates: facts.dates ?? {},
  unverified: facts.unverified ?? []
})

/**
 * Puts facts over what is known of a model. Prices, capabilities and days are put over each other one by one; aliases are
 * added.
 *
 * @category combinators
 * @since 0.1.0
 */
export const amend = (known: ModelInfo, facts: ModelFacts): ModelInfo => ({
  ...known,
  ...facts,
  prices: { ...known.prices, ...facts.prices },
  capabilities: { ...known.capabilities, ...facts.capabilities },
  aliases: [...new Set([...known.aliases, ...(facts.aliases ?? [])])],
  dates: { ...known.dates, ...facts.dates },
  unverified: facts.unverified ?? known.unverified
})

/**
 * What an answer cost in US dollars, by what was paid for.
 *
 * **Details**
 *
 * `input` is without what was read from a cache and what was written to one. `assumed` names the parts whose own price is
 * not known and that are counted at the price of input.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  readonly total: number
  readonly input: number
  readonly cachedInput: number
  readonly cacheWriteInput: number
  readonly output: number
  readonly assumed: ReadonlyArray<"cachedInput" | "cacheWriteInput">
}

const million = 1_000_000

/**
 * What an answer cost by the list price, or `undefined` when a price is not known of something that was used. Discounts,
 * tiers and what is not counted in tokens are not in it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const cost = ({ prices }: ModelInfo, usage: TokenUsage): Cost | undefined => {
  const { cachedInputTokens, cacheWriteInputTokens, outputTokens } = usage
  const plain = Math.max(0, usage.inputTokens - cachedInputTokens - cacheWriteInputTokens)
  const paid = (count: number, price: number | undefined): number | undefined =>
    count === 0 ? 0 : price === undefined ? undefined : count * price / million
  const input = paid(plain, prices.input)
  const cachedInput = paid(cachedInputTokens, prices.cachedInput ?? prices.input)
  const cacheWriteInput = paid(cacheWriteInputTokens, prices.cacheWriteInput ?? prices.input)
  const output = paid(outputTokens, prices.output)
  if (input === undefined || cachedInput === undefined || cacheWriteInput === undefined || output === undefined) {
    return undefined
  }
  return {
    total: input + cachedInput + cacheWriteInput + output,
    input,
    cachedInput,
    cacheWriteInput,
    output,
    assumed: [
      ...(cachedInputTokens > 0 && prices.cachedInput === undefined ? ["cachedInput" as const] : []),
      ...(cacheWriteInputTokens > 0 && prices.cacheWriteInput === undefined ? ["cacheWriteInput" as const] : [])
    ]
  }
}
