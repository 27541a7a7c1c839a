/**
 * Writes a conversation as the one text that a model is asked to continue.
 *
 * @since 0.1.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type { PromptFormat } from "../../../domain/PromptFormat.ts"
import type { Problems } from "../../request/PromptParts.ts"

/**
 * A message of a conversation that is nothing but text.
 *
 * @category models
 * @since 0.1.0
 */
export interface Turn {
  readonly role: "system" | "user" | "assistant"
  readonly text: string
}

const noTools = "text completions know no tools: use a chat protocol for this conversation"

/**
 * Reads the turns of a prompt. Refuses everything that is no text; earlier reasoning is left out.
 *
 * @category decoding
 * @since 0.1.0
 */
export const turns = (prompt: Prompt.Prompt, found: Problems): ReadonlyArray<Turn> => {
  const texts = (parts: ReadonlyArray<Prompt.UserMessagePart | Prompt.AssistantMessagePart>): string => {
    const pieces: Array<string> = []
    for (const part of parts) {
      if (part.type === "text") pieces.push(part.text)
      else if (part.type === "file") found.refuse("prompt", "text completions take text only, no files")
      else if (part.type !== "reasoning") found.refuse("prompt", noTools)
    }
    return pieces.join("")
  }
  const read = prompt.content.flatMap((message): ReadonlyArray<Turn> => {
    switch (message.role) {
      case "system":
        return [{ role: "system", text: message.content }]
      case "user":
      case "assistant":
        return [{ role: message.role, text: texts(message.content) }]
      case "tool":
        found.refuse("prompt", noTools)
        return []
    }
  })
  if (read.length === 0) {
    found.refuse("prompt", "there is no message in the prompt: give it at least one of the user")
  }
  return read
}

/** Puts instructions into the user's next message, for formats that have no message for them. */
const withoutSystem = (given: ReadonlyArray<Turn>, { system }: PromptFormat): ReadonlyArray<Turn> => {
  const moved: Array<Turn> = []
  let instructions = ""
  for (const turn of given) {
    if (turn.role === "system") instructions += `${system.before}${turn.text}${system.after}`
    else {
      const takes = turn.role === "user" && instructions !== ""
      moved.push(takes ? { role: "user", text: instructions + turn.text } : turn)
      if (takes) instructions = ""
    }
  }
  if (instructions !== "") moved.push({ role: "user", text: instructions })
  return moved
}

/**
 * Writes turns in a format, up to where the answer begins. A last message of the assistant is the beginning of the
 * answer.
 *
 * @category encoding
 * @since 0.1.0
 */
export const write = (given: ReadonlyArray<Turn>, format: PromptFormat): string => {
  const all = format.systemInUser === true ? withoutSystem(given, format) : given
  const last = all.at(-1)
  const answer = format.completion ?? format.assistant.before
  const closed = (turn: Turn): string => `${format[turn.role].before}${turn.text}${format[turn.role].after}`
  return last?.role === "assistant"
    ? `${all.slice(0, -1).map(closed).join("")}${format.assistant.before}${last.text}`
    : `${all.map(closed).join("")}${answer}`
}
