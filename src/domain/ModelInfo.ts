/**
 * Facts about models: limits, prices, capabilities. A fact that is not known is absent, and never guessed.
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
 * Schema for what a model is made for. A chat model may be able to do more.
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
 * What a model is made for.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelKind = typeof ModelKind.Type

/**
 * List prices in US dollars per million tokens, at the lowest tier.
 *
 * @category models
 * @since 0.1.0
 */
export class ModelPrices extends Schema.Opaque<ModelPrices>()(Schema.Struct({
  /** US dollars per million tokens read, those of a prompt cache aside. */
  input: Schema.optionalKey(amount),
  /** US dollars per million tokens read from a prompt cache. */
  cachedInput: Schema.optionalKey(amount),
  /** US dollars per million tokens written to a prompt cache. */
  cacheWriteInput: Schema.optionalKey(amount),
  /** US dollars per million tokens written by the model. */
  output: Schema.optionalKey(amount)
})) {}

/**
 * What a model can do. Where a capability is absent, it is not known.
 *
 * @category models
 * @since 0.1.0
 */
export class ModelCapabilities extends Schema.Opaque<ModelCapabilities>()(Schema.Struct({
  /** Whether the model calls tools. */
  tools: flag,
  /** Whether the model reads images. */
  vision: flag,
  /** Whether the model reasons before it writes. */
  reasoning: flag,
  /** Whether the model follows a JSON schema. */
  structuredOutput: flag,
  /** Whether the model can stream. */
  streaming: flag
})) {}

/**
 * The name of a capability.
 *
 * @category models
 * @since 0.1.0
 */
export type ModelCapability = keyof ModelCapabilities

/**
 * The dates of a model, as `2026-08-22`, or less exactly as `2026-08` or `2026`.
 *
 * @category models
 * @since 0.1.0
 */
export class ModelDates extends Schema.Opaque<ModelDates>()(Schema.Struct({
  /** The date in the model's name. */
  snapshot: day,
  /** When the model was released. */
  released: day,
  /** When the model is or was withdrawn. */
  deprecated: day,
  /** The end of the model's training data. */
  knowledge: day,
  /** The date of the list in which the model was last seen. */
  listed: day
})) {}

/**
 * The facts about a model.
 *
 * @category models
 * @since 0.1.0
 */
export class ModelInfo extends Schema.Opaque<ModelInfo>()(Schema.Struct({
  /** The id of the provider. */
  provider: Schema.NonEmptyString,
  /** The provider's own name of the model. */
  id: Schema.NonEmptyString,
  /** A name for people. */
  name: Schema.optionalKey(Schema.String),
  /** What the model is made for. */
  kind: Schema.optionalKey(ModelKind),
  /** The most tokens that prompt and completion have together. */
  contextWindow: Schema.optionalKey(tokens),
  /** The most tokens that the model writes. */
  maxOutputTokens: Schema.optionalKey(tokens),
  /** List prices; those that are not known are absent. */
  prices: ModelPrices,
  /** What the model can do; what is not known is absent. */
  capabilities: ModelCapabilities,
  /** Other names that the provider accepts for the model. */
  aliases: Schema.Array(Schema.String),
  /** The dates of the model; those that are not known are absent. */
  dates: ModelDates,
  /** Whether the provider listed the model when it was requested; absent where no list was requested. */
  available: flag,
  /** Sentences about the facts that the source did not state, or from which they were only derived. */
  unverified: Schema.Array(Schema.String),
  /** The address or name of the source of the facts. */
  source: Schema.optionalKey(Schema.String)
})) {}

/**
 * Some facts about a model, which a program or a provider puts over known ones. Absent facts change nothing.
 *
 * @category models
 * @since 0.1.0
 */
export class ModelFacts extends Schema.Opaque<ModelFacts>()(Schema.Struct({
  /** The id of the provider. */
  provider: Schema.NonEmptyString,
  /** The provider's own name of the model. */
  id: Schema.NonEmptyString,
  /** A name for people. */
  name: Schema.optionalKey(Schema.String),
  /** What the model is made for. */
  kind: Schema.optionalKey(ModelKind),
  /** The most tokens that prompt and completion have together. */
  contextWindow: Schema.optionalKey(tokens),
  /** The most tokens that the model writes. */
  maxOutputTokens: Schema.optionalKey(tokens),
  /** List prices, each over the known one. */
  prices: Schema.optionalKey(ModelPrices),
  /** What the model can do, each over what is known. */
  capabilities: Schema.optionalKey(ModelCapabilities),
  /** Further names that the provider accepts for the model. */
  aliases: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The dates of the model, each over the known one. */
  dates: Schema.optionalKey(ModelDates),
  /** Whether the provider listed the model when it was requested. */
  available: flag,
  /** Sentences about the facts that the source did not state, in place of the known ones. */
  unverified: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The address or name of the source of the facts. */
  source: Schema.optionalKey(Schema.String)
})) {}

/**
 * Creates the facts about a model from some of them.
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
 * Puts facts over those about a model. Prices, capabilities and dates are replaced one by one; aliases are added.
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
 * The cost of a usage, by what was paid for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cost {
  /** US dollars in total. */
  readonly total: number
  /** US dollars for tokens read, those read from or written to a prompt cache aside. */
  readonly input: number
  /** US dollars for tokens read from a prompt cache. */
  readonly cachedInput: number
  /** US dollars for tokens written to a prompt cache. */
  readonly cacheWriteInput: number
  /** US dollars for tokens written by the model. */
  readonly output: number
  /** The parts whose own price is not known, and which are counted at the price of input. */
  readonly assumed: ReadonlyArray<"cachedInput" | "cacheWriteInput">
}

const million = 1_000_000

/**
 * Returns the cost of a usage by the list price; `undefined` where the price of something that was used is not known.
 * Discounts, higher tiers and anything that is not counted in tokens are not included.
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
