/**
 * The items of one Chat Completions answer: when each begins, and what it is when the answer is done.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, messageContent, type OpenItem } from "../Assembly.ts"
import { isJson, type JsonObject } from "../Json.ts"
import type { DecodeContext } from "../Protocol.ts"
import * as ThinkTags from "../ThinkTags.ts"
import * as Citations from "./Citations.ts"
import * as ReasoningDetails from "./ReasoningDetails.ts"
import * as ToolCalls from "./ToolCalls.ts"

/**
 * The name of the protocol, as items carry it.
 *
 * @category constants
 * @since 0.1.0
 */
export const protocol = "openai-chat"

const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ["stop", "stop"],
  // Together.
  ["eos", "stop"],
  ["end", "stop"],
  ["length", "length"],
  // Mistral.
  ["model_length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["content_filter", "content-filter"],
  // DeepSeek.
  ["insufficient_system_resource", "error"],
  // Zhipu.
  ["sensitive", "content-filter"],
  ["network_error", "error"],
  ["model_context_window_exceeded", "length"],
  ["error", "error"]
])

/** A part of the content between two pieces of text. */
interface Reference {
  readonly at: number
  readonly part: Schema.JsonObject
}

/** The content in parts, as it came: the references are where they were in the text. */
const inPlace = (text: string, references: ReadonlyArray<Reference>): ReadonlyArray<Schema.JsonObject> => {
  const parts: Array<Schema.JsonObject> = []
  const say = (from: number, to: number): void => {
    if (to > from) parts.push({ type: "text", text: text.slice(from, to) })
  }
  let from = 0
  for (const { at, part } of references) {
    say(from, at)
    parts.push(part)
    from = at
  }
  say(from, text.length)
  return parts
}

/**
 * An answer that is being read. Empty deltas are ignored.
 *
 * **Details**
 *
 * `text` is for what servers call the content: by `quirks.thinkTags` there may be reasoning in it. `thinking` is for reasoning
 * that is a part of the content, and `reference` for a part that refers to a source: they are sent back where they were.
 * `reasoningDetails` keeps the raw details and answers the text in them. `finish` emits the finished items and `Completed`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly begun: boolean
  readonly text: (delta: string) => void
  readonly refusal: (delta: string) => void
  readonly reasoning: (delta: string) => void
  readonly thinking: (delta: string) => void
  readonly reference: (part: JsonObject) => void
  readonly reasoningDetails: (entries: ReadonlyArray<unknown>) => string
  readonly annotations: (entries: ReadonlyArray<JsonObject>) => void
  readonly sources: (chunk: JsonObject) => void
  readonly toolCalls: (entries: ReadonlyArray<unknown>) => string | undefined
  readonly functionCall: (call: JsonObject) => string | undefined
  readonly finish: () => void
}

/**
 * Begins an answer, to the request and of the provider that are given. Its items carry the name of the language.
 *
 * **Details**
 *
 * Reasoning is one item, the message another, each tool call one more, in the order in which they begin. They are done
 * only when the answer is: servers send deltas after the finish reason (recorded: Together, Writer).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  { error: { provider, providerRequestId, requestId }, quirks }: DecodeContext,
  assembly: Assembly,
  language: string = protocol
): Answer => {
  let thoughts: OpenItem | undefined
  let message: OpenItem | undefined
  let textIndex = -1
  let refusalIndex = -1
  let details: ReasoningDetails.ReasoningDetails | undefined
  let cited: Citations.Citations | undefined
  let calls: ToolCalls.ToolCalls | undefined
  let items = 0
  let textLength = 0
  let hasThinkingParts = false
  const references: Array<Reference> = []

  const open = (type: OpenItem["type"], id?: string, name?: string): OpenItem => {
    assembly.created(null, null)
    return assembly.add(items++, type, id, name)
  }

  const openCalls = () => (calls ??= ToolCalls.make(assembly, open, requestId ?? providerRequestId))

  const citations = (found: ReadonlyArray<Citation>): void => {
    if (found.length === 0) return
    message ??= open("message")
    if (textIndex < 0) textIndex = refusalIndex + 1
    for (const citation of found) assembly.citation(message, citation, textIndex)
  }

  const say = (delta: string): void => {
    if (delta === "") return
    message ??= open("message")
    if (textIndex < 0) textIndex = refusalIndex + 1
    textLength += delta.length
    assembly.text(message, delta, textIndex)
  }

  const think = (delta: string): void => {
    if (delta !== "") assembly.reasoning(thoughts ??= open("reasoning"), delta)
  }

  const tags = quirks.thinkTags === undefined || quirks.thinkTags === false
    ? undefined
    : ThinkTags.make({ text: say, reasoning: think }, quirks.thinkTags === "open")

  /** What the provider that made an item wants back with it. Signed and encrypted details are worth nothing to another. */
  const nativeOf = (item: OpenItem): { readonly native?: Schema.JsonObject } => {
    if (item.type === "message") {
      return references.length === 0
        ? {}
        : { native: { provider, content: inPlace(item.content[textIndex]?.text ?? "", references) } }
    }
    if (details !== undefined) return { native: { provider, reasoning_details: details.merged } }
    return hasThinkingParts ? { native: { provider, type: "thinking" } } : {}
  }

  const assemble = (item: OpenItem, cut: boolean): ResponseItem => {
    if (item.type === "message")
      return { _tag: "Message", content: messageContent(item), protocol: language, ...nativeOf(item) }
    return item.type === "reasoning"
      ? { _tag: "Reasoning", content: item.reasoning, summary: [], protocol: language, ...nativeOf(item) }
      : ToolCalls.assemble(item, language, cut)
  }

  return {
    get begun() {
      return items > 0
    },
    text: tags === undefined ? say : tags.push,
    refusal: (delta) => {
      if (delta === "") return
      message ??= open("message")
      if (refusalIndex < 0) refusalIndex = textIndex + 1
      assembly.refusal(message, delta, refusalIndex)
    },
    reasoning: think,
    thinking: (delta) => {
      hasThinkingParts = true
      think(delta)
    },
    reference: (part) => {
      if (isJson(part)) references.push({ at: textLength, part })
      citations((cited ??= Citations.make()).annotations([part]))
    },
    reasoningDetails: (entries) => {
      thoughts ??= open("reasoning")
      return (details ??= ReasoningDetails.make()).add(entries)
    },
    annotations: (entries) => citations((cited ??= Citations.make()).annotations(entries)),
    sources: (chunk) => citations((cited ??= Citations.make()).sources(chunk)),
    toolCalls: (entries) => openCalls().read(entries),
    functionCall: (call) => openCalls().legacy(call),
    finish: () => {
      tags?.end()
      assembly.created(null, null)
      const raw = assembly.finishReasonRaw
      const reason = raw !== null ? (finishReasons.get(raw) ?? "other") : calls === undefined ? "other" : "tool-calls"
      for (const item of assembly.items()) assembly.done(item, assemble(item, reason === "length"))
      assembly.complete(reason)
    }
  }
}
