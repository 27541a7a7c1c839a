/**
 * The `reasoning_details` of OpenRouter and those that follow it: read for their text, and kept for the next request.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { isObject, type JsonObject } from "../../json/Json.ts"

type Detail = Record<string, Schema.Json>

/**
 * The details of one answer, merged as they arrive.
 *
 * **Details**
 *
 * `add` takes one delta's list and answers the text in it. `merged` is what a next request sends back.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReasoningDetails {
  readonly add: (entries: ReadonlyArray<unknown>) => string
  readonly merged: ReadonlyArray<Schema.JsonObject>
}

const isDetail = (value: unknown): value is Schema.JsonObject => isObject(value)

const textOf = (detail: JsonObject): string => {
  const text = detail.text ?? detail.summary
  return typeof text === "string" ? text : ""
}

// Encrypted data comes whole: two pieces of it are two details, even at one index.
const isOpaque = (detail: JsonObject): boolean => typeof detail.data === "string"

const continues = (detail: Detail, entry: JsonObject): boolean =>
  typeof entry.id !== "string" || typeof detail.id !== "string" || entry.id === detail.id

/** What pieces of one detail have in common, but for an id that some of them lack. */
const placeOf = ({ index, type }: JsonObject): string =>
  `${typeof type === "string" ? type : ""} ${typeof index === "number" ? index : ""}`

/** How many details of one place are looked through for the one that goes on: there is no more than one, nearly always. */
const mostOfAPlace = 16

/**
 * Begins the details of one answer.
 *
 * **Details**
 *
 * Pieces of the same type, index and id are one detail: `text` and `summary` are joined, of any other field the last
 * value that is not null is kept, as a signature comes with the last piece.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (): ReasoningDetails => {
  const merged: Array<Detail> = []
  const latest = new Map<string, Array<Detail>>()

  const begin = (entry: Schema.JsonObject): void => {
    const detail = { ...entry }
    merged.push(detail)
    const place = placeOf(entry)
    const there = latest.get(place)
    if (there === undefined) latest.set(place, [detail])
    else if (there.push(detail) > mostOfAPlace) there.shift()
  }

  const add = (entries: ReadonlyArray<unknown>): string => {
    let text = ""
    for (const entry of entries) {
      if (!isDetail(entry)) continue
      text += textOf(entry)
      const detail = isOpaque(entry)
        ? undefined
        : latest.get(placeOf(entry))?.findLast((candidate) => continues(candidate, entry))
      if (detail === undefined) {
        begin(entry)
        continue
      }
      for (const key in entry) {
        const value = entry[key]
        // Assigning to `__proto__` would not set a field.
        if (value === undefined || value === null || key === "__proto__") continue
        const before = detail[key]
        detail[key] = (key === "text" || key === "summary") && typeof before === "string" && typeof value === "string"
          ? before + value
          : value
      }
    }
    return text
  }

  return { add, merged }
}
