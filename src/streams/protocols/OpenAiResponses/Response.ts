/**
 * The Responses API's stream, event by event.
 *
 * Items are told apart by `output_index`, never by `item_id`: some servers give an item a new id in every event.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import type { Assembly } from "../../response/Assembly.ts"
import type { OpenItem } from "../../response/OpenItem.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { isObject, type JsonObject, nonEmpty, string } from "../../json/Json.ts"
import type { FrameDecoder, Repeat } from "../../response/JsonStream.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import * as Text from "../../response/Text.ts"
import * as ResponseEnding from "./ResponseEnding.ts"
import * as ResponseItems from "./ResponseItems.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import * as RateLimitEvents from "./RateLimitEvents.ts"

type Problem = ProviderError | string | undefined

/** Events that say how far something is whose outcome another event tells. */
const progress =
  /^(keepalive|ping|response\.(content_part|reasoning_part|reasoning_summary_part|(web_search|file_search|code_interpreter|image_generation|mcp|shell|local_shell|computer|tool_search|apply_patch|x_search|code_execution)_call\w*|mcp_list_tools|audio|code_interpreter_call_code)(\.\w+)*)$/

/** The deltas that are known. */
const deltas: ReadonlySet<string> = new Set([
  "response.output_text.delta",
  "response.refusal.delta",
  "response.function_call_arguments.delta",
  "response.custom_tool_call_input.delta",
  "response.reasoning_summary_text.delta",
  "response.reasoning_text.delta"
])

/** Which events have templates, and which of their values are slots. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => typeof value.type === "string" && value.type.endsWith(".delta"),
  isRead: (path) => path === "delta",
  unread: new Set(["sequence_number", "obfuscation", "logprobs"])
}

/**
 * Makes the machine of one stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const machine = (context: DecodeContext, assembly: Assembly): FrameDecoder => {
  const slots = new WireItems(assembly)
  const began = new Map<OpenItem, JsonObject>()
  const ids = new Map<string, OpenItem>()
  let current = 0
  // Whether two open items have had the same index: then it takes the id to tell them apart.
  let shared = false

  const fits = (open: OpenItem | undefined, type: ItemStart["type"]): open is OpenItem =>
    open !== undefined && open.type === type && !open.done

  /** The index of an event that may have none: then it is about the latest item, or a new one. */
  const slotOf = (at: unknown, type: ItemStart["type"]): number | undefined =>
    at === undefined || at === null ? (fits(slots.at(current), type) ? current : slots.next) : index(at)

  /** The open item that an event is about, or why there is none. It is begun where the server forgot to. */
  const itemOf = (value: JsonObject, type: ItemStart["type"]): OpenItem | string => {
    const at = value.output_index
    if (typeof at === "number" && !shared) {
      const open = slots.at(at)
      if (fits(open, type)) return open
    }
    const known = ids.get(string(value.item_id) ?? "")
    if (fits(known, type)) return known
    const slot = slotOf(at, type)
    if (slot === undefined) return "output_index is not an index"
    const open = slots.at(slot)
    if (fits(open, type)) return open
    if (slots.at(slot)?.done === false) shared = true
    current = slot
    return slots.begin(slot, type, type === "message" || type === "reasoning" ? nonEmpty(value.item_id) : undefined)
  }

  /** Whether an input is that of a tool which the provider runs: its item tells it whole. */
  const isServerTool = (value: JsonObject): boolean =>
    typeof value.output_index === "number" && slots.at(value.output_index)?.type === "server-tool-call"

  const begin = (slot: number, item: JsonObject): OpenItem => {
    if (slots.at(slot)?.done === false) shared = true
    const open = ResponseEnding.begin(assembly, slots, slot, item)
    current = slot
    const id = nonEmpty(item.id)
    if (id !== undefined) ids.set(id, open)
    return open
  }

  const added = (value: JsonObject): Problem => {
    const item = value.item
    if (!isObject(item) || typeof item.type !== "string") return "an item has no type"
    const kind = ResponseItems.kind(item)
    const slot = index(value.output_index ?? slots.next)
    if (slot === undefined) return "output_index is not an index"
    const before = slots.at(slot)
    const id = ResponseItems.idOf(item)
    // The same news twice, or what a delta has begun already.
    if (fits(before, kind) && (before.id === undefined || before.id === id)) return undefined
    began.set(begin(slot, item), item)
    return undefined
  }

  const done = (value: JsonObject): Problem => {
    const item = value.item
    if (!isObject(item) || typeof item.type !== "string") return "an item has no type"
    const kind = ResponseItems.kind(item)
    const slot = slotOf(value.output_index, kind)
    if (slot === undefined) return "output_index is not an index"
    const known = ids.get(string(item.id) ?? "")
    const here = slots.at(slot)
    let open = fits(known, kind) ? known : fits(here, kind) ? here : undefined
    if (open === undefined) {
      // The same news twice.
      const past = known ?? here
      if (past?.type === kind && (past.id === undefined || past.id === ResponseItems.idOf(item))) return undefined
      open = assembly.items().find((other) => fits(other, kind)) ?? begin(slot, item)
    }
    open.id ??= ResponseItems.idOf(item)
    assembly.done(open, ResponseItems.read(assembly, open, item, false))
    return undefined
  }

  /** An item whose text an event tells once more; nothing when it is past. */
  const itemToSettle = (value: JsonObject, type: ItemStart["type"]): OpenItem | string | undefined => {
    const at = value.output_index
    const past = ids.get(string(value.item_id) ?? "") ?? (typeof at === "number" ? slots.at(at) : undefined)
    return past?.done === true ? undefined : itemOf(value, type)
  }

  const textDone = (value: JsonObject, refusal: boolean): Problem => {
    const whole = refusal ? value.refusal : value.text
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "the text is not a string"
    const open = itemToSettle(value, "message")
    const at = index(value.content_index ?? 0)
    if (at === undefined) return "content_index is not an index"
    if (open === undefined || typeof open === "string") return open
    const part = open.content[at]
    // The same text under another index than its deltas had.
    if (part === undefined && open.content.some((other) => Text.is(other?.growing, whole))) return undefined
    const missing = Text.rest(whole, [part?.growing])
    if (refusal) assembly.refusal(open, missing, at)
    else assembly.text(open, missing, at)
    return undefined
  }

  const reasoningDone = (value: JsonObject, summary: boolean): Problem => {
    const whole = value.text
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "the text is not a string"
    const open = itemToSettle(value, "reasoning")
    const at = index((summary ? value.summary_index : value.content_index) ?? 0)
    if (at === undefined) return "a part's index is not an index"
    if (open === undefined || typeof open === "string") return open
    const parts = summary ? open.summaryParts : open.reasoningParts
    if (parts[at] === undefined && parts.some((other) => Text.is(other, whole))) return undefined
    const missing = Text.rest(whole, [parts[at]])
    if (summary) assembly.summary(open, missing, at)
    else assembly.reasoning(open, missing, at)
    return undefined
  }

  const inputDone = (value: JsonObject, whole: unknown, type: "tool-call" | "custom-tool-call"): Problem => {
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "a tool call's input is not a string"
    if (isServerTool(value)) return undefined
    const open = itemToSettle(value, type)
    if (open === undefined || typeof open === "string") return open
    assembly.toolArguments(open, Text.rest(whole, [open.growingArguments]))
    return undefined
  }

  const annotation = (value: JsonObject): Problem => {
    if (!isObject(value.annotation)) return "an annotation is not an object"
    const open = itemOf(value, "message")
    const at = index(value.content_index ?? 0)
    if (typeof open === "string" || at === undefined) return "an annotation's place is not an index"
    assembly.citation(open, ResponseItems.citation(value.annotation), at)
    return undefined
  }

  const terminal = (value: JsonObject, status: string): Problem => {
    const response = value.response
    if (!isObject(response)) {
      return status === "failed" ? ResponseEnding.failed(assembly, context, value) : "the last event has no response"
    }
    if (status !== "failed") assembly.saw("terminal-event")
    return ResponseEnding.end(
      assembly,
      slots,
      began,
      context,
      status === "failed" ? { ...response, status } : response,
      status
    )
  }

  const rarer = (type: string, value: JsonObject): Problem => {
    switch (type) {
      case "response.output_text.done":
        return textDone(value, false)
      case "response.refusal.done":
        return textDone(value, true)
      case "response.output_text.annotation.added":
        return annotation(value)
      case "response.reasoning_summary_text.done":
        return reasoningDone(value, true)
      case "response.reasoning_text.done":
        return reasoningDone(value, false)
      case "response.function_call_arguments.done":
        return inputDone(value, value.arguments, "tool-call")
      case "response.custom_tool_call_input.done":
        return inputDone(value, value.input, "custom-tool-call")
      case "response.reasoning_summary_part.added": {
        const open = itemOf(value, "reasoning")
        const at = index(value.summary_index ?? 0)
        if (typeof open === "string" || at === undefined) return "a summary part's place is not an index"
        assembly.summaryPart(open, at)
        return undefined
      }
      case "response.created":
      case "response.in_progress":
      case "response.queued": {
        const response = value.response
        if (response === undefined || response === null) return undefined
        if (!isObject(response)) return "the response is not an object"
        assembly.created(nonEmpty(response.id) ?? null, nonEmpty(response.model) ?? null)
        return undefined
      }
      case "response.completed":
      case "response.done":
        return terminal(value, "completed")
      case "response.incomplete":
        return terminal(value, "incomplete")
      case "response.failed":
        return terminal(value, "failed")
      case "error":
      case "response.error":
        return ResponseEnding.failed(assembly, context, value)
      case "codex.rate_limits":
      case "response.metadata": {
        const snapshot = type === "response.metadata"
          ? RateLimitEvents.ofMetadata(value, context.now)
          : RateLimitEvents.ofCodex(value)
        if (snapshot !== undefined) assembly.emit({ _tag: "RateLimits", snapshot })
        return undefined
      }
    }
    if (progress.test(type)) return undefined
    // An error object in place of an event: it has no type, or one of its own.
    if (!type.startsWith("response.") && reportsFailure(value)) return ResponseEnding.failed(assembly, context, value)
    assembly.unknown(type)
    return undefined
  }

  /** What the text of a delta does; a sentence when it has no place. */
  const sayer = (value: JsonObject, type: string): Repeat | string => {
    switch (type) {
      case "response.output_text.delta":
      case "response.refusal.delta": {
        const at = value.content_index === undefined ? 0 : index(value.content_index)
        if (at === undefined) return "content_index is not an index"
        const open = itemOf(value, "message")
        if (typeof open === "string") return open
        return type === "response.refusal.delta"
          ? (text) => assembly.refusal(open, text, at)
          : (text) => assembly.text(open, text, at)
      }
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta": {
        if (isServerTool(value)) return () => {}
        const open = itemOf(value, type === "response.function_call_arguments.delta" ? "tool-call" : "custom-tool-call")
        return typeof open === "string" ? open : (text) => assembly.toolArguments(open, text)
      }
      default: {
        const summary = type === "response.reasoning_summary_text.delta"
        const part = summary ? value.summary_index : value.content_index
        const at = part === undefined ? 0 : index(part)
        if (at === undefined) return "a part's index is not an index"
        const open = itemOf(value, "reasoning")
        if (typeof open === "string") return open
        return summary ? (text) => assembly.summary(open, text, at) : (text) => assembly.reasoning(open, text, at)
      }
    }
  }

  const delta = (value: JsonObject, type: string): Problem => {
    const text = value.delta
    if (typeof text !== "string") return "a delta is not a string"
    const say = sayer(value, type)
    if (typeof say === "string") return say
    say(text)
    return undefined
  }

  const repeat = (value: JsonObject, event: string, path: string): Repeat | undefined => {
    const type = typeof value.type === "string" ? value.type : event
    const say = path === "delta" && deltas.has(type) ? sayer(value, type) : undefined
    return typeof say === "string" ? undefined : say
  }

  const frame = (value: JsonObject, event: string): Problem => {
    const type = typeof value.type === "string" ? value.type : event
    if (deltas.has(type)) return delta(value, type)
    switch (type) {
      case "response.output_item.added":
        return added(value)
      case "response.output_item.done":
        return done(value)
      default:
        return rarer(type, value)
    }
  }

  return {
    frame,
    repeat,
    doneMarker: () => assembly.saw("done-marker"),
    // Only the terminal event proves an answer whole, and it completes at once.
    isWhole: () => assembly.completed,
    contract: ["terminal-event"],
    finish: () => {},
    templates
  }
}
