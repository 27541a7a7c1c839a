/**
 * Encodes the messages of a prompt as turns that alternate between user and assistant, for APIs that require it.
 *
 * Messages of one role in a row are one turn, and the results of tools come first in a user's turn.
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { Problems } from "./Problems.ts"

/** One turn. `results` are those of tools, which go before the other blocks. */
export interface Turn<Block> {
  readonly role: "user" | "assistant" | "system"
  readonly results: Array<Block>
  readonly blocks: Array<Block>
  /** The other fields of a system message that stays at its place. */
  readonly fields?: Schema.JsonObject | undefined
}

/** What the assistant says where a server wants it to speak between the results of tools and the user. */
export const afterResults = "I have read the results of the tools."

/** A system message inside the conversation: its blocks, and the other fields of the message. */
export interface SystemTurn<Block> {
  readonly blocks: ReadonlyArray<Block>
  readonly fields: Schema.JsonObject
}

/** How a protocol encodes the messages of a prompt. `results` come with the message that they are in. */
export interface Writer<Block> {
  readonly user: (message: Prompt.UserMessage) => ReadonlyArray<Block>
  readonly assistant: (message: Prompt.AssistantMessage) => ReadonlyArray<Block>
  readonly results: (
    parts: ReadonlyArray<Prompt.ToolResultPart>,
    message: Prompt.ToolMessage
  ) => ReadonlyArray<Block>
  /** Encodes a system message that stays at its place; `undefined` for one that does not. Default: none stays. */
  readonly system?: ((message: Prompt.SystemMessage) => SystemTurn<Block> | undefined) | undefined
  /** What the assistant says between results and a user's message, where the API wants a turn between them. */
  readonly between?: Block | undefined
}

/** Trims the beginning of a completion, which must not end in white space. */
export const trimmed = (blocks: ReadonlyArray<Schema.JsonObject>): ReadonlyArray<Schema.JsonObject> => {
  const last = blocks.at(-1)
  return last !== undefined && typeof last.text === "string"
    ? [...blocks.slice(0, -1), { ...last, text: last.text.trimEnd() }]
    : blocks
}

/** Encodes the messages of a prompt as turns, with the system messages that stay at their place. */
export const make = <Block>(
  messages: ReadonlyArray<Prompt.Message>,
  writer: Writer<Block>,
  found: Problems
): ReadonlyArray<Turn<Block>> => {
  const turns: Array<Turn<Block>> = []
  const turn = (role: Turn<Block>["role"]): Turn<Block> => {
    const last = turns.at(-1)
    if (last?.role === role) return last
    const next: Turn<Block> = { role, results: [], blocks: [] }
    turns.push(next)
    return next
  }
  for (const message of messages) {
    switch (message.role) {
      case "system": {
        const system = writer.system?.(message)
        if (system !== undefined) {
          turns.push({ role: "system", results: [], blocks: [...system.blocks], fields: system.fields })
        }
        break
      }
      case "user": {
        const blocks = writer.user(message)
        if (blocks.length === 0) break
        const isAfterResults = (turns.at(-1)?.results.length ?? 0) > 0
        if (isAfterResults && writer.between !== undefined) turn("assistant").blocks.push(writer.between)
        turn("user").blocks.push(...blocks)
        break
      }
      case "assistant": {
        const blocks = writer.assistant(message)
        if (blocks.length > 0) turn("assistant").blocks.push(...blocks)
        break
      }
      case "tool": {
        const parts = message.content.flatMap((part) => part.type === "tool-result" ? [part] : [])
        const results = writer.results(parts, message)
        if (results.length > 0) turn("user").results.push(...results)
        break
      }
    }
  }
  const first = turns.find(({ role }) => role !== "system")
  if (first === undefined) found.refuse("prompt", "it has no messages with content; add a user message")
  else if (first.role === "assistant") {
    found.refuse("prompt", "its first message must be a user's; add a user message before the assistant's")
  }
  return turns
}
