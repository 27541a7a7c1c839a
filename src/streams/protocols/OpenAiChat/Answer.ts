/**
 * The items of one Chat Completions answer: when each begins, and what it is when the answer is done.
 *
 * @since 0.1.0
 */
import type { ErrorContext } from "../../../domain/errors/ErrorContext.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Citation, ResponseItem } from "../../../domain/ResponseItem.ts"
import { type Assembly, messageContent, type OpenItem } from "../Assembly.ts"
import type { JsonObject } from "../Json.ts"
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

/**
 * An answer that is being read. Empty deltas are ignored.
 *
 * **Details**
 *
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
  readonly reasoningDetails: (entries: ReadonlyArray<unknown>) => string
  readonly annotations: (entries: ReadonlyArray<JsonObject>) => void
  readonly sources: (chunk: JsonObject) => void
  readonly toolCalls: (entries: ReadonlyArray<unknown>) => string | undefined
  readonly functionCall: (call: JsonObject) => string | undefined
  readonly finish: () => void
}

/**
 * Begins an answer, to the request and of the provider that are given.
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
  { provider, providerRequestId, requestId }: ErrorContext,
  assembly: Assembly
): Answer => {
  let thoughts: OpenItem | undefined
  let message: OpenItem | undefined
  let textIndex = -1
  let refusalIndex = -1
  let details: ReasoningDetails.ReasoningDetails | undefined
  let cited: Citations.Citations | undefined
  let calls: ToolCalls.ToolCalls | undefined
  let items = 0

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

  const assemble = (item: OpenItem, cut: boolean): ResponseItem => {
    if (item.type === "message") return { _tag: "Message", content: messageContent(item), protocol }
    if (item.type !== "reasoning") return ToolCalls.assemble(item, protocol, cut)
    return {
      _tag: "Reasoning",
      content: item.reasoning,
      summary: [],
      protocol,
      // Signed and encrypted details are worth something to the provider that made them, and to no other.
      ...(details === undefined ? {} : { native: { provider, reasoning_details: details.merged } })
    }
  }

  return {
    get begun() {
      return items > 0
    },
    text: (delta) => {
      if (delta === "") return
      message ??= open("message")
      if (textIndex < 0) textIndex = refusalIndex + 1
      assembly.text(message, delta, textIndex)
    },
    refusal: (delta) => {
      if (delta === "") return
      message ??= open("message")
      if (refusalIndex < 0) refusalIndex = textIndex + 1
      assembly.refusal(message, delta, refusalIndex)
    },
    reasoning: (delta) => {
      if (delta !== "") assembly.reasoning(thoughts ??= open("reasoning"), delta)
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
      assembly.created(null, null)
      const raw = assembly.finishReasonRaw
      const reason = raw !== null ? (finishReasons.get(raw) ?? "other") : calls === undefined ? "other" : "tool-calls"
      for (const item of assembly.items()) assembly.done(item, assemble(item, reason === "length"))
      assembly.complete(reason)
    }
  }
}
