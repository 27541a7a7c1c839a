/**
 * Reads the `reasoning_details` of OpenRouter and compatible servers, and merges them for the next request.
 *
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
import type * as Schema from "effect/Schema"
import { isObject, type JsonObject } from "../../json/Json.ts"

type Detail = Record<string, Schema.Json>

/** The details of one response, merged as they arrive. */
export interface ReasoningDetails {
  /** Adds the list of one delta, and returns the text in it. */
  readonly add: (entries: ReadonlyArray<unknown>) => string
  /** The merged details, which a next request sends back. */
  readonly merged: ReadonlyArray<Schema.JsonObject>
}

const isDetail = (value: unknown): value is Schema.JsonObject => isObject(value)

const textOf = (detail: JsonObject): string => {
  const text = detail.text ?? detail.summary
  return typeof text === "string" ? text : ""
}

/** Returns whether a detail is encrypted. Such data is sent whole: two pieces are two details, even at one index. */
const isOpaque = (detail: JsonObject): boolean => typeof detail.data === "string"

const continues = (detail: Detail, entry: JsonObject): boolean =>
  typeof entry.id !== "string" || typeof detail.id !== "string" || entry.id === detail.id

/** Returns the key that the pieces of one detail share. The id is not in it: some pieces lack it. */
const keyOf = ({ index, type }: JsonObject): string =>
  `${typeof type === "string" ? type : ""} ${typeof index === "number" ? index : ""}`

/** The number of details under one key that are searched for the one that continues. There is nearly always one. */
const maxCandidates = 16

/**
 * Makes the details of one response.
 *
 * **Details**
 *
 * Pieces of the same type, index and id are one detail: `text` and `summary` are joined; of any other field the last
 * value that is not null is kept, since a signature arrives with the last piece.
 */
export const make = (): ReasoningDetails => {
  const merged: Array<Detail> = []
  const latest = new Map<string, Array<Detail>>()

  const begin = (entry: Schema.JsonObject): void => {
    const detail = { ...entry }
    merged.push(detail)
    const key = keyOf(entry)
    const candidates = latest.get(key)
    if (candidates === undefined) latest.set(key, [detail])
    else if (candidates.push(detail) > maxCandidates) candidates.shift()
  }

  const add = (entries: ReadonlyArray<unknown>): string => {
    let text = ""
    for (const entry of entries) {
      if (!isDetail(entry)) continue
      text += textOf(entry)
      const detail = isOpaque(entry)
        ? undefined
        : latest.get(keyOf(entry))?.findLast((candidate) => continues(candidate, entry))
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
