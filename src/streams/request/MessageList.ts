/**
 * Encodes the messages of a prompt one after the other, for APIs in which each result of a tool is a message of its own
 * with text only.
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { Problems } from "./Problems.ts"
import { resultText } from "./PromptParts.ts"

type Message = Schema.JsonObject

/**
 * How a protocol encodes the messages of a prompt. An assistant's message without content is left out. A result comes
 * with its text.
 */
export interface Writer {
  readonly system: (message: Prompt.SystemMessage) => Message
  readonly user: (parts: ReadonlyArray<Prompt.TextPart | Prompt.FilePart>) => Message
  readonly assistant: (message: Prompt.AssistantMessage) => Message | undefined
  readonly result: (part: Prompt.ToolResultPart, text: string) => Message
}

const textOf = (part: Prompt.ToolResultPart, found: Problems): string => {
  if (part.modelOutput !== undefined) {
    return Prompt.toolModelOutputToText(part.modelOutput.filter((output) => output.type === "text"))
  }
  const text = resultText(part, found)
  // There is no field for a failure, and the model would take it for a result.
  return part.isFailure ? `Error: ${text}` : text
}

/**
 * Encodes the messages of a prompt. The text of a tool's failure begins with `Error: `. Files in the results of tools
 * follow the results in a user's message.
 */
export const make = (
  prompt: ReadonlyArray<Prompt.Message>,
  writer: Writer,
  found: Problems
): ReadonlyArray<Message> => {
  const messages: Array<Message> = []
  let files: Array<Prompt.FilePart> = []
  const flush = (): void => {
    if (files.length > 0) messages.push(writer.user(files))
    files = []
  }
  for (const message of prompt) {
    // The results of all calls come first: nothing may be between them.
    if (message.role !== "tool") flush()
    switch (message.role) {
      case "system":
        messages.push(writer.system(message))
        break
      case "user":
        messages.push(writer.user(message.content))
        break
      case "assistant": {
        const written = writer.assistant(message)
        if (written !== undefined) messages.push(written)
        break
      }
      case "tool":
        for (const part of message.content) {
          if (part.type !== "tool-result" || part.providerExecuted) continue
          messages.push(writer.result(part, textOf(part, found)))
          files.push(...(part.modelOutput ?? []).filter((output) => output.type === "file"))
        }
        break
    }
  }
  flush()
  if (messages.length === 0) {
    found.refuse("prompt", "there is no message in the prompt: give it at least one of the user")
  }
  return messages
}
