/**
 * Orders the roles of messages, for servers that require an order.
 */
import type * as Schema from "effect/Schema"
import type { Quirks } from "../../../domain/Quirks.ts"
import { afterResults } from "../../request/Turns.ts"
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

/** Joins neighbours of the same role into one message. */
const joined = (messages: ReadonlyArray<Message>): ReadonlyArray<Message> => {
  const result: Array<Message> = []
  for (const message of messages) {
    const last = result.at(-1)
    if (last === undefined || last.role !== message.role) result.push(message)
    else result[result.length - 1] = { ...last, ...message, content: join(last.content, message.content) }
  }
  return result
}

/** Joins all system messages into one at the beginning. */
const withOneSystem = (messages: ReadonlyArray<Message>, systemRole: string): ReadonlyArray<Message> => [
  ...joined(messages.filter(({ role }) => role === systemRole)),
  ...messages.filter(({ role }) => role !== systemRole)
]

/** Puts an assistant message between the results of tools and a message of another role. */
const separated = (messages: ReadonlyArray<Message>): ReadonlyArray<Message> =>
  messages.flatMap((message, at) =>
    messages[at - 1]?.role === "tool" && message.role !== "tool" && message.role !== "assistant"
      ? [{ role: "assistant", content: afterResults }, message]
      : [message]
  )

/**
 * Orders messages as the quirks of the server require.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @see https://github.com/mistralai/mistral-common
 */
export const ordered = (
  messages: ReadonlyArray<Message>,
  systemRole: string,
  { alternatingRoles, assistantAfterResults, oneSystemMessage }: Quirks
): ReadonlyArray<Message> => {
  const isAlternating = alternatingRoles === true
  const first = isAlternating || oneSystemMessage === true ? withOneSystem(messages, systemRole) : messages
  const between = assistantAfterResults === true ? separated(first) : first
  return isAlternating ? joined(between) : between
}
