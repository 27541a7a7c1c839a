/**
 * What the rows of the compiled list say of models, without what their source only guessed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as ModelInfo from "../../domain/ModelInfo.ts"
import * as ModelName from "../../domain/ModelName.ts"
import { array, nonEmpty, number, object } from "../../streams/json/Json.ts"
import { known } from "../../streams/models/Facts.ts"
import type { Row } from "./Table.ts"

/** Sentences that say that a capability was not read anywhere, though the row has a value for it. */
const guessed: ReadonlyArray<readonly [sentence: RegExp, capabilities: ReadonlyArray<ModelInfo.ModelCapability>]> = [
  [/structuredOutput (not stated|unknown)/i, ["structuredOutput"]],
  [/^everything$|\bcapabilities\b/i, ["tools", "vision", "reasoning", "structuredOutput"]]
]

const capabilitiesOf = (row: Row, unverified: ReadonlyArray<string>): ModelInfo.ModelCapabilities => {
  const unknown = new Set(
    guessed.flatMap(([sentence, names]) => (unverified.some((said) => sentence.test(said)) ? names : []))
  )
  const all = object(row.capabilities) ?? {}
  const stated = (name: ModelInfo.ModelCapability) => {
    const value = all[name]
    return typeof value === "boolean" && !unknown.has(name) ? value : undefined
  }
  return known({
    tools: stated("tools"),
    vision: stated("vision"),
    reasoning: stated("reasoning"),
    structuredOutput: stated("structuredOutput"),
    streaming: stated("streaming")
  })
}

const texts = (value: unknown): ReadonlyArray<string> => (array(value) ?? []).flatMap((text) => nonEmpty(text) ?? [])

const isKind = Schema.is(ModelInfo.ModelKind)

/** The last day that a source names, in brackets: `… (2026-08-22)`. */
const listedOf = (source: string | undefined): string | undefined =>
  source?.match(/(?<=\()\d{4}-\d\d-\d\d(?=\))/g)?.at(-1)

/**
 * What a row says of a model, or nothing when it names no provider.
 *
 * @category decoding
 * @since 0.1.0
 */
export const toInfo = (row: Row): ModelInfo.ModelInfo | undefined => {
  const provider = nonEmpty(row.provider)
  if (provider === undefined) return undefined
  const unverified = texts(row.unverified)
  const source = nonEmpty(row.source)
  const kind = row.kind
  return ModelInfo.make({
    provider,
    id: row.id,
    ...known({
      name: nonEmpty(row.name),
      kind: isKind(kind) ? kind : undefined,
      contextWindow: number(row.contextWindow),
      maxOutputTokens: number(row.maxOutputTokens),
      source
    }),
    prices: known({
      input: number(row.inputCostPerMTok),
      cachedInput: number(row.cachedInputCostPerMTok),
      cacheWriteInput: number(row.cacheWriteCostPerMTok),
      output: number(row.outputCostPerMTok)
    }),
    capabilities: capabilitiesOf(row, unverified),
    aliases: texts(row.aliases),
    dates: known({
      snapshot: ModelName.parse(row.id).snapshot,
      released: nonEmpty(row.released),
      deprecated: nonEmpty(row.deprecated),
      knowledge: nonEmpty(row.knowledge),
      listed: listedOf(source)
    }),
    unverified
  })
}
