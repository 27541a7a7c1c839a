/**
 * Refuses or replaces an assistant message at the end of a prompt, for models that do not continue one.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Replay from "../../domain/Replay.ts"
import type { Problems } from "./Problems.ts"

/** How much of the text the user message quotes, in characters. */
const quoted = 400

/** Returns whether a part continues a pause of the provider's own tools, which every model accepts. */
const isPaused = (part: Prompt.AssistantMessagePart): boolean =>
  part.type === "tool-call" && part.providerExecuted && Replay.optionsOf(part).item !== undefined

/**
 * Reports an assistant message at the end. With `repairs`, a user message that quotes its last text follows it instead,
 * which is what Anthropic recommends.
 *
 * @see https://platform.claude.com/docs/en/about-claude/models/migration-guide
 */
export const refuse = (
  messages: ReadonlyArray<Prompt.Message>,
  repairs: boolean,
  problems: Problems
): ReadonlyArray<Prompt.Message> => {
  const last = messages.findLast((message) => message.role !== "system")
  if (last?.role !== "assistant" || last.content.some(isPaused)) return messages
  const text = last.content.map((part) => (part.type === "text" ? part.text : "")).join("").trimEnd()
  if (text === "") return messages
  if (!repairs) {
    problems.refuse(
      "prompt",
      "this model continues no assistant message: end with a user message that quotes the last text and asks to " +
        "continue, or set history to \"repair\""
    )
    return messages
  }
  problems.warn(
    "prompt",
    "This model continues no assistant message, so a user message was added that quotes its end and asks to continue."
  )
  const content = `Your last message was cut off. It ended with:\n\n${
    text.slice(-quoted)
  }\n\nContinue exactly where it ended, and repeat nothing.`
  return [...messages, Prompt.userMessage({ content: [Prompt.textPart({ text: content })] })]
}
