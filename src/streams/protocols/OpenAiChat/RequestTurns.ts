/**
 * Makes the roles of messages alternate, for servers that require it.
 */
import type * as Schema from "effect/Schema"
import { array } from "../../json/Json.ts"

type Message = Schema.JsonObject

const partsOf = (content: Schema.Json | undefined): ReadonlyArray<Schema.Json> =>
  array(content) ?? (typeof content === "string" ? [{ type: "text", text: content }] : [])

const join = (before: Schema.Json | undefined, after: Schema.Json | undefined): Schema.Json => {
  if (before === undefined || before === null) return after ?? null
  if (after === undefined || after === null) return before
  return typeof before === "string" && typeof after === "string"
    ? `${before}\n\n${after}`
    : [...partsOf(before), ...partsOf(after)]
}

/**
 * Joins neighbours of the same role into one message, and all system messages into one at the beginning.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 */
export const alternate = (messages: ReadonlyArray<Message>, systemRole: string): ReadonlyArray<Message> => {
  const system = messages.filter(({ role }) => role === systemRole)
  const others = messages.filter(({ role }) => role !== systemRole)
  const joined: Array<Message> = []
  for (const message of [...system, ...others]) {
    const last = joined.at(-1)
    if (last === undefined || last.role !== message.role) joined.push(message)
    else joined[joined.length - 1] = { ...last, ...message, content: join(last.content, message.content) }
  }
  return joined
}
