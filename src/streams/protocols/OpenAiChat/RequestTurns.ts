/**
 * Makes messages take turns, for servers that insist on it.
 *
 * @since 0.1.0
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
 * Joins neighbours of the same role into one message, and all instructions into one at the beginning.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @category encoding
 * @since 0.1.0
 */
export const alternate = (messages: ReadonlyArray<Message>, systemRole: string): ReadonlyArray<Message> => {
  const instructions = messages.filter(({ role }) => role === systemRole)
  const others = messages.filter(({ role }) => role !== systemRole)
  const joined: Array<Message> = []
  for (const message of [...instructions, ...others]) {
    const last = joined.at(-1)
    if (last === undefined || last.role !== message.role) joined.push(message)
    else joined[joined.length - 1] = { ...last, ...message, content: join(last.content, message.content) }
  }
  return joined
}
