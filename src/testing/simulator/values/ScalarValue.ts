/**
 * Creates texts and numbers that JSON Schemas accept.
 */
import type { Seed } from "../Seed.ts"
import * as Json from "../Json.ts"
import * as PatternText from "./PatternText.ts"
import { countOf, type Schema } from "./SchemaRanks.ts"

/** The largest of the lower bounds that several schemas set. */
export const largest = (schemas: ReadonlyArray<Schema>, name: string): number | undefined => {
  const found = schemas.flatMap((schema) => countOf(schema[name]) ?? [])
  return found.length === 0 ? undefined : Math.max(...found)
}

/** The smallest of the upper bounds that several schemas set. */
export const smallest = (schemas: ReadonlyArray<Schema>, name: string): number | undefined => {
  const found = schemas.flatMap((schema) => countOf(schema[name]) ?? [])
  return found.length === 0 ? undefined : Math.min(...found)
}

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** Texts by format. `number` makes them differ. */
const formats: ReadonlyMap<string, (number: number) => string> = new Map(Object.entries({
  "date-time": (number: number) => `2026-01-${twoDigits(number % 28 + 1)}T00:00:00Z`,
  date: (number: number) => `2026-01-${twoDigits(number % 28 + 1)}`,
  time: (number: number) => `00:${twoDigits(number % 60)}:00Z`,
  duration: (number: number) => `PT${number + 1}S`,
  email: (number: number) => `simulated${number}@example.com`,
  "idn-email": (number: number) => `simulated${number}@example.com`,
  hostname: (number: number) => `host${number}.example.com`,
  "idn-hostname": (number: number) => `host${number}.example.com`,
  ipv4: (number: number) => `192.0.2.${number % 254 + 1}`,
  ipv6: (number: number) => `2001:db8::${(number % 0xffff + 1).toString(16)}`,
  uri: (number: number) => `https://example.com/${number}`,
  "uri-reference": (number: number) => `https://example.com/${number}`,
  iri: (number: number) => `https://example.com/${number}`,
  url: (number: number) => `https://example.com/${number}`,
  uuid: (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
  byte: () => "c2ltdWxhdGVk",
  regex: () => "^simulated$",
  "json-pointer": (number: number) => `/simulated${number}`
}))

/** The longest text that is created, in characters. */
const maximumLength = 100_000

const plain = (number: number, minimum: number, maximum: number): string => {
  const text = number === 0 ? "simulated" : `${number}-simulated`
  return text.padEnd(Math.min(minimum, maximumLength), "-simulated").slice(0, maximum)
}

/** Creates a text. Texts with different numbers differ where the schemas allow it. */
export const text = (schemas: ReadonlyArray<Schema>, seed: Seed, number: number): string => {
  const minimum = largest(schemas, "minLength") ?? 0
  const maximum = smallest(schemas, "maxLength") ?? Infinity
  for (const schema of schemas) {
    const pattern = Json.text(schema["pattern"])
    const matching = pattern === undefined ? undefined : PatternText.make(pattern, seed, minimum, maximum)
    if (matching !== undefined) return matching
  }
  for (const schema of schemas) {
    const formatted = formats.get(Json.text(schema["format"]) ?? "")?.(number)
    if (formatted !== undefined && formatted.length >= minimum && formatted.length <= maximum) return formatted
  }
  return plain(number, minimum, maximum)
}

interface Bounds {
  readonly low: number | undefined
  readonly isLowExcluded: boolean
  readonly high: number | undefined
  readonly isHighExcluded: boolean
}

/** Reads the bounds; in the older drafts `exclusiveMinimum` is a boolean beside `minimum`. */
const boundsOf = (schemas: ReadonlyArray<Schema>): Bounds => {
  const [low, high] = [largest(schemas, "minimum"), smallest(schemas, "maximum")]
  const [above, below] = [largest(schemas, "exclusiveMinimum"), smallest(schemas, "exclusiveMaximum")]
  const isLowExcluded = schemas.some((schema) => schema["exclusiveMinimum"] === true) ||
    above !== undefined && (low === undefined || above >= low)
  const isHighExcluded = schemas.some((schema) => schema["exclusiveMaximum"] === true) ||
    below !== undefined && (high === undefined || below <= high)
  return {
    low: above === undefined ? low : Math.max(above, low ?? above),
    isLowExcluded,
    high: below === undefined ? high : Math.min(below, high ?? below),
    isHighExcluded
  }
}

/** Creates a multiple of a step. */
const multiple = ({ high, isHighExcluded, isLowExcluded, low }: Bounds, step: number, offset: number): number => {
  let first = low === undefined
    ? (high === undefined ? 0 : Math.floor(high / step) - offset - 1)
    : Math.ceil(low / step)
  if (isLowExcluded && first * step === low) first++
  if (low === undefined && first > 0) first = 0
  const last = high === undefined ? Infinity : Math.floor(high / step) - (isHighExcluded && high % step === 0 ? 1 : 0)
  const count = Math.max(1, Math.min(last - first + 1, Number.MAX_SAFE_INTEGER))
  const value = (first + offset % count) * step
  // Fractions cannot all be written exactly.
  if (Number.isInteger(value / step)) return value
  return first * step
}

/** Creates a number, or an integer. Numbers with different offsets differ where the schemas allow it. */
export const number = (schemas: ReadonlyArray<Schema>, isInteger: boolean, offset: number): number => {
  const bounds = boundsOf(schemas)
  const { high, isHighExcluded, isLowExcluded, low } = bounds
  const step = largest(schemas, "multipleOf")
  if (step !== undefined && step > 0) return multiple(bounds, isInteger && !Number.isInteger(step) ? 1 : step, offset)
  if (isInteger || low === undefined || high === undefined) return multiple(bounds, 1, offset)
  const whole = multiple(bounds, 1, offset)
  const isInside = (isLowExcluded ? whole > low : whole >= low) && (isHighExcluded ? whole < high : whole <= high)
  return isInside ? whole : low + (high - low) / 2
}
