/**
 * Writes a conversation as one text that the model continues.
 */
import type * as Prompt from "effect/ai/Prompt"
import type { PromptFormat } from "../../../domain/PromptFormat.ts"
import type { Problems } from "../../request/Problems.ts"

/** A message of a conversation that is only text. */
export interface Turn {
  readonly role: "system" | "user" | "assistant"
  readonly text: string
}

const noTools = "text completions know no tools: use a chat protocol for this conversation"

/** Reads the turns of a prompt. Refuses every part that is not text; earlier reasoning is left out. */
export const turns = (prompt: Prompt.Prompt, problems: Problems): ReadonlyArray<Turn> => {
  const texts = (parts: ReadonlyArray<Prompt.UserMessagePart | Prompt.AssistantMessagePart>): string => {
    const pieces: Array<string> = []
    for (const part of parts) {
      if (part.type === "text") pieces.push(part.text)
      else if (part.type === "file") problems.refuse("prompt", "text completions take text only, no files")
      else if (part.type !== "reasoning") problems.refuse("prompt", noTools)
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
        problems.refuse("prompt", noTools)
        return []
    }
  })
  if (read.length === 0) {
    problems.refuse("prompt", "there is no message in the prompt: give it at least one user message")
  }
  return read
}

/** Moves system messages into the next user message, for formats without system messages. */
const withoutSystem = (conversation: ReadonlyArray<Turn>, { system }: PromptFormat): ReadonlyArray<Turn> => {
  const moved: Array<Turn> = []
  let instructions = ""
  for (const turn of conversation) {
    if (turn.role === "system") instructions += `${system.before}${turn.text}${system.after}`
    else {
      const takesSystem = turn.role === "user" && instructions !== ""
      moved.push(takesSystem ? { role: "user", text: instructions + turn.text } : turn)
      if (takesSystem) instructions = ""
    }
  }
  if (instructions !== "") moved.push({ role: "user", text: instructions })
  return moved
}

/**
 * Writes turns in a format, up to where the completion begins. A last assistant message is the beginning of the
 * completion.
 */
export const write = (conversation: ReadonlyArray<Turn>, format: PromptFormat): string => {
  const all = format.systemInUser === true ? withoutSystem(conversation, format) : conversation
  const last = all.at(-1)
  const start = format.completion ?? format.assistant.before
  const closed = (turn: Turn): string => `${format[turn.role].before}${turn.text}${format[turn.role].after}`
  return last?.role === "assistant"
    ? `${all.slice(0, -1).map(closed).join("")}${format.assistant.before}${last.text}`
    : `${all.map(closed).join("")}${start}`
}
