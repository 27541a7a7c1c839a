/**
 * Makes the conversation of a tool loop: the assistant message of a completion, its tool calls, and their results.
 */
import * as Prompt from "effect/ai/Prompt"
import type { Completion } from "../../domain/Completion.ts"
import * as Replay from "../../domain/Replay.ts"
import type { CustomToolCall, InvalidToolCall, ResponseItem, ToolCall } from "../../domain/ResponseItem.ts"
import type { LoopToolCall } from "../../domain/ToolLoopState.ts"

type CallItem = ToolCall | CustomToolCall | InvalidToolCall

const isCall = (item: ResponseItem): item is CallItem =>
  item._tag === "ToolCall" || item._tag === "CustomToolCall" || item._tag === "InvalidToolCall"

const callOf = (item: CallItem, id: string, step: number, position: number): LoopToolCall => ({
  step,
  position,
  id,
  name: item.name,
  status: "pending",
  ...(item._tag === "ToolCall"
    ? { arguments: item.arguments }
    : item._tag === "CustomToolCall"
    ? { arguments: item.input }
    : { arguments: item.argumentsRaw, isMalformed: true })
})

/** Returns the part of a tool call. Most providers accept nothing but an object as the arguments. */
const partOf = (item: CallItem, id: string): ReadonlyArray<Prompt.AssistantMessagePart> => {
  if (item._tag === "InvalidToolCall") {
    const params = { malformed: item.argumentsRaw }
    return [Prompt.toolCallPart({ id, name: item.name, params, providerExecuted: false })]
  }
  return partsOf({ ...item, id })
}

const partsOf = (item: ResponseItem): ReadonlyArray<Prompt.AssistantMessagePart> => {
  const [message] = Replay.toPrompt([item]).content
  return message?.role === "assistant" ? message.content : []
}

/** The response of a step, as the conversation goes on with it. */
export interface Response {
  /** The assistant message; empty where the completion has no content. */
  readonly prompt: Prompt.Prompt
  /** The tool calls, in order. */
  readonly calls: ReadonlyArray<LoopToolCall>
}

/**
 * Makes the assistant message of a completion and its tool calls. Those whose arguments are not JSON are in it too, so
 * that the model is told. A second call of one id gets an id of its own: no provider accepts two.
 */
export const response = (completion: Completion, step: number): Response => {
  const calls: Array<LoopToolCall> = []
  const ids = new Set<string>()
  const content = completion.items.flatMap((item) => {
    if (!isCall(item)) return partsOf(item)
    const position = calls.length
    const id = ids.has(item.id) ? `${item.id}_${position}` : item.id
    ids.add(id)
    calls.push(callOf(item, id, step, position))
    return partOf(item, id)
  })
  return {
    prompt: content.length === 0 ? Prompt.empty : Prompt.fromMessages([Prompt.assistantMessage({ content })]),
    calls
  }
}

const resultPart = (call: LoopToolCall): Prompt.ToolResultPart =>
  Prompt.toolResultPart({
    id: call.id,
    name: call.name,
    result: call.result ?? null,
    isFailure: call.isFailure ?? false,
    providerExecuted: false,
    ...(call.modelOutput === undefined ? {} : { modelOutput: call.modelOutput })
  })

/** Makes one tool message of the results of all calls of a step. */
export const results = (calls: ReadonlyArray<LoopToolCall>): Prompt.Prompt =>
  calls.length === 0
    ? Prompt.empty
    : Prompt.fromMessages([Prompt.toolMessage({ content: calls.map(resultPart) })])

/** Returns the visible text of the last message, where the assistant wrote it. */
export const lastText = ({ content }: Prompt.Prompt): string => {
  const last = content.findLast((message) => message.role === "assistant")
  return last === undefined ? "" : last.content.map((part) => (part.type === "text" ? part.text : "")).join("")
}
