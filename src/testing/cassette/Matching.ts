/**
 * Which recorded exchange answers a request, and what to say when none does.
 *
 * A request is compared without its headers, which carry ids and versions, and with its JSON body in canonical form: the
 * order of keys does not matter. What is said of a difference is where it is, never what it is: bodies hold prompts.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import type * as Tape from "./Tape.ts"

/**
 * A body to compare: a JSON value where it is one, else the text or the base64.
 *
 * @category models
 * @since 0.1.0
 */
export const comparable = (body: Tape.Bytes | undefined): unknown => {
  if (body === undefined) return undefined
  if ("base64" in body) return body.base64
  try {
    const value: unknown = JSON.parse(body.text)
    return value
  } catch {
    return body.text
  }
}

const kind = (value: unknown): string => {
  if (value === undefined) return "missing"
  if (value === null) return "null"
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === "string") return `a string of ${value.length} characters`
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

const isKeyed = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isObject(value) && !Array.isArray(value)

/**
 * Finds the first place where two bodies differ, as a sentence without their contents.
 *
 * @category comparing
 * @since 0.1.0
 */
export const difference = (actual: unknown, recorded: unknown, path = "$"): string | undefined => {
  if (Object.is(actual, recorded)) return undefined
  if (Array.isArray(actual) && Array.isArray(recorded)) {
    for (let index = 0; index < Math.max(actual.length, recorded.length); index++) {
      const found = difference(actual[index], recorded[index], `${path}[${index}]`)
      if (found !== undefined) return found
    }
    return undefined
  }
  if (isKeyed(actual) && isKeyed(recorded)) {
    for (const key of [...new Set([...Object.keys(actual), ...Object.keys(recorded)])].toSorted()) {
      const found = difference(actual[key], recorded[key], `${path}.${key}`)
      if (found !== undefined) return found
    }
    return undefined
  }
  const [now, then] = [kind(actual), kind(recorded)]
  return `body ${path} is ${now === then ? `another value (${now})` : `${now}, recorded was ${then}`}`
}

/**
 * Says how a request differs from a recorded one, or nothing when they are the same.
 *
 * @category comparing
 * @since 0.1.0
 */
export const compare = (actual: Tape.Request, recorded: Tape.Request): string | undefined => {
  if (actual.method !== recorded.method) return `method is ${actual.method}, recorded was ${recorded.method}`
  if (actual.url !== recorded.url) return `url is ${actual.url}, recorded was ${recorded.url}`
  return difference(comparable(actual.body), comparable(recorded.body))
}

/**
 * Takes the first unused exchange that answers a request, or says why there is none.
 *
 * @category comparing
 * @since 0.1.0
 */
export const take = (
  exchanges: ReadonlyArray<Tape.Exchange>,
  used: Set<number>,
  actual: Tape.Request
): Tape.Exchange | string => {
  let times = 0
  const differences: Array<string> = []
  for (const [index, exchange] of exchanges.entries()) {
    const different = compare(actual, exchange.request)
    if (different === undefined && !used.has(index)) {
      used.add(index)
      return exchange
    }
    if (different === undefined) times++
    else if (!used.has(index)) differences.push(different)
  }
  const request = `${actual.method} ${actual.url}`
  if (times > 0) return `${request} was recorded ${times === 1 ? "once" : `${times} times`} and asked for once more`
  // A difference in the body means that method and URL are right: the nearest there is.
  const nearest = differences.find((text) => text.startsWith("body")) ??
    differences.find((text) => text.startsWith("url")) ?? differences[0]
  return nearest === undefined
    ? `${request} is not on the cassette, and every recorded exchange has been used`
    : `${request} is not on the cassette: ${nearest}`
}
