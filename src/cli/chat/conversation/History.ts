/**
 * The messages of a conversation.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Completion from "../../../domain/Completion.ts"
import * as Replay from "../../../domain/Replay.ts"
import type { ResponseEvent } from "../../../domain/ResponseEvent.ts"

/** Replaces the instructions to the model; an empty text removes them. */
export const withSystem = (history: Prompt.Prompt, text: string): Prompt.Prompt =>
  Prompt.fromMessages([
    ...(text === "" ? [] : [Prompt.systemMessage({ content: text })]),
    ...history.content.filter(({ role }) => role !== "system")
  ])

/** Adds a message of the user, with files before its text. */
export const withUser = (
  history: Prompt.Prompt,
  text: string,
  files: ReadonlyArray<Prompt.FilePart> = []
): Prompt.Prompt =>
  Prompt.fromMessages([
    ...history.content,
    Prompt.userMessage({ content: [...files, Prompt.textPart({ text })] })
  ])

/** Adds a whole completion, with everything that the provider wants back. */
export const withCompletion = (history: Prompt.Prompt, events: ReadonlyArray<ResponseEvent>): Prompt.Prompt =>
  Prompt.concat(history, Replay.toPrompt(Completion.fromEvents(events).items))

/** Adds the text of a completion that was stopped; `undefined` where it has none. */
export const withStopped = (
  history: Prompt.Prompt,
  events: ReadonlyArray<ResponseEvent>
): Prompt.Prompt | undefined => {
  const { text } = Completion.fromEvents(events)
  return text === ""
    ? undefined
    : Prompt.fromMessages([...history.content, Prompt.assistantMessage({ content: [Prompt.textPart({ text })] })])
}
