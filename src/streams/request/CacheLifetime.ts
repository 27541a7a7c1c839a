/**
 * Encodes the lifetime of entries of OpenAI's prompt cache, whose field depends on the generation of the model.
 *
 * @see https://platform.openai.com/docs/guides/prompt-caching
 */
import type * as Schema from "effect/Schema"
import type { ModelRules } from "../../domain/ModelRules.ts"
import type { Problems } from "./Problems.ts"

/** The lifetimes that each field takes, and how the field is written. */
const fields = {
  retention: {
    lifetimes: ["in_memory", "24h"],
    write: (ttl: string): Schema.JsonObject => ({ prompt_cache_retention: ttl })
  },
  options: {
    lifetimes: ["30m"],
    write: (ttl: string): Schema.JsonObject => ({ prompt_cache_options: { ttl } })
  }
} as const

/** Encodes a lifetime in the field that the model has for it. Another lifetime is left out, with a warning. */
export const encode = (
  ttl: string | undefined,
  { cacheLifetime }: ModelRules,
  model: string,
  problems: Problems
): Schema.JsonObject => {
  if (ttl === undefined) return {}
  const possible = cacheLifetime === undefined ? [fields.retention, fields.options] : [fields[cacheLifetime]]
  const field = possible.find(({ lifetimes }) => lifetimes.some((known) => known === ttl))
  if (field !== undefined) return field.write(ttl)
  const known = possible.flatMap(({ lifetimes }) => lifetimes).join(", ")
  problems.warn("promptCache", `The cache lifetime ${ttl} was left out: ${model} has ${known}.`)
  return {}
}
