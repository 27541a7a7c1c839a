/**
 * Detects chunks that carry nothing but a piece of the text, or of the reasoning.
 *
 * @since 0.1.0
 */
import { type JsonObject, object } from "../../json/Json.ts"
import type { Repeat } from "../../response/JsonStream.ts"
import type { Answer } from "./ResponseItems.ts"

/** The fields that every chunk has, and that are not read once the response has an id and a model. */
const ofChunk = new Set([
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

const ofChoice = new Set(["index", "logprobs", "delta"])

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)

/** Returns whether all fields are empty except those that are named. */
const hasOnly = (value: JsonObject, fields: ReadonlySet<string>): boolean => {
  for (const name in value) if (!fields.has(name) && !isEmpty(value[name])) return false
  return true
}

const contentOnly = new Set(["role", "content"])
const reasoningOnly = new Set(["role", "reasoning_content"])

/**
 * Returns what is done with the text at a path of a chunk that was just read; `undefined` if the chunk carries more than this.
 *
 * @category decoding
 * @since 0.1.0
 */
export const of = (value: JsonObject, path: string, answer: Answer): Repeat | undefined => {
  const choices = value.choices
  if (!Array.isArray(choices) || choices.length !== 1 || !hasOnly(value, ofChunk)) return undefined
  const choice = object(choices[0])
  const delta = object(choice?.delta)
  if (choice === undefined || delta === undefined || choice.index !== 0 || !hasOnly(choice, ofChoice)) {
    return undefined
  }
  switch (path) {
    case "choices.0.delta.content":
      return hasOnly(delta, contentOnly) ? (text) => answer.text(text) : undefined
    case "choices.0.delta.reasoning_content":
      return hasOnly(delta, reasoningOnly) ? (text) => answer.reasoning(text) : undefined
    default:
      return undefined
  }
}
