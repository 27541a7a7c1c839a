/**
 * Computes the prices of Bedrock's regional endpoints. Claude from 4.5 on costs a tenth more at an inference profile of
 * a geography (`us.`, `eu.`, `jp.`, …) than at the global one.
 *
 * @see https://aws.amazon.com/bedrock/pricing/
 */
import type { ModelInfo } from "../../domain/ModelInfo.ts"

const surcharge = 1.1

const regional = /^(?!global\.)[a-z]{2,4}(?:-gov)?\.(anthropic\.claude-[a-z]+-(\d+)(?:-(\d{1,2})(?!\d))?.*)$/

/** Returns the name of a model without its geography, where a regional price applies to it. */
const withoutGeography = (id: string): string | undefined => {
  const [, name, major = "0", minor = "0"] = regional.exec(id) ?? []
  return Number(major) > 4 || (Number(major) === 4 && Number(minor) >= 5) ? name : undefined
}

// 1.1 times a price is not exact in binary.
const raised = (price: number): number => Number((price * surcharge).toPrecision(12))

const raisedPrices = (prices: ModelInfo["prices"]): ModelInfo["prices"] =>
  Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, raised(price)]))

/**
 * Returns a model with the price that it has by a name. A model whose price already differs from the global one is left
 * as it is. `find` returns the model of an exact id at Bedrock.
 */
export const of = (info: ModelInfo, id: string, find: (id: string) => ModelInfo | undefined): ModelInfo => {
  const name = info.provider === "bedrock" ? withoutGeography(id) : undefined
  if (name === undefined) return info
  const global = find(`global.${name}`) ?? find(name)
  const isGlobalPrice = global !== undefined && global.prices.input === info.prices.input &&
    global.prices.output === info.prices.output
  return isGlobalPrice ? { ...info, prices: raisedPrices(info.prices) } : info
}
