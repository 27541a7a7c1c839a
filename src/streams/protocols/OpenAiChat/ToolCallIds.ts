/**
 * Rewrites ids of tool calls to the form that a server requires.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Hash from "effect/Hash"

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

const letters = (text: string, count: number): string => {
  let rest = Hash.string(text) >>> 0
  let out = ""
  for (let at = 0; at < count; at++) {
    out += alphabet[rest % alphabet.length]
    rest = Math.floor(rest / alphabet.length)
  }
  return out
}

const isValid = (id: string): boolean => /^[a-zA-Z0-9]{9}$/.test(id)

const idsOf = (prompt: Prompt.Prompt): ReadonlySet<string> => {
  const ids = new Set<string>()
  for (const message of prompt.content) {
    if (message.role !== "assistant" && message.role !== "tool") continue
    for (const part of message.content) {
      if (part.type === "tool-call" || part.type === "tool-result") ids.add(part.id)
    }
  }
  return ids
}

/**
 * Makes a function that rewrites the ids of a prompt's tool calls to nine letters and digits.
 *
 * **Details**
 *
 * Ids of that form are kept. Any other becomes the same id in every request, and no two ids of a prompt become the
 * same.
 */
export const nineLetters = (prompt: Prompt.Prompt): (id: string) => string => {
  const ids = idsOf(prompt)
  const used = new Set([...ids].filter(isValid))
  const rewritten = new Map<string, string>()
  for (const id of ids) {
    if (isValid(id)) continue
    let candidate = ""
    for (let salt = 0; candidate === "" || used.has(candidate); salt++) {
      candidate = letters(`${salt}:${id}`, 5) + letters(`${id}:${salt}`, 4)
    }
    used.add(candidate)
    rewritten.set(id, candidate)
  }
  return (id) => rewritten.get(id) ?? id
}
