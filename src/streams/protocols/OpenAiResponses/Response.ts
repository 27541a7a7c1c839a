/**
 * Decodes the Responses API: the events of a stream, and a whole body, which is the final object of a stream.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import type { FrameDecoder, FrameProblem, Repeat } from "../../response/JsonStream.ts"
import * as ScalarText from "../../response/ScalarText.ts"
import * as SseJson from "../../response/SseJson.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as Text from "../../response/Text.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { index } from "../../response/WireItems.ts"
import * as Citations from "./Citations.ts"
import * as RateLimitEvents from "./RateLimitEvents.ts"
import * as ResponseEnding from "./ResponseEnding.ts"
import { ResponseItems } from "./ResponseItems.ts"

/** The terminal event. Nothing else proves a response complete. */
const contract: ReadonlyArray<Evidence> = ["terminal-event"]

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
  isDelta: (value) =>
    typeof value.type === "string" && value.type.endsWith(".delta") &&
    (typeof value.delta === "string" || !deltas.has(value.type)),
  isRead: (path) => path === "delta",
  isText: (path) => path === "delta",
  unread: new Set(["sequence_number", "obfuscation"])
}

/** The events that report progress only: another event has the outcome. */
const progress =
  /^(keepalive|ping|response\.(content_part|reasoning_part|reasoning_summary_part|(web_search|file_search|code_interpreter|image_generation|mcp|shell|local_shell|computer|tool_search|apply_patch|x_search|code_execution)_call\w*|mcp_list_tools|compaction|audio|code_interpreter_call_code)(\.\w+)*)$/

class Decoder implements FrameDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #items: ResponseItems

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#items = new ResponseItems(context, assembly)
  }

  frame(value: JsonObject, event: string, json?: string): FrameProblem | undefined {
    const type = typeof value.type === "string" ? value.type : event
    if (deltas.has(type)) return this.#delta(value, type, json)
    switch (type) {
      case "response.output_item.added":
        return this.#items.added(value)
      case "response.output_item.done":
        return this.#items.done(value)
      case "response.created":
      case "response.in_progress":
      case "response.queued":
        return this.#created(value)
      case "response.completed":
      case "response.done":
        return this.#terminal(value, "completed")
      case "response.incomplete":
        return this.#terminal(value, "incomplete")
      case "response.failed":
        return this.#terminal(value, "failed")
      case "error":
      case "response.error":
        return this.#failed(value)
      default:
        return this.#partEvent(value, type)
    }
  }

  repeat(value: JsonObject, event: string, path: string): Repeat | undefined {
    const type = typeof value.type === "string" ? value.type : event
    const sink = path === "delta" && deltas.has(type) ? this.#deltaSink(value, type) : undefined
    return typeof sink === "string" ? undefined : sink
  }

  /** Decodes a body that was not streamed. */
  response(value: JsonObject): FrameProblem | undefined {
    if (array(value.output) === undefined && value.object !== "response") return "the body is not a response"
    if (nonEmpty(value.status) !== undefined) this.#assembly.saw("finish-reason")
    this.#assembly.saw("end-of-body")
    return ResponseEnding.end(this.#assembly, this.#items, this.#context, value, "completed")
  }

  doneMarker(): void {
    this.#assembly.saw("done-marker")
  }

  isWhole(): boolean {
    return this.#assembly.completed
  }

  /** Does nothing: the terminal event completes the response at once. */
  finish(): void {}

  #delta(value: JsonObject, type: string, json: string | undefined): FrameProblem | undefined {
    const text = ScalarText.of(value.delta, "delta", json)
    if (text === undefined) return "a delta is not a string"
    // An empty delta behind the end of an item begins no other.
    if (text === "" && this.#items.isDone(value)) return undefined
    const sink = this.#deltaSink(value, type)
    if (typeof sink === "string") return sink
    sink(text)
    return undefined
  }

  /** Returns the function that takes the text of a delta, or what is wrong with the delta. */
  #deltaSink(value: JsonObject, type: string): Repeat | string {
    const assembly = this.#assembly
    switch (type) {
      case "response.output_text.delta":
      case "response.refusal.delta": {
        const at = index(value.content_index ?? 0)
        if (at === undefined) return "content_index is not an index"
        const open = this.#items.itemOf(value, "message")
        if (typeof open === "string") return open
        if ((open.content[at]?.growing.length ?? 0) === 0) this.#items.partsOf(open).content.begin(at)
        return type === "response.refusal.delta"
          ? (text) => assembly.refusal(open, text, at)
          : (text) => assembly.text(open, text, at)
      }
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta": {
        if (this.#items.isServerTool(value)) return () => {}
        const kind = type === "response.function_call_arguments.delta" ? "tool-call" : "custom-tool-call"
        const open = this.#items.itemOf(value, kind)
        return typeof open === "string" ? open : (text) => assembly.toolArguments(open, text)
      }
      default: {
        const isSummary = type === "response.reasoning_summary_text.delta"
        const at = index((isSummary ? value.summary_index : value.content_index) ?? 0)
        if (at === undefined) return "a part's index is not an index"
        const open = this.#items.itemOf(value, "reasoning")
        if (typeof open === "string") return open
        const parts = isSummary ? open.summaryParts : open.reasoningParts
        if ((parts[at]?.length ?? 0) === 0) this.#items.partsOf(open)[isSummary ? "summary" : "reasoning"].begin(at)
        return isSummary ? (text) => assembly.summary(open, text, at) : (text) => assembly.reasoning(open, text, at)
      }
    }
  }

  #created(value: JsonObject): FrameProblem | undefined {
    const response = value.response
    if (response === undefined || response === null) return undefined
    if (!isObject(response)) return "the response is not an object"
    this.#assembly.created(nonEmpty(response.id) ?? null, nonEmpty(response.model) ?? null)
    return undefined
  }

  #terminal(value: JsonObject, status: string): FrameProblem | undefined {
    const response = value.response
    if (!isObject(response)) return status === "failed" ? this.#failed(value) : "the last event has no response"
    if (status === "failed") {
      return ResponseEnding.end(this.#assembly, this.#items, this.#context, { ...response, status }, status)
    }
    this.#assembly.saw("terminal-event")
    return ResponseEnding.end(this.#assembly, this.#items, this.#context, response, status)
  }

  #partEvent(value: JsonObject, type: string): FrameProblem | undefined {
    switch (type) {
      case "response.output_text.done":
        return this.#textDone(value, false)
      case "response.refusal.done":
        return this.#textDone(value, true)
      case "response.output_text.annotation.added":
        return this.#annotation(value)
      case "response.reasoning_summary_text.done":
        return this.#reasoningDone(value, true)
      case "response.reasoning_text.done":
        return this.#reasoningDone(value, false)
      case "response.function_call_arguments.done":
        return this.#inputDone(value, value.arguments, "tool-call")
      case "response.custom_tool_call_input.done":
        return this.#inputDone(value, value.input, "custom-tool-call")
      case "response.reasoning_summary_part.added":
        return this.#summaryPart(value)
      default:
        return this.#otherEvent(value, type)
    }
  }

  /** Reads an event that is about no item. */
  #otherEvent(value: JsonObject, type: string): FrameProblem | undefined {
    if (type === "codex.rate_limits" || type === "response.metadata") {
      const snapshot = type === "response.metadata"
        ? RateLimitEvents.ofMetadata(value, this.#context.now)
        : RateLimitEvents.ofCodex(value)
      if (snapshot !== undefined) this.#assembly.emit({ _tag: "RateLimits", snapshot })
      return undefined
    }
    if (progress.test(type)) return undefined
    // An error object in place of an event has no type, or one of its own.
    if (!type.startsWith("response.") && reportsFailure(value)) return this.#failed(value)
    this.#assembly.unknown(type)
    return undefined
  }

  #textDone(value: JsonObject, isRefusal: boolean): FrameProblem | undefined {
    const whole = isRefusal ? value.refusal : value.text
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "the text is not a string"
    const open = this.#items.itemToSettle(value, "message")
    const at = index(value.content_index ?? 0)
    if (at === undefined) return "content_index is not an index"
    if (open === undefined || typeof open === "string") return open
    const part = open.content[at]
    const parts = this.#items.partsOf(open).content
    if (part === undefined && parts.repeatText(whole, (other) => open.content[other]?.growing)) return undefined
    parts.repeat(at)
    const missing = Text.rest(whole, [part?.growing])
    if (isRefusal) this.#assembly.refusal(open, missing, at)
    else this.#assembly.text(open, missing, at)
    return undefined
  }

  #reasoningDone(value: JsonObject, isSummary: boolean): FrameProblem | undefined {
    const whole = value.text
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "the text is not a string"
    const open = this.#items.itemToSettle(value, "reasoning")
    const at = index((isSummary ? value.summary_index : value.content_index) ?? 0)
    if (at === undefined) return "a part's index is not an index"
    if (open === undefined || typeof open === "string") return open
    const part = (isSummary ? open.summaryParts : open.reasoningParts)[at]
    const parts = this.#items.partsOf(open)[isSummary ? "summary" : "reasoning"]
    const textAt = (other: number) => (isSummary ? open.summaryParts : open.reasoningParts)[other]
    if (part === undefined && parts.repeatText(whole, textAt)) return undefined
    parts.repeat(at)
    const missing = Text.rest(whole, [part])
    if (isSummary) this.#assembly.summary(open, missing, at)
    else this.#assembly.reasoning(open, missing, at)
    return undefined
  }

  #inputDone(value: JsonObject, whole: unknown, kind: "tool-call" | "custom-tool-call"): FrameProblem | undefined {
    if (whole === undefined || whole === null) return undefined
    if (typeof whole !== "string") return "a tool call's input is not a string"
    if (this.#items.isServerTool(value)) return undefined
    const open = this.#items.itemToSettle(value, kind)
    if (open === undefined || typeof open === "string") return open
    this.#assembly.toolArguments(open, Text.rest(whole, [open.growingArguments]))
    return undefined
  }

  #annotation(value: JsonObject): FrameProblem | undefined {
    if (!isObject(value.annotation)) {
      this.#assembly.unknown("annotation")
      return undefined
    }
    const open = this.#items.itemOf(value, "message")
    const at = index(value.content_index ?? 0)
    if (typeof open === "string" || at === undefined) return "an annotation's place is not an index"
    this.#assembly.citation(open, Citations.read(value.annotation), at)
    return undefined
  }

  #summaryPart(value: JsonObject): FrameProblem | undefined {
    const open = this.#items.itemOf(value, "reasoning")
    const at = index(value.summary_index ?? 0)
    if (typeof open === "string" || at === undefined) return "a summary part's place is not an index"
    this.#assembly.summaryPart(open, at)
    return undefined
  }

  #failed(value: JsonObject): ProviderError {
    return ResponseEnding.failed(this.#assembly, this.#context, value)
  }
}

/** Makes the frame decoder of one response. */
export const make = (context: DecodeContext, assembly: Assembly): Decoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return SseJson.make(context, assembly, make(context, assembly))
}

/** Decodes a body that was not streamed, or a stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode(stream, body, context)
    : WholeJson.read(body, context, (value, assembly) => make(context, assembly).response(value))
