/**
 * Leaves out the options of system messages that only the Messages API has: until when one holds, and the effort.
 */
import type * as Prompt from "effect/ai/Prompt"
import * as Replay from "../../domain/Replay.ts"
import type { Problems } from "./Problems.ts"

/**
 * Warns of the options of system messages, and leaves out a message that only sets the effort, which has no text.
 */
export const leaveOut = (
  messages: ReadonlyArray<Prompt.Message>,
  problems: Problems
): ReadonlyArray<Prompt.Message> =>
  messages.filter((message) => {
    if (message.role !== "system") return true
    const { clearAt, effort } = Replay.optionsOf(message)
    if (clearAt === "next_user_message") {
      problems.warn("prompt", "A system message holds for good: clearAt is an option of the Messages API alone.")
    }
    if (effort === undefined) return true
    problems.warn("prompt", "The effort of a system message was left out: only the Messages API takes one.")
    return message.content.trim() !== ""
  })
