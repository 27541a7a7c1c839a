/**
 * Finds the recorded exchange of a request, and describes the difference where there is none.
 *
 * Requests are compared without their headers, which contain ids and versions, and JSON bodies independently of the
 * order of keys, and forms by their parts. The description contains the place of the difference but not the values, since bodies hold prompts.
 */
import * as Predicate from "effect/Predicate"
import * as MultipartForm from "../simulator/operations/MultipartForm.ts"
import type * as Tape from "./Tape.ts"

const bytesOf = (body: Tape.Bytes): Buffer =>
  "base64" in body ? Buffer.from(body.base64, "base64") : Buffer.from(body.text)

/** Returns the parts of a form. The boundary between them may be another one each time. */
const partsOf = (body: Tape.Bytes, contentType: string | undefined): unknown =>
  MultipartForm.parse(contentType, bytesOf(body))?.map(({ content, contentType, filename, name }) => ({
    name,
    filename,
    contentType,
    content: Buffer.from(content).toString("base64")
  }))

/**
 * Converts a body to a value that can be compared: the parts of a form, the JSON value, or else the text or the base64.
 */
const comparable = ({ body, headers }: Tape.Request): unknown => {
  if (body === undefined) return undefined
  const parts = partsOf(body, headers["content-type"])
  if (parts !== undefined) return parts
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

/** Describes the first difference of two bodies without their contents. */
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
  const [actualKind, recordedKind] = [kind(actual), kind(recorded)]
  return `body ${path} is ${
    actualKind === recordedKind ? `another value (${actualKind})` : `${actualKind}, recorded was ${recordedKind}`
  }`
}

/** Describes how a request differs from a recorded one. Returns `undefined` when they are equal. */
export const compare = (actual: Tape.Request, recorded: Tape.Request): string | undefined => {
  if (actual.method !== recorded.method) return `method is ${actual.method}, recorded was ${recorded.method}`
  if (actual.url !== recorded.url) return `url is ${actual.url}, recorded was ${recorded.url}`
  return difference(comparable(actual), comparable(recorded))
}

/** Takes the first unused exchange of a request. Returns a description of the difference where there is none. */
export const take = (
  exchanges: ReadonlyArray<Tape.Exchange>,
  used: Set<number>,
  actual: Tape.Request
): Tape.Exchange | string => {
  let recordedCount = 0
  const differences: Array<string> = []
  for (const [index, exchange] of exchanges.entries()) {
    const different = compare(actual, exchange.request)
    if (different === undefined && !used.has(index)) {
      used.add(index)
      return exchange
    }
    if (different === undefined) recordedCount++
    else if (!used.has(index)) differences.push(different)
  }
  const request = `${actual.method} ${actual.url}`
  if (recordedCount > 0) {
    return `${request} was recorded ${recordedCount === 1 ? "once" : `${recordedCount} times`} and requested once more`
  }
  // A difference in the body means that method and URL are equal, so this exchange is the most similar one.
  const nearest = differences.find((text) => text.startsWith("body")) ??
    differences.find((text) => text.startsWith("url")) ?? differences[0]
  return nearest === undefined
    ? `${request} is not on the cassette, and every recorded exchange has been used`
    : `${request} is not on the cassette: ${nearest}`
}
