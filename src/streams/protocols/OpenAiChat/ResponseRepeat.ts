/**
 * Tells of a chunk that there is nothing in it but a piece of the text, or of the reasoning.
 *
 * @since 0.1.0
 */
import { type JsonObject, object } from "../../json/Json.ts"
import type { Repeat } from "../../response/JsonStream.ts"
import type { Answer } from "./ResponseItems.ts"

/** What is said of every chunk alike, and is not read once the answer has an id and a model. */
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

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)

/** Whether an object says nothing in any field but those that are named. */
const isSilentBut = (value: JsonObject, fields: ReadonlySet<string>): boolean => {
  for (const name in value) if (!fields.has(name) && !isNothing(value[name])) return false
  return true
}

const contentOnly = new Set(["role", "content"])
const reasoningOnly = new Set(["role", "reasoning_content"])

/**
 * What the answer does with the text of a chunk that was just read, and stands at a path of it; nothing if the chunk says more than
 * this.
 *
 * @category decoding
 * @since 0.1.0
 */
export const of = (value: JsonObject, path: string, answer: Answer): Repeat | undefined => {
  const choices = value.choices
  if (!Array.isArray(choices) || choices.length !== 1 || !isSilentBut(value, ofChunk)) return undefined
  const choice = object(choices[0])
  const delta = object(choice?.delta)
  if (choice === undefined || delta === undefined || choice.index !== 0 || !isSilentBut(choice, ofChoice)) {
    return undefined
  }
  switch (path) {
    case "choices.0.delta.content":
      return isSilentBut(delta, contentOnly) ? (text) => answer.text(text) : undefined
    case "choices.0.delta.reasoning_content":
      return isSilentBut(delta, reasoningOnly) ? (text) => answer.reasoning(text) : undefined
    default:
      return undefined
  }
}
