/**
 * Detects chunks that carry nothing but a piece of text or of reasoning, which the fast path applies directly.
 */
import { type JsonObject, object } from "../../json/Json.ts"
import type { Repeat } from "../../response/JsonStream.ts"
import * as ResponseDelta from "./ResponseDelta.ts"
import type { ResponseItems } from "./ResponseItems.ts"

/** Fields that every chunk repeats, and that are not read once the response has an id and a model. */
const chunkFields = new Set([
  "id",
  "object",
  "created",
  "model",
  "system_fingerprint",
  "service_tier",
  "provider",
  "obfuscation",
  "p",
  "choices"
])

const choiceFields = new Set(["index", "logprobs", "delta"])
const contentFields = new Set(["role", "content"])
const reasoningFields = new Set(["role", "reasoning_content"])

/** Returns whether every field of an object is empty, apart from those named. */
const hasOnly = (value: JsonObject, fields: ReadonlySet<string>): boolean => {
  for (const field in value) if (!fields.has(field) && !ResponseDelta.isEmpty(value[field])) return false
  return true
}

/**
 * Returns what applies the text at `path` of a chunk that was just decoded; `undefined` when the chunk carries more
 * than that text.
 */
export const of = (value: JsonObject, path: string, items: ResponseItems): Repeat | undefined => {
  const choices = value.choices
  if (!Array.isArray(choices) || choices.length !== 1 || !hasOnly(value, chunkFields)) return undefined
  const choice = object(choices[0])
  const delta = object(choice?.delta)
  if (choice === undefined || delta === undefined || choice.index !== 0 || !hasOnly(choice, choiceFields)) {
    return undefined
  }
  switch (path) {
    case "choices.0.delta.content":
      return hasOnly(delta, contentFields) ? (text) => items.text(text) : undefined
    case "choices.0.delta.reasoning_content":
      return hasOnly(delta, reasoningFields) ? (text) => items.reasoning(text) : undefined
    default:
      return undefined
  }
}
