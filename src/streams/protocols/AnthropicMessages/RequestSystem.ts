/**
 * Encodes system messages: those at the top, and those that stay at their place in the conversation.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
 * @see https://platform.claude.com/docs/en/build-with-claude/effort-per-message
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { ModelRules } from "../../../domain/ModelRules.ts"
import * as Replay from "../../../domain/Replay.ts"
import * as Efforts from "../../request/Efforts.ts"
import type { Problems } from "../../request/Problems.ts"
import type { SystemTurn, Turn } from "../../request/Turns.ts"

type Block = Schema.JsonObject

/** What the encoding of a system message depends on. */
export interface SystemEncoding {
  readonly problems: Problems
  readonly rules: ModelRules
  /** The provider's own name of the model, for warnings. */
  readonly model: string
}

/** The options of a system message as its model takes them. */
interface Fitted {
  readonly isInPlace: boolean
  readonly clearAt: "next_user_message" | undefined
  readonly effort: string | undefined
}

const effortOf = (effort: string, { model, problems, rules }: SystemEncoding): string | undefined => {
  if (effort === "none") {
    problems.refuse("prompt", "a system message cannot turn reasoning off; give it the effort \"low\"")
    return undefined
  }
  if (rules.effortByMessage !== true) {
    problems.warn("prompt", `The effort of a system message was left out: ${model} takes only that of the request.`)
    return undefined
  }
  return Efforts.fit({ effort }, rules.reasoning, model, problems)?.effort
}

const fit = (message: Prompt.SystemMessage, encoding: SystemEncoding): Fitted => {
  const { clearAt, effort } = Replay.optionsOf(message)
  if (clearAt === undefined && effort === undefined) {
    return { isInPlace: false, clearAt: undefined, effort: undefined }
  }
  const { model, problems, rules } = encoding
  if (rules.systemMessages === "anywhere") {
    return {
      isInPlace: true,
      clearAt: clearAt === "next_user_message" ? clearAt : undefined,
      effort: effort === undefined ? undefined : effortOf(effort, encoding)
    }
  }
  if (message.content.trim() !== "") {
    problems.warn("prompt", `A system message was moved to the top, for good: ${model} takes none elsewhere.`)
  }
  if (effort !== undefined) {
    problems.warn("prompt", `The effort of a system message was left out: ${model} takes only that of the request.`)
  }
  return { isInPlace: false, clearAt: undefined, effort: undefined }
}

/** Returns the messages that go to the top, and how each of the others is encoded at its place. */
export const split = (
  messages: ReadonlyArray<Prompt.Message>,
  encoding: SystemEncoding,
  write: (message: Prompt.SystemMessage) => ReadonlyArray<Block>
): {
  readonly top: ReadonlyArray<Block>
  readonly inPlace: (message: Prompt.SystemMessage) => SystemTurn<Block> | undefined
} => {
  const inPlace = new Map<Prompt.SystemMessage, SystemTurn<Block> | undefined>()
  const top: Array<Block> = []
  for (const message of messages) {
    if (message.role !== "system") continue
    const blocks = write(message)
    const { clearAt, effort, isInPlace } = fit(message, encoding)
    if (!isInPlace) top.push(...blocks)
    else if (blocks.length > 0 || effort !== undefined) {
      inPlace.set(message, {
        blocks,
        fields: {
          ...(clearAt === undefined ? {} : { clear_at: clearAt }),
          ...(effort === undefined ? {} : { output_config: { effort } })
        }
      })
    }
  }
  return { top, inPlace: (message) => inPlace.get(message) }
}

const endsInServerTool = ({ blocks }: Turn<Block>): boolean => {
  const type = blocks.at(-1)?.type
  return typeof type === "string" && type.endsWith("_tool_result")
}

/**
 * Checks that the API accepts system messages at their places: after a user's message, results of tools or the result
 * of a server's tool, and before the assistant's message or the end. One without text may be anywhere.
 */
export const checkPlaces = (turns: ReadonlyArray<Turn<Block>>, problems: Problems): void => {
  const counted = turns.filter(({ blocks, role }) => role !== "system" || blocks.length > 0)
  for (const [at, turn] of counted.entries()) {
    if (turn.role !== "system") continue
    const before = counted[at - 1]
    const after = counted[at + 1]
    const follows = before?.role === "user" || (before?.role === "assistant" && endsInServerTool(before))
    if (follows && (after === undefined || after.role === "assistant")) continue
    problems.refuse(
      "prompt",
      "a system message with clearAt or effort must come right after a user message or results of tools, and before " +
        "an assistant message or at the end"
    )
  }
}
