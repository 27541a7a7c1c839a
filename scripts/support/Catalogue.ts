/**
 * Writes the catalogue of models, `src/layers/catalogue/Catalogue.ts`: one model a line, sorted, as `ModelFacts` in
 * JSON.
 */
import { Schema, Struct } from "effect"
import { ModelInfo } from "sluice"

const text = Schema.optionalKey(Schema.NullOr(Schema.String))
const texts = Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String)))
const amount = Schema.optionalKey(Schema.NullOr(Schema.Finite))
const flag = Schema.optionalKey(Schema.NullOr(Schema.Boolean))

/** A model of a list: `null` is unknown, and prices are in US dollars per million tokens. */
const ListedModel = Schema.Struct({
  provider: Schema.NonEmptyString,
  id: Schema.NonEmptyString,
  kind: Schema.NonEmptyString,
  name: text,
  contextWindow: amount,
  maxOutputTokens: amount,
  inputCostPerMTok: amount,
  cachedInputCostPerMTok: amount,
  cacheWriteCostPerMTok: amount,
  outputCostPerMTok: amount,
  capabilities: Schema.optionalKey(Schema.NullOr(Schema.Struct({
    tools: flag,
    vision: flag,
    reasoning: flag,
    structuredOutput: flag,
    streaming: flag
  }))),
  aliases: texts,
  released: text,
  deprecated: text,
  knowledge: text,
  source: text,
  unverified: texts
})

/** A model of a list. */
export type ListedModel = typeof ListedModel.Type

/** Schema for a list of models. */
export const ModelList = Schema.Struct({
  date: Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\d$/)),
  models: Schema.Array(ListedModel)
})

/** Schema for a line of the catalogue. It does not have what is available at the provider now. */
export const Line = ModelInfo.ModelFacts.mapFields(Struct.omit(["available"]))

/** The catalogue. */
export interface Catalogue {
  /** Its day, as `YYYY-MM-DD`. */
  readonly date: string
  /** Its models, in any order. */
  readonly models: ReadonlyArray<typeof Line.Type>
}

/** Sentences by which a source states that a capability of the list is unknown. */
const guesses: ReadonlyArray<readonly [sentence: RegExp, capabilities: ReadonlyArray<ModelInfo.ModelCapability>]> = [
  [/structuredOutput (not stated|unknown)/i, ["structuredOutput"]],
  [/^everything$|\bcapabilities\b/i, ["tools", "vision", "reasoning", "structuredOutput"]]
]

const isKind = Schema.is(ModelInfo.ModelKind)

/** Returns the facts of a listed model, without what its source only guesses. */
const factsOf = (model: ListedModel): unknown => {
  const guessed = guesses.flatMap(([sentence, names]) =>
    model.unverified?.some((claim) => sentence.test(claim)) ? names : []
  )
  return {
    provider: model.provider,
    id: model.id,
    name: model.name,
    kind: isKind(model.kind) ? model.kind : undefined,
    contextWindow: model.contextWindow,
    maxOutputTokens: model.maxOutputTokens,
    prices: {
      input: model.inputCostPerMTok,
      cachedInput: model.cachedInputCostPerMTok,
      cacheWriteInput: model.cacheWriteCostPerMTok,
      output: model.outputCostPerMTok
    },
    capabilities: { ...model.capabilities, ...Object.fromEntries(guessed.map((name) => [name, undefined])) },
    aliases: model.aliases,
    dates: { released: model.released, deprecated: model.deprecated, knowledge: model.knowledge },
    source: model.source,
    unverified: model.unverified
  }
}

/** Returns a value without everything in it that is `null`, `undefined` or empty. */
const dense = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(dense).filter((item) => item !== undefined)
  if (typeof value !== "object" || value === null) return value === null || value === "" ? undefined : value
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const kept = dense(field)
    return kept === undefined || (Array.isArray(kept) && kept.length === 0) ? [] : [[name, kept]]
  })
  return fields.length === 0 ? undefined : Object.fromEntries(fields)
}

const decodeFacts = Schema.decodeUnknownEffect(Schema.Array(Line))

/** Returns the facts of the models of a list. Fails with a `SchemaError` for a value that a fact cannot have. */
export const factsOfList = (list: typeof ModelList.Type) =>
  decodeFacts(list.models.map((model) => dense(factsOf(model))))

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Returns the models sorted by provider and id, in the order of their UTF-16 code units. */
const sorted = (models: Catalogue["models"]): Catalogue["models"] =>
  models.toSorted((left, right) => compare(left.provider, right.provider) || compare(left.id, right.id))

/**
 * Returns the line of a model: JSON with its keys in a fixed order and nothing empty. Backticks and dollar signs are
 * escaped, because the lines stand in a template literal.
 */
const lineOf = (facts: typeof Line.Type): string => {
  const { aliases, capabilities, contextWindow, dates, id, kind, maxOutputTokens, name, prices, provider } = facts
  return JSON.stringify(dense({
    provider,
    id,
    name,
    kind,
    contextWindow,
    maxOutputTokens,
    prices: {
      input: prices?.input,
      cachedInput: prices?.cachedInput,
      cacheWriteInput: prices?.cacheWriteInput,
      output: prices?.output
    },
    capabilities: {
      tools: capabilities?.tools,
      vision: capabilities?.vision,
      reasoning: capabilities?.reasoning,
      structuredOutput: capabilities?.structuredOutput,
      streaming: capabilities?.streaming
    },
    aliases,
    dates: {
      snapshot: dates?.snapshot,
      released: dates?.released,
      deprecated: dates?.deprecated,
      knowledge: dates?.knowledge,
      listed: dates?.listed
    },
    source: facts.source,
    unverified: facts.unverified
  })).replace(/[`$]/g, (character) => (character === "$" ? "\\u0024" : "\\u0060"))
}

/** Returns the lines of models. */
export const linesOf = (models: Catalogue["models"]): string => `\n${sorted(models).map(lineOf).join("\n")}\n`

/** Returns why models make no catalogue, or `undefined` when they do. */
export const problemOf = (models: Catalogue["models"]): string | undefined => {
  const seen = new Set<string>()
  for (const { id, provider } of models) {
    const name = `${provider}/${id}`
    if (seen.has(name)) return `${name} is there twice`
    seen.add(name)
  }
  return models.length === 0 ? "there are no models in it" : undefined
}

/** Returns the source of the module: the same text for the same models, on any machine. */
export const moduleOf = ({ date, models }: Catalogue): string =>
  `/**
 * The catalogue: facts about ${models.length} models, one a line, as of ${date}.
 *
 * Each line is \`ModelFacts\` in JSON, sorted by provider and id, with its keys in a fixed order. A line may be changed by
 * hand; \`scripts/models.ts\` sorts and checks the lines, or writes them from a list. See \`docs/models.md\`.
 */

/** The day of the catalogue. */
export const date = ${JSON.stringify(date)}

/** The models. \`CatalogueLines.ts\` reads them. */
export const lines = String.raw\`${linesOf(models)}\`
`
