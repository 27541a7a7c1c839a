/**
 * Restores the items of earlier completions in the prompt of `effect/ai`.
 *
 * `Prompt.fromResponseParts`, and so `Chat`, makes a prompt of the parts of a response. The parts carry the items of
 * the completion in their metadata, but not in their order: streamed tool calls come last, and some providers reject
 * reasoning that is not followed by the item that it led to. The result of a tool that ran after an approval comes
 * behind the completion that followed it; no provider accepts it there.
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

/** Moves the results that come behind a later completion to their calls. */
const paired = (messages: ReadonlyArray<Prompt.Message>): ReadonlyArray<Prompt.Message> => {
  const open = new Map<string, number>()
  const late = new Map<number, Array<Prompt.ToolResultPart>>()
  let last = -1
  const others = messages.map((message, index): Array<Prompt.Message> => {
    if (message.role === "assistant") {
      last = index
      for (const part of message.content) {
        if (part.type === "tool-call" && !part.providerExecuted) open.set(part.id, index)
      }
    }
    if (message.role !== "tool") return [message]
    const content = message.content.filter((part) => {
      const called = part.type === "tool-result" ? open.get(part.id) : undefined
      if (part.type !== "tool-result" || called === undefined) return true
      open.delete(part.id)
      if (called === last) return true
      late.set(called, [...late.get(called) ?? [], part])
      return false
    })
    return content.length === 0 ? [] : [Prompt.toolMessage({ ...message, content })]
  })
  if (late.size === 0) return messages
  return others.flatMap((kept, index) => {
    const content = late.get(index)
    return content === undefined ? kept : kept.concat(Prompt.toolMessage({ content }))
  })
}

/** Restores the items in each assistant message, and the places of the results. */
export const restore = (prompt: Prompt.Prompt): Prompt.Prompt =>
  Prompt.fromMessages(
    paired(prompt.content).map((message) =>
      message.role === "assistant"
        ? Prompt.assistantMessage({ options: message.options, content: inOrder(message.content).flatMap(restorePart) })
        : message
    )
  )
