/**
 * Restores the items of earlier completions in the prompt of `effect/ai`.
 *
 * `Prompt.fromResponseParts`, and so `Chat`, makes a prompt of the parts of a response. The parts carry the items of the
 * completion in their metadata, but not in their order: streamed tool calls come last, and some providers reject
 * reasoning that is not followed by the item that it led to.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Replay from "../../../domain/Replay.ts"

type Part = Prompt.AssistantMessagePart

const indexOf = (part: Part): number | undefined => {
  const options = part.options["sluice"]
  if (typeof options !== "object" || options === null || Array.isArray(options)) return undefined
  const index = (options as { readonly index?: unknown }).index
  return typeof index === "number" ? index : undefined
}

/** Sorts the parts by the positions of their items. A part without one stays behind the part before it. */
const inOrder = (parts: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  let index = -1
  const keyed = parts.map((part) => {
    index = indexOf(part) ?? index
    return { index, part }
  })
  return keyed.toSorted((left, right) => left.index - right.index).map(({ part }) => part)
}

/** The part that `Replay.toPrompt` makes of an item. */
const replayed = (part: Part): ReadonlyArray<Part> => {
  const { item } = Replay.optionsOf(part)
  const [message] = item === undefined ? [] : Replay.toPrompt([item]).content
  return message?.role === "assistant" ? message.content : []
}

const restorePart = (part: Part): ReadonlyArray<Part> => {
  const item = Replay.optionsOf(part).item
  switch (part.type) {
    case "text":
      return part.text === "" && item !== undefined && item._tag !== "Message" ? replayed(part) : [part]
    case "tool-call":
      // The arguments were not JSON. Most providers accept nothing but an object.
      return item?._tag === "InvalidToolCall"
        ? [Prompt.toolCallPart({ ...part, params: { malformed: part.params } })]
        : [part]
    case "tool-result":
      return part.providerExecuted ? replayed(part) : [part]
    case "file":
    case "reasoning":
    case "tool-approval-request":
      return [part]
  }
}

/** Restores the items in each assistant message. */
export const restore = (prompt: Prompt.Prompt): Prompt.Prompt =>
  Prompt.fromMessages(prompt.content.map((message) =>
    message.role === "assistant"
      ? Prompt.assistantMessage({ options: message.options, content: inOrder(message.content).flatMap(restorePart) })
      : message
  ))
