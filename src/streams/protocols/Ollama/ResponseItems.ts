/**
 * The items of one Ollama answer: thinking, text, and the calls of tools, which come whole.
 *
 * @since 0.1.0
 */
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, cutsOff, messageContent, toolCall } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import * as CallIds from "../../response/CallIds.ts"
import { isObject, type JsonObject, nonEmpty } from "../../json/Json.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import * as ThinkTags from "../../response/ThinkTags.ts"

/**
 * The name of the protocol, as items carry it.
 *
 * @category constants
 * @since 0.1.0
 */
export const protocol = "ollama"

/**
 * An answer that is being read. Empty deltas are ignored.
 *
 * **Details**
 *
 * `toolCalls` answers a sentence when a call is not what the protocol says. `finish` emits the finished items and
 * `Completed`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly text: (delta: string) => void
  readonly reasoning: (delta: string) => void
  readonly toolCalls: (entries: ReadonlyArray<unknown>) => string | undefined
  readonly finish: () => void
}

/** The server says `stop` after calls as well (recorded), and `load` and `unload` where it was asked for no answer. */
const finishReason = (raw: string | null, hasCalls: boolean): FinishReason => {
  if (raw === "length") return "length"
  if (hasCalls) return "tool-calls"
  return raw === "stop" ? "stop" : "other"
}

/**
 * Begins an answer to the request that is given.
 *
 * **Details**
 *
 * Newer servers give calls ids; where there are none, they are made up so that no two answers have the same. Thoughts
 * that an old template leaves in the text stay there, unless `quirks.thinkTags` says otherwise.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  { error: { providerRequestId, requestId }, quirks }: DecodeContext,
  assembly: Assembly
): Answer => {
  let thoughts: OpenItem | undefined
  let message: OpenItem | undefined
  const ids = new Set<string>()
  let items = 0

  const open = (type: OpenItem["type"], id?: string, name?: string): OpenItem => {
    assembly.created(null, null)
    return assembly.add(items++, type, id, name)
  }

  /** Some models of some servers number the calls of each line from the beginning: an id is there once. */
  const idOf = (given: string | undefined): string => {
    let number = ids.size
    let id = given
    while (id === undefined || ids.has(id)) id = CallIds.make(requestId ?? providerRequestId, number++)
    ids.add(id)
    return id
  }

  const readCall = (value: JsonObject): string | undefined => {
    const body = value.function
    if (!isObject(body)) return "a tool call has no `function`"
    const given = body.arguments
    // Servers that imitate this one send the arguments as text.
    if (given !== undefined && given !== null && typeof given !== "string" && !isObject(given)) {
      return "the arguments of a tool call are not an object"
    }
    const item = open("tool-call", idOf(nonEmpty(value.id)), nonEmpty(body.name))
    if (given !== undefined && given !== null) {
      assembly.toolArguments(item, typeof given === "string" ? given : JSON.stringify(given))
    }
    return undefined
  }

  const assemble = (item: OpenItem, cut: boolean): ResponseItem => {
    if (item.type === "message") return { _tag: "Message", content: messageContent(item), protocol }
    if (item.type === "reasoning") return { _tag: "Reasoning", content: item.reasoning, summary: [], protocol }
    return toolCall({ id: item.id ?? "", name: item.name, arguments: item.arguments, protocol }, cut)
  }

  const say = (delta: string): void => {
    if (delta !== "") assembly.text(message ??= open("message"), delta)
  }

  const think = (delta: string): void => {
    if (delta !== "") assembly.reasoning(thoughts ??= open("reasoning"), delta)
  }

  const tags = quirks.thinkTags === undefined || quirks.thinkTags === false
    ? undefined
    : ThinkTags.make({ text: say, reasoning: think }, quirks.thinkTags === "open")

  return {
    text: tags === undefined ? say : tags.push,
    reasoning: think,
    toolCalls: (entries) => {
      for (const entry of entries) {
        if (!isObject(entry)) return "an entry of `tool_calls` is not an object"
        const problem = readCall(entry)
        if (problem !== undefined) return problem
      }
      return undefined
    },
    finish: () => {
      tags?.end()
      assembly.created(null, null)
      const reason = finishReason(assembly.finishReasonRaw, ids.size > 0)
      for (const item of assembly.items()) assembly.done(item, assemble(item, cutsOff(reason)))
      assembly.complete(reason)
    }
  }
}
